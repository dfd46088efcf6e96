// From ir::Module to an object file. See compile.h; the passes over LLVM's IR: optimize.cc.
//
// Processor features. Code for this process uses what this processor has (AVX2, BMI). Precompiled
// objects are for x86-64-v2 (SSE4.2, POPCNT): every amd64 processor since 2009 runs them, and the
// standard packages gain little from more.
//
// Loop strength reduction is off: it likes to keep only a pointer that was biased out of its
// object, which a conservative scan of the frame would not find (design hazard 1), and x86's
// addressing modes make it dispensable.
#include "jit/compile.h"
#include "jit/inline_alloc.h"

#include <chrono>
#include <string>

#include "base/check.h"
#include "jit/late_init.h"
#include "jit/stack_maps.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace gol::jit {

namespace {

// Gain below which neighbouring scalars do not become vectors. Two fields of a struct that were
// stored one by one shortly before stall the vector load of both for a dozen cycles.
constexpr int kSlpThreshold = 3;
// Inner loops start at a cache line, as log2 of bytes: branch prediction works by lines, and a loop of
// many branches otherwise takes up to 1.6 times as long at some addresses as at others.
constexpr int kInnerLoopAlign = 6;

class Timer {
 public:
  Timer(const Options& options, const char* phase) : options_(options), phase_(phase) {}
  ~Timer() {
    if (!options_.timing) return;
    std::chrono::duration<double> d = std::chrono::steady_clock::now() - start_;
    options_.timing(phase_, d.count());
  }

 private:
  const Options& options_;
  const char* phase_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void InitLlvm() {
  static const bool done = [] {
    ConstructCompiler();
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    llvm::InitializeNativeTargetAsmParser();  // of inline assembly
    InitStackMaps();
    auto& options = llvm::cl::getRegisteredOptions();
    if (auto it = options.find("disable-lsr"); it != options.end()) {
      static_cast<llvm::cl::opt<bool>*>(it->second)->setValue(true);
    }
    if (auto it = options.find("slp-threshold"); it != options.end()) {
      static_cast<llvm::cl::opt<int>*>(it->second)->setValue(kSlpThreshold);
    }
    // As if given on a command line: LLVM asks whether it was.
    constexpr char kAlign[] = "x86-experimental-pref-innermost-loop-alignment";
    if (auto it = options.find(kAlign); it != options.end()) {
      it->second->addOccurrence(0, kAlign, std::to_string(kInnerLoopAlign));
    }
    return true;
  }();
  (void)done;
}

std::string HostFeatures() {
  std::string features;
  for (auto& [name, on] : llvm::sys::getHostCPUFeatures()) {
    if (!features.empty()) features += ',';
    features += on ? '+' : '-';
    features += name;
  }
  return features;
}

void Dump(const Options& options, const char* stage, llvm::Module& module) {
  std::string text;
  llvm::raw_string_ostream out(text);
  if (options.dump_func.empty()) {
    module.print(out, nullptr);
  } else if (llvm::Function* f = module.getFunction(options.dump_func)) {
    f->print(out);
  }
  out.flush();
  options.dump(stage, text);
}

void DumpAsm(const Options& options, llvm::Module& module, llvm::TargetMachine& machine) {
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
  if (!options.dump_func.empty()) {
    for (llvm::Function& f : *copy) {
      if (!f.isDeclaration() && f.getName() != options.dump_func) {
        f.deleteBody();
        f.setComdat(nullptr);
      }
    }
  }
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream out(text);
  llvm::legacy::PassManager pm;
  machine.Options.MCOptions.AsmVerbose = true;
  if (!AddCodegenPasses(machine, pm, out, llvm::CodeGenFileType::AssemblyFile, false)) return;
  pm.run(*copy);
  options.dump("asm", std::string_view(text.data(), text.size()));
}

}  // namespace

std::string HostTarget() { return std::string(llvm::sys::getHostCPUName()) + ' ' + HostFeatures(); }

std::unique_ptr<llvm::TargetMachine> MakeTargetMachine(const Options& options, bool for_object) {
  InitLlvm();
  const std::string triple = llvm::sys::getProcessTriple();
  std::string error;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (target == nullptr) return nullptr;
  const std::string cpu = for_object ? "x86-64-v2" : std::string(llvm::sys::getHostCPUName());
  const std::string features = for_object ? std::string() : HostFeatures();
  llvm::TargetOptions to;
  to.EmulatedTLS = false;
  // Jumps in their long form at once: there are no pieces of code whose sizes have to be settled.
  to.MCOptions.MCRelaxAll = options.opt_level == 0;
  // For debuggers.
  to.ForceDwarfFrameSection = options.for_debugger || for_object;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, cpu, features, to, llvm::Reloc::PIC_, llvm::CodeModel::Small,
      options.opt_level == 0 ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default));
}

std::unique_ptr<llvm::Module> LowerModule(const ir::Module& ir, RunContext& run,
                                          llvm::TargetMachine& machine) {
  Timer timer(run.options, "lower");
  // Names of blocks and values are for readers.
  run.llvm.setDiscardValueNames(!run.options.dump && !run.options.verify);
  ModuleContext context(run, ir, machine);
  context.Lower();
  return context.Take();
}

Result<std::string> EmitModule(std::unique_ptr<llvm::Module> module, const RunContext& run,
                               llvm::TargetMachine& machine) {
  const Options& options = run.options;
  auto verify = [&](const char* when) -> std::string {
    if (!options.verify) return {};
    std::string text;
    llvm::raw_string_ostream out(text);
    if (!llvm::verifyModule(*module, &out)) return {};
    return std::string("invalid LLVM IR ") + when + ": " + out.str();
  };
  if (options.dump) Dump(options, "raw", *module);
  if (std::string e = verify("after lowering"); !e.empty()) return Error{e};
  if (options.opt_level > 0) {
    Timer timer(options, "optimize");
    ScopedPhase phase("optimising", module->getModuleIdentifier().c_str());
    OptimizeModule(*module, machine, run.for_object);
    InlineAllocations(*module);
  }
  if (options.dump) Dump(options, "opt", *module);
  if (std::string e = verify("after optimising"); !e.empty()) return Error{e};
  {
    Timer timer(options, "stackmaps");
    AddStackMaps(*module, /*in_registers=*/options.opt_level > 0);
    if (options.opt_level == 0) PrepareForFastSelection(*module);
  }
  if (std::string e = verify("with stack maps"); !e.empty()) return Error{e};
  if (options.dump) DumpAsm(options, *module, machine);
  return GenerateCode(*module, options, machine);
}

Result<std::string> GenerateCode(llvm::Module& module, const Options& options,
                                 llvm::TargetMachine& machine) {
  Timer timer(options, "codegen");
  ScopedPhase phase("generating code", module.getModuleIdentifier().c_str());
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  llvm::legacy::PassManager pm;
  if (!AddCodegenPasses(machine, pm, out, llvm::CodeGenFileType::ObjectFile, options.verify)) {
    return Error{"this target has no object files"};
  }
  pm.run(module);
  return std::string(bytes.data(), bytes.size());
}

Result<std::string> CompileToObject(const ir::Module& module, const Options& options) {
  std::unique_ptr<llvm::TargetMachine> machine = MakeTargetMachine(options, /*for_object=*/true);
  if (machine == nullptr) return Error{"no code generator for this machine"};
  llvm::LLVMContext context;
  RunContext run{options, context, nullptr, nullptr, /*for_object=*/true, CodeKind::kWhole};
  return EmitModule(LowerModule(module, run, *machine), run, *machine);
}

}  // namespace gol::jit
