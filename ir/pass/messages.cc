// See messages.h. The notations are those of cmd/compile/internal/ir and types: composite types
// with blanks inside braces, names of other packages with the package, constants in their type.
#include "ir/pass/messages.h"

#include "frontend/types/const_value.h"
#include "frontend/types/context.h"
#include "frontend/types/package.h"
#include "frontend/types/predicates.h"
#include "frontend/types/type.h"
#include "frontend/types/type_string.h"

namespace gol::ir {
namespace {

using types::Type;
using types::TypeKind;

class TypeWriter {
 public:
  TypeWriter(std::string_view local, const TypeParamText& param) : local_(local), param_(param) {}

  std::string Text(Type* t) {
    switch (t->kind) {
      case TypeKind::kPointer:
        return "*" + Text(static_cast<types::Pointer*>(t)->elem);
      case TypeKind::kSlice:
        return "[]" + Text(static_cast<types::Slice*>(t)->elem);
      case TypeKind::kArray: {
        auto* a = static_cast<types::Array*>(t);
        return "[" + std::to_string(a->len) + "]" + Text(a->elem);
      }
      case TypeKind::kMap: {
        auto* m = static_cast<types::Map*>(t);
        return "map[" + Text(m->key) + "]" + Text(m->elem);
      }
      case TypeKind::kChan: {
        auto* c = static_cast<types::Chan*>(t);
        const std::string elem = Text(c->elem);
        if (c->dir == types::ChanDir::kRecvOnly) return "<-chan " + elem;
        return (c->dir == types::ChanDir::kSendOnly ? "chan<- " : "chan ") + elem;
      }
      case TypeKind::kSignature:
        return "func" + Signature(static_cast<types::Signature*>(t));
      case TypeKind::kStruct:
        return Struct(static_cast<types::Struct*>(t));
      case TypeKind::kInterface: {
        auto* i = static_cast<types::Interface*>(t);
        if (i == i->context->empty_interface()) return "any";
        std::string out;
        for (types::Func* m : i->methods) {
          out += (out.empty() ? " " : "; ") + std::string(m->name) + Signature(m->signature());
        }
        return "interface {" + out + (out.empty() ? "}" : " }");
      }
      case TypeKind::kNamed: {
        auto* n = static_cast<types::Named*>(t);
        if (!n->is_instance()) return Qualified(n->obj());
        std::string args;
        for (Type* a : n->type_args()) {
          if (!args.empty()) args += ",";
          args += a->kind == TypeKind::kTypeParam ? Text(a) : types::TypeLinkString(a);
        }
        return Qualified(n->origin()->obj()) + "[" + args + "]";
      }
      case TypeKind::kTypeParam:
        if (param_) return param_(static_cast<types::TypeParam*>(t));
        break;
      default:
        break;
    }
    return types::TypeString(t);
  }

 private:
  std::string Qualified(const types::Object* obj) const {
    const bool is_bare = obj->pkg == nullptr || obj->pkg->path == local_;
    return is_bare ? std::string(obj->name) : std::string(obj->pkg->name) + "." + std::string(obj->name);
  }

  std::string Tuple(const types::Tuple* tuple, bool variadic) {
    std::string out;
    for (size_t i = 0; tuple != nullptr && i < tuple->size(); i++) {
      if (i > 0) out += ", ";
      Type* t = tuple->at(i)->type;
      auto* slice = types::UnderAs<types::Slice>(t);
      const bool is_rest = variadic && i + 1 == tuple->size() && slice != nullptr;
      out += is_rest ? "..." + Text(slice->elem) : Text(t);
    }
    return out;
  }

  std::string Signature(types::Signature* sig) {
    std::string out = "(" + Tuple(sig->params, sig->variadic) + ")";
    if (sig->num_results() == 0) return out;
    const std::string results = Tuple(sig->results, false);
    return out + (sig->num_results() == 1 ? " " + results : " (" + results + ")");
  }

  std::string Struct(types::Struct* s) {
    std::string out;
    for (size_t i = 0; i < s->fields.size(); i++) {
      const types::Var* f = s->fields[i];
      out += i == 0 ? " " : "; ";
      if (!f->embedded) out += std::string(f->name) + " ";
      out += Text(f->type);
      if (!s->tag(i).empty()) out += " " + types::QuoteGoString(s->tag(i));
    }
    return "struct {" + out + (out.empty() ? "}" : " }");
  }

  const std::string_view local_;
  const TypeParamText& param_;
};

}  // namespace

Pos OutermostPos(const Func& func, int32_t inline_site) {
  Pos pos;
  for (; inline_site >= 0; inline_site = func.inline_sites[static_cast<size_t>(inline_site)].outer) {
    pos = func.inline_sites[static_cast<size_t>(inline_site)].call_pos;
  }
  return pos;
}

std::string FuncText(const Func& func, const Module& module, bool with_shapes) {
  std::string name(func.name);
  const std::string_view path = func.pkg != nullptr ? func.pkg->path : std::string_view();
  if (!path.empty() && name.starts_with(path) && name.size() > path.size() &&
      name[path.size()] == '.') {
    name = name.substr(path.size() + 1);
    if (path != module.name) name = std::string(func.pkg->name) + "." + name;
  }
  if (const size_t open = name.find('[');
      with_shapes && !func.shapes.empty() && open != std::string::npos) {
    size_t close = open;
    for (int depth = 0; close < name.size(); close++) {
      if (name[close] == '[') depth++;
      if (name[close] == ']' && --depth == 0) break;
    }
    if (close < name.size()) {
      name = name.substr(0, open) + std::string(func.shapes) + name.substr(close + 1);
    }
  }
  return name;
}

std::string_view InlinedInstead(Intrinsic intrinsic) {
  switch (intrinsic) {
    case Intrinsic::kSqrt: return "math.Sqrt";
    case Intrinsic::kAbs: return "math.Abs math.Float64bits math.Float64frombits";
    case Intrinsic::kCopysign: return "math.Copysign math.Float64bits math.Float64frombits";
    case Intrinsic::kFloat64bits: return "math.Float64bits";
    case Intrinsic::kFloat64frombits: return "math.Float64frombits";
    case Intrinsic::kFloat32bits: return "math.Float32bits";
    case Intrinsic::kFloat32frombits: return "math.Float32frombits";
    default: return {};
  }
}

std::string TypeText(Type* type, std::string_view local, const TypeParamText& param) {
  return TypeWriter(local, param).Text(type);
}

std::string ConstantText(const std::string& value, Type* type, std::string_view local) {
  if (type == nullptr || types::IsUntyped(type)) return value;
  if (type->kind == TypeKind::kBasic) {
    switch (static_cast<types::Basic*>(type)->basic) {
      case types::BasicKind::kInt:
      case types::BasicKind::kFloat64:
      case types::BasicKind::kString:
      case types::BasicKind::kBool:
      case types::BasicKind::kComplex128:
        return value;
      default:
        break;
    }
  }
  return TypeText(type, local) + "(" + value + ")";
}

std::string RuneText(int64_t rune) {
  switch (rune) {
    case '\'': return "'\\''";
    case '"': return "'\"'";
    default: break;
  }
  const std::string utf8 = types::EncodeRune(static_cast<uint32_t>(rune));
  const std::string quoted = types::QuoteGoString(utf8);
  return "'" + quoted.substr(1, quoted.size() - 2) + "'";
}

}  // namespace gol::ir
