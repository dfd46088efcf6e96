// Text of types. Three notations share one writer:
//   messages     as the source wrote it: aliases, parameter names, qualified by package name
//   link names   unique: package paths everywhere, aliases resolved, interfaces as type sets
//   running      what reflect and panics show: package names, `interface {}`, `struct { X int }`;
//                type arguments appear in link notation with these spaces
#include "frontend/types/type_string.h"

#include <algorithm>
#include <vector>

#include "frontend/source/source_manager.h"
#include "frontend/types/check.h"
#include "frontend/types/context.h"
#include "frontend/types/predicates.h"
#include "frontend/types/typeset.h"

namespace gol::types {

std::string QuoteGoString(std::string_view text);

void Qualifier::AppendPrefix(std::string* out, const Package* pkg) const {
  if (pkg == nullptr || (relative_to != nullptr && SamePackage(pkg, relative_to))) return;
  if (full_path) {
    out->append(pkg->path);
  } else if (is_ambiguous != nullptr && is_ambiguous(self, pkg->name)) {
    out->append(QuoteGoString(pkg->path));
  } else {
    out->append(pkg->name);
  }
  out->push_back('.');
}

namespace {

enum class Notation : uint8_t { kMessage, kLink, kRuntime };

class Writer {
 public:
  Writer(std::string* out, Notation notation, const Qualifier& q)
      : out_(*out), notation_(notation), q_(q) {}

  bool names = true;      // write parameter names (messages)
  bool pkg_info = false;  // mark the first unexported field with its package (messages)

  void Write(Type* t) {
    if (t == nullptr) {
      out_ += "<nil>";
      return;
    }
    if (notation_ != Notation::kMessage) t = Unalias(t);
    // A type that contains itself without a name is the result of an error.
    for (Type* s : seen_) {
      if (s == t) {
        out_ += "<cycle>";
        return;
      }
    }
    seen_.push_back(t);
    WriteType(t);
    seen_.pop_back();
  }

  void WriteSignature(Signature* sig) {
    if (!sig->tparams.empty()) WriteTypeParams(sig->tparams);
    WriteTuple(sig->params, sig->variadic);
    size_t n = sig->num_results();
    if (n == 0) return;
    out_ += ' ';
    if (n == 1 && (!message() || sig->results->at(0)->name.empty())) {
      Write(sig->results->at(0)->type);
    } else {
      WriteTuple(sig->results, false);
    }
  }

 private:
  bool message() const { return notation_ == Notation::kMessage; }
  // Between elements: messages and the running program put a blank behind.
  void Separator(char c) {
    out_ += c;
    out_ += ' ';
  }

  void WriteType(Type* t) {
    switch (t->kind) {
      case TypeKind::kBasic: {
        auto* b = static_cast<Basic*>(t);
        if (b->basic == BasicKind::kUnsafePointer) {
          out_ += "unsafe.Pointer";
        } else if (!message() && b->name == "byte") {
          out_ += "uint8";
        } else if (!message() && b->name == "rune") {
          out_ += "int32";
        } else {
          out_ += b->name;
        }
        break;
      }
      case TypeKind::kPointer:
        out_ += '*';
        Write(static_cast<Pointer*>(t)->elem);
        break;
      case TypeKind::kSlice:
        out_ += "[]";
        Write(static_cast<Slice*>(t)->elem);
        break;
      case TypeKind::kArray:
        out_ += '[';
        out_ += std::to_string(static_cast<Array*>(t)->len);
        out_ += ']';
        Write(static_cast<Array*>(t)->elem);
        break;
      case TypeKind::kMap:
        out_ += "map[";
        Write(static_cast<Map*>(t)->key);
        out_ += ']';
        Write(static_cast<Map*>(t)->elem);
        break;
      case TypeKind::kChan:
        WriteChan(static_cast<Chan*>(t));
        break;
      case TypeKind::kSignature:
        out_ += "func";
        WriteSignature(static_cast<Signature*>(t));
        break;
      case TypeKind::kStruct:
        WriteStruct(static_cast<Struct*>(t));
        break;
      case TypeKind::kTuple:
        WriteTuple(static_cast<Tuple*>(t), false);
        break;
      case TypeKind::kInterface:
        WriteInterface(static_cast<Interface*>(t));
        break;
      case TypeKind::kUnion: {
        bool first = true;
        for (const Term& term : static_cast<Union*>(t)->terms) {
          if (!first) out_ += " | ";
          first = false;
          if (term.tilde) out_ += '~';
          Write(term.type);
        }
        break;
      }
      case TypeKind::kNamed:
        WriteNamed(static_cast<Named*>(t));
        break;
      case TypeKind::kTypeParam:
        WriteTypeParam(static_cast<TypeParam*>(t));
        break;
      case TypeKind::kAlias: {
        auto* a = static_cast<Alias*>(t);
        q_.AppendPrefix(&out_, a->obj->pkg);
        out_ += a->obj->name;
        if (!a->targs.empty()) {
          WriteTypeList(a->targs);
        } else if (!a->tparams.empty()) {
          WriteTypeParams(a->tparams);
        }
        break;
      }
    }
  }

  void WriteChan(Chan* c) {
    bool parens = false;
    switch (c->dir) {
      case ChanDir::kSendRecv: {
        out_ += "chan ";
        Chan* inner = message() ? DynCast<Chan>(c->elem) : UnaliasAs<Chan>(c->elem);
        parens = inner != nullptr && inner->dir == ChanDir::kRecvOnly;
        break;
      }
      case ChanDir::kSendOnly:
        out_ += "chan<- ";
        break;
      case ChanDir::kRecvOnly:
        out_ += "<-chan ";
        break;
    }
    if (parens) out_ += '(';
    Write(c->elem);
    if (parens) out_ += ')';
  }

  void WriteStruct(Struct* s) {
    out_ += message() ? "struct{" : s->fields.empty() ? "struct {" : "struct { ";
    for (size_t i = 0; i < s->fields.size(); i++) {
      if (i > 0) Separator(';');
      Var* f = s->fields[i];
      bool annotate = false;
      if (pkg_info && !IsExported(f->name)) {
        annotate = true;
        pkg_info = false;
      }
      if (!f->embedded) {
        // Unexported fields of different packages differ; the link name must say so.
        if (notation_ == Notation::kLink && !IsExported(f->name)) AppendPath(f->pkg);
        out_ += f->name;
        out_ += ' ';
      } else if (notation_ == Notation::kLink) {
        // An embedded alias keeps its own name.
        out_ += "?";
        if (!IsExported(f->name)) AppendPath(f->pkg);
        out_ += f->name;
        out_ += ' ';
      }
      Write(f->type);
      if (annotate && f->pkg != nullptr) {
        out_ += " /* package ";
        out_ += f->pkg->path;
        out_ += " */ ";
      }
      if (std::string_view tag = s->tag(i); !tag.empty()) {
        out_ += ' ';
        out_ += QuoteGoString(tag);
      }
    }
    out_ += message() || s->fields.empty() ? "}" : " }";
  }

  void WriteInterface(Interface* t) {
    if (message()) {
      Context* c = t->context;
      if (t == c->empty_interface()) {
        out_ += "any";
        return;
      }
      if (t == c->comparable_type()->underlying_) {
        out_ += "interface{comparable}";
        return;
      }
      if (t->implicit && t->methods.empty() && t->embeddeds.size() == 1) {
        Write(t->embeddeds[0]);
        return;
      }
      out_ += "interface{";
      bool first = true;
      for (Func* m : t->methods) {
        if (!first) Separator(';');
        first = false;
        out_ += m->name;
        if (m->type != nullptr) WriteSignature(m->signature());
      }
      for (Type* e : t->embeddeds) {
        if (!first) Separator(';');
        first = false;
        Write(e);
      }
      out_ += '}';
      return;
    }
    TypeSet* set = GetTypeSet(t);
    if (set->is_all()) {
      out_ += "interface {}";
      return;
    }
    out_ += "interface { ";
    bool first = true;
    std::vector<Func*> methods = set->methods;
    std::sort(methods.begin(), methods.end(), [](Func* a, Func* b) { return a->name < b->name; });
    for (Func* m : methods) {
      if (!first) Separator(';');
      first = false;
      if (!IsExported(m->name)) {
        if (notation_ == Notation::kLink) {
          AppendPath(m->pkg);
        } else if (m->pkg != nullptr) {
          out_ += m->pkg->name;
          out_ += '.';
        }
      }
      out_ += m->name;
      if (m->type == nullptr) ResolveObject(m);
      WriteSignature(m->signature());
    }
    if (set->comparable) {
      if (!first) Separator(';');
      first = false;
      out_ += "comparable";
    }
    if (!set->terms.all) {
      if (!first) Separator(';');
      std::vector<std::string> terms;
      for (const Term& term : set->terms.terms) {
        std::string s = term.tilde ? "~" : "";
        Writer(&s, notation_, q_).Write(term.type);
        terms.push_back(std::move(s));
      }
      std::sort(terms.begin(), terms.end());
      for (size_t i = 0; i < terms.size(); i++) {
        if (i > 0) out_ += " | ";
        out_ += terms[i];
      }
    }
    out_ += " }";
  }

  void WriteNamed(Named* n) {
    TypeName* obj = n->obj();
    if (message()) {
      q_.AppendPrefix(&out_, obj->pkg);
      out_ += obj->name;
      if (!n->type_args().empty()) {
        WriteTypeList(n->type_args());
      } else if (!n->tparams_.empty()) {
        WriteTypeParams(n->tparams_);
      }
      return;
    }
    if (notation_ == Notation::kLink) {
      if (obj->pkg != nullptr) {
        out_ += obj->pkg->link_path;
        out_ += '.';
      }
    } else if (obj->pkg != nullptr) {
      out_ += obj->pkg->name;
      out_ += '.';
    }
    out_ += obj->name;
    if (notation_ == Notation::kLink && obj->local_index != 0) {
      out_ += "·";
      out_ += std::to_string(obj->local_index);
    }
    if (n->is_instance()) {
      // Inside brackets the running program, too, shows unambiguous names. Arguments of the
      // enclosing function come first.
      out_ += '[';
      for (size_t i = 0; i < n->implicit_targs.size(); i++) {
        if (i > 0) out_ += ',';
        Writer(&out_, Notation::kLink, q_).Write(n->implicit_targs[i]);
      }
      if (!n->implicit_targs.empty() && !n->type_args().empty()) out_ += ';';
      for (size_t i = 0; i < n->type_args().size(); i++) {
        if (i > 0) out_ += ',';
        Writer(&out_, Notation::kLink, q_).Write(n->type_args()[i]);
      }
      out_ += ']';
    }
  }

  void WriteTypeParam(TypeParam* tp) {
    for (size_t i = 0; i < local_tparams_.size(); i++) {
      if (local_tparams_[i] == tp && !message()) {
        out_ += '$';
        out_ += std::to_string(i);
        return;
      }
    }
    out_ += tp->obj->name;
    if (!message()) {
      out_ += '#';
      out_ += std::to_string(tp->id);
      return;
    }
    // A parameter called like a predeclared name would confuse: say where it is declared.
    if (tp->context->universe()->Lookup(tp->obj->name) != nullptr && q_.sources != nullptr) {
      out_ += " /* with ";
      out_ += tp->obj->name;
      out_ += " declared at ";
      out_ += q_.sources->Resolve(tp->obj->pos).ToString();
      out_ += " */";
    }
  }

  void WriteTypeList(std::span<Type*> list) {
    out_ += '[';
    for (size_t i = 0; i < list.size(); i++) {
      if (i > 0) Separator(',');
      Write(list[i]);
    }
    out_ += ']';
  }

  void WriteTypeParams(std::span<TypeParam*> list) {
    if (!message()) local_tparams_ = list;
    out_ += '[';
    Type* bound = nullptr;
    for (size_t i = 0; i < list.size(); i++) {
      TypeParam* tp = list[i];
      if (i > 0) {
        if (tp->bound != bound) {
          out_ += ' ';
          Write(bound);
        }
        Separator(',');
      }
      bound = tp->bound;
      Write(tp);
    }
    if (bound != nullptr) {
      out_ += ' ';
      Write(bound);
    }
    out_ += ']';
  }

  void WriteTuple(Tuple* tuple, bool variadic) {
    out_ += '(';
    size_t n = tuple == nullptr ? 0 : tuple->size();
    for (size_t i = 0; i < n; i++) {
      if (i > 0) Separator(',');
      Var* v = tuple->at(i);
      if (message() && names && !v->name.empty()) {
        out_ += v->name;
        out_ += ' ';
      }
      if (variadic && i + 1 == n) {
        if (Slice* s = DynCast<Slice>(v->type)) {
          out_ += "...";
          Write(s->elem);
        } else {  // append([]byte, string...)
          Write(v->type);
          out_ += "...";
        }
      } else {
        Write(v->type);
      }
    }
    out_ += ')';
  }

  void AppendPath(const Package* pkg) {
    if (pkg == nullptr) return;
    out_ += pkg->path;
    out_ += '.';
  }

  std::string& out_;
  const Notation notation_;
  const Qualifier& q_;
  std::vector<Type*> seen_;
  std::span<TypeParam*> local_tparams_;
};

}  // namespace

void AppendType(std::string* out, Type* t, const Qualifier& qualifier) {
  Writer(out, Notation::kMessage, qualifier).Write(t);
}

std::string TypeString(Type* t, const Qualifier& qualifier) {
  std::string s;
  AppendType(&s, t, qualifier);
  return s;
}

void AppendSignature(std::string* out, Signature* sig, const Qualifier& qualifier, bool names,
                     bool pkg_info) {
  Writer w(out, Notation::kMessage, qualifier);
  w.names = names;
  w.pkg_info = pkg_info;
  w.WriteSignature(sig);
}

std::string ObjectString(const Object* obj, const Qualifier& qualifier) {
  std::string s;
  switch (obj->kind) {
    case ObjectKind::kPkgName: return "package " + std::string(obj->name);
    case ObjectKind::kConst: s = "const "; break;
    case ObjectKind::kTypeName: s = "type "; break;
    case ObjectKind::kVar: s = static_cast<const Var*>(obj)->is_field() ? "field " : "var "; break;
    case ObjectKind::kFunc: s = "func "; break;
    case ObjectKind::kLabel: return "label " + std::string(obj->name);
    case ObjectKind::kBuiltin: return "builtin " + std::string(obj->name);
    case ObjectKind::kNil: return "nil";
  }
  if (obj->parent != nullptr) qualifier.AppendPrefix(&s, obj->pkg);
  s += obj->name;
  if (obj->type == nullptr) return s;
  if (obj->kind == ObjectKind::kFunc) {
    AppendSignature(&s, static_cast<const Func*>(obj)->signature(), qualifier);
  } else {
    s += ' ';
    AppendType(&s, obj->kind == ObjectKind::kTypeName ? Under(obj->type) : obj->type, qualifier);
  }
  return s;
}

std::string TypeLinkString(Type* t) {
  std::string s;
  Qualifier q;
  Writer(&s, Notation::kLink, q).Write(t);
  return s;
}

std::string TypeRuntimeString(Type* t) {
  std::string s;
  Qualifier q;
  Writer(&s, Notation::kRuntime, q).Write(t);
  return s;
}

}  // namespace gol::types
