// Where machine code comes from, for tracebacks: code of a JIT session and precompiled packages.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "embed/std_index.h"
#include "jit/jit.h"
#include "runtime/abi/module_info.h"
#include "runtime/traceback.h"

namespace gol::embed {

// Implements the runtime's CodeInfo over a session and the executable's own line tables.
class SessionCodeInfo : public rt::CodeInfo {
 public:
  // module: the program's own. packages: the precompiled ones it was linked with.
  SessionCodeInfo(jit::Session* session, const rt::ModuleInfo* module,
                  std::vector<const StdPackage*> packages);

  // What was linked later. Not while code runs that may look types up.
  void AddPackage(const StdPackage* package) { AddTypes(package->module); }
  void AddModule(const rt::ModuleInfo* module) { AddTypes(module); }

  bool Lookup(uint64_t pc, FunctionRef<void(const rt::CodeFrame&)> fn) override;
  bool IsCompiled(uint64_t pc) override;
  std::string NativeName(uint64_t pc) override;
  const rt::Type* FindType(std::string_view text, int64_t i) override;

 private:
  jit::Session* const session_;
  const rt::ModuleInfo* const module_;  // may be null
  const std::vector<const StdPackage*> packages_;
  void InsertTypes(const rt::ModuleInfo* module);
  void IndexTypes();
  void AddTypes(const rt::ModuleInfo* module);
  // A copy of the text that lives as long as this object: tracebacks keep names while they go on.
  std::string_view Keep(const std::string& text);

  std::mutex names_lock_;
  std::unordered_set<std::string> names_;  // guarded by names_lock_; elements never move
  const std::string folder_;  // the current folder when the program was linked
  std::once_flag types_once_;
  std::unordered_multimap<std::string_view, const rt::Type*> types_;  // filled on first use
};

}  // namespace gol::embed
