// See unused.h.
#include "ir/pass/unused.h"

#include <unordered_set>

#include "ir/builder.h"

namespace gol::ir {

std::vector<LocalUse> UsesOfLocals(const Func& func) {
  std::vector<LocalUse> uses(func.locals.size());
  for (const Block& b : func.blocks) {
    for (ValueId v : b.insts) {
      const Inst& inst = func.inst(v);
      for (size_t k = 0; k < inst.args.size(); k++) {
        if (!inst.args[k].is_valid()) continue;
        const Inst& arg = func.inst(inst.args[k]);
        if (arg.op != Op::kLocalAddr) continue;
        LocalUse& use = uses[arg.local.index];
        if (inst.op == Op::kLoad) {
          use.loads++;
          use.other |= inst.type != func.local(arg.local).type;
        } else if (inst.op == Op::kStore && k == 0) {
          use.stores++;
          use.store = v;
          use.other |= func.inst(inst.args[1]).type != func.local(arg.local).type;
        } else {
          use.other = true;
        }
      }
    }
  }
  for (size_t i = 0; i < uses.size(); i++) uses[i].other |= func.locals[i].is_volatile;
  return uses;
}

namespace {

void RemoveOnlySet(Func* func) {
  const std::vector<LocalUse> uses = UsesOfLocals(*func);
  auto is_only_set = [&](LocalId l) {
    const Local& local = func->local(l);
    const LocalUse& use = uses[l.index];
    return use.loads == 0 && !use.other && !local.is_param && !local.is_result;
  };
  for (Block& block : func->blocks) {
    std::erase_if(block.insts, [&](ValueId v) {
      const Inst& inst = func->inst(v);
      if (inst.op == Op::kDeclLocal) return is_only_set(inst.local);
      if (inst.op != Op::kStore) return false;
      const Inst& addr = func->inst(inst.args[0]);
      return addr.op == Op::kLocalAddr && is_only_set(addr.local);
    });
  }
}

void RemoveUnusedValues(Func* func) {
  std::vector<int> count(func->insts.size(), 0);
  for (const Block& block : func->blocks) {
    for (ValueId v : block.insts) {
      for (ValueId a : func->inst(v).args) {
        if (a.is_valid()) count[a.index]++;
      }
    }
  }
  std::vector<bool> is_dead(func->insts.size(), false);
  std::vector<ValueId> work;
  auto is_removable = [&](const Inst& inst) {
    const OpInfo& info = InfoOf(inst.op);
    if (inst.op == Op::kMakeClosure || inst.op == Op::kNew) return true;
    if (inst.op == Op::kLoad) {
      const Op root = AddressRoot(*func, inst.args[0]).op;
      return root == Op::kLocalAddr || root == Op::kCaptureAddr;
    }
    return info.result == ResultKind::kValue && !info.has_effect && !info.may_panic &&
           !info.writes;
  };
  auto consider = [&](ValueId v) {
    if (count[v.index] == 0 && !is_dead[v.index] && is_removable(func->inst(v))) {
      is_dead[v.index] = true;
      work.push_back(v);
    }
  };
  for (const Block& block : func->blocks) {
    for (ValueId v : block.insts) consider(v);
  }
  while (!work.empty()) {
    const ValueId v = work.back();
    work.pop_back();
    for (ValueId a : func->inst(v).args) {
      if (!a.is_valid()) continue;
      count[a.index]--;
      consider(a);
    }
  }
  for (Block& block : func->blocks) {
    std::erase_if(block.insts, [&](ValueId v) { return is_dead[v.index]; });
  }
}

}  // namespace

void RemoveUnusedInsts(Func* func) {
  RemoveUnusedValues(func);  // loads, whose variables may be only set then
  RemoveOnlySet(func);
  RemoveUnusedValues(func);
}

void RemoveUnusedFuncs(Module* module) {
  std::unordered_set<const Func*> used;
  std::vector<const Func*> work;
  auto mark = [&](const Func* f) {
    if (f != nullptr && used.insert(f).second) work.push_back(f);
  };
  std::unordered_set<const StaticData*> seen;
  std::vector<const StaticData*> data;
  auto mark_data = [&](const StaticData* d) {
    if (d != nullptr && seen.insert(d).second) data.push_back(d);
  };
  mark(module->entry);
  for (const auto& [type, methods] : module->methods) {
    for (const MethodCode& m : methods) {
      mark(m.ifn);
      mark(m.tfn);
    }
  }
  for (const Global* g : module->globals) mark_data(g->init);
  for (const StaticData* d : module->data) mark_data(d);
  while (!work.empty() || !data.empty()) {
    if (!data.empty()) {
      const StaticData* d = data.back();
      data.pop_back();
      for (const StaticData::Ref& r : d->refs) {
        mark_data(r.data);
        mark(r.func);
      }
      continue;
    }
    const Func* f = work.back();
    work.pop_back();
    for (const Block& b : f->blocks) {
      for (ValueId v : b.insts) {
        mark(f->inst(v).callee);
        mark_data(f->inst(v).data);
      }
    }
  }
  std::erase_if(module->funcs, [&](const Func* f) { return !used.contains(f); });
}

}  // namespace gol::ir
