// Starting the compiler while the front end is at work.
//
// Problem. The first function that LLVM compiles in a process costs several milliseconds more than the same function
// would later: static constructors, tables of passes and of the target that are made on first use, and some ten megabytes of
// code and data that are read into the process page by page. In a short program's start that is
// a third of the time, and it happens after the front end is done.
//
// Solution. A thread compiles a small function of its own meanwhile, from the IR to an object that nobody links.
// That takes longer than the front end takes with a short program. So it generates code first, which
// the program's compilation comes to last, and optimises afterwards: the two meet in the middle.
#include <memory>
#include <thread>

#include "base/thread.h"
#include "frontend/types/context.h"
#include "ir/parse.h"
#include "jit/compile.h"
#include "jit/jit.h"
#include "jit/lower.h"
#include "jit/stack_maps.h"

namespace gol::jit {

namespace {

// A loop over a slice with a bounds check, a call, a comparison.
constexpr std::string_view kFunction = R"(func warm.up(s []int, n int) int {
  result $2 _ int
  local $3 i int
b0:
  %0 *[]int = local.addr $0
  %1 []int = load %0
  %2 *int = local.addr $1
  %3 int = load %2
  %4 *int = local.addr $3
  %5 int = const.int #0
  store %4, %5
  jump b1
b1:
  %8 int = load %4
  %9 bool = lt %8, %3
  branch %9 b2 b3
b2:
  %11 int = slice.len %1
  bounds.check %8, %11
  %13 *int = slice.ptr %1
  %14 *int = elem.addr %13, %8 elem=int
  %15 int = load %14
  %16 (int) = call %1, %15 @"warm.up"
  %17 int = extract %16 #0
  %18 int = add %8, %17
  store %4, %18
  jump b1
b3:
  return %8
}
)";

}  // namespace

void WarmUp::CompileSomething() const {
  types::Context context;
  ir::Module module(&context);
  module.name = "warm";
  if (!ir::Parse(kFunction, &module)) return;
  Options options;
  llvm::LLVMContext llvm;
  RunContext run{options, llvm, nullptr, nullptr, /*for_object=*/false, CodeKind::kWhole};
  std::unique_ptr<llvm::TargetMachine> machine = MakeTargetMachine(options, /*for_object=*/false);
  if (machine == nullptr) return;
  std::unique_ptr<llvm::Module> lowered = LowerModule(module, run, *machine);
  AddStackMaps(*lowered, /*in_registers=*/true);
  (void)GenerateCode(*lowered, options, *machine);
  if (is_late_.load(std::memory_order_relaxed)) return;
  lowered = LowerModule(module, run, *machine);
  OptimizeModule(*lowered, *machine, /*for_object=*/false);
}

WarmUp::WarmUp() {
  if (std::thread::hardware_concurrency() < 2) return;
  thread_ = StartThreadWithoutSignals([this] { CompileSomething(); });
}

WarmUp::~WarmUp() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace gol::jit
