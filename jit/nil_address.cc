// See jit/nil_address.h.
#include "jit/nil_address.h"

#include <algorithm>
#include <cstddef>

#include "runtime/abi/layout.h"
#include "runtime/abi/rtype.h"

namespace gol::jit {
namespace {

using ir::Inst;
using ir::Op;
using ir::ValueId;

// Addresses below fault whatever is mapped: Go folds no check into an access at or behind it.
constexpr int64_t kFirstPage = 4096;
// How far accesses are looked for: they follow their check closely.
constexpr size_t kMaxInsts = 32;
constexpr size_t kMaxKnown = 8;

// What is known to lie at a constant offset from the checked pointer: values, and locals that hold such values.
class Offsets {
 public:
  explicit Offsets(ValueId pointer) { Add(pointer.index, false, 0); }

  bool Find(uint32_t index, bool is_local, int64_t* offset) const {
    for (size_t i = count_; i > 0; i--) {  // the latest of a local
      const Known& k = known_[i - 1];
      if (k.index != index || k.is_local != is_local) continue;
      *offset = k.offset;
      return true;
    }
    return false;
  }
  bool Find(ValueId v, int64_t* offset) const { return Find(v.index, false, offset); }

  void Add(uint32_t index, bool is_local, int64_t offset) {
    if (count_ < kMaxKnown) known_[count_++] = {index, is_local, offset};
  }

 private:
  struct Known {
    uint32_t index;
    bool is_local;
    int64_t offset;
  };
  Known known_[kMaxKnown];
  size_t count_ = 0;
};

bool IsStringOrSlice(ir::TypeLayout& layout, types::Type* t) {
  const rt::Kind kind = layout.KindOf(t);
  return kind == rt::kString || kind == rt::kSlice;
}

// The word of a loaded string or slice that is needed first.
int64_t FirstWordUsed(const ir::Func& f, ValueId loaded, std::span<const ValueId> following) {
  for (ValueId id : following.first(std::min(following.size(), kMaxInsts))) {
    const Inst& in = f.inst(id);
    if (in.args.empty() || in.args[0] != loaded) continue;
    if (in.op == Op::kSliceGrow || in.op == Op::kSliceCap) return offsetof(rt::GoSlice, cap);
    if (in.op != Op::kSliceLen && in.op != Op::kStrLen) return 0;
    // An append takes the length as well, after the capacity.
    for (ValueId later : following) {
      const Inst& use = f.inst(later);
      if (use.op == Op::kSliceGrow && use.args[0] == loaded) return offsetof(rt::GoSlice, cap);
    }
    static_assert(offsetof(rt::GoSlice, len) == offsetof(rt::GoString, len));
    return offsetof(rt::GoSlice, len);
  }
  return 0;
}

// Where in its word a store writes first: what is no pointer comes before the write barrier, a check of whose own
// lies between the pointer and its use.
bool FirstWordStored(const ir::Func& f, ir::TypeLayout& layout, const Inst& store, int64_t* word) {
  types::Type* t = f.inst(store.args[1]).type;
  *word = 0;
  if (!store.barrier || !layout.HasPointers(t)) return true;
  *word = offsetof(rt::GoSlice, len);
  return IsStringOrSlice(layout, t);
}

}  // namespace

int64_t NilFaultAddress(const ir::Func& f, ir::TypeLayout& layout, const Inst& check,
                        std::span<const ValueId> following) {
  const ValueId pointer = check.args[0];
  Offsets known(pointer);
  auto within_page = [](int64_t offset) { return offset < kFirstPage ? offset : 0; };
  int64_t offset, word;
  for (size_t i = 0; i < std::min(following.size(), kMaxInsts); i++) {
    const ValueId id = following[i];
    const Inst& in = f.inst(id);
    switch (in.op) {
      case Op::kFieldAddr:
        if (known.Find(in.args[0], &offset)) {
          known.Add(id.index, false,
                    offset + layout.FieldOffset(in.elem, static_cast<size_t>(in.imm)));
        }
        break;
      case Op::kElemAddr:
        if (f.inst(in.args[1]).op == Op::kConstInt && known.Find(in.args[0], &offset)) {
          known.Add(id.index, false,
                    offset + f.inst(in.args[1]).imm * layout.SizeOf(in.elem));
        }
        break;
      case Op::kLoad:
        if (f.inst(in.args[0]).op == Op::kLocalAddr) {
          const Inst& local = f.inst(in.args[0]);
          if (known.Find(local.local.index, true, &offset)) known.Add(id.index, false, offset);
        } else if (known.Find(in.args[0], &offset)) {
          word = IsStringOrSlice(layout, in.type) ? FirstWordUsed(f, id, following.subspan(i + 1)) : 0;
          return within_page(offset + word);
        }
        break;
      case Op::kStore:
        if (f.inst(in.args[0]).op == Op::kLocalAddr) {
          if (known.Find(in.args[1], &offset)) {
            known.Add(f.inst(in.args[0]).local.index, true, offset);
          } else if (known.Find(f.inst(in.args[0]).local.index, true, &offset)) {
            return 0;
          }
          break;
        }
        if (!known.Find(in.args[0], &offset)) return 0;
        return FirstWordStored(f, layout, in, &word) ? within_page(offset + word) : 0;
      case Op::kCallIface:
        // The method's address is read from the itab.
        if (f.inst(pointer).op != Op::kIfaceTab || f.inst(pointer).args[0] != in.args[0]) return 0;
        return within_page(static_cast<int64_t>(offsetof(rt::Itab, fun)) + 8 * in.imm);
      case Op::kNilCheck:
      case Op::kDeclLocal:
        break;
      default:
        if (ir::InfoOf(in.op).writes || ir::InfoOf(in.op).has_effect) return 0;
        break;
    }
  }
  return 0;
}

}  // namespace gol::jit
