// Where machine code comes from, for tracebacks: code of a JIT session and precompiled packages.
#pragma once

#include <memory>
#include <mutex>

#include "jit/jit.h"
#include "runtime/traceback.h"

namespace gol::embed {

// Implements the runtime's CodeInfo over a session and the executable's own line tables.
class SessionCodeInfo : public rt::CodeInfo {
 public:
  explicit SessionCodeInfo(jit::Session* session) : session_(session) {}

  bool Lookup(uint64_t pc, FunctionRef<void(const rt::CodeFrame&)> fn) override;
  bool IsCompiled(uint64_t pc) override;

 private:
  jit::Session* const session_;
};

}  // namespace gol::embed
