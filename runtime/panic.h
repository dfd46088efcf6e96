// Panics raised by the runtime. See panic.cc for the overview.
#pragma once

#include <string_view>

#include "runtime/abi/rtype.h"

namespace gol::rt {

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

}  // namespace gol::rt
