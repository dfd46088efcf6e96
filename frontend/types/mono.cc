// Generic code that would need infinitely many instances.
//
// `func f[T any]() { f[*T]() }` never ends. Type parameters are the vertices of a graph; an
// instantiation of parameter P with a type that mentions parameter Q is an edge Q -> P, of weight 0
// if the type is Q itself and 1 if it is larger. A cycle of positive weight means types that grow
// without bound. A type declared inside a generic function depends on that function's parameters.
#include <algorithm>

#include "frontend/types/checker.h"

namespace gol::types {
namespace {

struct Edge {
  uint32_t dst;
  uint32_t src;
  int weight;
  Pos pos;
  Type* type;
};

struct Vertex {
  TypeName* obj;
  int weight = 0;   // of the heaviest known path to here
  uint32_t pre = 0; // last edge of that path
  uint32_t len = 0; // number of its edges
};

class Graph {
 public:
  Graph(Package* pkg, const std::unordered_map<TypeParam*, TypeParam*>& canon)
      : pkg_(pkg), canon_(canon) {}

  void Assign(Pos pos, TypeParam* tp, Type* targ) {
    if (tp->obj->pkg != pkg_) return;
    Visit(targ, [&](uint32_t src, Type* t) {
      edges.push_back({ParamVertex(tp), src, t == targ ? 0 : 1, pos, targ});
    });
  }

  // The vertex that a growing cycle was found at, or -1.
  int FindCycle() {
    bool again = true;
    while (again) {
      again = false;
      for (uint32_t i = 0; i < edges.size(); i++) {
        const Edge& e = edges[i];
        const Vertex& src = vertices[e.src];
        Vertex& dst = vertices[e.dst];
        int w = src.weight + e.weight;
        if (w <= dst.weight) continue;
        dst.pre = i;
        dst.len = src.len + 1;
        if (dst.len == vertices.size()) return static_cast<int>(e.dst);
        dst.weight = w;
        again = true;
      }
    }
    return -1;
  }

  std::vector<Edge> edges;
  std::vector<Vertex> vertices;

 private:
  template <typename F>
  void Visit(Type* t, F flow) {
    t = Unalias(t);
    if (std::find(path_.begin(), path_.end(), t) != path_.end()) return;
    path_.push_back(t);
    switch (t->kind) {
      case TypeKind::kTypeParam:
        flow(ParamVertex(static_cast<TypeParam*>(t)), t);
        break;
      case TypeKind::kNamed: {
        auto* n = static_cast<Named*>(t);
        int v = LocalVertex(n->origin());
        if (v >= 0) flow(static_cast<uint32_t>(v), t);
        for (Type* a : n->type_args()) Visit(a, flow);
        break;
      }
      case TypeKind::kArray: Visit(static_cast<Array*>(t)->elem, flow); break;
      case TypeKind::kChan: Visit(static_cast<Chan*>(t)->elem, flow); break;
      case TypeKind::kPointer: Visit(static_cast<Pointer*>(t)->elem, flow); break;
      case TypeKind::kSlice: Visit(static_cast<Slice*>(t)->elem, flow); break;
      case TypeKind::kMap:
        Visit(static_cast<Map*>(t)->key, flow);
        Visit(static_cast<Map*>(t)->elem, flow);
        break;
      case TypeKind::kInterface:
        for (Func* m : GetTypeSet(static_cast<Interface*>(t))->methods) {
          if (m->type != nullptr) Visit(m->type, flow);
        }
        break;
      case TypeKind::kSignature: {
        auto* s = static_cast<Signature*>(t);
        for (Tuple* tuple : {s->params, s->results}) {
          if (tuple == nullptr) continue;
          for (Var* v : tuple->vars) Visit(v->type, flow);
        }
        break;
      }
      case TypeKind::kStruct:
        for (Var* f : static_cast<Struct*>(t)->fields) Visit(f->type, flow);
        break;
      default:
        break;
    }
    path_.pop_back();
  }

  uint32_t NewVertex(TypeName* obj) {
    uint32_t v = static_cast<uint32_t>(vertices.size());
    vertices.push_back({obj});
    index_.emplace(obj, static_cast<int>(v));
    return v;
  }

  uint32_t ParamVertex(TypeParam* tp) {
    auto canon = canon_.find(tp);
    if (canon != canon_.end()) tp = canon->second;
    auto it = index_.find(tp->obj);
    return it != index_.end() ? static_cast<uint32_t>(it->second) : NewVertex(tp->obj);
  }

  // A type local to a function is parameterized by the type parameters around it.
  int LocalVertex(Named* n) {
    TypeName* obj = n->obj();
    if (obj->pkg != pkg_ || obj->parent == nullptr || obj->parent == pkg_->scope) return -1;
    auto it = index_.find(obj);
    if (it != index_.end()) return it->second;
    int v = -1;
    for (Scope* s = obj->parent; s != nullptr && s != pkg_->scope; s = s->parent()) {
      for (Object* o : s->objects()) {
        TypeName* t = DynCast<TypeName>(o);
        if (t == nullptr || t->type == nullptr || t->type->kind != TypeKind::kTypeParam ||
            !(t->pos < obj->pos)) {
          continue;
        }
        if (v < 0) v = static_cast<int>(NewVertex(obj));
        uint32_t src = ParamVertex(static_cast<TypeParam*>(t->type));
        edges.push_back({static_cast<uint32_t>(v), src, 1, obj->pos, t->type});
      }
    }
    if (v < 0) index_.emplace(obj, -1);
    return v;
  }

  Package* const pkg_;
  const std::unordered_map<TypeParam*, TypeParam*>& canon_;
  std::unordered_map<TypeName*, int> index_;
  std::vector<Type*> path_;
};

}  // namespace

void Checker::RecordMono(Pos pos, std::span<TypeParam* const> tparams,
                         std::span<Type* const> targs, std::span<syntax::Expr* const> args) {
  if (options_.declarations_only || tparams.empty() || tparams[0]->obj->pkg != pkg_) return;
  MonoInstance m;
  m.pos = pos;
  m.tparams.assign(tparams.begin(), tparams.end());
  m.targs.assign(targs.begin(), targs.end());
  for (syntax::Expr* e : args) m.arg_pos.push_back(syntax::StartPos(e));
  mono_instances_.push_back(std::move(m));
}

void Checker::RecordMonoCanon(TypeParam* recv, TypeParam* base) { mono_canon_[recv] = base; }

void Checker::InfiniteInstances() {
  if (mono_instances_.empty()) return;
  Graph g(pkg_, mono_canon_);
  for (const MonoInstance& m : mono_instances_) {
    for (size_t i = 0; i < m.tparams.size() && i < m.targs.size(); i++) {
      g.Assign(i < m.arg_pos.size() ? m.arg_pos[i] : m.pos, m.tparams[i], m.targs[i]);
    }
  }
  int found = g.FindCycle();
  if (found < 0) return;

  // Follow the path backwards until it closes.
  uint32_t v = static_cast<uint32_t>(found);
  std::vector<uint32_t> stack;
  std::vector<bool> seen(g.vertices.size());
  while (!seen[v]) {
    stack.push_back(v);
    seen[v] = true;
    v = g.edges[g.vertices[v].pre].src;
  }
  stack.erase(stack.begin(), std::find(stack.begin(), stack.end(), v));
  auto& d = Error(g.vertices[v].obj, diag::kInfiniteInstances);
  for (uint32_t s : stack) {
    const Edge& e = g.edges[g.vertices[s].pre];
    TypeName* obj = g.vertices[e.dst].obj;
    bool is_param = obj->type != nullptr && obj->type->kind == TypeKind::kTypeParam;
    Note(d, e.pos, is_param ? "{} instantiated as {}" : "{} implicitly parameterized by {}",
         obj->name, e.type);
  }
}

}  // namespace gol::types
