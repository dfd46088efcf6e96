// :map: the buckets of a map. See repl/lab.h.
#include <cstdio>

#include "repl/lab_internal.h"
#include "repl/value_printer.h"
#include "runtime/map/map.h"

namespace gol::repl::lab {
namespace {

namespace md = rt::map_detail;

// Buckets that are shown as text. More: what matters scrolls away.
constexpr uint64_t kShownBuckets = 32;

// The tophashes of a chain: "4d  .  .  >", "->" before each overflow bucket.
std::string ChainText(const rt::MapType* t, rt::bmap* b, uint64_t* entries, uint64_t* overflows) {
  std::string text;
  for (; b != nullptr; b = md::Overflow(t, b)) {
    for (int k = 0; k < rt::kBucketCnt; k++) {
      char slot[8];
      if (b->tophash[k] >= rt::kMinTopHash) {
        std::snprintf(slot, sizeof slot, "%02x ", b->tophash[k]);
        ++*entries;
      } else {
        std::snprintf(slot, sizeof slot, md::IsEmpty(b->tophash[k]) ? " . " : " > ");
      }
      text += slot;
    }
    if (md::Overflow(t, b) == nullptr) break;
    text += " -> ";
    ++*overflows;
  }
  text.pop_back();
  return text;
}

}  // namespace

void Map(CommandContext* context, std::string_view argument) {
  const std::optional<Value> value = ProbeOne(context, argument);
  if (!value.has_value()) return;
  if (value->type->kind != rt::kMap) {
    return Fail(context, "gol: " + std::string(argument) + " is not a map");
  }
  const auto* t = static_cast<const rt::MapType*>(value->type);
  const auto* h = *static_cast<rt::hmap* const*>(value->address);
  Report report;
  report.Field("type", Item::Text(PrintType(t)));
  if (h == nullptr) {
    report.Line("nil");
    report.Field("nil", Item::Flag(true));
    return report.Print(context->json);
  }
  const uint64_t buckets = h->buckets == nullptr ? 0 : uint64_t{1} << h->B;
  const double load =
      buckets == 0 ? 0 : static_cast<double>(h->count) / static_cast<double>(buckets);
  char hash0[16];
  std::snprintf(hash0, sizeof hash0, "%08x", h->hash0);
  report.Line(PrintType(t));
  report.Entry("entries", "entries", Item::Count(static_cast<uint64_t>(h->count)));
  report.Entry("buckets", "buckets", Item::Count(buckets),
               "B=" + std::to_string(h->B) + ", " + std::to_string(t->bucket_size) + " bytes each");
  report.Field("B", Item::Count(h->B));
  report.Field("bucketBytes", Item::Count(t->bucket_size));
  report.Entry("load", "load", Item::Number(load, 2), "entries per bucket; beyond 6.5 the map grows");
  report.Entry("overflow", "overflow", Item::Count(h->noverflow), "buckets, about");
  report.Entry("hash0", "hash0", Item::Text(hash0));
  report.Field("flags", Item::Count(h->flags));
  if (h->oldbuckets != nullptr) {
    const uint64_t old = md::OldBucketCount(h);
    uint64_t moved = 0;  // nevacuate counts those without a gap from the first on
    for (uint64_t i = 0; i < old; i++) moved += md::IsEvacuated(md::BucketAt(t, h->oldbuckets, i));
    report.Entry("growing", "evacuated", Item::Count(moved),
                 "of " + CountText(old) + " old buckets moved" +
                     (md::IsSameSizeGrow(h) ? ", to a table of the same size" : ""));
    report.Field("nevacuate", Item::Count(h->nevacuate));
    report.Field("oldBuckets", Item::Count(old));
  }
  Table table;
  table.columns = {{"bucket", "bucket"}, {"", "old"}, {"entries", "entries"}, {"", "overflow"},
                   {"tophash of each slot", "tophash", Column::kLeft}};
  bool has_moved = false;
  auto add = [&](rt::bmap* first, uint64_t i, bool is_old) {
    rt::bmap* b = md::BucketAt(t, first, i);
    if (is_old && md::IsEvacuated(b)) {
      has_moved = true;
      if (!context->json) return;
    }
    uint64_t entries = 0, overflows = 0;
    std::string chain = ChainText(t, b, &entries, &overflows);
    Item overflow = Item::Count(overflows);
    overflow.text = overflows > 0 ? "+" + overflow.text : "";
    table.rows.push_back({Item::Count(i), {is_old ? "old" : "", is_old ? "true" : "false"},
                          Item::Count(entries), overflow, Item::Text(chain)});
  };
  const uint64_t shown = context->json ? buckets : std::min(buckets, kShownBuckets);
  for (uint64_t i = 0; i < shown; i++) add(h->buckets, i, false);
  if (h->oldbuckets != nullptr) {
    const uint64_t old = md::OldBucketCount(h);
    for (uint64_t i = 0; i < old; i++) {
      if (!context->json && table.rows.size() >= shown + kShownBuckets) break;
      add(h->oldbuckets, i, true);
    }
  }
  report.Add("table", table);
  if (buckets > shown) report.Line(CountText(buckets - shown) + " more buckets");
  if (has_moved) report.Line("old buckets that were moved are not shown");
  report.Print(context->json);
}

}  // namespace gol::repl::lab
