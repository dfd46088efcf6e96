// See repl/lab.h. The world is stopped while a command looks at it; collections run on a goroutine.
#include "repl/lab.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "repl/commands.h"
#include "repl/value_printer.h"
#include "runtime/gc/memstats.h"
#include "runtime/map/map.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/runtime.h"

namespace gol::repl::lab {
namespace {

// Calls fn on a goroutine of the session.
template <typename F>
void OnGoroutine(Evaluator* evaluator, F fn) {
  evaluator->runtime().RunNative([](void* f) { (*static_cast<F*>(f))(); }, &fn);
}

rt::MemStats Stats(Evaluator* evaluator) {
  rt::MemStats stats{};
  rt::Heap& heap = evaluator->runtime().heap();
  OnGoroutine(evaluator, [&] { heap.ReadMemStats(&stats); });
  return stats;
}

std::string Bytes(uint64_t n) {
  char text[32];
  if (n < 10240) std::snprintf(text, sizeof text, "%llu B", static_cast<unsigned long long>(n));
  else if (n < (10 << 20)) std::snprintf(text, sizeof text, "%.1f KB", static_cast<double>(n) / 1024);
  else std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(n) / (1 << 20));
  return text;
}

std::string Micros(uint64_t ns) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f us", static_cast<double>(ns) / 1e3);
  return text;
}

// All spans in use, by class and address.
std::vector<rt::mspan*> SpansOf(Evaluator* evaluator) {
  rt::mheap& h = evaluator->runtime().heap().h();
  std::lock_guard guard(h.lock);
  std::vector<rt::mspan*> spans = h.allspans;
  std::sort(spans.begin(), spans.end(), [](const rt::mspan* a, const rt::mspan* b) {
    if (a->elemsize != b->elemsize) return a->elemsize < b->elemsize;
    if (a->spanclass.noscan() != b->spanclass.noscan()) return b->spanclass.noscan();
    return a->start_addr < b->start_addr;
  });
  return spans;
}

bool IsSlotInUse(const rt::mspan* s, uint32_t i) {
  if (i >= s->freeindex) {
    return (s->alloc_bits[i / 64].load(std::memory_order_relaxed) >> (i % 64) & 1) != 0;
  }
  return true;
}

}  // namespace

void Gc(CommandContext* context, std::string_view) {
  Evaluator* evaluator = context->evaluator;
  const rt::MemStats before = Stats(evaluator);
  rt::Heap& heap = evaluator->runtime().heap();
  OnGoroutine(evaluator, [&] { heap.Gc(); });
  const rt::MemStats after = Stats(evaluator);
  std::printf("collection %u: %llu objects freed, %s; live: %llu objects, %s\n", after.num_gc,
              static_cast<unsigned long long>(after.frees - before.frees),
              Bytes(before.heap_alloc > after.heap_alloc ? before.heap_alloc - after.heap_alloc : 0)
                  .c_str(),
              static_cast<unsigned long long>(after.heap_objects),
              Bytes(after.heap_alloc).c_str());
  std::printf("stopped for %s in all; next collection at %s\n",
              Micros(after.pause_total_ns - before.pause_total_ns).c_str(),
              Bytes(after.next_gc).c_str());
}

void Heap(CommandContext* context, std::string_view) {
  struct Row {
    uint64_t spans = 0, bytes = 0, objects = 0, slots = 0;
  };
  std::map<std::pair<uint64_t, bool>, Row> rows;
  Row large[2];
  const std::vector<rt::mspan*> spans = SpansOf(context->evaluator);
  for (const rt::mspan* s : spans) {
    Row& row = s->is_large() ? large[s->spanclass.noscan()]
                             : rows[{s->elemsize, s->spanclass.noscan()}];
    row.spans++;
    row.bytes += s->bytes();
    row.slots += s->nelems;
    for (uint32_t i = 0; i < s->nelems; i++) row.objects += IsSlotInUse(s, i);
  }
  std::printf("%8s  %-9s %6s %10s %10s %8s %6s\n", "slot", "pointers", "spans", "memory", "objects",
              "free", "fill");
  auto print = [](const char* size, bool noscan, const Row& r) {
    std::printf("%8s  %-9s %6llu %10s %10llu %8llu %5.0f%%\n", size, noscan ? "without" : "with",
                static_cast<unsigned long long>(r.spans), Bytes(r.bytes).c_str(),
                static_cast<unsigned long long>(r.objects),
                static_cast<unsigned long long>(r.slots - r.objects),
                100.0 * static_cast<double>(r.objects) / static_cast<double>(r.slots));
  };
  for (const auto& [key, row] : rows) print(std::to_string(key.first).c_str(), key.second, row);
  for (bool noscan : {false, true}) {
    if (large[noscan].spans > 0) print("large", noscan, large[noscan]);
  }
  const rt::MemStats stats = Stats(context->evaluator);
  std::printf("in use %s of %s from the system; %llu objects\n", Bytes(stats.heap_inuse).c_str(),
              Bytes(stats.sys).c_str(), static_cast<unsigned long long>(stats.heap_objects));
}

void Spans(CommandContext* context, std::string_view argument) {
  uint64_t wanted = 0;
  if (!argument.empty()) wanted = std::strtoull(std::string(argument).c_str(), nullptr, 10);
  // Slots in a character: more than that many per line would not fit.
  constexpr uint32_t kColumns = 64;
  std::printf("# in use  + partly  . free\n");
  for (const rt::mspan* s : SpansOf(context->evaluator)) {
    if (s->is_large() || (wanted != 0 && s->elemsize != wanted)) continue;
    std::printf("%llx %6llu%s %4u/%-4u ", static_cast<unsigned long long>(s->start_addr),
                static_cast<unsigned long long>(s->elemsize),
                s->spanclass.noscan() ? " noscan" : "       ",
                static_cast<unsigned>(s->alloc_count), static_cast<unsigned>(s->nelems));
    const auto slots = static_cast<uint32_t>(s->nelems);
    const uint32_t step = (slots + kColumns - 1) / kColumns;
    for (uint32_t i = 0; i < slots; i += step) {
      uint32_t used = 0;
      const uint32_t end = std::min(i + step, slots);
      for (uint32_t k = i; k < end; k++) used += IsSlotInUse(s, k);
      std::putchar(used == 0 ? '.' : used == end - i ? '#' : '+');
    }
    std::putchar('\n');
  }
}

void Map(CommandContext* context, std::string_view argument) {
  Outcome outcome = context->evaluator->Eval(argument);
  if (outcome.kind != Outcome::kOk || outcome.results.size() != 1 ||
      outcome.results[0].type == nullptr || outcome.results[0].type->kind != rt::kMap) {
    if (outcome.kind == Outcome::kOk) {
      std::fprintf(stderr, "gol: %.*s is not a map\n", static_cast<int>(argument.size()),
                   argument.data());
      context->failed = 1;
      return;
    }
    context->outcome = std::move(outcome);
    context->ran = true;
    return;
  }
  const auto* t = static_cast<const rt::MapType*>(outcome.results[0].type);
  const auto* h = *static_cast<rt::hmap* const*>(outcome.results[0].address);
  if (h == nullptr) {
    std::printf("nil\n");
    return;
  }
  namespace md = rt::map_detail;
  const uint64_t buckets = h->buckets == nullptr ? 0 : uint64_t{1} << h->B;
  std::printf("%s: %lld entries, B=%u (%llu buckets of %u bytes), hash0=%08x, flags=%x\n",
              PrintType(t).c_str(), static_cast<long long>(h->count), h->B,
              static_cast<unsigned long long>(buckets), t->bucket_size, h->hash0, h->flags);
  if (buckets != 0) {
    std::printf("load %.2f per bucket, about %u overflow buckets", static_cast<double>(h->count) /
                static_cast<double>(buckets), h->noverflow);
  }
  if (h->oldbuckets != nullptr) {
    std::printf("; growing%s: %llu of %llu old buckets moved",
                md::IsSameSizeGrow(h) ? " in place" : "",
                static_cast<unsigned long long>(h->nevacuate),
                static_cast<unsigned long long>(md::OldBucketCount(h)));
  }
  std::printf("\n");
  constexpr uint64_t kShown = 32;
  for (uint64_t i = 0; i < std::min(buckets, kShown); i++) {
    std::printf("%6llu ", static_cast<unsigned long long>(i));
    for (rt::bmap* b = md::BucketAt(t, h->buckets, i); b != nullptr; b = md::Overflow(t, b)) {
      for (int k = 0; k < rt::kBucketCnt; k++) {
        if (b->tophash[k] >= rt::kMinTopHash) std::printf(" %02x", b->tophash[k]);
        else std::printf(md::IsEmpty(b->tophash[k]) ? "  ." : "  >");
      }
      if (md::Overflow(t, b) != nullptr) std::printf("  ->");
    }
    std::printf("\n");
  }
  if (buckets > kShown) {
    std::printf("       %llu more\n", static_cast<unsigned long long>(buckets - kShown));
  }
}

void Pauses(CommandContext* context, std::string_view) {
  const rt::MemStats stats = Stats(context->evaluator);
  std::vector<uint64_t> pauses;
  const uint32_t n = std::min<uint32_t>(stats.num_gc, 256);
  for (uint32_t i = 0; i < n; i++) pauses.push_back(stats.pause_ns[(stats.num_gc + 255 - i) % 256]);
  if (pauses.empty()) {
    std::printf("no collection so far\n");
    return;
  }
  std::sort(pauses.begin(), pauses.end());
  std::printf("%u collections (%u asked for); of the last %u: p50 %s, p99 %s, longest %s\n",
              stats.num_gc, stats.num_forced_gc, n, Micros(pauses[n / 2]).c_str(),
              Micros(pauses[(n * 99 - 1) / 100]).c_str(), Micros(pauses.back()).c_str());
}

}  // namespace gol::repl::lab
