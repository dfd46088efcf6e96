// :gc step: a collection by hand. See repl/lab.h and runtime/gc/step.cc.
#include <algorithm>
#include <charconv>

#include "repl/lab_internal.h"
#include "runtime/gc/object_walk.h"
#include "runtime/gc/pacer.h"

namespace gol::repl::lab {
namespace {

using rt::gc::Collector;

// Objects that a step without a number scans.
constexpr uint64_t kObjectsOfStep = 8;

// Objects by colour.
struct Colours {
  uint64_t white = 0, white_bytes = 0, marked = 0;
};

Colours CountColours(rt::Heap& heap) {
  Colours colours;
  heap.collector().WhileIdle([&] {
    std::lock_guard guard(heap.h().lock);
    for (const rt::mspan* s : heap.h().allspans) {
      for (uint32_t i = 0; i < s->nelems; i++) {
        if (!rt::gc::IsAllocated(s, i)) continue;
        if (s->IsMarked(i)) {
          colours.marked++;
        } else {
          colours.white++;
          colours.white_bytes += s->elemsize;
        }
      }
    }
  });
  return colours;
}

class Stepper {
 public:
  explicit Stepper(CommandContext* context)
      : context_(context), heap_(context->evaluator->runtime().heap()), gc_(heap_.collector()) {}

  void Begin();
  void Drain(uint64_t n);
  void End();
  void Sweep(uint64_t n);
  void Finish();
  void Next();
  // What comes next, and the colours.
  void PrintState();

 private:
  void Did(std::string_view step) { report_.Field("did", Item::Text(step)); }

  CommandContext* const context_;
  rt::Heap& heap_;
  Collector& gc_;
  Report report_;
};

void Stepper::Begin() {
  gc_.StepBegin();
  const rt::gc::StepState before = gc_.ReportStep();
  gc_.StepRoots();
  Did("roots");
  report_.Line("collection " + std::to_string(gc_.num_gc() + 1) +
               ": the write barrier is on, new objects are black, " + CountText(before.roots_left) +
               " root jobs done");
}

void Stepper::Drain(uint64_t n) {
  // What the objects are is found before they are scanned; the marks do not matter for that.
  const Roots roots = RootsOf(context_->evaluator);
  const rt::lab::HeapGraph graph(context_->evaluator->runtime(), roots.variables, roots.hidden);
  Table table;
  table.columns = {{"scanned", "type", Column::kLeft}, {"bytes", "bytes"},
                   {"at", "address", Column::kLeft}, {"way", "path", Column::kLeft}};
  constexpr size_t kRows = 24;
  const uint64_t done = gc_.StepDrain(n, [&](uintptr_t address) {
    if (!context_->json && table.rows.size() == kRows) return;
    const rt::lab::HeapGraph::Object* o = graph.Find(address);
    if (o == nullptr) {
      table.rows.push_back({Item::Text("garbage since the collection began"), Item::Count(0),
                            Item::Address(address), Item::Text("")});
      return;
    }
    table.rows.push_back({Item::Text(TypeName(*o)), Item::Count(o->bytes), Item::Address(o->addr),
                          Item::Text(WayTo(context_->evaluator, roots, graph, *o).path)});
  });
  Did("drain");
  report_.Field("scanned", Item::Count(done));
  report_.Add("objects", table);
  if (done > table.rows.size()) report_.Line("and " + CountText(done - table.rows.size()) + " more");
}

void Stepper::End() {
  if (!gc_.StepEnd()) {
    Did("nothing");
    report_.Line("grey objects are left: marking goes on");
    return;
  }
  Did("terminate");
  report_.Line("collection " + std::to_string(gc_.num_gc()) + ": marking has ended, the barrier is off; " +
               ByteText(gc_.pacer().heap_marked()) + " marked, next goal " +
               ByteText(gc_.pacer().heap_goal()));
}

void Stepper::Sweep(uint64_t n) {
  Table table;
  table.columns = {{"span", "span", Column::kLeft}, {"slot", "slotBytes"}, {"slots", "slots"},
                   {"objects", "objects"}, {"freed", "freed"}, {"", "pagesFreed", Column::kLeft}};
  constexpr size_t kRows = 24;
  uint64_t done = 0, freed = 0;
  for (; done < n; done++) {
    rt::gc::SweptSpan s;
    if (!gc_.StepSweep(&s)) break;
    freed += s.before - s.live;
    if (!context_->json && table.rows.size() == kRows) continue;
    table.rows.push_back({Item::Address(s.addr), Item::Count(s.elemsize), Item::Count(s.nelems),
                          Item::Count(s.before), Item::Count(s.before - s.live),
                          {s.is_freed ? "its pages too" : "", s.is_freed ? "true" : "false"}});
  }
  Did("sweep");
  report_.Field("swept", Item::Count(done));
  report_.Field("freed", Item::Count(freed));
  report_.Add("spans", table);
  if (done > table.rows.size()) {
    report_.Line("and " + CountText(done - table.rows.size()) + " more; " + CountText(freed) +
                 " objects freed");
  }
}

void Stepper::Finish() {
  if (gc_.is_stepping()) {
    gc_.StepRoots();
    uint64_t scanned = 0;
    do {
      scanned += gc_.StepDrain(UINT64_MAX, [](uintptr_t) {});
    } while (!gc_.StepEnd());
    report_.Line(CountText(scanned) + " objects scanned, marking has ended");
  }
  Sweep(UINT64_MAX);
}

void Stepper::Next() {
  const rt::gc::StepState state = gc_.ReportStep();
  if (state.is_stepping) return state.grey > 0 ? Drain(kObjectsOfStep) : End();
  return state.spans_to_sweep > 0 ? Sweep(1) : Begin();
}

void Stepper::PrintState() {
  const rt::gc::StepState state = gc_.ReportStep();
  const Colours colours = CountColours(heap_);
  std::string next;
  report_.Field("stepping", Item::Flag(state.is_stepping));
  report_.Field("grey", Item::Count(state.grey));
  report_.Field("spansToSweep", Item::Count(state.spans_to_sweep));
  if (state.is_stepping) {
    const uint64_t black = colours.marked - std::min(colours.marked, state.grey);
    report_.Field("white", Item::Count(colours.white));
    report_.Field("black", Item::Count(black));
    report_.Line("white " + CountText(colours.white) + " (" + ByteText(colours.white_bytes) + "), grey " +
                 CountText(state.grey) + ", black " + CountText(black));
    next = state.grey > 0 ? "scans grey objects" : "ends marking";
  } else {
    next = state.spans_to_sweep > 0
               ? "sweeps one of " + CountText(state.spans_to_sweep) + " spans"
               : "begins a collection";
  }
  report_.Line("next: :gc step " + next);
  report_.Print(context_->json);
}

}  // namespace

void Step(CommandContext* context, std::string_view argument) {
  const std::string_view what = TakeWord(&argument);
  uint64_t n = 0;
  std::from_chars(argument.data(), argument.data() + argument.size(), n);
  Collector& gc = context->evaluator->runtime().heap().collector();
  Stepper stepper(context);
  if (what.empty()) stepper.Next();
  else if (what == "roots" && !gc.is_stepping()) stepper.Begin();
  else if (what == "drain" && gc.is_stepping()) stepper.Drain(n == 0 ? kObjectsOfStep : n);
  else if (what == "terminate" && gc.is_stepping()) stepper.End();
  else if (what == "sweep" && !gc.is_stepping()) stepper.Sweep(n == 0 ? 1 : n);
  else if (what == "finish") stepper.Finish();
  else if (what == "roots") return Fail(context, "gol: marking has begun; :gc step drain goes on");
  else if (what == "drain" || what == "terminate") return Fail(context, "gol: marking has not begun; :gc step roots does");
  else if (what == "sweep") return Fail(context, "gol: marking has not ended; :gc step terminate ends it");
  else return Fail(context, "usage: :gc step [roots | drain [N] | terminate | sweep [N] | finish]");
  stepper.PrintState();
}

}  // namespace gol::repl::lab
