// Parts that the language fills in, taken out of the tree:
//   []T{T{}}, []*T{&T{}}, map[K]V{K{}: V{}}   the types of the elements
//   s[a:len(s)]                               the upper bound
//   for x, _ = range y, for _ = range y       the blank variables
#include "frontend/format/simplify.h"

#include "frontend/syntax/walk.h"

namespace gol::format {

using namespace syntax;  // NOLINT: the tree's names

namespace {

bool IsSame(const Node* a, const Node* b);

template <typename T>
bool IsSameList(List<T*> a, List<T*> b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!IsSame(a[i], b[i])) return false;
  }
  return true;
}

// Whether two type expressions are spelled the same.
bool IsSame(const Node* a, const Node* b) {
  if (a == nullptr || b == nullptr) return a == b;
  if (a->kind != b->kind) return false;
  switch (a->kind) {
    case NodeKind::kIdent: return As<Ident>(a)->name == As<Ident>(b)->name;
    case NodeKind::kBasicLit: return As<BasicLit>(a)->text == As<BasicLit>(b)->text;
    case NodeKind::kParenExpr: return IsSame(As<ParenExpr>(a)->x, As<ParenExpr>(b)->x);
    case NodeKind::kSelectorExpr:
      return IsSame(As<SelectorExpr>(a)->x, As<SelectorExpr>(b)->x) &&
             IsSame(As<SelectorExpr>(a)->sel, As<SelectorExpr>(b)->sel);
    case NodeKind::kIndexExpr:
      return IsSame(As<IndexExpr>(a)->x, As<IndexExpr>(b)->x) &&
             IsSameList(As<IndexExpr>(a)->indices, As<IndexExpr>(b)->indices);
    case NodeKind::kStarExpr: return IsSame(As<StarExpr>(a)->x, As<StarExpr>(b)->x);
    case NodeKind::kBinaryExpr:
      return As<BinaryExpr>(a)->op == As<BinaryExpr>(b)->op &&
             IsSame(As<BinaryExpr>(a)->x, As<BinaryExpr>(b)->x) &&
             IsSame(As<BinaryExpr>(a)->y, As<BinaryExpr>(b)->y);
    case NodeKind::kArrayType:
      return IsSame(As<ArrayType>(a)->len, As<ArrayType>(b)->len) &&
             IsSame(As<ArrayType>(a)->elem, As<ArrayType>(b)->elem);
    case NodeKind::kSliceType: return IsSame(As<SliceType>(a)->elem, As<SliceType>(b)->elem);
    case NodeKind::kDotsType: return IsSame(As<DotsType>(a)->elem, As<DotsType>(b)->elem);
    case NodeKind::kMapType:
      return IsSame(As<MapType>(a)->key, As<MapType>(b)->key) &&
             IsSame(As<MapType>(a)->val, As<MapType>(b)->val);
    case NodeKind::kChanType:
      return As<ChanType>(a)->dir == As<ChanType>(b)->dir &&
             IsSame(As<ChanType>(a)->elem, As<ChanType>(b)->elem);
    case NodeKind::kStructType:
      return IsSameList(As<StructType>(a)->fields, As<StructType>(b)->fields);
    case NodeKind::kInterfaceType:
      return IsSameList(As<InterfaceType>(a)->methods, As<InterfaceType>(b)->methods);
    case NodeKind::kFuncType:
      return IsSameList(As<FuncType>(a)->params, As<FuncType>(b)->params) &&
             IsSameList(As<FuncType>(a)->results, As<FuncType>(b)->results);
    case NodeKind::kField: {
      const auto *x = As<Field>(a), *y = As<Field>(b);
      return IsSame(x->name, y->name) && IsSame(x->type_expr, y->type_expr) &&
             IsSame(x->tag, y->tag);
    }
    default: return false;
  }
}

// An element of type `type`, without the type.
void SimplifyElement(Expr** element, const Expr* type) {
  if (auto* lit = DynAs<CompositeLit>(*element)) {
    if (lit->type_expr != nullptr && IsSame(lit->type_expr, type)) lit->type_expr = nullptr;
    return;
  }
  // &T{} where the type is *T.
  const auto* pointer = DynAs<StarExpr>(type);
  auto* address = DynAs<UnaryExpr>(*element);
  if (pointer == nullptr || address == nullptr || address->op != Operator::kAnd) return;
  auto* lit = DynAs<CompositeLit>(address->x);
  if (lit == nullptr || lit->type_expr == nullptr || !IsSame(lit->type_expr, pointer->x)) return;
  lit->type_expr = nullptr;
  *element = lit;
}

void SimplifyLiteral(CompositeLit* lit) {
  const Expr* type = lit->type_expr;
  const Expr* key = nullptr;
  const Expr* val = nullptr;
  if (const auto* array = DynAs<ArrayType>(type)) val = array->elem;
  else if (const auto* slice = DynAs<SliceType>(type)) val = slice->elem;
  else if (const auto* map = DynAs<MapType>(type)) {
    key = map->key;
    val = map->val;
  }
  if (val == nullptr) return;
  for (Expr*& element : lit->elems) {
    Expr** x = &element;
    if (auto* pair = DynAs<KeyValueExpr>(element)) {
      if (key != nullptr) SimplifyElement(&pair->key, key);
      x = &pair->val;
    }
    // What is inside of an element whose type was left out has that type.
    SimplifyElement(x, val);
    if (auto* inner = DynAs<CompositeLit>(*x); inner != nullptr && inner->type_expr == nullptr) {
      CompositeLit typed = *inner;
      typed.type_expr = const_cast<Expr*>(val);
      SimplifyLiteral(&typed);
    }
  }
}

void SimplifySlice(SliceExpr* x) {
  const auto* name = DynAs<Ident>(x->x);
  if (name == nullptr || x->is_full) return;
  const auto* call = DynAs<CallExpr>(x->index[1]);
  if (call == nullptr || call->args.size() != 1 || call->has_dots) return;
  const auto* fun = DynAs<Ident>(call->fun);
  const auto* arg = DynAs<Ident>(call->args[0]);
  if (fun != nullptr && fun->name == "len" && arg != nullptr && arg->name == name->name) {
    x->index[1] = nullptr;
  }
}

bool IsBlank(const Expr* x) {
  const auto* name = DynAs<Ident>(x);
  return name != nullptr && name->is_blank();
}

}  // namespace

void Simplify(File* file) {
  auto simplify = [](Node* n) {
    if (auto* lit = DynAs<CompositeLit>(n)) {
      SimplifyLiteral(lit);
    } else if (auto* slice = DynAs<SliceExpr>(n)) {
      SimplifySlice(slice);
    } else if (auto* range = DynAs<RangeStmt>(n)) {
      if (range->lhs.size() == 2 && IsBlank(range->lhs[1])) range->lhs = range->lhs.first(1);
      if (range->lhs.size() == 1 && IsBlank(range->lhs[0])) range->lhs = {};
    }
    return true;
  };
  for (Decl* d : file->decls) Walk(d, simplify);
  if (file->script_main != nullptr) Walk(file->script_main->body, simplify);
}

}  // namespace gol::format
