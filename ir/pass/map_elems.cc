// See map_elems.h.
//
// Problem. `m[k] = m[k] + 1`, `m[k] = max(m[k], x)`, `m[k] + m[k]`, `if m[k] < x { m[k] = x }` name an element twice:
// each operation hashes the key and looks for it.
//
// Solution. What the first operation found is where the second one finds it, as long as nothing has written to a map in
// between, this one under another name or any other. The lowering (jit/lower_map.cc) uses the address then. For an
// assignment it may be nil: the key is inserted as ever. And a map that somebody writes to, or that is growing, is
// left to the call, which reports the race or moves entries.
//
// The same map, the same key. Variables are memory in the IR, so that each mention is a load of its own.
// So values are numbered: two operations are the same value if they compute it from the same values and
// nothing was stored in between where they load. Stores to a variable whose address is only loaded
// from and stored to change that variable alone; other stores change all other memory; calls and all that
// others may run during change that too, and forget all elements. Only values that lead to a map or a key are numbered.
//
// Along control flow. Blocks are visited in reverse postorder. What holds at the beginning of a block is what
// holds at the end of each of its predecessors; where one comes later, which closes a loop, nothing does.
//
// Which keys. Those that are compared by their bytes and held in a value, and strings. Not floats, of which a NaN is
// inserted anew each time, and whose zeros replace each other; nor interfaces, which may hold them.
// A string that is a view of bytes (views.cc) is no key here: an assignment has its own way to copy it.
#include "ir/pass/map_elems.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "ir/dom.h"
#include "ir/type_layout.h"
#include "runtime/abi/layout.h"

namespace gol::ir {

namespace {

// Values that are numbered at one time. More take longer to compare at joins than they gain.
constexpr size_t kMaxValues = 256;

bool IsMapAccess(const Inst& inst) { return inst.op == Op::kMapFind || inst.op == Op::kMapAssign; }

// Operations that make the same value of the same operands.
bool IsPure(Op op) {
  switch (op) {
    case Op::kConstInt: case Op::kConstString: case Op::kZero:
    case Op::kLocalAddr: case Op::kGlobalAddr: case Op::kStaticAddr: case Op::kCaptureAddr:
    case Op::kFieldAddr: case Op::kElemAddr: case Op::kPtrAdd:
    case Op::kAdd: case Op::kSub: case Op::kMul: case Op::kDiv: case Op::kRem: case Op::kAnd:
    case Op::kOr: case Op::kXor: case Op::kAndNot: case Op::kShl: case Op::kShr: case Op::kNeg:
    case Op::kNot: case Op::kConvert: case Op::kBitcast:
    case Op::kStrMake: case Op::kStrPtr: case Op::kStrLen:
    case Op::kSliceMake: case Op::kSlicePtr: case Op::kSliceLen: case Op::kSliceCap:
      return true;
    default:
      return false;
  }
}

// Operations with effects during which no map is written to, by this goroutine or by one that it waits for.
bool LeavesMaps(Op op) {
  switch (op) {
    case Op::kDeclLocal: case Op::kStore: case Op::kMove: case Op::kClear: case Op::kNilCheck:
    case Op::kBoundsCheck: case Op::kSliceCheck: case Op::kDivCheck: case Op::kShiftCheck:
    case Op::kNew: case Op::kMakeSlice: case Op::kMakeClosure: case Op::kIfaceBox:
    case Op::kSliceGrow: case Op::kSliceCopy: case Op::kSliceClear: case Op::kKeepAlive:
    case Op::kStrConcat: case Op::kBytesToStr: case Op::kStrToBytes: case Op::kRunesToStr:
    case Op::kStrToRunes: case Op::kRuneToStr:
      return true;
    default:
      return false;
  }
}

class Finder {
 public:
  explicit Finder(const Func& func) : f_(func), number_(func.insts.size()) {}

  std::unordered_map<uint32_t, ValueId> Run() {
    size_t accesses = 0;
    for (const Block& block : f_.blocks) {
      for (ValueId v : block.insts) accesses += IsMapAccess(f_.inst(v)) ? 1 : 0;
    }
    if (accesses < 2) return {};
    FindWanted();
    FindPrivate();
    const DomTree dom(f_);
    std::vector<State> ends(f_.blocks.size());
    for (size_t at = 0; at < dom.rpo.size(); at++) {
      const BlockId block = dom.rpo[at];
      state_ = {};
      bool is_first = true;
      for (BlockId pred : dom.preds[block.index]) {
        // One that cannot be reached may be where control continues after a recovered panic.
        if (!dom.IsReachable(pred) || dom.order[pred.index] >= static_cast<int32_t>(at)) {
          state_ = {};
          break;
        }
        if (is_first) state_ = ends[pred.index];
        else state_.Keep(ends[pred.index]);
        is_first = false;
      }
      for (ValueId v : f_.block(block).insts) Visit(v);
      ends[block.index] = std::move(state_);
    }
    return std::move(known_);
  }

 private:
  using Key = std::vector<uint64_t>;  // operation, its static operands, the numbers of its operands
  struct Elem {
    ValueId map, key;  // numbers
    ValueId address;
    bool operator==(const Elem&) const = default;
  };
  struct State {
    std::map<Key, ValueId> values;
    std::vector<Elem> elems;

    void Keep(const State& other) {
      std::erase_if(values, [&](const auto& entry) {
        auto it = other.values.find(entry.first);
        return it == other.values.end() || it->second != entry.second;
      });
      std::erase_if(elems, [&](const Elem& e) {
        return std::find(other.elems.begin(), other.elems.end(), e) == other.elems.end();
      });
    }
  };

  // What leads to a map or a key.
  void FindWanted() {
    is_wanted_.resize(f_.insts.size());
    std::vector<ValueId> work;
    auto want = [&](ValueId v) {
      if (!v.is_valid() || is_wanted_[v.index]) return;
      is_wanted_[v.index] = true;
      work.push_back(v);
    };
    for (const Block& block : f_.blocks) {
      for (ValueId v : block.insts) {
        const Inst& inst = f_.inst(v);
        if (!IsMapAccess(inst)) continue;
        want(inst.args[0]);
        want(inst.args[1]);
      }
    }
    while (!work.empty()) {
      const Inst& inst = f_.inst(work.back());
      work.pop_back();
      if (!IsPure(inst.op) && inst.op != Op::kLoad) continue;
      for (ValueId a : inst.args) want(a);
    }
  }

  // Variables whose addresses are only loaded from and stored to.
  void FindPrivate() {
    is_private_.assign(f_.locals.size(), true);
    for (const Block& block : f_.blocks) {
      for (ValueId v : block.insts) {
        const Inst& inst = f_.inst(v);
        for (size_t k = 0; k < inst.args.size(); k++) {
          if (!inst.args[k].is_valid()) continue;
          const Inst& arg = f_.inst(inst.args[k]);
          if (arg.op != Op::kLocalAddr) continue;
          const bool is_access =
              k == 0 && (inst.op == Op::kLoad || inst.op == Op::kStore || inst.op == Op::kClear);
          if (!is_access) is_private_[arg.local.index] = false;
        }
      }
    }
    for (size_t i = 0; i < f_.locals.size(); i++) {
      const Local& local = f_.locals[i];
      if (local.captured || local.address_taken || local.on_heap || local.is_volatile) {
        is_private_[i] = false;
      }
    }
  }

  // The variable at the address, if it is private.
  std::optional<LocalId> PrivateAt(ValueId address) const {
    const Inst& inst = f_.inst(address);
    if (inst.op != Op::kLocalAddr || !is_private_[inst.local.index]) return std::nullopt;
    return inst.local;
  }

  void Visit(ValueId v) {
    const Inst& inst = f_.inst(v);
    number_[v.index] = v;
    if (IsMapAccess(inst)) return VisitAccess(v);
    if (is_wanted_[v.index] && (IsPure(inst.op) || (inst.op == Op::kLoad && !inst.is_volatile))) {
      Number(v);
      return;
    }
    if (inst.op == Op::kDeclLocal) {
      if (is_private_[inst.local.index]) ForgetLoadsOf(inst.local);
      else state_.values.clear();
      return;
    }
    if (inst.op == Op::kStore || inst.op == Op::kClear || inst.op == Op::kMove) {
      if (std::optional<LocalId> local = PrivateAt(inst.args[0])) ForgetLoadsOf(*local);
      else ForgetMemory();
      return;
    }
    const OpInfo& info = InfoOf(inst.op);
    if (info.is_terminator || (!info.writes && !info.has_effect && !info.is_safepoint)) return;
    if (info.writes || !LeavesMaps(inst.op)) ForgetMemory();
    if (!LeavesMaps(inst.op)) state_.elems.clear();
  }

  void Number(ValueId v) {
    const Inst& inst = f_.inst(v);
    Key key = {static_cast<uint64_t>(inst.op),
               static_cast<uint64_t>(inst.imm),
               inst.local.is_valid() ? uint64_t{inst.local.index} : UINT64_MAX,
               reinterpret_cast<uint64_t>(inst.type),
               reinterpret_cast<uint64_t>(inst.elem),
               reinterpret_cast<uint64_t>(inst.global),
               reinterpret_cast<uint64_t>(inst.data),
               reinterpret_cast<uint64_t>(inst.text.data()),
               inst.text.size()};
    for (ValueId a : inst.args) key.push_back(a.is_valid() ? NumberOf(a).index : UINT64_MAX);
    if (state_.values.size() >= kMaxValues) state_.values.clear();
    number_[v.index] = state_.values.try_emplace(std::move(key), v).first->second;
  }

  // Operands of other kinds stand for themselves.
  ValueId NumberOf(ValueId v) const { return number_[v.index].is_valid() ? number_[v.index] : v; }

  template <typename F>
  void ForgetLoads(F is_changed) {
    std::erase_if(state_.values, [&](const auto& entry) {
      const Inst& inst = f_.inst(entry.second);
      return inst.op == Op::kLoad && is_changed(PrivateAt(inst.args[0]));
    });
  }
  void ForgetLoadsOf(LocalId local) {
    ForgetLoads([&](std::optional<LocalId> from) { return from == local; });
  }
  void ForgetMemory() {
    ForgetLoads([](std::optional<LocalId> from) { return !from.has_value(); });
  }

  bool MayKnow(const Inst& inst) {
    TypeLayout& layout = f_.module->layout();
    types::Type* map = f_.inst(inst.args[0]).type;
    if (f_.inst(inst.args[1]).op == Op::kBytesToStr) return false;
    if (layout.MapKindOf(map) == rt::MapFast::kStr) return true;
    types::Type* key = layout.Canon(types::UnderAs<types::Map>(map)->key);
    return layout.IsWord(key) && layout.EqualityOf(key) == EqKind::kMemory;
  }

  void VisitAccess(ValueId v) {
    const Inst& inst = f_.inst(v);
    const ValueId map = NumberOf(inst.args[0]), key = NumberOf(inst.args[1]);
    const bool may_know = MayKnow(inst);
    bool is_known = false;
    for (const Elem& e : state_.elems) {
      if (!may_know || e.map != map || e.key != key) continue;
      known_[v.index] = e.address;
      is_known = true;
    }
    if (inst.op == Op::kMapAssign) {
      state_.elems.clear();
      ForgetMemory();
      is_known = false;  // there is a newer address
    }
    if (may_know && !is_known) state_.elems.push_back({map, key, v});
  }

  const Func& f_;
  std::vector<bool> is_wanted_;       // by instruction
  std::vector<bool> is_private_;      // by local
  std::vector<ValueId> number_;       // the first instruction that made the same value
  State state_;
  std::unordered_map<uint32_t, ValueId> known_;
};

}  // namespace

std::unordered_map<uint32_t, ValueId> KnownMapElems(const Func& func) { return Finder(func).Run(); }

}  // namespace gol::ir
