// :heap, :spans, :diff. See repl/lab.h.
#include <algorithm>
#include <charconv>

#include "repl/lab_internal.h"
#include "runtime/gc/object_walk.h"

namespace gol::repl::lab {
namespace {

// Rows of a table of types. More: what matters scrolls away.
constexpr size_t kTypeRows = 20;

// Counts what is reachable. graph: made for it and looked at by the caller too.
Census TakeCensus(const rt::lab::HeapGraph& graph) {
  Census census;
  for (const rt::lab::HeapGraph::Object& o : graph.objects()) {
    for (Census::Row* row : {&census.types[TypeName(o)], &census.all}) {
      row->objects++;
      row->bytes += o.bytes;
    }
  }
  return census;
}

// All spans in use, by class and address.
std::vector<const rt::mspan*> SpansOf(rt::mheap& h) {
  std::vector<const rt::mspan*> spans;
  {
    std::lock_guard guard(h.lock);
    spans.assign(h.allspans.begin(), h.allspans.end());
  }
  std::sort(spans.begin(), spans.end(), [](const rt::mspan* a, const rt::mspan* b) {
    if (a->is_large() != b->is_large()) return b->is_large();
    if (a->elemsize != b->elemsize) return a->elemsize < b->elemsize;
    if (a->spanclass.noscan() != b->spanclass.noscan()) return b->spanclass.noscan();
    return a->start_addr < b->start_addr;
  });
  return spans;
}

void HeapByClass(CommandContext* context) {
  struct Row {
    uint64_t spans = 0, bytes = 0, objects = 0, slots = 0;
  };
  std::map<std::pair<uint64_t, bool>, Row> rows;  // large ones as one class, behind all others
  rt::Heap& heap = context->evaluator->runtime().heap();
  heap.collector().WhileIdle([&] {
    for (const rt::mspan* s : SpansOf(heap.h())) {
      Row& row = rows[{s->is_large() ? UINT64_MAX : s->elemsize, s->spanclass.noscan()}];
      row.spans++;
      row.bytes += s->bytes();
      row.slots += s->nelems;
      for (uint32_t i = 0; i < s->nelems; i++) row.objects += rt::gc::IsAllocated(s, i);
    }
  });
  Table table;
  table.columns = {{"slot", "slotBytes"},  {"pointers", "pointers", Column::kLeft},
                   {"spans", "spans"},     {"memory", "bytes"},
                   {"objects", "objects"}, {"free slots", "free"},
                   {"fill", "fill"}};
  for (const auto& [key, r] : rows) {
    Item slot = Item::Count(key.first);
    if (key.first == UINT64_MAX) slot = {"large", "0"};
    table.rows.push_back({slot, {key.second ? "no" : "yes", key.second ? "false" : "true"},
                          Item::Count(r.spans), Item::Bytes(r.bytes), Item::Count(r.objects),
                          Item::Count(r.slots - r.objects),
                          Item::Share(static_cast<double>(r.objects) / static_cast<double>(r.slots))});
  }
  Report report;
  report.Add("classes", table);
  report.Print(context->json);
}

// Rows by falling bytes, the smallest ones together in text.
void AddTypes(Report* report, const std::vector<std::pair<std::string, Census::Row>>& types,
              uint64_t all_bytes, bool as_json) {
  Table table;
  table.columns = {{"objects", "objects"}, {"bytes", "bytes"}, {"share", "share"},
                   {"type", "type", Column::kLeft}};
  uint64_t objects = 0, bytes = 0;
  for (size_t i = 0; i < types.size(); i++) {
    const auto& [name, row] = types[i];
    if (as_json || i < kTypeRows) {
      table.rows.push_back({Item::Count(row.objects), Item::Bytes(row.bytes),
                            Item::Share(static_cast<double>(row.bytes) / static_cast<double>(all_bytes)),
                            Item::Text(name)});
      continue;
    }
    objects += row.objects;
    bytes += row.bytes;
  }
  if (objects > 0) {
    table.rows.push_back({Item::Count(objects), Item::Bytes(bytes),
                          Item::Share(static_cast<double>(bytes) / static_cast<double>(all_bytes)),
                          Item::Text(std::to_string(types.size() - kTypeRows) + " more types")});
  }
  report->Add("types", table);
}

}  // namespace

void Heap(CommandContext* context, std::string_view argument) {
  if (argument == "classes") return HeapByClass(context);
  if (!argument.empty()) return Fail(context, "usage: :heap [classes]");
  Evaluator* evaluator = context->evaluator;
  const Roots roots = RootsOf(evaluator);
  const rt::lab::HeapGraph graph(evaluator->runtime(), roots.variables, roots.hidden);
  const Census census = TakeCensus(graph);
  std::vector<std::pair<std::string, Census::Row>> types(census.types.begin(), census.types.end());
  std::sort(types.begin(), types.end(), [](const auto& a, const auto& b) {
    return a.second.bytes != b.second.bytes ? a.second.bytes > b.second.bytes : a.first < b.first;
  });
  Report report;
  AddTypes(&report, types, census.all.bytes, context->json);
  const rt::MemStats stats = Stats(evaluator);
  report.Line("");
  report.Entry("reachable", "reachableObjects", Item::Count(census.all.objects), ByteText(census.all.bytes));
  report.Field("reachableBytes", Item::Bytes(census.all.bytes));
  report.Entry("garbage", "garbageObjects", Item::Count(graph.garbage_objects()),
               ByteText(graph.garbage_bytes()) + ", until it is swept");
  report.Field("garbageBytes", Item::Bytes(graph.garbage_bytes()));
  report.Entry("in spans", "spanBytes", Item::Bytes(stats.heap_inuse));
  report.Entry("from the system", "sysBytes", Item::Bytes(stats.sys));
  report.Print(context->json);
}

void Spans(CommandContext* context, std::string_view argument) {
  uint64_t wanted = 0;
  std::from_chars(argument.data(), argument.data() + argument.size(), wanted);
  // Slots in a line: each stands for itself, or for a few.
  constexpr uint32_t kColumns = 64;
  Table table;
  table.columns = {{"span", "address", Column::kLeft}, {"slot", "slotBytes"},
                   {"pointers", "pointers", Column::kLeft}, {"used", "used"}, {"of", "slots"},
                   {"M", "marked"}, {"# in use, + partly, . free", "picture", Column::kLeft}};
  rt::Heap& heap = context->evaluator->runtime().heap();
  heap.collector().WhileIdle([&] {
    const bool is_marking = heap.collector().is_marking();
    for (const rt::mspan* s : SpansOf(heap.h())) {
      if (s->is_large() || (wanted != 0 && s->elemsize != wanted)) continue;
      const auto slots = static_cast<uint32_t>(s->nelems);
      const uint32_t step = (slots + kColumns - 1) / kColumns;
      std::string picture;
      uint64_t in_use = 0, marked = 0;
      for (uint32_t i = 0; i < slots; i += step) {
        uint32_t used = 0, black = 0;
        const uint32_t end = std::min(i + step, slots);
        for (uint32_t k = i; k < end; k++) {
          used += rt::gc::IsAllocated(s, k);
          black += s->IsMarked(k);
        }
        in_use += used;
        marked += black;
        char c = used == 0 ? '.' : used == end - i ? '#' : '+';
        if (is_marking && black > 0) c = black == used ? 'M' : 'm';
        picture += c;
      }
      table.rows.push_back({Item::Address(s->start_addr), Item::Count(s->elemsize),
                            {s->spanclass.noscan() ? "no" : "yes", s->spanclass.noscan() ? "false" : "true"},
                            Item::Count(in_use), Item::Count(slots),
                            {is_marking ? CountText(marked) : "-", std::to_string(marked)},
                            Item::Text(picture)});
    }
    if (is_marking) table.columns.back().title = "M marked, m partly, # + in use, . free";
  });
  Report report;
  if (table.rows.empty()) report.Line("no span has slots of " + std::to_string(wanted) + " bytes");
  report.Add("spans", table);
  report.Print(context->json);
}

void Diff(CommandContext* context, std::string_view argument) {
  State& state = *context->lab;
  auto take = [&] {
    const Roots roots = RootsOf(context->evaluator);
    Census census = TakeCensus({context->evaluator->runtime(), roots.variables, roots.hidden});
    census.mallocs = Stats(context->evaluator).mallocs;
    return census;
  };
  if (!argument.empty()) {
    state.census = take();
    context->outcome = context->evaluator->Eval(argument);
    context->ran = true;
    if (context->outcome.kind == Outcome::kRejected) return;
    context->inputs->emplace_back(argument);
  }
  Census now = take();
  Report report;
  if (!state.census.has_value()) {
    report.Line("noted; the next :diff tells what changed");
    report.Field("noted", Item::Flag(true));
    state.census = std::move(now);
    return report.Print(context->json);
  }
  struct Change {
    std::string type;
    int64_t objects, bytes;
    uint64_t bytes_now;
  };
  std::vector<Change> changes;
  int64_t objects = 0, bytes = 0;
  auto add = [&](const std::string& type, const Census::Row& before, const Census::Row& after) {
    const Change c{type, static_cast<int64_t>(after.objects - before.objects),
                   static_cast<int64_t>(after.bytes - before.bytes), after.bytes};
    objects += c.objects;
    bytes += c.bytes;
    if (c.objects != 0 || c.bytes != 0) changes.push_back(c);
  };
  for (const auto& [type, row] : now.types) {
    auto before = state.census->types.find(type);
    add(type, before == state.census->types.end() ? Census::Row() : before->second, row);
  }
  for (const auto& [type, row] : state.census->types) {
    if (!now.types.contains(type)) add(type, row, {});
  }
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return std::abs(a.bytes) != std::abs(b.bytes) ? std::abs(a.bytes) > std::abs(b.bytes)
                                                  : a.type < b.type;
  });
  Table table;
  table.columns = {{"objects", "objects"}, {"bytes", "bytes"}, {"now", "bytesNow"},
                   {"type", "type", Column::kLeft}};
  for (const Change& c : changes) {
    if (!context->json && table.rows.size() == kTypeRows) break;
    table.rows.push_back({Item::Signed(c.objects), Item::SignedBytes(c.bytes),
                          Item::Bytes(c.bytes_now), Item::Text(c.type)});
  }
  report.Add("changes", table);
  if (changes.size() > table.rows.size()) {
    report.Line(std::to_string(changes.size() - table.rows.size()) + " more types");
  }
  const uint64_t made = now.mallocs - state.census->mallocs;
  report.Line("reachable: " + Item::Signed(objects).text + " objects, " + SignedByteText(bytes) + "; " +
              CountText(made) + " made meanwhile");
  report.Field("objects", Item::Signed(objects));
  report.Field("bytes", Item::SignedBytes(bytes));
  report.Field("made", Item::Count(made));
  report.Print(context->json);
  state.census = std::move(now);
}

}  // namespace gol::repl::lab
