// Panics raised by the runtime. See panic.cc for the overview.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/abi/rtype.h"

namespace gol::rt {

class Runtime;

// Panics with a runtime.Error whose text is "runtime error: " + text. On a goroutine. The text is
// copied.
[[noreturn]] void PanicRuntimeError(std::string_view text);

// Panics with a runtime.Error whose text has no such prefix ("assignment to entry in nil map",
// "send on closed channel").
[[noreturn]] void PanicPlainError(std::string_view text);

// Panics with a *runtime.TypeAssertionError. iface: static type of the operand, or null when it is
// not known; have: its dynamic type, or null for a nil interface; want: the asserted type;
// missing_method: empty unless want is an interface that have does not implement.
[[noreturn]] void PanicTypeAssertion(const Type* iface, const Type* have, const Type* want,
                                     GoString missing_method);

// panic(v).
[[noreturn]] void GoPanic(Eface v);
// runtime.Goexit: runs the deferred calls, then ends the goroutine.
[[noreturn]] void Goexit();

// Types of package runtime (written in Go) whose values the runtime makes. Absent ones are replaced
// by types of the runtime's own that have no methods: for programs without package runtime.
struct RuntimeTypes {
  const Type* error_string = nullptr;   // runtime.errorString, a string; Error adds "runtime error: "
  const Type* bounds_error = nullptr;   // runtime.boundsError, likewise; else error_string
  // runtime.errorAddressString: struct { text string; addr uintptr }.
  const Type* error_address_string = nullptr;
  const Type* plain_error = nullptr;    // runtime.plainError, a string; Error is the text
  const Type* type_assertion_error = nullptr;  // *runtime.TypeAssertionError: struct { text string }
  const Type* panic_nil_error = nullptr;       // *runtime.PanicNilError
};
// Finds them among the descriptors of module "runtime".
RuntimeTypes FindRuntimeTypes(const Type* const* types, int64_t n);

}  // namespace gol::rt
