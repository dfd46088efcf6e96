// See stack_map_text.h.
#include "jit/stack_map_text.h"

#include "jit/late_init.h"
#include "jit/stack_maps.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-parameter"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#pragma clang diagnostic pop

namespace gol::jit {

std::string StackMapText(std::string_view ir, bool with_bases) {
  ConstructCompiler();
  llvm::LLVMContext context;
  llvm::SMDiagnostic problem;
  std::string text;
  llvm::raw_string_ostream out(text);
  auto module = llvm::parseAssemblyString(llvm::StringRef(ir.data(), ir.size()), problem, context);
  if (module == nullptr) {
    out << "error: line " << problem.getLineNo() << ": " << problem.getMessage() << "\n";
    return text;
  }
  AddStackMaps(*module, /*in_registers=*/true, with_bases);
  if (llvm::verifyModule(*module, &out)) return "error: " + text;
  for (llvm::Function& f : *module) {
    for (llvm::BasicBlock& b : f) {
      for (llvm::Instruction& i : b) {
        auto* call = llvm::dyn_cast<llvm::CallBase>(&i);
        if (call == nullptr) continue;
        auto bundle = call->getOperandBundle(llvm::LLVMContext::OB_deopt);
        if (!bundle) continue;
        out << f.getName() << ": "
            << (call->getCalledFunction() != nullptr ? call->getCalledFunction()->getName() : "?") << ":";
        for (const llvm::Use& use : bundle->Inputs) {
          out << " ";
          use->printAsOperand(out, /*PrintType=*/false, module.get());
        }
        out << "\n";
      }
    }
  }
  return text;
}

}  // namespace gol::jit
