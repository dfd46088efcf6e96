// The passes over LLVM's IR.
//
// Precompiled packages get LLVM's own pipeline for -O2: they are compiled when gol is built. Programs
// get a shorter one, made of the same passes: each stands once where LLVM's runs it twice or more,
// and what seldom finds anything in Go's code is left out (interprocedural constants, reassociation,
// correlated values and jump threading before inlining's simplification, ...). That halves the time.
//
// The order is LLVM's: callees first, each function is simplified before it is inlined into its
// callers; then headers of maps are read before loops (map_heads.cc), loops strip-mined (strip_mine.cc),
// vectorised and unrolled.
#include "jit/compile.h"
#include "jit/map_heads.h"
#include "jit/strip_mine.h"
#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/Analysis/ProfileSummaryInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/StandardInstrumentations.h"
#include "llvm/Transforms/IPO/ElimAvailExtern.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/FunctionAttrs.h"
#include "llvm/Transforms/IPO/Inliner.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/ConstraintElimination.h"
#include "llvm/Transforms/Scalar/CorrelatedValuePropagation.h"
#include "llvm/Transforms/Scalar/DeadStoreElimination.h"
#include "llvm/Transforms/Scalar/DivRemPairs.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/GVN.h"
#include "llvm/Transforms/Scalar/IndVarSimplify.h"
#include "llvm/Transforms/Scalar/JumpThreading.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopDeletion.h"
#include "llvm/Transforms/Scalar/LoopIdiomRecognize.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"
#include "llvm/Transforms/Scalar/LoopUnrollPass.h"
#include "llvm/Transforms/Scalar/MemCpyOptimizer.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimpleLoopUnswitch.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/LCSSA.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Vectorize/LoopVectorize.h"
#include "llvm/Transforms/Vectorize/SLPVectorizer.h"

namespace gol::jit {

namespace {

using llvm::FunctionPassManager;
using llvm::LoopPassManager;

// Runs passes on functions that have loops.
class IfLoops : public llvm::PassInfoMixin<IfLoops> {
 public:
  explicit IfLoops(FunctionPassManager passes) : passes_(std::move(passes)) {}
  llvm::PreservedAnalyses run(llvm::Function& f, llvm::FunctionAnalysisManager& am) {
    if (am.getResult<llvm::LoopAnalysis>(f).empty()) return llvm::PreservedAnalyses::all();
    return passes_.run(f, am);
  }

 private:
  FunctionPassManager passes_;
};

llvm::SimplifyCFGPass LateSimplifyCfg() {
  return llvm::SimplifyCFGPass(llvm::SimplifyCFGOptions()
                                   .convertSwitchRangeToICmp(true)
                                   .hoistCommonInsts(true)
                                   .sinkCommonInsts(true));
}

// What makes a function small, before it is inlined anywhere.
FunctionPassManager Simplification() {
  FunctionPassManager p;
  p.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
  p.addPass(llvm::EarlyCSEPass(/*UseMemorySSA=*/true));
  p.addPass(llvm::SimplifyCFGPass(llvm::SimplifyCFGOptions().convertSwitchRangeToICmp(true)));
  p.addPass(llvm::InstCombinePass());
  p.addPass(llvm::ConstraintEliminationPass());
  FunctionPassManager loops;
  {
    LoopPassManager l;
    l.addPass(llvm::LoopRotatePass());
    l.addPass(llvm::LICMPass(llvm::LICMOptions()));
    l.addPass(llvm::SimpleLoopUnswitchPass(/*NonTrivial=*/false));
    loops.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(l), /*UseMemorySSA=*/true,
                                                        /*UseBlockFrequencyInfo=*/false));
    loops.addPass(llvm::SimplifyCFGPass(llvm::SimplifyCFGOptions().convertSwitchRangeToICmp(true)));
    loops.addPass(llvm::InstCombinePass());
    LoopPassManager l2;
    l2.addPass(llvm::LoopIdiomRecognizePass());
    l2.addPass(llvm::IndVarSimplifyPass());
    l2.addPass(llvm::LoopDeletionPass());
    l2.addPass(llvm::LoopFullUnrollPass());
    loops.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(l2), /*UseMemorySSA=*/false,
                                                        /*UseBlockFrequencyInfo=*/false));
    loops.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
  }
  p.addPass(IfLoops(std::move(loops)));
  p.addPass(llvm::GVNPass());
  p.addPass(llvm::InstCombinePass());
  p.addPass(llvm::JumpThreadingPass());
  p.addPass(llvm::CorrelatedValuePropagationPass());
  p.addPass(llvm::ADCEPass());
  p.addPass(llvm::MemCpyOptPass());
  p.addPass(llvm::DSEPass());
  FunctionPassManager late;
  LoopPassManager l3;
  l3.addPass(llvm::LICMPass(llvm::LICMOptions()));
  late.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(l3), /*UseMemorySSA=*/true,
                                                     /*UseBlockFrequencyInfo=*/false));
  p.addPass(IfLoops(std::move(late)));
  p.addPass(LateSimplifyCfg());
  p.addPass(llvm::InstCombinePass());
  return p;
}

// What makes it fast, once all is inlined.
FunctionPassManager Lowering() {
  FunctionPassManager p;
  p.addPass(MapHeadsPass());
  FunctionPassManager loops;
  {
    LoopPassManager l;
    l.addPass(llvm::LoopRotatePass());
    l.addPass(llvm::LoopDeletionPass());
    loops.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(l), /*UseMemorySSA=*/false,
                                                        /*UseBlockFrequencyInfo=*/false));
    loops.addPass(llvm::LoopSimplifyPass());
    loops.addPass(llvm::LCSSAPass());
    loops.addPass(StripMinePass());
    loops.addPass(llvm::LoopVectorizePass());
    loops.addPass(llvm::InstCombinePass());
    loops.addPass(LateSimplifyCfg());
  }
  p.addPass(IfLoops(std::move(loops)));
  p.addPass(llvm::SLPVectorizerPass());
  FunctionPassManager late;
  {
    late.addPass(llvm::LoopUnrollPass(llvm::LoopUnrollOptions(2)));
    late.addPass(llvm::InstCombinePass());
    LoopPassManager l;
    l.addPass(llvm::LICMPass(llvm::LICMOptions()));
    late.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(l), /*UseMemorySSA=*/true,
                                                       /*UseBlockFrequencyInfo=*/false));
  }
  p.addPass(IfLoops(std::move(late)));
  p.addPass(llvm::DivRemPairsPass());
  p.addPass(llvm::SimplifyCFGPass(
      llvm::SimplifyCFGOptions().convertSwitchRangeToICmp(true).speculateUnpredictables(true)));
  return p;
}

// Among so many functions LLVM's inliner may run for minutes, if most of them call one another. The IR's own
// inlining is done.
constexpr size_t kManyFunctions = 5000;

llvm::ModulePassManager ProgramPipeline(const llvm::Module& module) {
  llvm::ModulePassManager m;
  FunctionPassManager early;
  early.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
  early.addPass(llvm::EarlyCSEPass());
  early.addPass(llvm::SimplifyCFGPass());
  m.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(early)));
  m.addPass(llvm::RequireAnalysisPass<llvm::ProfileSummaryAnalysis, llvm::Module>());
  if (module.size() < kManyFunctions) {
    llvm::ModuleInlinerWrapperPass inliner(
        llvm::getInlineParams(/*OptLevel=*/2, /*SizeOptLevel=*/0));
    inliner.getPM().addPass(llvm::PostOrderFunctionAttrsPass());
    inliner.getPM().addPass(llvm::createCGSCCToFunctionPassAdaptor(Simplification()));
    m.addPass(std::move(inliner));
  } else {
    m.addPass(llvm::createModuleToFunctionPassAdaptor(Simplification()));
  }
  m.addPass(llvm::EliminateAvailableExternallyPass());  // copies of other parts' functions
  m.addPass(llvm::GlobalDCEPass());
  m.addPass(llvm::createModuleToFunctionPassAdaptor(Lowering()));
  return m;
}

}  // namespace

void OptimizeModule(llvm::Module& module, llvm::TargetMachine& machine, bool for_object) {
  llvm::PipelineTuningOptions tuning;
  tuning.LoopInterleaving = true;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  tuning.MergeFunctions = false;
  llvm::LoopAnalysisManager lam;
  llvm::FunctionAnalysisManager fam;
  llvm::CGSCCAnalysisManager cgam;
  llvm::ModuleAnalysisManager mam;
  // Without this the pass manager optimises functions marked optnone too.
  llvm::PassInstrumentationCallbacks callbacks;
  llvm::OptNoneInstrumentation opt_none(/*DebugLogging=*/false);
  opt_none.registerCallbacks(callbacks);
  llvm::PassBuilder pb(&machine, tuning, std::nullopt, &callbacks);
  pb.registerVectorizerStartEPCallback([](FunctionPassManager& p, llvm::OptimizationLevel) {
    p.addPass(MapHeadsPass());
    p.addPass(llvm::LoopSimplifyPass());
    p.addPass(llvm::LCSSAPass());
    p.addPass(StripMinePass());
  });
  pb.registerModuleAnalyses(mam);
  pb.registerCGSCCAnalyses(cgam);
  pb.registerFunctionAnalyses(fam);
  pb.registerLoopAnalyses(lam);
  pb.crossRegisterProxies(lam, fam, cgam, mam);
  if (for_object) {
    pb.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(module, mam);
  } else {
    ProgramPipeline(module).run(module, mam);
  }
}

}  // namespace gol::jit
