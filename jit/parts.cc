// A module compiled in parts, on several threads.
//
// Lowering reads the module's types and fills caches of the checker's, so it is done by one thread,
// part after part; it is a fifth of the work of quick code, little of that of optimised code. What
// follows touches nothing but the part's own LLVM context: a thread each does it, while the next part is
// lowered; the last one is the caller's. All are done at the same time when each part is smaller than the
// one before by what lowering takes.
//
// What a module has once (descriptors, itabs, data) goes into the last part: ModulePart in lower.h.
//
// Optimised code. Dividing it must not cost what LLVM's inliner gains. So a function that is called in
// one place only, in a loop, stays with its caller; and a part has copies of the small functions
// of other parts that it calls (available_externally: LLVM inlines them and drops the rest). Large functions that are
// called in several places are not inlined in one object either. Functions that only their own part
// mentions stay internal, and go when they are inlined everywhere.
//
// Only programs, to which nothing is added later, are optimised in parts: names of data are unique in
// one module only.
#include "jit/parts.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <thread>
#include <unordered_map>

#include "base/thread.h"
#include "jit/compile.h"

namespace gol::jit {

namespace {

// Instructions of the IR that are worth a thread: some ten milliseconds.
constexpr double kMinQuickPart = 5000;
constexpr double kMinOptimisedPart = 250;
// More take more memory, and wait for lowering.
constexpr size_t kMaxParts = 4;
// Share of lowering in the work on a part.
constexpr double kQuickLoweringShare = 0.2;
constexpr double kOptimisedLoweringShare = 0.03;
// Larger functions are not copied: LLVM's inliner, which counts 5 for most of its instructions and takes
// functions of less than 225, seldom takes them.
constexpr size_t kMaxCopyInsts = 80;
// What an inlined map operation is, in other instructions.
constexpr double kMapOpCost = 15;
// Code that runs once is not optimised.
constexpr double kUnoptimisedShare = 0.3;

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
  ModulePart part;
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

template <typename F>
void ForEachInst(const ir::Func& f, F visit) {
  for (const ir::Block& b : f.blocks) {
    for (ir::ValueId v : b.insts) visit(b, f.inst(v));
  }
}

// Divides a module's functions.
class Division {
 public:
  Division(const ir::Module& module, const RunContext& run)
      : module_(module), is_quick_(run.kind == CodeKind::kQuick) {
    for (const ir::Func* f : module.funcs) {
      if (!f->is_built || f->blocks.empty()) continue;
      index_[f] = static_cast<int>(funcs_.size());
      funcs_.push_back(f);
      costs_.push_back(is_quick_ ? static_cast<double>(SizeOf(*f)) : CostOf(*f));
    }
    leader_.resize(funcs_.size());
    std::iota(leader_.begin(), leader_.end(), 0);
  }

  // How many parts are worth it.
  size_t Count() const {
    const double total = std::accumulate(costs_.begin(), costs_.end(), 0.0);
    const double parts = total / (is_quick_ ? kMinQuickPart : kMinOptimisedPart);
    const size_t threads = std::min<size_t>(std::thread::hardware_concurrency(), kMaxParts);
    return std::clamp<size_t>(static_cast<size_t>(parts), 1, std::max<size_t>(threads, 1));
  }

  void Divide(const std::vector<std::unique_ptr<Part>>& parts) {
    if (!is_quick_) KeepTogether();
    Assign(parts.size());
    for (size_t i = 0; i < funcs_.size(); i++) {
      const auto p = static_cast<size_t>(part_of_[i]);
      if (p + 1 == parts.size()) continue;
      parts[p]->part.funcs.insert(funcs_[i]);
      parts.back()->part.funcs.insert(funcs_[i]);
    }
    if (is_quick_) return;
    for (size_t p = 0; p < parts.size(); p++) Copy(static_cast<int>(p), &parts[p]->part);
    Export(parts);
  }

 private:
  static double CostOf(const ir::Func& f) {
    double cost = 0;
    ForEachInst(f, [&](const ir::Block& b, const ir::Inst& in) {
      const bool is_map = in.op == ir::Op::kMapFind || in.op == ir::Op::kMapAssign;
      cost += is_map && b.loop_depth > 0 ? kMapOpCost : 1;
    });
    return f.kind == ir::FuncKind::kInit ? cost * kUnoptimisedShare : cost;
  }

  int LeaderOf(int i) const {
    while (leader_[static_cast<size_t>(i)] != i) i = leader_[static_cast<size_t>(i)];
    return i;
  }

  // Joins functions that are mentioned once, by a call in a loop, with their callers.
  void KeepTogether() {
    struct Mentions {
      int count = 0;
      int caller = -1;  // of a call in a loop
    };
    std::vector<Mentions> mentions(funcs_.size());
    for (size_t i = 0; i < funcs_.size(); i++) {
      ForEachInst(*funcs_[i], [&](const ir::Block& b, const ir::Inst& in) {
        auto it = index_.find(in.callee);
        if (it == index_.end()) return;
        Mentions& m = mentions[static_cast<size_t>(it->second)];
        m.count++;
        if (in.op == ir::Op::kCall && b.loop_depth > 0) m.caller = static_cast<int>(i);
      });
    }
    for (size_t i = 0; i < funcs_.size(); i++) {
      if (mentions[i].count != 1 || mentions[i].caller < 0 || funcs_[i]->no_inline) continue;
      leader_[static_cast<size_t>(LeaderOf(static_cast<int>(i)))] = LeaderOf(mentions[i].caller);
    }
  }

  // The costliest first, each to the part that lacks most.
  void Assign(size_t count) {
    std::vector<double> group_cost(funcs_.size());
    for (size_t i = 0; i < funcs_.size(); i++) {
      group_cost[static_cast<size_t>(LeaderOf(static_cast<int>(i)))] += costs_[i];
    }
    std::vector<int> order;
    for (size_t i = 0; i < funcs_.size(); i++) {
      if (LeaderOf(static_cast<int>(i)) == static_cast<int>(i)) order.push_back(static_cast<int>(i));
    }
    std::sort(order.begin(), order.end(), [&](int a, int b) {
      const double cost_a = group_cost[static_cast<size_t>(a)];
      const double cost_b = group_cost[static_cast<size_t>(b)];
      return cost_a != cost_b ? cost_a > cost_b : a < b;
    });
    const double smaller = 1 - (is_quick_ ? kQuickLoweringShare : kOptimisedLoweringShare);
    std::vector<double> lacks(count);
    double share = 1, shares = 0;
    for (double& l : lacks) {
      l = share;
      shares += share;
      share *= smaller;
    }
    const double total = std::accumulate(costs_.begin(), costs_.end(), 0.0);
    for (double& l : lacks) l *= total / shares;
    std::vector<int> part_of_group(funcs_.size());
    for (int leader : order) {
      const auto most = std::max_element(lacks.begin(), lacks.end());
      *most -= group_cost[static_cast<size_t>(leader)];
      part_of_group[static_cast<size_t>(leader)] = static_cast<int>(most - lacks.begin());
    }
    part_of_.resize(funcs_.size());
    for (size_t i = 0; i < funcs_.size(); i++) {
      part_of_[i] = part_of_group[static_cast<size_t>(LeaderOf(static_cast<int>(i)))];
    }
  }

  static bool MayBeCopied(const ir::Func& f) {
    return !f.no_inline && !f.has_defer && !f.has_recover && !f.is_wrapper &&
           f.kind != ir::FuncKind::kInit && SizeOf(f) <= kMaxCopyInsts;
  }

  // Small functions that the part or its copies call.
  void Copy(int p, ModulePart* part) {
    std::vector<const ir::Func*> work;
    for (size_t i = 0; i < funcs_.size(); i++) {
      if (part_of_[i] == p) work.push_back(funcs_[i]);
    }
    while (!work.empty()) {
      const ir::Func* f = work.back();
      work.pop_back();
      ForEachInst(*f, [&](const ir::Block&, const ir::Inst& in) {
        if (in.op != ir::Op::kCall) return;
        auto it = index_.find(in.callee);
        if (it == index_.end() || part_of_[static_cast<size_t>(it->second)] == p ||
            !MayBeCopied(*in.callee) || !part->copies.insert(in.callee).second) {
          return;
        }
        work.push_back(in.callee);
      });
    }
  }

  // What each part mentions of others. Descriptors, itabs and data are of the last one.
  void Export(const std::vector<std::unique_ptr<Part>>& parts) {
    auto mention = [&](size_t from, const ir::Func* f) {
      auto it = index_.find(f);
      if (it == index_.end()) return;
      const auto owner = static_cast<size_t>(part_of_[static_cast<size_t>(it->second)]);
      if (owner != from) parts[owner]->part.exports.insert(f);
    };
    auto mentions_of = [&](size_t from, const ir::Func& f) {
      ForEachInst(f, [&](const ir::Block&, const ir::Inst& in) { mention(from, in.callee); });
    };
    for (size_t i = 0; i < funcs_.size(); i++) {
      mentions_of(static_cast<size_t>(part_of_[i]), *funcs_[i]);
    }
    for (size_t p = 0; p < parts.size(); p++) {
      for (const ir::Func* f : parts[p]->part.copies) {
        mention(p, f);
        mentions_of(p, *f);
      }
    }
    const size_t last = parts.size() - 1;
    for (const auto& [type, methods] : module_.methods) {
      for (const ir::MethodCode& m : methods) {
        mention(last, m.ifn);
        mention(last, m.tfn);
      }
    }
    for (const ir::StaticData* d : module_.data) {
      for (const ir::StaticData::Ref& r : d->refs) mention(last, r.func);
    }
    mention(last, module_.entry);
  }

  const ir::Module& module_;
  const bool is_quick_;
  std::unordered_map<const ir::Func*, int> index_;  // in funcs_
  std::vector<const ir::Func*> funcs_;              // that have code
  std::vector<double> costs_;
  std::vector<int> leader_;   // towards the function that stands for all that stay together
  std::vector<int> part_of_;
};

}  // namespace

Result<std::string> CompileInParts(const ir::Module& module, const RunContext& prototype) {
  const Options& options = prototype.options;
  const bool may_divide =
      prototype.kind == CodeKind::kQuick ||
      (prototype.kind == CodeKind::kWhole && options.opt_level > 0 && options.whole_program);
  size_t count = 1;
  std::vector<std::unique_ptr<Part>> parts;
  ModulePart::Needs needs;
  if (may_divide) {
    Division division(module, prototype);
    count = options.parts > 0 ? static_cast<size_t>(options.parts) : division.Count();
    if (count > 1 && prototype.kind == CodeKind::kWhole && !IsReplaceable(module)) count = 1;
    for (size_t i = 0; i < count; i++) parts.push_back(std::make_unique<Part>(prototype));
    if (count > 1) division.Divide(parts);
  } else {
    parts.push_back(std::make_unique<Part>(prototype));
  }
  for (std::unique_ptr<Part>& part : parts) {
    part->part.needs = &needs;
    if (count > 1) part->run.part = &part->part;
  }
  Part& last = *parts.back();
  last.part.is_last = true;
  std::vector<std::thread> threads;
  bool ok = true;
  for (std::unique_ptr<Part>& part : parts) {
    ok = ok && part->Lower(module);
    if (!ok) break;
    // Who looks at the code sees one part after the other.
    if (part.get() == &last || options.dump) {
      part->Emit();
    } else {
      threads.push_back(StartThreadWithoutSignals([p = part.get()] { p->Emit(); }));
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
