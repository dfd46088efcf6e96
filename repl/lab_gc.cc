// :gc, :pauses, :pacer, :assist. See repl/lab.h.
#include <algorithm>

#include "repl/lab_internal.h"
#include "runtime/gc/pacer.h"

namespace gol::repl::lab {
namespace {

Item ObjectsItem(uint64_t n) {
  return {CountText(n) + (n == 1 ? " object" : " objects"), std::to_string(n)};
}

// A threshold of the heap's size: none where collections are off.
Item ThresholdItem(uint64_t n) {
  return n >= uint64_t{INT64_MAX} ? Item{"none", "null"} : Item::Bytes(n);
}

}  // namespace

void Gc(CommandContext* context, std::string_view argument) {
  const std::string_view word = TakeWord(&argument);
  if (word == "step") return Step(context, argument);
  if (!word.empty()) return Fail(context, "usage: :gc [step ...]");
  Evaluator* evaluator = context->evaluator;
  const rt::MemStats before = Stats(evaluator);
  rt::Heap& heap = evaluator->runtime().heap();
  OnGoroutine(evaluator, [&] { heap.Gc(); });
  const rt::MemStats after = Stats(evaluator);
  const uint64_t freed =
      before.heap_alloc > after.heap_alloc ? before.heap_alloc - after.heap_alloc : 0;
  const uint64_t objects = after.frees - before.frees;
  const uint64_t stopped = after.pause_total_ns - before.pause_total_ns;
  Report report;
  report.Line("collection " + std::to_string(after.num_gc));
  report.Field("collection", Item::Count(after.num_gc));
  report.Entry("freed", "freedObjects", ObjectsItem(objects),
               ByteText(freed));
  report.Field("freedBytes", Item::Bytes(freed));
  report.Entry("live", "liveObjects", ObjectsItem(after.heap_objects), ByteText(after.heap_alloc));
  report.Field("liveBytes", Item::Bytes(after.heap_alloc));
  report.Entry("stopped", "stoppedNs", Item::Time(static_cast<int64_t>(stopped)));
  const bool is_off = after.next_gc >= uint64_t{INT64_MAX};
  report.Entry("next", "nextBytes", {is_off ? "when asked for" : "at " + ByteText(after.next_gc),
                                     is_off ? "null" : std::to_string(after.next_gc)});
  report.Print(context->json);
}

void Pauses(CommandContext* context, std::string_view) {
  const rt::MemStats stats = Stats(context->evaluator);
  std::vector<uint64_t> pauses;
  const uint32_t n = std::min<uint32_t>(stats.num_gc, 256);
  for (uint32_t i = 0; i < n; i++) pauses.push_back(stats.pause_ns[(stats.num_gc + 255 - i) % 256]);
  Report report;
  if (pauses.empty()) report.Line("no collection so far");
  std::sort(pauses.begin(), pauses.end());
  auto at = [&](uint32_t i) { return Item::Time(static_cast<int64_t>(pauses.empty() ? 0 : pauses[i])); };
  const uint32_t last = n == 0 ? 0 : n - 1;
  report.Field("collections", Item::Count(stats.num_gc));
  report.Field("forced", Item::Count(stats.num_forced_gc));
  report.Field("measured", Item::Count(n));
  if (!pauses.empty()) {
    report.Line(CountText(stats.num_gc) + " collections, " + CountText(stats.num_forced_gc) +
                " of them asked for; the program was stopped, in each of the last " + std::to_string(n) +
                ":");
    report.Entry("p50", "p50Ns", at(n / 2));
    report.Entry("p99", "p99Ns", at(last * 99 / 100));
    report.Entry("longest", "maxNs", at(last));
    report.Entry("together", "totalNs", Item::Time(static_cast<int64_t>(stats.pause_total_ns)),
                 "in all collections");
  }
  report.Print(context->json);
}

void Pacer(CommandContext* context, std::string_view) {
  rt::Heap& heap = context->evaluator->runtime().heap();
  rt::gc::Pacer& pacer = heap.collector().pacer();
  const rt::gc::CycleReport last = heap.collector().ReportLastCycle();
  const uint64_t live = heap.h().heap_live.load(std::memory_order_relaxed);
  Report report;
  auto flag = [](int64_t gogc) { return gogc < 0 ? std::string("off") : std::to_string(gogc); };
  report.Entry("gcpercent", "gcPercent", {flag(pacer.gogc()), std::to_string(pacer.gogc())},
               ":set gcpercent=N");
  Item limit = Item::Bytes(static_cast<uint64_t>(pacer.memory_limit()));
  if (pacer.memory_limit() == INT64_MAX) limit = {"none", "null"};
  report.Entry("memory limit", "memoryLimit", limit, ":set memorylimit=SIZE");
  report.Entry("marked", "markedBytes", Item::Bytes(pacer.heap_marked()),
               last.number == 0 ? "assumed: no collection so far" : "by the last collection");
  report.Entry("live", "liveBytes", Item::Bytes(live), "marked, and allocated since");
  report.Entry("trigger", "triggerBytes", ThresholdItem(pacer.trigger()),
               pacer.trigger() >= uint64_t{INT64_MAX} ? "a collection begins when it is asked for"
               : live >= pacer.trigger() ? "a collection is due"
                                         : "a collection begins, after " + ByteText(pacer.trigger() - live) + " more");
  report.Entry("goal", "goalBytes", ThresholdItem(pacer.heap_goal()), "it is to have ended");
  report.Entry("cons/mark", "consMark", Item::Number(pacer.cons_mark(), 3),
               "bytes allocated per byte marked, by time of a CPU");
  report.Entry("workers", "dedicatedWorkers", Item::Count(static_cast<uint64_t>(pacer.dedicated_workers())),
               "and " + Item::Share(pacer.fractional_utilization()).text + " of one more, while marking");
  report.Field("fractionalWorker", Item::Number(pacer.fractional_utilization(), 4));
  report.Entry("assist ratio", "assistWorkPerByte", Item::Number(pacer.assist_work_per_byte(), 3),
               "bytes to scan per byte allocated, while marking");
  report.Field("collection", Item::Count(last.number));
  if (last.number != 0) {
    report.Line("");
    report.Line("collection " + std::to_string(last.number) + ", with " + std::to_string(last.num_ps) + " Ps");
    report.Entry("heap", "heapAtEnd", Item::Bytes(last.live_end),
                 "at the end, " + ByteText(last.live_start) + " at the start, " + ByteText(last.marked) +
                     " of it live; goal " + ByteText(last.goal));
    report.Field("heapAtStart", Item::Bytes(last.live_start));
    report.Entry("scanned", "scannedBytes", Item::Bytes(static_cast<uint64_t>(last.scan_work)),
                 "expected " + ByteText(static_cast<uint64_t>(last.expected_scan)) + "; stacks " +
                     ByteText(last.stack_bytes) + ", variables " + ByteText(last.globals_bytes));
    report.Field("expectedBytes", Item::Bytes(static_cast<uint64_t>(last.expected_scan)));
    report.Entry("marking", "markNs", Item::Time(last.mark_ns),
                 "between stops of " + TimeText(last.sweep_term_ns) + " and " + TimeText(last.mark_term_ns));
    report.Entry("CPU", "workersNs", Item::Time(last.dedicated_ns),
                 "workers, " + TimeText(last.idle_ns) + " idle workers, " + TimeText(last.assist_ns) +
                     " assists");
    report.Field("idleWorkersNs", Item::Time(last.idle_ns));
    report.Field("assistsNs", Item::Time(last.assist_ns));
  }
  report.Print(context->json);
}

void Assist(CommandContext* context, std::string_view) {
  rt::Heap& heap = context->evaluator->runtime().heap();
  rt::gc::Collector& gc = heap.collector();
  const rt::gc::AssistReport a = gc.ReportAssists();
  Report report;
  report.Entry("assists", "assists", Item::Count(a.count), "since the program began");
  report.Entry("scanned", "scannedBytes", Item::Bytes(a.work_bytes), "by goroutines that allocated");
  report.Entry("time", "ns", Item::Time(a.ns),
               a.count == 0 ? "" : TimeText(a.ns / static_cast<int64_t>(a.count)) + " each");
  report.Entry("ratio", "workPerByte", Item::Number(gc.pacer().assist_work_per_byte(), 3),
               "bytes to scan per byte allocated, while marking");
  report.Entry("credit", "creditBytes", Item::Signed(a.credit_bytes),
               "bytes that workers scanned ahead in this collection or the last one");
  Table table;
  table.columns = {{"P", "p"}, {"account", "bytes"}};
  uint64_t p = 0;
  gc.WhileIdle([&] {
    heap.world().ForEachMcache([&](rt::mcache& c) {
      table.rows.push_back({Item::Count(p++), Item::Signed(c.assist_bytes)});
    });
  });
  report.Line("");
  report.Line("bytes that each P may allocate before it assists (below 0: it owes), while marking:");
  report.Add("accounts", table);
  report.Print(context->json);
}

}  // namespace gol::repl::lab
