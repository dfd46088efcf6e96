// :why: the way from a root to an object. See repl/lab.h.
#include <algorithm>

#include "repl/lab_internal.h"
#include "repl/value_printer.h"
#include "runtime/map/map.h"
#include "runtime/sched/sched.h"
#include "runtime/traceback.h"

namespace gol::repl::lab {
namespace {

using rt::lab::Content;
using rt::lab::HeapGraph;

// Which part of a value of type t at `base` the address is in, as a program would write it behind the value: ".next",
// "[3].name", ".(*T)".
std::string PartOf(const rt::Type* t, uintptr_t base, uintptr_t at) {
  switch (t->kind) {
    case rt::kStruct: {
      const auto* s = static_cast<const rt::StructType*>(t);
      for (int64_t i = 0; i < s->nfields; i++) {
        const rt::StructField& f = s->fields[i];
        if (at < base + f.offset || at >= base + f.offset + f.type->size) continue;
        return "." + std::string(f.name.ptr, static_cast<size_t>(f.name.len)) +
               PartOf(f.type, base + f.offset, at);
      }
      return "";
    }
    case rt::kArray: {
      const rt::Type* elem = static_cast<const rt::ArrayType*>(t)->elem;
      if (elem->size == 0) return "";
      const uint64_t i = (at - base) / elem->size;
      return "[" + std::to_string(i) + "]" + PartOf(elem, base + i * elem->size, at);
    }
    case rt::kInterface: {
      const auto word = *reinterpret_cast<const uintptr_t*>(base);
      if (word == 0) return "";
      const bool is_empty = static_cast<const rt::InterfaceType*>(t)->nmethods == 0;
      const auto* dynamic = is_empty ? reinterpret_cast<const rt::Type*>(word)
                                     : reinterpret_cast<const rt::Itab*>(word)->type;
      return ".(" + PrintType(dynamic) + ")";
    }
    default:
      return "";
  }
}

// The same for an object.
std::string PartOf(const HeapGraph::Object& o, uintptr_t at) {
  auto element = [&](const rt::Type* elem) {
    const uint64_t i = elem->size == 0 ? 0 : (at - o.addr) / elem->size;
    return "[" + std::to_string(i) + "]" + PartOf(elem, o.addr + i * elem->size, at);
  };
  switch (o.content) {
    case Content::kValue:
      return at - o.addr < o.type->size ? PartOf(o.type, o.addr, at) : element(o.type);
    case Content::kArray:
      return element(o.type);
    case Content::kChanBuffer:
      return element(static_cast<const rt::ChanType*>(o.type)->elem);
    case Content::kBuckets: {
      namespace md = rt::map_detail;
      const auto* t = static_cast<const rt::MapType*>(o.type);
      auto* b = reinterpret_cast<rt::bmap*>(o.addr + (at - o.addr) / t->bucket_size * t->bucket_size);
      const uint64_t offset = at - reinterpret_cast<uintptr_t>(b);
      const uint64_t elems = rt::kBucketCnt + rt::kBucketCnt * uint64_t{t->key_size};
      if (offset >= elems + rt::kBucketCnt * uint64_t{t->elem_size}) return "";  // overflow
      const bool is_key = offset < elems;
      const int i = static_cast<int>(is_key ? (offset - rt::kBucketCnt) / t->key_size
                                            : (offset - elems) / t->elem_size);
      const char* key = md::KeyAt(t, b, i);
      if ((t->flags & rt::kMapIndirectKey) != 0) key = *reinterpret_cast<char* const*>(key);
      PrintOptions options;
      options.max_string = 24;
      options.max_depth = 1;
      options.width = 1 << 20;
      const std::string text = "[" + PrintValue(t->key, key, options) + "]";
      if (is_key) return text + " (key)";
      const bool is_indirect = (t->flags & rt::kMapIndirectElem) != 0;
      return is_indirect ? text
                         : text + PartOf(t->elem, reinterpret_cast<uintptr_t>(md::ElemAt(t, b, i)), at);
    }
    case Content::kFunc:
      return " (captured)";
    case Content::kMap:
    case Content::kChan:
    case Content::kBytes:
    case Content::kUnknown:
      break;
  }
  return o.content == Content::kUnknown ? " (+" + std::to_string(at - o.addr) + ")" : "";
}

// "goroutine 7 [chan receive] in main.work, <input 3>:2".
std::string GoroutineText(rt::Runtime& runtime, size_t number, uintptr_t at) {
  const rt::G* g = runtime.sched().g_at(number);
  std::string text = "goroutine " + std::to_string(g->goid);
  if ((g->status.load(std::memory_order_relaxed) & ~rt::kGscan) == rt::kGwaiting) {
    text += " [" + std::string(rt::WaitReasonText(g->wait_reason)) + "]";
  }
  // Frames come innermost first; the frame pointer is the frame's upper end.
  rt::WalkStack(*g, 0, 0, [&](const rt::StackFrame& frame) {
    if (frame.fp < at) return true;
    bool found = false;
    runtime.code_info()->Lookup(frame.pc - 1, [&](const rt::CodeFrame& f) {
      if (found || f.is_wrapper) return;
      found = true;
      text += " in " + std::string(f.function) + ", " +
              std::string(f.file.substr(f.file.rfind('/') + 1)) + ":" + std::to_string(f.line);
    });
    return !found;
  });
  return text;
}

struct RootText {
  std::string kind;  // Way::root
  std::string name;  // "list.head"
};

RootText TextOfRoot(Evaluator* evaluator, const Roots& roots, const HeapGraph::Object& o) {
  using Place = rt::gc::Collector::RootPlace;
  if (o.root != HeapGraph::kNone) {
    const rt::lab::Variable& v = roots.variables[o.root];
    return {"variable", v.name + PartOf(v.type, v.address, o.from)};
  }
  switch (o.place) {
    case Place::kGlobal: {
      const std::string name = evaluator->GlobalAt(reinterpret_cast<const void*>(o.from));
      return {"variable", name.empty() ? HexText(o.from) : name};
    }
    case Place::kStack:
      return {"goroutine", GoroutineText(evaluator->runtime(), o.goroutine, o.from)};
    case Place::kFinalizer: return {"finalizer", "a finalizer or cleanup"};
    case Place::kNative: return {"native", "a handle of the runtime or the host"};
    case Place::kRuntime: return {"timer", "a timer"};
  }
  return {};
}

}  // namespace

Way WayTo(Evaluator* evaluator, const Roots& roots, const HeapGraph& graph,
          const HeapGraph::Object& object) {
  std::vector<const HeapGraph::Object*> objects;
  for (const HeapGraph::Object* o = &object;; o = &graph.objects()[o->parent]) {
    objects.push_back(o);
    if (o->parent == HeapGraph::kNone) break;
  }
  std::reverse(objects.begin(), objects.end());
  Way way;
  const auto [kind, name] = TextOfRoot(evaluator, roots, *objects[0]);
  way.root = kind;
  way.path = name;
  std::string step = kind == "variable" ? kind + " " + name : name;
  for (size_t i = 0; i < objects.size(); i++) {
    way.steps.push_back({step, objects[i]});
    if (i + 1 == objects.size()) break;
    step = PartOf(*objects[i], objects[i + 1]->from);
    way.path += step;
    const bool is_chain = step.empty() && objects[i]->content == Content::kBuckets;
    if (step.empty()) step = is_chain ? "(overflow)" : "(inside)";
    if (step.starts_with(' ')) step.erase(0, 1);
  }
  return way;
}

void Why(CommandContext* context, std::string_view argument) {
  Evaluator* evaluator = context->evaluator;
  const std::optional<Value> value = ProbeOne(context, argument);
  if (!value.has_value()) return;
  const uintptr_t target = TargetOf(*value);
  if (target == 0 || !evaluator->runtime().heap().IsHeapAddress(reinterpret_cast<const void*>(target))) {
    return Fail(context, "gol: " + std::string(argument) + " does not lead to the heap");
  }
  const Roots roots = RootsOf(evaluator);
  const HeapGraph graph(evaluator->runtime(), roots.variables, roots.hidden);
  const HeapGraph::Object* object = graph.Find(target);
  Report report;
  report.Field("reachable", Item::Flag(object != nullptr));
  if (object == nullptr) {
    report.Line("nothing leads to it: the next collection frees it");
    return report.Print(context->json);
  }
  const Way way = WayTo(evaluator, roots, graph, *object);
  Table table;
  table.columns = {{"step", "step", Column::kLeft}, {"leads to", "type", Column::kLeft},
                   {"bytes", "bytes"}, {"at", "address", Column::kLeft}};
  for (const Way::Step& s : way.steps) {
    table.rows.push_back({Item::Text(s.text), Item::Text(TypeName(*s.object)),
                          Item::Count(s.object->bytes), Item::Address(s.object->addr)});
  }
  report.Line(way.path);
  report.Field("path", Item::Text(way.path));
  report.Field("root", Item::Text(way.root));
  report.Add("steps", table);
  // Small values without pointers share slots: what keeps one keeps all.
  const bool is_shared = !object->has_pointers && object->bytes == rt::kTinySize;
  if (is_shared) report.Line("small values may share its slot of " + std::to_string(object->bytes) + " bytes");
  report.Field("shared", Item::Flag(is_shared));
  report.Print(context->json);
}

}  // namespace gol::repl::lab
