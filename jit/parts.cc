// Quick code of a large module, compiled on several threads.
//
// Lowering reads the module's types and fills caches of the checker's, so it is done by one thread,
// part after part; it is a fifth of the work. Generating code touches nothing but the part's own
// LLVM context: a thread each does it, while the next part is lowered; the last one is the caller's.
// All are done at the same time when each part is smaller than the one before by what lowering takes.
//
// What a module has once (descriptors, itabs, data) goes into the last part: QuickPart in lower.h.
#include "jit/parts.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <thread>

#include "jit/compile.h"

namespace gol::jit {

namespace {

// Instructions of the IR that are worth a thread: some ten milliseconds.
constexpr size_t kMinPartInsts = 5000;
// More take more memory, and wait for lowering.
constexpr size_t kMaxParts = 4;
// Share of lowering in the work on a part.
constexpr double kLoweringShare = 0.2;

constexpr std::string_view kJoined = "gol-objects\n";  // begins joined objects; no ELF file does

struct Part {
  explicit Part(const RunContext& prototype)
      : run{prototype.options,        *context,
            prototype.is_defined,     prototype.is_precompiled,
            prototype.for_object,     prototype.kind} {}
  // Gone after Emit: freeing the types, constants and locations of a large part takes as long as a
  // tenth of its code, and so each thread does it for its own.
  std::unique_ptr<llvm::LLVMContext> context = std::make_unique<llvm::LLVMContext>();
  RunContext run;
  QuickPart quick;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
  Result<std::string> object = Error{"not compiled"};

  bool Lower(const ir::Module& ir) {
    machine = MakeTargetMachine(run.options, /*for_object=*/false);
    if (machine == nullptr) return false;
    module = LowerModule(ir, run, *machine);
    return true;
  }
  void Emit() {
    object = EmitModule(std::move(module), run, *machine);
    context.reset();
  }
};

size_t SizeOf(const ir::Func& f) {
  size_t n = 0;
  for (const ir::Block& b : f.blocks) n += b.insts.size();
  return n;
}

}  // namespace

Result<std::string> CompileQuick(const ir::Module& module, const RunContext& prototype) {
  size_t total = 0;
  for (const ir::Func* f : module.funcs) total += SizeOf(*f);
  size_t count = std::clamp<size_t>(
      std::min<size_t>(std::thread::hardware_concurrency(), total / kMinPartInsts), 1, kMaxParts);
  if (prototype.options.quick_parts > 0) {
    count = static_cast<size_t>(prototype.options.quick_parts);
  }
  QuickPart::Needs needs;
  std::vector<std::unique_ptr<Part>> parts;
  for (size_t i = 0; i < count; i++) {
    parts.push_back(std::make_unique<Part>(prototype));
    parts[i]->quick.needs = &needs;
    if (count > 1) parts[i]->run.part = &parts[i]->quick;
  }
  Part& last = *parts.back();
  last.quick.is_last = true;
  // Whole functions, in their order.
  double share = 1, shares = 0;
  for (size_t i = 0; i < count; i++, share *= 1 - kLoweringShare) shares += share;
  size_t next = 0, taken = 0;
  double end = 0;
  share = 1;
  for (size_t i = 0; i + 1 < count; i++, share *= 1 - kLoweringShare) {
    end += static_cast<double>(total) * share / shares;
    for (; next < module.funcs.size() && static_cast<double>(taken) < end; next++) {
      taken += SizeOf(*module.funcs[next]);
      parts[i]->quick.funcs.insert(module.funcs[next]);
      last.quick.funcs.insert(module.funcs[next]);
    }
  }
  // Signals are the program's: its threads take them.
  sigset_t all, old;
  sigfillset(&all);
  std::vector<std::thread> threads;
  bool ok = true;
  for (std::unique_ptr<Part>& part : parts) {
    ok = ok && part->Lower(module);
    if (!ok) break;
    if (part.get() == &last) {
      part->Emit();
    } else {
      pthread_sigmask(SIG_SETMASK, &all, &old);
      threads.emplace_back([p = part.get()] { p->Emit(); });
      pthread_sigmask(SIG_SETMASK, &old, nullptr);
    }
  }
  for (std::thread& t : threads) t.join();
  if (!ok) return Error{"no code generator for this machine"};
  std::vector<std::string> objects;
  for (std::unique_ptr<Part>& part : parts) {
    if (!part->object) return part->object.error();
    objects.push_back(std::move(part->object.value()));
  }
  return objects.size() == 1 ? std::move(objects[0]) : JoinObjects(objects);
}

std::string JoinObjects(const std::vector<std::string>& objects) {
  std::string joined(kJoined);
  for (const std::string& o : objects) {
    const uint64_t bytes = o.size();
    joined.append(reinterpret_cast<const char*>(&bytes), sizeof bytes);
    joined += o;
  }
  return joined;
}

std::vector<std::string_view> SplitObjects(std::string_view joined) {
  if (!joined.starts_with(kJoined)) return {joined};
  std::vector<std::string_view> objects;
  joined.remove_prefix(kJoined.size());
  uint64_t bytes;
  while (joined.size() >= sizeof bytes) {
    std::memcpy(&bytes, joined.data(), sizeof bytes);
    joined.remove_prefix(sizeof bytes);
    objects.push_back(joined.substr(0, bytes));
    joined.remove_prefix(std::min<size_t>(bytes, joined.size()));
  }
  return objects;
}

}  // namespace gol::jit
