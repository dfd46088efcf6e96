// What inlining a function costs, by the Go compiler's measure.
//
// Go counts the nodes of a function's body as its own syntax tree has them (cmd/compile/internal/
// inline, "hairiness"): a function of at most 80 nodes can be inlined. A call counts as its callee's
// body where that is inlined in turn, else as 57 nodes more. The same measure is used here, so that
// the same functions are inlined, `-gcflags=-m` says so in the same words, and what escapes after
// inlining escapes in both.
//
// The two trees differ in places, and what a statement costs was found by asking Go's compiler about
// small functions: a declared variable counts two nodes besides its assignment, an implicit
// conversion to an interface one, a function literal sixteen whatever its body, the slice that a
// variadic call makes two, a type switch one per clause for its variable.
#include "ir/build/inline_cost.h"

#include <unordered_map>

#include "frontend/types/predicates.h"
#include "frontend/types/selection.h"
#include "frontend/types/type.h"

namespace gol::ir {
namespace {

using syntax::DynAs;
using syntax::Expr;
using syntax::NodeKind;
using syntax::OperandMode;
using syntax::Stmt;
using types::BuiltinId;
using types::Type;
using types::TypeKind;

constexpr int kCallOfParam = 17;
constexpr int kLiteral = 16;
constexpr int kRangeFunc = 55;
// Above any budget, far from overflow.
constexpr int kTooMuch = 100000;

class Coster {
 public:
  Coster(const types::FuncInfo* info, const CalleeCost& callee) : info_(info), callee_(callee) {}

  int Run() {
    const syntax::BlockStmt* body =
        info_->decl != nullptr ? info_->decl->body : info_->lit->body;
    if (body == nullptr) return kNoInline;
    const int cost = List(body->stmts);
    return never_ || cost >= kTooMuch ? kNoInline : cost;
  }

 private:
  int Never() {
    never_ = true;
    return kTooMuch;
  }

  int List(syntax::List<Stmt*> list) {
    int n = 0;
    for (const Stmt* s : list) {
      n += Statement(s);
      if (n >= kTooMuch) return kTooMuch;
    }
    return n;
  }

  // ---- statements

  int Statement(const Stmt* s) {
    if (s == nullptr) return 0;
    switch (s->kind) {
      case NodeKind::kEmptyStmt:
        return 0;
      case NodeKind::kLabeledStmt:
        return 1 + Statement(syntax::As<syntax::LabeledStmt>(s)->stmt);
      case NodeKind::kBlockStmt:
        return List(syntax::As<syntax::BlockStmt>(s)->stmts);
      case NodeKind::kExprStmt:
        return Value(syntax::As<syntax::ExprStmt>(s)->x);
      case NodeKind::kSendStmt: {
        auto* x = syntax::As<syntax::SendStmt>(s);
        return 1 + Value(x->chan) + Value(x->val);
      }
      case NodeKind::kDeclStmt: {
        int n = 0;
        for (const syntax::Decl* d : syntax::As<syntax::DeclStmt>(s)->decls) {
          if (auto* v = DynAs<syntax::VarDecl>(d)) n += Declare(v);
        }
        return n;
      }
      case NodeKind::kAssignStmt:
        return Assign(syntax::As<syntax::AssignStmt>(s));
      case NodeKind::kIncDecStmt:
        return 2 + Value(syntax::As<syntax::IncDecStmt>(s)->x);
      case NodeKind::kBranchStmt:
        return syntax::As<syntax::BranchStmt>(s)->token == syntax::Token::kFallthrough ? 0 : 1;
      case NodeKind::kGoStmt:
      case NodeKind::kDeferStmt:
        return Never();
      case NodeKind::kReturnStmt:
        return Return(syntax::As<syntax::ReturnStmt>(s));
      case NodeKind::kIfStmt: {
        auto* x = syntax::As<syntax::IfStmt>(s);
        int n = Statement(x->init);
        if (x->cond->value != nullptr) {
          return n + (x->cond->value->bool_value() ? List(x->then->stmts)
                                                        : Statement(x->else_stmt));
        }
        return n + 1 + Value(x->cond) + List(x->then->stmts) + Statement(x->else_stmt);
      }
      case NodeKind::kForStmt: {
        auto* x = syntax::As<syntax::ForStmt>(s);
        return 1 + Statement(x->init) + (x->cond != nullptr ? Value(x->cond) : 0) +
               Statement(x->post) + List(x->body->stmts);
      }
      case NodeKind::kRangeStmt: {
        auto* x = syntax::As<syntax::RangeStmt>(s);
        const int body = List(x->body->stmts);
        if (x->x->type != nullptr && types::UnderAs<types::Signature>(x->x->type) != nullptr) {
          return body >= kTooMuch ? kTooMuch : kRangeFunc - 1 + Value(x->x);
        }
        int n = 1 + Value(x->x);
        for (const Expr* e : x->lhs) n += Left(e, x->is_define);
        return n + body;
      }
      case NodeKind::kSwitchStmt: {
        auto* x = syntax::As<syntax::SwitchStmt>(s);
        int n = 1 + (x->init != nullptr ? 1 + Statement(x->init) : 0) +
                (x->tag != nullptr ? Value(x->tag) : 0);
        for (const syntax::CaseClause* c : x->clauses) {
          n += 1 + List(c->body);
          for (const Expr* e : c->cases) n += Value(e);
        }
        return n;
      }
      case NodeKind::kTypeSwitchStmt: {
        auto* x = syntax::As<syntax::TypeSwitchStmt>(s);
        const bool binds = x->guard->lhs != nullptr;
        int n = 2 + (x->init != nullptr ? 1 + Statement(x->init) : 0) + Value(x->guard->x) +
                (binds ? 1 : 0);
        for (const syntax::CaseClause* c : x->clauses) {
          n += 1 + List(c->body) + (binds ? 1 : 0);
          for (const Expr* e : c->cases) n += e->mode == OperandMode::kNilValue ? 1 : 0;
        }
        return n;
      }
      case NodeKind::kSelectStmt: {
        int n = 1;
        for (const syntax::CommClause* c : syntax::As<syntax::SelectStmt>(s)->clauses) {
          n += 1 + List(c->body) + Comm(c->comm);
        }
        return n;
      }
      default:
        return 1;
    }
  }

  // Receiving in a select goes through variables of its own.
  int Comm(const Stmt* s) {
    if (s == nullptr) return 0;
    if (auto* a = DynAs<syntax::AssignStmt>(s)) {
      return Assign(a) + (a->lhs.size() > 1 ? 6 : 1);
    }
    return Statement(s) + (s->kind == NodeKind::kExprStmt ? 3 : 0);
  }

  // A variable that is a literal as long as it lives: calls of it count as that.
  void NoteLiteral(const Expr* name, const Expr* value) {
    auto* id = DynAs<syntax::Ident>(syntax::Unparen(name));
    auto* lit = DynAs<syntax::FuncLit>(syntax::Unparen(value));
    auto* v = id != nullptr ? types::DynCast<types::Var>(id->obj) : nullptr;
    if (lit != nullptr && v != nullptr && !v->reassigned && !v->address_taken) literals_[v] = lit;
  }

  int Declare(const syntax::VarDecl* v) {
    const int names = static_cast<int>(v->names.size());
    if (names == 1 && v->values.size() == 1) NoteLiteral(v->names[0], v->values[0]);
    if (v->values.empty()) return 4 * names;
    int n = 2 * names + names;  // declarations and left sides
    n++;
    for (const Expr* e : v->values) n += Value(e);
    if (v->values.size() == v->names.size() && v->type_expr != nullptr) {
      for (const Expr* e : v->values) n += ToInterface(e, v->names[0]->type);
    }
    return n;
  }

  // A variable that an assignment or a loop sets: declared here, or not.
  int Left(const Expr* e, bool is_define) {
    e = syntax::Unparen(e);
    auto* id = DynAs<syntax::Ident>(e);
    if (id != nullptr && id->is_blank()) return 1;
    if (is_define && id != nullptr && id->obj != nullptr && id->obj->pos == id->pos) return 3;
    return Value(e);
  }

  int Assign(const syntax::AssignStmt* s) {
    int n = 1;
    for (size_t i = 0; s->is_define && i < s->lhs.size() && s->rhs.size() == s->lhs.size(); i++) {
      NoteLiteral(s->lhs[i], s->rhs[i]);
    }
    for (const Expr* e : s->lhs) n += Left(e, s->is_define);
    for (size_t i = 0; i < s->rhs.size(); i++) {
      n += Value(s->rhs[i]);
      if (s->rhs.size() == s->lhs.size() && s->op == syntax::Operator::kNone) {
        n += ToInterface(s->rhs[i], s->lhs[i]->type);
      }
    }
    return n;
  }

  int Return(const syntax::ReturnStmt* s) {
    int n = 1;
    const types::Tuple* results = info_->sig->results;
    const size_t count = results != nullptr ? results->size() : 0;
    if (s->results.size() == 1 && count > 1) {
      // return f(): through variables of its own.
      return n + 1 + 4 * static_cast<int>(count) + Value(s->results[0]);
    }
    for (size_t i = 0; i < s->results.size(); i++) {
      n += Value(s->results[i]);
      if (i < count) n += ToInterface(s->results[i], results->at(i)->type);
    }
    return n;
  }

  // ---- expressions

  static bool IsInterface(const Type* t) {
    return t != nullptr && t->kind != TypeKind::kTypeParam &&
           types::UnderAs<types::Interface>(const_cast<Type*>(t)) != nullptr;
  }

  // The implicit conversion of e to a variable of type to.
  static int ToInterface(const Expr* e, Type* to) {
    if (to == nullptr || e->type == nullptr || !IsInterface(to)) return 0;
    if (e->mode == OperandMode::kNilValue) return 0;
    if (IsInterface(e->type)) return types::Identical(e->type, to) ? 0 : 1;
    return 1;
  }

  int Value(const Expr* e) {
    e = syntax::Unparen(e);
    if (e->value != nullptr || e->mode == OperandMode::kNilValue) return 1;
    if (e->mode == OperandMode::kTypExpr) return 0;
    switch (e->kind) {
      case NodeKind::kFuncLit:
        return kLiteral;
      case NodeKind::kCompositeLit:
        return Composite(syntax::As<syntax::CompositeLit>(e));
      case NodeKind::kSelectorExpr:
        return Select(syntax::As<syntax::SelectorExpr>(e));
      case NodeKind::kIndexExpr: {
        auto* x = syntax::As<syntax::IndexExpr>(e);
        if (x->indices.size() != 1 || x->indices[0]->mode == OperandMode::kTypExpr) return 3;
        return 1 + Value(x->x) + Value(x->indices[0]) + (IsPointer(x->x) ? 1 : 0);
      }
      case NodeKind::kSliceExpr: {
        auto* x = syntax::As<syntax::SliceExpr>(e);
        int n = 1 + Value(x->x);
        for (const Expr* i : x->index) n += i != nullptr ? Value(i) : 0;
        return n;
      }
      case NodeKind::kTypeAssertExpr:
        return 1 + Value(syntax::As<syntax::TypeAssertExpr>(e)->x);
      case NodeKind::kStarExpr:
        return 1 + Value(syntax::As<syntax::StarExpr>(e)->x);
      case NodeKind::kUnaryExpr: {
        auto* x = syntax::As<syntax::UnaryExpr>(e);
        if (x->op == syntax::Operator::kAnd) {
          // The address of a struct's first field is the struct's.
          auto* s = DynAs<syntax::SelectorExpr>(syntax::Unparen(x->x));
          if (s != nullptr && s->selection != nullptr && s->selection->index.size() == 1 &&
              s->selection->index[0] == 0 &&
              syntax::Unparen(s->x)->kind == NodeKind::kIdent) {
            return Value(x->x) - 1;
          }
        }
        return 1 + Value(x->x);
      }
      case NodeKind::kBinaryExpr: {
        auto* x = syntax::As<syntax::BinaryExpr>(e);
        if (x->op == syntax::Operator::kAdd && types::IsString(e->type)) return 1 + Strings(e);
        int n = 1 + Value(x->x) + Value(x->y);
        if (syntax::IsComparison(x->op)) {
          n += ToInterface(x->x, x->y->type) + ToInterface(x->y, x->x->type);
        }
        return n;
      }
      case NodeKind::kCallExpr:
        return Call(syntax::As<syntax::CallExpr>(e));
      default:
        return 1;
    }
  }

  // A concatenation is one node, however many strings.
  int Strings(const Expr* e) {
    e = syntax::Unparen(e);
    auto* x = DynAs<syntax::BinaryExpr>(e);
    if (e->value != nullptr || x == nullptr || x->op != syntax::Operator::kAdd) return Value(e);
    return Strings(x->x) + Strings(x->y);
  }

  static bool IsPointer(const Expr* e) {
    return e->type != nullptr && types::UnderAs<types::Pointer>(e->type) != nullptr;
  }

  int Composite(const syntax::CompositeLit* e) {
    Type* t = e->type;
    int n = 1;
    if (auto* p = types::UnderAs<types::Pointer>(t)) {  // an element &T{} with &T left out
      t = p->elem;
      n++;
    }
    Type* elem = nullptr;
    Type* key = nullptr;
    auto* s = types::UnderAs<types::Struct>(t);
    if (auto* x = types::UnderAs<types::Slice>(t)) {
      elem = x->elem;
      n++;
    } else if (auto* x = types::UnderAs<types::Array>(t)) {
      elem = x->elem;
    } else if (auto* x = types::UnderAs<types::Map>(t)) {
      elem = x->elem;
      key = x->key;
    }
    for (size_t i = 0; i < e->elems.size(); i++) {
      const Expr* x = e->elems[i];
      auto* kv = DynAs<syntax::KeyValueExpr>(x);
      const Expr* value = kv != nullptr ? kv->val : x;
      n += Value(value);
      if (s != nullptr) {
        n++;
        if (kv == nullptr && i < s->fields.size()) n += ToInterface(value, s->fields[i]->type);
        if (kv != nullptr) {
          if (auto* id = DynAs<syntax::Ident>(kv->key)) {
            for (types::Var* f : s->fields) {
              if (f->name == id->name) n += ToInterface(value, f->type);
            }
          }
        }
        continue;
      }
      n += ToInterface(value, elem);
      if (kv != nullptr) n += 1 + Value(kv->key);
      if (kv != nullptr && key != nullptr) n += ToInterface(kv->key, key);
    }
    return n;
  }

  int Select(const syntax::SelectorExpr* e) {
    if (e->selection == nullptr) return 1;
    const int path = static_cast<int>(e->selection->index.size());
    switch (e->selection->kind) {
      case types::SelectionKind::kFieldVal: return path + Value(e->x);
      case types::SelectionKind::kMethodVal: return 1 + path + Value(e->x);
      case types::SelectionKind::kMethodExpr: return 0;
    }
    return 1;
  }

  int Call(const syntax::CallExpr* e) {
    const Expr* fun = syntax::Unparen(e->fun);
    if (fun->mode == OperandMode::kTypExpr) return Conversion(e);
    if (fun->mode == OperandMode::kBuiltin) {
      types::Object* obj = nullptr;
      if (auto* id = DynAs<syntax::Ident>(fun)) obj = id->obj;
      if (auto* s = DynAs<syntax::SelectorExpr>(fun)) obj = s->sel->obj;
      auto* b = types::DynCast<types::Builtin>(obj);
      return b == nullptr ? 1 : Builtin(e, b->id);
    }
    int n = 1;
    types::Func* f = nullptr;
    auto* s = DynAs<syntax::SelectorExpr>(fun);
    const Expr* base = fun;
    bool is_instance = false;
    if (auto* x = DynAs<syntax::IndexExpr>(fun)) {
      if (x->indices[0]->mode == OperandMode::kTypExpr) {
        base = syntax::Unparen(x->x);
        is_instance = true;
      }
    }
    if (s != nullptr && s->selection != nullptr) {
      if (s->selection->kind == types::SelectionKind::kMethodVal) {
        f = types::DynCast<types::Func>(s->selection->obj);
        const int path = static_cast<int>(s->selection->index.size()) - 1;
        if (f != nullptr && !f->is_interface_method) {
          n += path + Value(s->x);
          const bool is_pointer = IsPointer(s->x);
          if (path == 0 && f->has_ptr_recv() != is_pointer) n++;  // &x or *x
          if (s->x->type != nullptr && IsGeneric(s->x->type)) n += 2;
        } else {
          f = nullptr;
          n += 1 + path + Value(s->x);
        }
      } else {
        n += Value(fun);
      }
    } else if (auto* id = base->kind == NodeKind::kIdent
                              ? DynAs<syntax::Ident>(base)
                              : (base->kind == NodeKind::kSelectorExpr
                                     ? syntax::As<syntax::SelectorExpr>(base)->sel
                                     : nullptr)) {
      f = types::DynCast<types::Func>(id->obj);
      n += f != nullptr ? 1 : Value(fun);
      if (f != nullptr && (is_instance || id->targs != nullptr)) n += 2;
    } else {
      n += Value(fun);
    }
    n += Arguments(e);
    if (f != nullptr) {
      const int c = callee_(f);
      return n + (c >= 0 && c <= kInlineBudget ? c : kCallCost);
    }
    if (auto* lit = DynAs<syntax::FuncLit>(fun)) return n + LiteralCost(lit);
    if (auto* id = DynAs<syntax::Ident>(fun)) {
      auto* v = types::DynCast<types::Var>(id->obj);
      if (v != nullptr && v->func == info_ && v->var_kind == types::VarKind::kParam) {
        return n + kCallOfParam;
      }
      if (auto it = literals_.find(v); it != literals_.end()) return n + LiteralCost(it->second);
    }
    return n + kCallCost;
  }

  int LiteralCost(const syntax::FuncLit* lit) {
    if (lit->info == nullptr) return kCallCost;
    const int c = InlineCost(lit->info, callee_);
    return c >= 0 && c <= kLiteralBudget ? c : kCallCost;
  }

  static bool IsGeneric(Type* t) {
    if (auto* p = types::DynCast<types::Pointer>(types::Unalias(t))) t = p->elem;
    types::Named* n = types::AsNamed(types::Unalias(t));
    return n != nullptr && n->is_instance();
  }

  int Arguments(const syntax::CallExpr* e) {
    auto* sig = e->fun->type != nullptr ? types::UnderAs<types::Signature>(e->fun->type) : nullptr;
    int n = 0;
    for (const Expr* a : e->args) n += Value(a);
    if (sig == nullptr) return n;
    const size_t params = sig->num_params();
    if (e->args.size() == 1 && e->args[0]->type != nullptr &&
        e->args[0]->type->kind == TypeKind::kTuple) {
      // f(g()): through variables of its own.
      const auto values = static_cast<int>(static_cast<types::Tuple*>(e->args[0]->type)->size());
      n += 4 * values + 1;
      if (sig->variadic) n += 2;
      return n;
    }
    for (size_t i = 0; i < e->args.size(); i++) {
      Type* to = nullptr;
      if (sig->variadic && !e->has_dots && i + 1 >= params) {
        auto* slice = types::UnderAs<types::Slice>(sig->params->at(params - 1)->type);
        if (slice != nullptr) to = slice->elem;
      } else if (i < params) {
        to = sig->params->at(i)->type;
      }
      n += ToInterface(e->args[i], to);
    }
    if (sig->variadic && !e->has_dots) n += e->args.size() < params ? 1 : 2;
    return n;
  }

  int Conversion(const syntax::CallExpr* e) {
    const Expr* x = e->args[0];
    const int n = Value(x);
    Type* from = x->type;
    Type* to = e->type;
    if (from == nullptr || to == nullptr) return n + 1;
    if (IsInterface(to)) return n + ToInterface(x, to);
    Type* a = types::Under(from);
    Type* b = types::Under(to);
    if (types::Identical(a, b)) return n;
    auto* ba = types::DynCast<types::Basic>(a);
    auto* bb = types::DynCast<types::Basic>(b);
    auto is_pointer = [](Type* t, types::Basic* basic) {
      return t->kind == TypeKind::kPointer ||
             (basic != nullptr && basic->basic == types::BasicKind::kUnsafePointer);
    };
    if (is_pointer(a, ba) && is_pointer(b, bb)) return n;
    if (ba != nullptr && bb != nullptr && Simple(ba->basic) == Simple(bb->basic)) return n;
    return n + 1;
  }

  // Integer types of one size and sign are one type to the code generator.
  static types::BasicKind Simple(types::BasicKind k) {
    switch (k) {
      case types::BasicKind::kInt: return types::BasicKind::kInt64;
      case types::BasicKind::kUint:
      case types::BasicKind::kUintptr: return types::BasicKind::kUint64;
      default: return k;
    }
  }

  int Builtin(const syntax::CallExpr* e, BuiltinId id) {
    int args = 0;
    for (const Expr* a : e->args) {
      if (a->mode != OperandMode::kTypExpr) args += Value(a);
    }
    switch (id) {
      case BuiltinId::kRecover:
        return Never();
      case BuiltinId::kPanic:
        return 2 + args;
      case BuiltinId::kMake:
        return 1 + (args == 0 ? 1 : args);
      case BuiltinId::kNew:
        return args == 0 ? 1 : 6 + args;  // of a value: a variable and its address
      default:
        return 1 + args;
    }
  }

  const types::FuncInfo* const info_;
  const CalleeCost& callee_;
  std::unordered_map<const types::Var*, const syntax::FuncLit*> literals_;
  bool never_ = false;
};

}  // namespace

types::Func* StaticCallee(const syntax::CallExpr* call) {
  const Expr* fun = syntax::Unparen(call->fun);
  if (auto* x = DynAs<syntax::IndexExpr>(fun);
      x != nullptr && x->indices[0]->mode == OperandMode::kTypExpr) {
    fun = syntax::Unparen(x->x);
  }
  types::Object* obj = nullptr;
  if (auto* s = DynAs<syntax::SelectorExpr>(fun)) {
    const bool is_method =
        s->selection != nullptr && s->selection->kind == types::SelectionKind::kMethodVal;
    if (s->selection == nullptr || is_method) obj = is_method ? s->selection->obj : s->sel->obj;
  } else if (auto* id = DynAs<syntax::Ident>(fun)) {
    obj = id->obj;
  }
  auto* f = types::DynCast<types::Func>(obj);
  if (f == nullptr || f->is_interface_method) return nullptr;
  return f->origin != nullptr ? f->origin : f;
}

int InlineCost(const types::FuncInfo* info, const CalleeCost& callee_cost) {
  return Coster(info, callee_cost).Run();
}

}  // namespace gol::ir
