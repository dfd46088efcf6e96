// The compiler's back end and linker: ir::Module in, machine code in this process or an object
// file out. The only header of jit/ that other folders include; no type of LLVM's in it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "ir/func.h"
#include "runtime/abi/module_info.h"

namespace gol::jit {

struct Options {
  int opt_level = 2;          // 0 or 2
  bool inline_maps = true;    // -l clears it: maps go through runtime.mapassign_fast64 and the like
  bool inline_funcs = true;
  bool verify = false;        // LLVM's verifier after each step
  bool debug_lines = true;
  int parts = 0;              // objects that a module is made into (parts.cc); 0: by its size
  bool whole_program = false; // no later module refers to this one: its functions are internal
  // Called with the text of each function, when set: "raw" IR, "opt" IR, "asm".
  std::function<void(std::string_view stage, std::string_view text)> dump;
  std::string dump_func;      // only functions of this link name
  // Called with the seconds that "lower", "optimize", "stackmaps", "codegen" and "link" took, when set.
  std::function<void(std::string_view phase, double seconds)> timing;
  // Called with each function that was linked, when set: for profilers and debuggers.
  std::function<void(std::string_view name, uint64_t address, uint64_t bytes)> on_function;
  bool for_debugger = false;  // linked objects are registered with GDB and LLDB
  // Called with the stack maps (records of runtime/abi/stack_map.h) of each object that was linked,
  // before its code can run.
  std::function<void(const void* records, uint64_t bytes)> on_stack_maps;
  // Modules may be taken out again (Session::Unlink): there are many, and small.
  bool can_unlink = false;
  // Called with the records of a module that is being taken out.
  std::function<void(const void* records)> on_unlink_stack_maps;
};

// Addresses of what compiled code refers to by symbol: entry points (gol_rt_*), native functions,
// symbols of precompiled packages. Must return 0 for an unknown name. Called while linking, from
// the linking thread.
using SymbolResolver = std::function<uint64_t(std::string_view name)>;

// One function activation that a code address stands for; inlined callees come first.
struct Frame {
  std::string function;
  std::string file;
  int line = 0;
  uint64_t entry_pc = 0;  // of the physical function
  bool is_wrapper = false;      // made by the compiler around another function
  bool is_exact_file = false;   // named so by a //line directive
};

// What linking a module yields. Lives as long as its Session.
struct LinkedModule {
  uint64_t entry = 0;          // code of Module::entry, swiftcc, no parameters
  std::string globals_init;    // initial contents of the module's part of the globals block
  std::string globals_ptrmap;  // one bit per word of that part: holds a pointer
  const rt::ModuleInfo* info = nullptr;  // the same facts, and the descriptors and itabs
};

// What an object is compiled for.
enum class CodeKind : uint8_t {
  kWhole,        // all of a module, once and for all
  // All of a module, compiled fast and not optimised. Each function can be replaced while it runs.
  kQuick,
  // The functions of a module of which the session has the quick code, optimised. They use the
  // quick code's descriptors and data. See replace.cc.
  kReplacement,
};

// Whether a module's functions can be replaced by name: no two have the same.
bool IsReplaceable(const ir::Module& module);

// Code in this process. Several modules may be added one after another; later ones see the symbols
// of earlier ones. Thread-compatible: one thread at a time, but code already linked runs meanwhile.
class Session {
 public:
  static Result<std::unique_ptr<Session>> Create(Options options, SymbolResolver resolver);
  virtual ~Session() = default;

  // Compiles a module to an object and links it.
  Result<LinkedModule> Add(const ir::Module& module);
  // The two steps. An object made by Compile may be kept and linked in another session, in another
  // process, as long as gol, the options, HostTarget() and what was added before are the same.
  // Compile may run on another thread than the rest: it touches nothing of what is linked.
  virtual Result<std::string> Compile(const ir::Module& module,
                                      CodeKind kind = CodeKind::kWhole) = 0;
  // Options::dump and dump_func of the next calls of Compile; an empty function ends it.
  virtual void SetDump(std::function<void(std::string_view stage, std::string_view text)> dump,
                       std::string func) = 0;
  virtual Result<LinkedModule> Link(std::string_view module_name, std::string object) = 0;
  // Links an object of kind kReplacement and lets later calls of the module's functions go there.
  // The program may be running meanwhile.
  virtual Result<void> Replace(std::string object) = 0;
  // Takes a linked module out: its code, its line tables, the names that it defines. Its data stays, and so do the lines
  // of its code's addresses, which profiles may hold. Requires: Options::can_unlink; none of its code stands
  // on a stack or is called again; no later module refers to it by name.
  virtual void Unlink(const LinkedModule& module) = 0;
  // Address of a symbol, or 0.
  virtual uint64_t Lookup(std::string_view symbol) = 0;
  // Frames for a return address in code of this session; false if it is not from here. Any thread.
  virtual bool Symbolize(uint64_t pc, std::vector<Frame>* frames) = 0;
  // Whether the address lies in the span of code that this session has linked. Lock-free; for
  // signal handlers.
  virtual bool Contains(uint64_t pc) const = 0;
};

// Starts the compiler on a thread of its own, so that the first module is compiled sooner: warm_up.cc. Does nothing
// on one processor. The process must not end before this does.
class WarmUp {
 public:
  WarmUp();
  ~WarmUp();
  WarmUp(const WarmUp&) = delete;
  WarmUp& operator=(const WarmUp&) = delete;

  // The first module comes now: what is not begun yet is too late.
  void Stop() { is_late_.store(true, std::memory_order_relaxed); }

 private:
  void CompileSomething() const;

  std::atomic<bool> is_late_{false};
  std::thread thread_;
};

// The processor and its features as sessions compile for them.
std::string HostTarget();

// Frames for return addresses in precompiled objects: reads the line tables of an ELF image, such
// as this process's own executable, on first use. Any thread.
class ImageSymbolizer {
 public:
  // bias: what the loader added to the image's addresses. Null when the image is not ELF.
  static std::unique_ptr<ImageSymbolizer> Create(std::string_view elf, uint64_t bias);
  virtual ~ImageSymbolizer() = default;
  virtual bool Symbolize(uint64_t pc, std::vector<Frame>* frames) = 0;
};

// Compiles a module to a relocatable ELF object (precompiled standard packages).
Result<std::string> CompileToObject(const ir::Module& module, const Options& options);

// The link name of a function's code, of the C function behind a bodyless one ("gol_native_" and
// the function's name with all but letters and digits made underscores), of a type's descriptor; the
// same in objects and in a session.
std::string CodeSymbol(const ir::Func& func);
std::string NativeSymbol(const ir::Func& func);
std::string TypeSymbol(const types::Context& context, const types::Type* type);
// Of a descriptor in ir::Module::extended_types.
std::string ExtendedTypeSymbol(const types::Context& context, const ir::Module& module,
                               const types::Type* type);

}  // namespace gol::jit
