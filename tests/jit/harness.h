// Runs IR text in this process: a session over a small runtime of plain C++ functions, with the
// thread-local words set up on the test's own thread.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/types/context.h"
#include "ir/func.h"
#include "jit/jit.h"
#include "runtime/abi/alloc.h"
#include "runtime/abi/layout.h"

namespace gol::jit {

// What the fake runtime saw; reset by each Program.
struct FakeRuntime {
  std::vector<std::string> panics;      // calls of panic functions, as text; the last ended the run
  std::vector<std::string> calls;       // other calls worth telling
  rt::GHead g;
  rt::McacheHead mcache{};  // no runs: allocation goes to the calls
  rt::McacheHead* p = nullptr;  // what kTlsP leads to
  alignas(16) char globals[4096];
  int barriers = 0;
  std::function<void*(void* map)> assign;  // what mapassign_fast64 does, if anything
};
extern FakeRuntime fake;

// IR text, compiled and linked.
class Program {
 public:
  explicit Program(std::string_view text, int opt_level = 2, Options options = {},
                   const std::function<void(ir::Module&)>& adjust = nullptr);
  ~Program();

  uint64_t Address(std::string_view name);
  template <typename F>
  F* Get(std::string_view name) {
    return reinterpret_cast<F*>(Address(name));
  }
  // The assembly of a function (AT&T syntax).
  std::string Asm(std::string_view name);

  types::Context context;
  ir::Module module;
  std::string error;
  std::unique_ptr<Session> session;
  LinkedModule linked;

 private:
  std::string asm_;
};

// Resolves what each function may call to grow its stack, to something that must not be called.
uint64_t ResolveMorestack(std::string_view name);

// Calls f on this thread; false if it ended in a panic, which fake.panics tells.
bool Runs(const std::function<void()>& f);

}  // namespace gol::jit

// The convention of compiled code. A context parameter is declared last, as GOL_CONTEXT void*.
#define GOL_COMPILED __attribute__((swiftcall))
#define GOL_CONTEXT __attribute__((swift_context))
