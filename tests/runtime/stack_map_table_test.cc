// StackMapTable: finding the maps of call sites while code comes and goes.
#include "runtime/sched/stack_map_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace gol::rt {
namespace {

// The records of one function with one call, as compilers write them.
struct Records {
  FuncStackMap head{};
  StackMapCall call{};
  uint32_t list[1] = {0};  // no locations

  Records(const char* func, uint32_t call_offset) {
    head.num_words = sizeof(Records) / 4;
    head.func = static_cast<int32_t>(func - reinterpret_cast<const char*>(&head.func));
    head.num_calls = 1;
    call.code_offset = call_offset;
    call.list = (sizeof head + sizeof call) / 4;
  }
};
static_assert(sizeof(Records) == 28);

// Stands for code; in static storage, as the records are, so that distances fit.
char code[1 << 16];

const FuncStackMap* Find(const StackMapTable& table, const char* pc) {
  return StackMapTable::Reader(table).Find(reinterpret_cast<uint64_t>(pc)).func;
}

TEST(StackMapTable, FindsCallsOfWhatWasAdded) {
  StackMapTable table;
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(Find(table, code), nullptr);
  static Records a(code, 16), b(code + 100, 8);
  table.Add(&b, sizeof b);
  EXPECT_FALSE(table.empty());
  EXPECT_EQ(Find(table, code + 108), &b.head);
  EXPECT_EQ(Find(table, code + 16), nullptr);
  table.Add(&a, sizeof a);
  EXPECT_EQ(Find(table, code + 16), &a.head);
  EXPECT_EQ(Find(table, code + 108), &b.head);
  EXPECT_EQ(Find(table, code + 107), nullptr);
  EXPECT_EQ(Find(table, code + 109), nullptr);
}

TEST(StackMapTable, RemovedOnesAreNotFound) {
  static Records a(code, 16), b(code + 100, 8), c(code + 200, 4);
  StackMapTable table;
  for (Records* r : {&a, &b, &c}) table.Add(r, sizeof *r);
  // Before anybody looked, and after.
  table.Remove(&b);
  EXPECT_EQ(Find(table, code + 108), nullptr);
  EXPECT_EQ(Find(table, code + 16), &a.head);
  EXPECT_EQ(Find(table, code + 204), &c.head);
  table.Remove(&a);
  EXPECT_EQ(Find(table, code + 16), nullptr);
  EXPECT_EQ(Find(table, code + 204), &c.head);
  table.Remove(&a);
  table.Add(&b, sizeof b);
  EXPECT_EQ(Find(table, code + 108), &b.head);
  EXPECT_EQ(Find(table, code + 204), &c.head);
}

// Under a sanitizer: an index goes only when nobody reads it.
TEST(StackMapTable, ReadersSeeWhatWasThere) {
  static Records kept(code, 16);
  StackMapTable table;
  table.Add(&kept, sizeof kept);
  std::atomic<bool> is_done{false};
  std::atomic<int64_t> missing{0}, reads{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; i++) {
    readers.emplace_back([&] {
      while (!is_done) {
        StackMapTable::Reader reader(table);
        for (int k = 0; k < 50; k++) {
          reads++;
          if (reader.Find(reinterpret_cast<uint64_t>(code) + 16).func != &kept.head) missing++;
        }
      }
    });
  }
  alignas(Records) static char storage[64][sizeof(Records)];
  for (int round = 0; round < 2000 || reads < 10000; round++) {
    for (int i = 0; i < 4; i++) {
      char* place = storage[(round * 4 + i) % 64];
      auto* r = new (place) Records(code + 1000 + i * 100, 8);
      table.Add(r, sizeof *r);
    }
    for (int i = 0; i < 4; i++) table.Remove(storage[(round * 4 + i) % 64]);
  }
  is_done = true;
  for (std::thread& t : readers) t.join();
  EXPECT_EQ(missing, 0);
}

}  // namespace
}  // namespace gol::rt
