// Text form of the IR.
//
//   func main.f(a int, t main.T) int {          parameters; one result, or "(int, string)"
//     result $2 _ int                           further locals: $number name type flags
//     local $3 x int heap
//     capture 0 *int ref 8                      slot, type, val or ref, offset
//   b0:
//     local $3
//     %0 *int = local.addr $3
//     %1 int = const.int 5
//     store %0, %1
//     %4 bool = lt %1, %1
//     branch %4 b1 b2
//   }
//
// An instruction is: "%id type =" when it has a result, the operation, its value operands, then
// what else it names, each with a mark of its own: $local, @callee, &global, ~data, b7 (target),
// "text", #imm, elem=T, elem2=T, sig=T, float=x, case value:b3, and flags as single words. Types
// are written as their link strings. Values keep their numbers, so that the text reads back to an
// equal function.
#include "ir/print.h"

#include <cstdio>

#include "frontend/types/type_string.h"
#include "ir/type_layout.h"

namespace gol::ir {

namespace {

std::string TypeText(types::Type* t) {
  if (t->kind == types::TypeKind::kTuple) {
    std::string s = "(";
    for (types::Var* v : static_cast<types::Tuple*>(t)->vars) {
      if (s.size() > 1) s += ", ";
      s += types::TypeLinkString(v->type);
    }
    return s + ")";
  }
  return types::TypeLinkString(t);
}

std::string Quote(std::string_view s) { return types::QuoteGoString(s); }

std::string Float(double d) {
  char buf[40];
  snprintf(buf, sizeof buf, "%.17g", d);
  return buf;
}

void Flags(std::string* s, const Inst& i) {
  if (i.barrier) *s += " barrier";
  if (i.on_stack) *s += " on_stack";
  if (i.is_unsigned) *s += " unsigned";
  if (i.in_loop) *s += " in_loop";
  if (i.blocking) *s += " blocking";
  if (i.no_copy) *s += " no_copy";
  if (i.may_fault) *s += " may_fault";
  if (i.is_volatile) *s += " volatile";
  if (i.is_init) *s += " init";
  if (i.likely != 0) *s += i.likely == 1 ? " likely" : " unlikely";
}

bool UsesImm(const Inst& i) {
  switch (i.op) {
    case Op::kConstInt:
    case Op::kCaptureAddr:
    case Op::kFieldAddr:
    case Op::kExtract:
    case Op::kPanicRuntime:
    case Op::kPrint:
    case Op::kSliceCheck:
    case Op::kSelect:
    case Op::kCallIface:
    case Op::kCallIntrinsic:
      return true;
    default:
      return i.imm != 0;
  }
}

void AppendInst(std::string* s, const Func& f, ValueId v, const PrintOptions& options) {
  const Inst& i = f.inst(v);
  if (i.type != nullptr) *s += "%" + std::to_string(v.index) + " " + TypeText(i.type) + " = ";
  *s += InfoOf(i.op).text;
  for (size_t k = 0; k < i.args.size(); k++) {
    *s += k == 0 ? " " : ", ";
    *s += i.args[k].is_valid() ? "%" + std::to_string(i.args[k].index) : "-";
  }
  if (i.local.is_valid()) *s += " $" + std::to_string(i.local.index);
  if (i.callee != nullptr) *s += " @" + Quote(i.callee->name);
  if (i.global != nullptr) *s += " &" + Quote(i.global->name);
  if (i.data != nullptr) *s += " ~" + Quote(i.data->name);
  if (i.op == Op::kConstString) *s += " " + Quote(i.text);
  if (UsesImm(i)) *s += " #" + std::to_string(i.imm);
  if (i.op == Op::kConstFloat || i.op == Op::kConstComplex) *s += " float=" + Float(i.fimm);
  if (i.op == Op::kConstComplex) *s += " float=" + Float(i.fimm2);
  if (i.elem != nullptr) *s += " elem=" + TypeText(i.elem);
  if (i.elem2 != nullptr) *s += " elem2=" + TypeText(i.elem2);
  if (i.sig != nullptr) *s += " sig=" + TypeText(i.sig);
  Flags(s, i);
  if (i.target0.is_valid()) *s += " b" + std::to_string(i.target0.index);
  if (i.target1.is_valid()) *s += " b" + std::to_string(i.target1.index);
  for (const SwitchCase& c : i.cases) {
    *s += " case " + std::to_string(c.value) + ":b" + std::to_string(c.target.index);
  }
  if (options.positions && i.pos.is_known()) *s += " @" + std::to_string(i.pos.offset);
}

}  // namespace

std::string Print(const Func& f, ValueId v, const PrintOptions& options) {
  std::string s;
  AppendInst(&s, f, v, options);
  return s;
}

std::string Print(const Func& f, const PrintOptions& options) {
  std::string s = "func " + std::string(f.name) + "(";
  for (size_t i = 0; i < f.params.size(); i++) {
    const Local& l = f.local(f.params[i]);
    if (i > 0) s += ", ";
    s += (l.name.empty() ? "_" : std::string(l.name)) + " " + TypeText(l.type);
  }
  s += ")";
  if (f.results.size() == 1) s += " " + TypeText(f.local(f.results[0]).type);
  if (f.results.size() > 1) {
    s += " (";
    for (size_t i = 0; i < f.results.size(); i++) {
      if (i > 0) s += ", ";
      s += TypeText(f.local(f.results[i]).type);
    }
    s += ")";
  }
  if (f.has_defer) s += " defer";
  if (f.has_recover) s += " recover";
  if (f.is_wrapper) s += " wrapper";
  if (f.is_closure) s += " closure";
  if (f.recover_block.is_valid()) s += " resume=b" + std::to_string(f.recover_block.index);
  s += " {\n";
  for (size_t i = 0; i < f.locals.size(); i++) {
    const Local& l = f.locals[i];
    if (l.is_param) continue;
    s += std::string("  ") + (l.is_result ? "result" : "local") + " $" + std::to_string(i) + " " +
         (l.name.empty() ? "_" : std::string(l.name)) + " " + TypeText(l.type);
    if (l.on_heap) s += " heap";
    if (l.captured) s += " captured";
    if (l.address_taken) s += " addressed";
    if (l.is_volatile) s += " volatile";
    s += "\n";
  }
  for (size_t i = 0; i < f.captures.size(); i++) {
    const Capture& c = f.captures[i];
    s += "  capture " + std::to_string(i) + " " + TypeText(c.type) +
         (c.by_value ? " val " : " ref ") + std::to_string(c.offset) + "\n";
  }
  for (size_t b = 0; b < f.blocks.size(); b++) {
    s += "b" + std::to_string(b) + ":\n";
    for (ValueId v : f.blocks[b].insts) {
      s += "  ";
      AppendInst(&s, f, v, options);
      s += "\n";
    }
  }
  return s + "}\n";
}

std::string Print(const Module& m, const PrintOptions& options) {
  std::string s;
  for (const Func* f : m.funcs) {
    if (f->blocks.empty()) continue;
    if (!s.empty()) s += "\n";
    s += Print(*f, options);
  }
  return s;
}

}  // namespace gol::ir
