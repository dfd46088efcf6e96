// Constants: exact values of the checker become words of a type.
#include "base/check.h"
#include "frontend/types/predicates.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

using types::ConstValue;
using types::Type;

ValueId FuncBuilder::ConstFloat(Type* type, double d) {
  ValueId id;
  b_.Append(Op::kConstFloat, type, {}, &id).fimm = d;
  return id;
}

ValueId FuncBuilder::Const(const ConstValue& v, Type* type) {
  Type* u = types::Under(type);
  if (u->kind == types::TypeKind::kInterface) {
    types::BasicKind k = types::BasicKind::kInt;
    switch (v.kind()) {
      case types::ConstKind::kBool: k = types::BasicKind::kBool; break;
      case types::ConstKind::kString: k = types::BasicKind::kString; break;
      case types::ConstKind::kFloat: k = types::BasicKind::kFloat64; break;
      case types::ConstKind::kComplex: k = types::BasicKind::kComplex128; break;
      default: break;
    }
    Type* t = b_.Basic(k);
    return Box(Const(v, t), t, type);
  }
  auto* basic = types::DynCast<types::Basic>(u);
  if (basic == nullptr) {
    // uintptr(0) and the like converted to unsafe.Pointer have no constant value; a pointer can
    // only be nil here.
    return b_.Zero(type);
  }
  types::ConstPool pool(mb_->module()->arena);
  if ((basic->info & types::kIsBoolean) != 0) return b_.ConstInt(type, v.bool_value() ? 1 : 0);
  if ((basic->info & types::kIsString) != 0) {
    ValueId id;
    b_.Append(Op::kConstString, type, {}, &id).text = v.string_value();
    return id;
  }
  if ((basic->info & types::kIsInteger) != 0) {
    ConstValue i = v.is_complex() ? pool.ToInt(v.Real()) : pool.ToInt(v);
    return b_.ConstInt(type, static_cast<int64_t>(i.LowWord()));
  }
  if ((basic->info & types::kIsFloat) != 0) {
    ConstValue r = v.is_complex() ? v.Real() : v;
    double d = layout_.KindOf(type) == rt::kFloat32 ? static_cast<double>(r.ToFloat32())
                                                    : r.ToDouble();
    return ConstFloat(type, d);
  }
  if ((basic->info & types::kIsComplex) != 0) {
    ValueId id;
    Inst& i = b_.Append(Op::kConstComplex, type, {}, &id);
    bool small = layout_.KindOf(type) == rt::kComplex64;
    ConstValue re = v.Real();
    ConstValue im = v.Imag();
    i.fimm = small ? static_cast<double>(re.ToFloat32()) : re.ToDouble();
    i.fimm2 = small ? static_cast<double>(im.ToFloat32()) : im.ToDouble();
    return id;
  }
  return b_.Zero(type);
}

}  // namespace gol::ir
