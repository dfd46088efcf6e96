// Escape analysis. See escape.h.
//
// Problem. A variable whose address is taken, or an object made by new, make, a literal, a closure
// or a conversion to an interface, may live in the frame of its function if no pointer to it is
// used after the frame (or the loop iteration that made it) is gone.
//
// Method (Go, cmd/compile/internal/escape; the formulation is that of Go 1.13's rewrite). Each
// variable and each allocation site is a *location*. An assignment is an edge between locations
// with a number of dereferences: `p = &x` is -1, `p = q` 0, `p = *q` 1, and so on. Whatever is
// stored where the analysis cannot tell the location (through a pointer, into a map, a channel, a
// global, an unknown function) flows to the *heap* location. A location escapes when its address
// (a path whose dereferences sum to -1) reaches a location that outlives it: the heap, a result, a
// location of a shallower loop, or a location that itself escapes.
//
// On this IR. Values are traced back to the locations they derive from (`Sources`); loads add one
// dereference, addresses of fields and elements none, so that the analysis is insensitive to fields
// and control flow. What the instructions pass by address (aggregate arguments, map keys, elements
// of channels) flows by its contents.
//
// Functions are analysed callees first, those of a recursive group until their summaries stay the
// same. A function's summary says for each parameter, and for each variable that a closure captured,
// with how few dereferences it reaches the heap and each result; functions of other modules come
// with theirs (summary.h). Calls of closures and of interface methods use no summary: their
// arguments flow to the heap. What a closure's body does with a capture happens where it is made.
//
// Limits, as Go's: variables over 128 KiB and implicit allocations over 64 KiB live on the heap, as
// do slices of a length that is not constant.
#include "ir/pass/escape.h"

#include <algorithm>
#include <cstdio>
#include <unordered_map>

#include "frontend/types/const_value.h"
#include "frontend/types/predicates.h"
#include "ir/builder.h"
#include "ir/pass/call_order.h"
#include "ir/pass/inline.h"
#include "ir/pass/loops.h"
#include "ir/pass/messages.h"
#include "ir/pass/summary.h"
#include "ir/pass/unused.h"
#include "ir/type_layout.h"

namespace gol::ir {
namespace {

constexpr int64_t kMaxVariable = 128 << 10;
constexpr int64_t kMaxImplicit = 64 << 10;
// Dereferences saturate here; a deeper path is as good as this one.
constexpr int kMaxDerefs = 8;
// How often a recursive group is analysed before its summaries are done without.
constexpr int kMaxRounds = 8;
struct Edge {
  uint32_t src;
  int derefs;
};

struct Location {
  enum Kind : uint8_t { kHeap, kLocal, kAlloc, kResult, kCapture } kind = kLocal;
  uint32_t id = 0;        // local, instruction, result or capture index
  int loop_depth = 0;
  int param = -1;         // index of the parameter, or -1
  bool escapes = false;
  // The object is in the heap in any case (its size is not known, or too large): what is stored in
  // it escapes, whether it does itself or not.
  bool in_heap = false;
  std::vector<Edge> edges;  // what flows here
  Leak leak;              // parameters and captures
  // State of one walk.
  uint32_t walk = 0;
  int walk_derefs = 0;
};

struct Source {
  uint32_t loc;
  int derefs;
};
using Sources = std::vector<Source>;

constexpr uint32_t kHeapLoc = 0;

class FuncEscape {
 public:
  FuncEscape(Func* func, std::unordered_map<const Func*, Summary>* summaries,
             const ExternSummary& extern_summary)
      : func_(func),
        layout_(func->module->layout()),
        summaries_(*summaries),
        extern_summary_(extern_summary) {}

  Summary Run() {
    ComputeLoopDepths(func_);
    uses_ = UsesOfLocals(*func_);
    MakeLocations();
    memo_.resize(func_->insts.size());
    has_memo_.assign(func_->insts.size(), false);
    for (Block& block : func_->blocks) {
      for (ValueId v : block.insts) Visit(v);
    }
    for (size_t r = 0; r < func_->results.size(); r++) {
      uint32_t l = local_loc_[func_->results[r].index];
      locs_[result_loc_ + r].edges.push_back({l, 0});
    }
    WalkAll();
    Apply();
    Summary summary;
    for (LocalId p : func_->params) summary.params.push_back(locs_[local_loc_[p.index]].leak);
    for (size_t c = 0; c < func_->captures.size(); c++) {
      summary.captures.push_back(locs_[capture_loc_ + c].leak);
      summary.context_leaks |= locs_[capture_loc_ + c].escapes;
    }
    return summary;
  }

  void Report(std::vector<EscapeNote>* notes) const;

 private:
  struct ConstantValue {
    bool is_known = false;
    const Inst* inst = nullptr;  // null: the zero value
  };
  std::string BoxedConstant(const Inst& box) const;
  ConstantValue ConstantOf(ValueId v, int depth) const;

  uint32_t NewLocation(Location::Kind kind, uint32_t id, int loop_depth) {
    Location l;
    l.kind = kind;
    l.id = id;
    l.loop_depth = loop_depth;
    l.leak.results.assign(func_->results.size(), kNoLeak);
    locs_.push_back(std::move(l));
    return static_cast<uint32_t>(locs_.size() - 1);
  }

  void MakeLocations() {
    NewLocation(Location::kHeap, 0, -1);
    locs_[kHeapLoc].escapes = true;
    capture_loc_ = static_cast<uint32_t>(locs_.size());
    for (size_t c = 0; c < func_->captures.size(); c++) {
      NewLocation(Location::kCapture, static_cast<uint32_t>(c), 0);
      locs_.back().param = INT32_MAX;
      locs_.back().in_heap = true;  // the closure lives longer than this call
    }
    result_loc_ = static_cast<uint32_t>(locs_.size());
    for (size_t r = 0; r < func_->results.size(); r++) {
      NewLocation(Location::kResult, static_cast<uint32_t>(r), -1);
    }
    // A variable's loop is that of its declaration; a temporary's the outermost one of its uses.
    std::vector<int> depth(func_->locals.size(), INT32_MAX);
    std::vector<bool> is_declared(func_->locals.size(), false);
    for (Block& block : func_->blocks) {
      for (ValueId v : block.insts) {
        const Inst& inst = func_->inst(v);
        if (!inst.local.is_valid()) continue;
        uint32_t l = inst.local.index;
        if (inst.op == Op::kDeclLocal) {
          depth[l] = is_declared[l] ? std::min(depth[l], block.loop_depth) : block.loop_depth;
          is_declared[l] = true;
        } else if (!is_declared[l]) {
          depth[l] = std::min(depth[l], block.loop_depth);
        }
      }
    }
    for (uint32_t l = 0; l < func_->locals.size(); l++) {
      const Local& local = func_->locals[l];
      local_loc_.push_back(
          NewLocation(Location::kLocal, l, depth[l] == INT32_MAX ? 0 : depth[l]));
      if (is_declared[l] && layout_.SizeOf(local.type) > kMaxVariable) {
        locs_.back().escapes = true;
      }
    }
    for (size_t p = 0; p < func_->params.size(); p++) {
      Location& l = locs_[local_loc_[func_->params[p].index]];
      l.param = static_cast<int>(p);
      l.loop_depth = 0;
    }
    for (LocalId r : func_->results) locs_[local_loc_[r.index]].loop_depth = 0;
  }

  // ---- where values come from ----

  const Sources& SourcesOf(ValueId v) {
    if (!has_memo_[v.index]) {
      has_memo_[v.index] = true;
      Sources s = ComputeSources(v);
      memo_[v.index] = std::move(s);
    }
    return memo_[v.index];
  }

  static Sources Plus(const Sources& s, int derefs) {
    Sources out = s;
    for (Source& x : out) x.derefs = std::min(x.derefs + derefs, kMaxDerefs);
    return out;
  }

  static void Join(Sources* to, const Sources& from) {
    for (const Source& f : from) {
      auto it = std::find_if(to->begin(), to->end(),
                             [&](const Source& t) { return t.loc == f.loc; });
      if (it == to->end()) {
        to->push_back(f);
      } else {
        it->derefs = std::min(it->derefs, f.derefs);
      }
    }
  }

  // The contents of an operand: a word's value, or what stands at an aggregate's address.
  Sources ContentsOf(ValueId v, types::Type* type) {
    if (type != nullptr && !layout_.HasPointers(type)) return {};
    return type != nullptr && layout_.IsAggregate(type) ? Plus(SourcesOf(v), 1) : SourcesOf(v);
  }

  uint32_t AllocOf(ValueId v) {
    auto [it, is_new] = alloc_loc_.try_emplace(v.index, 0);
    if (is_new) {
      const Inst& inst = func_->inst(v);
      // What append allocates is never used again for another slice: no loop matters.
      const int loop_depth =
          inst.op == Op::kSliceGrow ? 0 : func_->block(inst.block).loop_depth;
      it->second = NewLocation(Location::kAlloc, v.index, loop_depth);
      locs_[it->second].in_heap = !FitsFrame(inst);
    }
    return it->second;
  }

  Sources ComputeSources(ValueId v) {
    const Inst& inst = func_->inst(v);
    switch (inst.op) {
      case Op::kLocalAddr:
        return {{local_loc_[inst.local.index], -1}};
      case Op::kCaptureAddr:
        return {{capture_loc_ + static_cast<uint32_t>(inst.imm), -1}};
      case Op::kNew:
      case Op::kMakeSlice:
      case Op::kMakeMap:
      case Op::kMakeChan:
      case Op::kMakeClosure:
      case Op::kStrConcat:
      case Op::kBytesToStr:
      case Op::kRunesToStr:
      case Op::kRuneToStr:
      case Op::kStrToBytes:
      case Op::kStrToRunes:
        return {{AllocOf(v), -1}};
      case Op::kFuncAddr:
        // A literal without captures allocates nothing, but a message may say so.
        return inst.text.empty() ? Sources() : Sources{{AllocOf(v), -1}};
      case Op::kIfaceBox:
        if (layout_.IsDirectIface(inst.elem)) return ContentsOf(inst.args[0], inst.elem);
        return {{AllocOf(v), -1}};
      case Op::kLoad:
        if (inst.type != nullptr && !HoldsAddresses(inst.type, inst.args[0])) return {};
        return Plus(SourcesOf(inst.args[0]), 1);
      case Op::kAssertType:
      case Op::kUnboxValue:
        return layout_.IsDirectIface(inst.elem) ? SourcesOf(inst.args[0])
                                                : Plus(SourcesOf(inst.args[0]), 1);
      case Op::kAssertTypeAddr:
        // What the data word itself holds has no address in memory: that of a copy is given.
        return layout_.IsDirectIface(inst.elem) ? Plus(SourcesOf(inst.args[0]), -1)
                                                : SourcesOf(inst.args[0]);
      case Op::kCallIntrinsic: {
        // What an atomic operation loads.
        if (inst.type == nullptr || !HasAddresses(inst.type)) return {};
        Sources s;
        for (ValueId a : inst.args) Join(&s, SourcesOf(a));
        return s;
      }
      case Op::kFieldAddr:
      case Op::kElemAddr:
      case Op::kPtrAdd:
      case Op::kStrMake:
      case Op::kStrPtr:
      case Op::kSliceMake:
      case Op::kSlicePtr:
      case Op::kIfaceData:
      case Op::kAssertIface:
      case Op::kAssertIface2:
      case Op::kConvIface:
      case Op::kMapFind:
      case Op::kBitcast:
        return SourcesOf(inst.args[0]);
      case Op::kSliceGrow: {
        Sources s = SourcesOf(inst.args[0]);
        Join(&s, {{AllocOf(v), -1}});
        return s;
      }
      case Op::kIfaceMake:
        return SourcesOf(inst.args[1]);
      case Op::kMapIterKey:
      case Op::kMapIterElem:
        return Plus(SourcesOf(inst.args[0]), 1);
      case Op::kAdd:
      case Op::kSub:
      case Op::kAnd:
      case Op::kOr:
      case Op::kXor:
      case Op::kAndNot: {
        // Arithmetic on addresses: unsafe.Pointer(uintptr(p) + n).
        if (!IsUintptr(inst.type)) return {};
        Sources s = SourcesOf(inst.args[0]);
        Join(&s, SourcesOf(inst.args[1]));
        return s;
      }
      case Op::kExtract: {
        const Inst& tuple = func_->inst(inst.args[0]);
        if (tuple.op == Op::kCall) return CallResult(tuple, static_cast<int>(inst.imm));
        return inst.imm == 0 ? SourcesOf(inst.args[0]) : Sources();
      }
      case Op::kCall:
        return CallResult(inst, 0);
      default:
        return {};
    }
  }

  bool HasAddresses(types::Type* t) const {
    return t->kind != types::TypeKind::kTuple && (layout_.HasPointers(t) || IsUintptr(t));
  }

  // Whether memory of the type, at addr, may refer to something. A local variable of type uintptr
  // does not, whatever was put into it; the field Data of a reflect.SliceHeader does.
  bool HoldsAddresses(types::Type* t, ValueId addr) const {
    return layout_.HasPointers(t) ||
           (IsUintptr(t) && func_->inst(addr).op != Op::kLocalAddr);
  }

  bool IsUintptr(types::Type* t) const {
    auto* b = types::UnderAs<types::Basic>(t);
    return b != nullptr && b->basic == types::BasicKind::kUintptr;
  }

  const Summary* SummaryOf(const Inst& call) {
    if (call.op != Op::kCall || call.callee == nullptr) return nullptr;
    auto it = summaries_.find(call.callee);
    if (it != summaries_.end()) return &it->second;
    if (call.callee->is_built || !extern_summary_ || call.callee->sig == nullptr) return nullptr;
    Summary summary;
    int cost = 0;
    if (!ParseSummary(extern_summary_(call.callee->name), &summary, &cost)) return nullptr;
    const size_t params =
        call.callee->sig->num_params() + (call.callee->sig->recv != nullptr ? 1 : 0);
    if (summary.params.size() != params) return nullptr;
    for (const Leak& leak : summary.params) {
      if (leak.results.size() != call.callee->sig->num_results()) return nullptr;
    }
    return &summaries_.emplace(call.callee, std::move(summary)).first->second;
  }

  // Of functions with and without a body.
  types::Type* ParamType(const Func* callee, size_t i) const {
    if (!callee->params.empty()) return callee->locals[callee->params[i].index].type;
    if (callee->sig->recv != nullptr) {
      if (i == 0) return layout_.Canon(callee->sig->recv->type);
      i--;
    }
    return layout_.Canon(callee->sig->params->at(i)->type);
  }
  size_t NumResults(const Func* callee) const {
    return callee->is_built ? callee->results.size() : callee->sig->num_results();
  }
  types::Type* ResultType(const Func* callee, size_t i) const {
    return callee->is_built ? callee->local(callee->results[i]).type
                            : layout_.Canon(callee->sig->results->at(i)->type);
  }

  // Sources of the word_index'th word result of a static call.
  Sources CallResult(const Inst& call, int word_index) {
    const Summary* summary = SummaryOf(call);
    if (summary == nullptr) return {};
    int seen = -1;
    for (size_t r = 0; r < NumResults(call.callee); r++) {
      if (layout_.IsAggregate(ResultType(call.callee, r))) continue;
      if (++seen == word_index) return ResultSources(call, *summary, r);
    }
    return {};
  }

  Sources ResultSources(const Inst& call, const Summary& summary, size_t r) {
    Sources out;
    for (size_t p = 0; p < summary.params.size() && p < call.args.size(); p++) {
      int8_t d = summary.params[p].results[r];
      if (d != kNoLeak) {
        Join(&out, Plus(ContentsOf(call.args[p], ParamType(call.callee, p)), d));
      }
    }
    return out;
  }

  // ---- edges ----

  void Flow(uint32_t dst, const Sources& sources) {
    for (const Source& s : sources) {
      if (s.loc == kHeapLoc || (s.loc == dst && s.derefs >= 0)) continue;
      locs_[dst].edges.push_back({s.loc, s.derefs});
    }
  }

  // The pointer to the struct whose field is at addr, or nothing.
  ValueId FieldBase(ValueId addr) const {
    if (func_->inst(addr).op != Op::kFieldAddr) return {};
    while (func_->inst(addr).op == Op::kFieldAddr) addr = func_->inst(addr).args[0];
    return addr;
  }

  // Whether both are fields of what one pointer points to.
  bool IsSameObject(ValueId addr, ValueId other) const {
    const ValueId a = FieldBase(addr), b = FieldBase(other);
    if (!a.is_valid() || !b.is_valid()) return false;
    if (a == b) return true;
    const Inst& x = func_->inst(a);
    const Inst& y = func_->inst(b);
    if (x.op != Op::kLoad || y.op != Op::kLoad) return false;
    const Inst& from = func_->inst(x.args[0]);
    if (from.op != Op::kLocalAddr || func_->inst(y.args[0]).op != Op::kLocalAddr ||
        from.local != func_->inst(y.args[0]).local) {
      return false;
    }
    // A variable that does not change in between.
    const LocalUse& use = uses_[from.local.index];
    return !use.other && use.stores <= (func_->local(from.local).is_param ? 0 : 1);
  }

  // p.x = p.y and p.x = p.x[i:j] bring nothing into an object that was not there (as Go has it, see
  // cmd/compile/internal/escape, isSelfAssign).
  bool IsSelfAssignment(ValueId addr, ValueId value) const {
    const Inst* v = &func_->inst(value);
    if (v->op == Op::kSliceMake || v->op == Op::kStrMake) {
      v = &func_->inst(v->args[0]);
      while (v->op == Op::kElemAddr || v->op == Op::kPtrAdd) v = &func_->inst(v->args[0]);
      if (v->op != Op::kSlicePtr && v->op != Op::kStrPtr) return false;
      v = &func_->inst(v->args[0]);
    }
    return v->op == Op::kLoad && IsSameObject(addr, v->args[0]);
  }

  // The value flows to wherever addr points.
  void FlowTo(ValueId addr, const Sources& value) {
    if (value.empty()) return;
    Sources where = SourcesOf(addr);
    if (where.empty()) Flow(kHeapLoc, value);
    for (const Source& w : where) {
      Flow(w.derefs < 0 && !locs_[w.loc].in_heap ? w.loc : kHeapLoc, value);
    }
  }

  void FlowArgsToHeap(const Inst& inst, size_t first) {
    for (size_t i = first; i < inst.args.size(); i++) {
      types::Type* t = func_->inst(inst.args[i]).type;
      if (t == nullptr) continue;
      Flow(kHeapLoc, SourcesOf(inst.args[i]));
    }
  }

  // Arguments of a call by its signature, from args[first] on, flow to the heap by content.
  void FlowCallArgsToHeap(const Inst& inst, size_t first, types::Signature* sig) {
    size_t i = first;
    for (size_t p = 0; sig != nullptr && p < sig->num_params(); p++, i++) {
      if (i >= inst.args.size()) return;
      Flow(kHeapLoc, ContentsOf(inst.args[i], layout_.Canon(sig->params->at(p)->type)));
    }
  }

  void VisitCall(ValueId v) {
    const Inst& inst = func_->inst(v);
    const Summary* summary = SummaryOf(inst);
    Func* callee = inst.callee;
    if (summary == nullptr) {
      if (callee->no_escape) return;
      for (size_t p = 0; p < callee->params.size() && p < inst.args.size(); p++) {
        Flow(kHeapLoc, ContentsOf(inst.args[p], ParamType(callee, p)));
      }
      if (callee->params.empty()) {
        size_t first = callee->sig != nullptr && callee->sig->recv != nullptr ? 1 : 0;
        for (size_t i = 0; i < first && i < inst.args.size(); i++) {
          Flow(kHeapLoc, ContentsOf(inst.args[i], layout_.Canon(callee->sig->recv->type)));
        }
        FlowCallArgsToHeap(inst, first, callee->sig);
      }
      return;
    }
    for (size_t p = 0; p < summary->params.size(); p++) {
      int8_t d = summary->params[p].heap;
      if (d != kNoLeak) {
        Flow(kHeapLoc, Plus(ContentsOf(inst.args[p], ParamType(callee, p)), d));
      }
    }
    // Aggregate results are stored through the addresses that follow the arguments.
    size_t next = summary->params.size();
    for (size_t r = 0; r < NumResults(callee); r++) {
      if (!layout_.IsAggregate(ResultType(callee, r))) continue;
      if (next < inst.args.size()) FlowTo(inst.args[next], ResultSources(inst, *summary, r));
      next++;
    }
  }

  void Visit(ValueId v) {
    const Inst& inst = func_->inst(v);
    switch (inst.op) {
      case Op::kStore: {
        if (!HoldsAddresses(func_->inst(inst.args[1]).type, inst.args[0])) break;
        if (IsSelfAssignment(inst.args[0], inst.args[1])) break;
        FlowTo(inst.args[0], SourcesOf(inst.args[1]));
        break;
      }
      case Op::kMove:
        if (layout_.HasPointers(inst.elem) && !IsSameObject(inst.args[0], inst.args[1])) {
          FlowTo(inst.args[0], Plus(SourcesOf(inst.args[1]), 1));
        }
        break;
      case Op::kFuncAddr:
      case Op::kNew:
      case Op::kMakeSlice:
      case Op::kMakeMap:
      case Op::kMakeChan:
      case Op::kStrConcat:
      case Op::kBytesToStr:
      case Op::kRunesToStr:
      case Op::kRuneToStr:
      case Op::kStrToBytes:
      case Op::kStrToRunes:
      case Op::kSliceGrow:
        SourcesOf(v);
        break;
      case Op::kIfaceBox:
        SourcesOf(v);
        if (!layout_.IsDirectIface(inst.elem)) {
          Sources contents = ContentsOf(inst.args[0], inst.elem);
          const uint32_t a = AllocOf(v);
          Flow(locs_[a].in_heap ? kHeapLoc : a, contents);
        }
        break;
      case Op::kMakeClosure: {
        uint32_t a = AllocOf(v);
        auto it = summaries_.find(inst.callee);
        const bool is_known = it != summaries_.end();
        if (!is_known || it->second.context_leaks) Flow(kHeapLoc, {{a, -1}});
        for (size_t i = 0; i < inst.args.size(); i++) {
          types::Type* t = i < inst.callee->captures.size() ? inst.callee->captures[i].type : nullptr;
          Sources contents = ContentsOf(inst.args[i], t);
          Flow(a, contents);
          if (!is_known || i >= it->second.captures.size()) continue;
          // Nobody knows where the results of the closure go.
          const Leak& leak = it->second.captures[i];
          int d = leak.heap;
          for (int8_t r : leak.results) {
            if (r != kNoLeak && (d == kNoLeak || r < d)) d = r;
          }
          if (d != kNoLeak) Flow(kHeapLoc, Plus(contents, d));
        }
        break;
      }
      case Op::kMapAssign: {
        auto* m = types::UnderAs<types::Map>(func_->inst(inst.args[0]).type);
        if (m != nullptr) Flow(kHeapLoc, ContentsOf(inst.args[1], layout_.Canon(m->key)));
        break;
      }
      case Op::kMapIterInit:
        FlowTo(inst.args[1], SourcesOf(inst.args[0]));
        break;
      case Op::kSliceCopy:
        if (layout_.HasPointers(inst.elem)) {
          FlowTo(inst.args[0], Plus(SourcesOf(inst.args[2]), 1));
        }
        break;
      case Op::kChanSend: {
        auto* c = types::UnderAs<types::Chan>(func_->inst(inst.args[0]).type);
        if (c == nullptr || layout_.HasPointers(c->elem)) {
          Flow(kHeapLoc, Plus(SourcesOf(inst.args[1]), 1));
        }
        break;
      }
      case Op::kSelect:
        for (int64_t i = 0; i < inst.imm; i++) {
          Flow(kHeapLoc, Plus(SourcesOf(inst.args[2 * i + 1]), 1));
        }
        break;
      case Op::kCall:
        VisitCall(v);
        break;
      case Op::kCallNative:
        if (!inst.callee->no_escape) VisitCall(v);
        break;
      case Op::kCallClosure:
        FlowCallArgsToHeap(inst, 1, inst.sig);
        break;
      case Op::kCallIface:
        Flow(kHeapLoc, SourcesOf(inst.args[0]));
        FlowCallArgsToHeap(inst, 1, inst.sig);
        break;
      case Op::kCallIntrinsic:
        if (inst.imm != static_cast<int64_t>(Intrinsic::kKeepAlive)) FlowArgsToHeap(inst, 1);
        break;
      case Op::kGo:
      case Op::kPanic:
        FlowArgsToHeap(inst, 0);
        break;
      case Op::kDefer:
        if (inst.in_loop) FlowArgsToHeap(inst, 0);
        break;
      case Op::kReturn: {
        size_t i = 0;
        for (size_t r = 0; r < func_->results.size(); r++) {
          types::Type* t = func_->local(func_->results[r]).type;
          if (layout_.IsAggregate(t)) continue;
          if (i < inst.args.size() && HasAddresses(t)) {
            Flow(result_loc_ + static_cast<uint32_t>(r), SourcesOf(inst.args[i]));
          }
          i++;
        }
        break;
      }
      default:
        break;
    }
  }

  // ---- solving ----

  bool Outlives(const Location& l, const Location& other) const {
    if (l.escapes || l.kind == Location::kResult) return true;
    return l.loop_depth < other.loop_depth;
  }

  void WalkAll() {
    std::vector<uint32_t> todo;
    std::vector<bool> queued(locs_.size(), true);
    for (uint32_t i = 0; i < locs_.size(); i++) todo.push_back(i);
    while (!todo.empty()) {
      uint32_t root = todo.back();
      todo.pop_back();
      queued[root] = false;
      Walk(root, [&](uint32_t l) {
        if (!queued[l]) {
          queued[l] = true;
          todo.push_back(l);
        }
      });
    }
  }

  template <typename Enqueue>
  void Walk(uint32_t root, Enqueue enqueue) {
    walk_++;
    locs_[root].walk = walk_;
    locs_[root].walk_derefs = 0;
    std::vector<uint32_t> todo{root};
    while (!todo.empty()) {
      Location& l = locs_[todo.back()];
      uint32_t index = todo.back();
      todo.pop_back();
      int derefs = l.walk_derefs;
      const bool is_address = derefs < 0;
      if (is_address) derefs = 0;
      const Location& r = locs_[root];
      if (index != root && Outlives(r, l)) {
        if (l.param >= 0 && !l.escapes) {
          auto d = static_cast<int8_t>(derefs);
          if (r.kind == Location::kResult) {
            int8_t& slot = l.leak.results[r.id];
            if (slot == kNoLeak || d < slot) slot = d;
          } else if (r.escapes && (l.leak.heap == kNoLeak || d < l.leak.heap)) {
            l.leak.heap = d;
          }
        }
        if (is_address && !l.escapes) {
          l.escapes = true;
          enqueue(index);
          continue;
        }
      }
      for (const Edge& e : l.edges) {
        Location& src = locs_[e.src];
        if (src.escapes && src.kind != Location::kLocal) continue;
        if (src.escapes && src.param < 0) continue;
        int d = std::min(derefs + e.derefs, kMaxDerefs);
        if (src.walk != walk_ || src.walk_derefs > d) {
          src.walk = walk_;
          src.walk_derefs = d;
          todo.push_back(e.src);
        }
      }
    }
  }

  // ---- results ----

  bool FitsFrame(const Inst& inst) const {
    switch (inst.op) {
      case Op::kNew:
      case Op::kIfaceBox:
        return layout_.SizeOf(inst.elem) <= kMaxImplicit;
      case Op::kMakeSlice: {
        const Inst& cap = func_->inst(inst.args[1]);
        const Inst& len = func_->inst(inst.args[0]);
        if (cap.op != Op::kConstInt || len.op != Op::kConstInt) return false;
        int64_t size = layout_.SizeOf(inst.elem);
        return len.imm >= 0 && len.imm <= cap.imm && cap.imm <= kMaxImplicit &&
               cap.imm * size <= kMaxImplicit;
      }
      case Op::kMakeClosure:
      case Op::kMakeMap:
        return true;
      default:
        return false;
    }
  }

  void Apply() {
    for (uint32_t l = 0; l < func_->locals.size(); l++) {
      Local& local = func_->locals[l];
      if (local.is_param || local.is_result) continue;
      const Location& loc = locs_[local_loc_[l]];
      if (local.on_heap || loc.escapes) local.on_heap = loc.escapes;
    }
    for (auto [inst_index, loc] : alloc_loc_) {
      Inst& inst = func_->insts[inst_index];
      if (inst.op == Op::kFuncAddr) continue;
      inst.on_stack = !locs_[loc].escapes && FitsFrame(inst);
    }
    FinishBarriers(func_);
  }

  Func* const func_;
  TypeLayout& layout_;
  std::unordered_map<const Func*, Summary>& summaries_;
  const ExternSummary& extern_summary_;
  std::vector<Location> locs_;
  std::vector<uint32_t> local_loc_;
  std::unordered_map<uint32_t, uint32_t> alloc_loc_;
  uint32_t capture_loc_ = 0;  // of the first one
  uint32_t result_loc_ = 0;
  std::vector<Sources> memo_;
  std::vector<bool> has_memo_;
  uint32_t walk_ = 0;
  std::vector<LocalUse> uses_;
};

std::string ResultName(const Func* func, size_t r) {
  const Local& local = func->local(func->results[r]);
  if (!local.name.empty() && local.name != "_") return std::string(local.name);
  return "~r" + std::to_string(r);
}

// The text of what is boxed, where that is known to be a constant: Go boxes the constant then.
std::string FuncEscape::BoxedConstant(const Inst& box) const {
  if (box.op != Op::kIfaceBox || box.is_literal) return {};
  const ConstantValue c = ConstantOf(box.args[0], 0);
  if (!c.is_known) return {};
  const types::Type* type = types::Under(box.elem);
  if (type->kind != types::TypeKind::kBasic) return {};
  const uint16_t info = static_cast<const types::Basic*>(type)->info;
  std::string value;
  if (info & types::kIsBoolean) {
    value = c.inst != nullptr && c.inst->imm != 0 ? "true" : "false";
  } else if (info & types::kIsInteger) {
    value = std::to_string(c.inst != nullptr ? c.inst->imm : 0);
    if (c.inst != nullptr && c.inst->imm < 0 && (info & types::kIsUnsigned)) {
      value = std::to_string(static_cast<uint64_t>(c.inst->imm));
    }
  } else if (info & types::kIsString) {
    value = types::QuoteGoString(c.inst != nullptr ? c.inst->text : std::string_view());
  } else if (info & types::kIsFloat) {
    char text[40];
    std::snprintf(text, sizeof text, "%.6g", c.inst != nullptr ? c.inst->fimm : 0.0);
    value = text;
  } else {
    return {};
  }
  return ConstantText(value, box.elem, func_->module->name);
}

// The constant that a value is: itself, or the only one that its variable ever has.
FuncEscape::ConstantValue FuncEscape::ConstantOf(ValueId v, int depth) const {
  const Inst& inst = func_->inst(v);
  switch (inst.op) {
    case Op::kConstInt:
    case Op::kConstFloat:
    case Op::kConstString:
      return {true, &inst};
    case Op::kLoad: {
      const Inst& addr = func_->inst(inst.args[0]);
      if (addr.op != Op::kLocalAddr || depth > kMaxDerefs) return {};
      const LocalUse& use = uses_[addr.local.index];
      const Local& local = func_->local(addr.local);
      if (use.other || local.is_param || local.is_result || local.var == nullptr) return {};
      if (use.stores == 0) return {true, nullptr};
      if (use.stores != 1) return {};
      return ConstantOf(func_->inst(use.store).args[1], depth + 1);
    }
    default:
      return {};
  }
}

void FuncEscape::Report(std::vector<EscapeNote>* notes) const {
  // Instances of generic functions are compiled by whoever uses them: Go says nothing of them.
  for (size_t p = 0; p < func_->params.size() && func_->shapes.empty(); p++) {
    const Local& local = func_->local(func_->params[p]);
    const Location& loc = locs_[local_loc_[func_->params[p].index]];
    if (local.name.empty() || local.name == "_" || !layout_.HasPointers(local.type)) continue;
    std::string name(local.name);
    if (loc.leak.heap == 0 || (loc.leak.heap == kNoLeak && loc.escapes)) {
      notes->push_back({local.pos, "leaking param: " + name});
      continue;
    }
    bool any = false;
    if (loc.leak.heap > 0) {
      notes->push_back({local.pos, "leaking param content: " + name});
      any = true;
    }
    for (size_t r = 0; r < loc.leak.results.size(); r++) {
      if (loc.leak.results[r] == kNoLeak) continue;
      notes->push_back({local.pos, "leaking param: " + name + " to result " +
                                       ResultName(func_, r) +
                                       " level=" + std::to_string(loc.leak.results[r])});
      any = true;
    }
    if (!any) notes->push_back({local.pos, name + " does not escape"});
  }
  for (const Local& local : func_->locals) {
    if (local.on_heap && !local.name.empty() && local.var != nullptr) {
      notes->push_back({local.pos, "moved to heap: " + std::string(local.name)});
    }
  }
  for (auto [inst_index, loc] : alloc_loc_) {
    const Inst& inst = func_->insts[inst_index];
    if (inst.text.empty()) continue;
    // A slice of a capacity that is not known does not escape as Go has it: it may be small.
    bool is_large = inst.op == Op::kNew && !FitsFrame(inst);
    if (inst.op == Op::kMakeSlice) {
      const Inst& cap = func_->inst(inst.args[1]);
      const int64_t size = layout_.SizeOf(inst.elem);
      is_large = size == 0 || (cap.op == Op::kConstInt && cap.imm > kMaxImplicit / size);
    }
    const bool escapes = locs_[loc].escapes || is_large;
    std::string text = BoxedConstant(inst);
    if (text.empty()) text = inst.text;
    notes->push_back({inst.inline_site >= 0 ? OutermostPos(*func_, inst.inline_site) : inst.pos,
                      text + (escapes ? " escapes to heap" : " does not escape")});
  }
}

bool CallsItself(const Func& f) {
  for (const Block& b : f.blocks) {
    for (ValueId v : b.insts) {
      if (f.inst(v).callee == &f) return true;
    }
  }
  return false;
}

}  // namespace

void AnalyzeEscapes(Module* module, const EscapeOptions& options) {
  std::unordered_map<const Func*, Summary> summaries;
  for (const std::vector<Func*>& group : CallOrder(module)) {
    // A recursive group is analysed as if nothing leaked in it, and again with what was found,
    // until nothing new is: leaks only become more.
    const bool is_recursive = group.size() > 1 || CallsItself(*group[0]);
    std::vector<std::pair<Func*, Summary>> done;
    for (int round = 0;; round++) {
      const bool gives_up = round == kMaxRounds;  // then without summaries of the group
      for (Func* f : group) summaries.erase(f);
      if (is_recursive && !gives_up) {
        for (Func* f : group) {
          Summary nothing;
          nothing.params.resize(f->params.size());
          nothing.captures.resize(f->captures.size());
          for (Leak& leak : nothing.params) leak.results.assign(f->results.size(), kNoLeak);
          for (Leak& leak : nothing.captures) leak.results.assign(f->results.size(), kNoLeak);
          summaries.emplace(f, std::move(nothing));
        }
        for (auto& [f, summary] : done) summaries[f] = summary;
      }
      std::vector<std::pair<Func*, Summary>> found;
      for (Func* f : group) {
        FuncEscape escape(f, &summaries, options.extern_summary);
        found.emplace_back(f, escape.Run());
      }
      const bool is_stable = round > 0 && found == done;
      done = std::move(found);
      if (!is_recursive || is_stable || gives_up) break;
    }
    if (options.notes != nullptr) {
      for (Func* f : group) {
        if (f->kind != FuncKind::kDeclared && f->kind != FuncKind::kLiteral) continue;
        FuncEscape escape(f, &summaries, options.extern_summary);
        escape.Run();
        escape.Report(options.notes);
      }
    }
    for (auto& [f, summary] : done) {
      if (options.summaries != nullptr && f->kind == FuncKind::kDeclared && !f->is_instance) {
        const bool may_inline = !f->no_inline && f->inline_cost <= kInlineBudget;
        options.summaries->emplace_back(std::string(f->name),
                                        SummaryText(summary, may_inline ? f->inline_cost : -1));
      }
      summaries[f] = std::move(summary);
    }
  }
}

}  // namespace gol::ir
