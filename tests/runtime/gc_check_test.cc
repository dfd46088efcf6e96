// That the collector's self checks find what they are for: a write barrier left out, and each kind of
// damage to the heap's structures. And the limiter of the collector's processor time.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "runtime/abi/entry_points.h"
#include "runtime/gc/barrier.h"
#include "runtime/gc/cpu_limiter.h"
#include "runtime/mem/mheap_internal.h"
#include "test_world.h"

namespace gol::rt {
namespace {

struct Node {
  Node* next;
  uint64_t value;
};

// While a cycle marks, moves objects out of a heap object that it reaches late into global variables
// that it has scanned already, and forgets the old place. Without barriers they are lost.
void HideWhileMarking(HeapOptions options, bool with_barrier) {
  constexpr size_t kSlots = 512;
  constexpr int kList = 400000;
  static void* globals[kSlots];
  static uint8_t mask[kSlots / 8];
  for (auto& b : mask) b = 0xff;
  TestWorld w(options);
  TestType node(2, {0});
  TestType pointer(1, {0});
  void* list = nullptr;
  w.heap->AddGlobals(globals, sizeof globals, mask);
  w.heap->AddRoot(&list);
  void** late = nullptr;
  w.Run([&](Mutator&) {
    late = static_cast<void**>(entry::gol_rt_newarray(&pointer.type, kSlots));
    list = late;
    for (int i = 0; i < kList; ++i) {
      auto* n = static_cast<Node*>(Heap::New(&node.type));
      n->next = static_cast<Node*>(list);
      list = n;
    }
    for (size_t i = 0; i < kSlots; ++i) late[i] = Heap::New(&node.type);
  });
  std::atomic<bool> is_done{false};
  w.Go([&](Mutator&) {
    w.heap->Gc();
    is_done.store(true);
  });
  w.Go([&](Mutator& m) {
    while (!w.heap->is_marking() && !is_done.load()) m.Safepoint();
    // Time for the workers to scan the globals.
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(300);
    while (std::chrono::steady_clock::now() < until) m.Safepoint();
    for (size_t i = 0; i < kSlots && w.heap->is_marking(); ++i) {
      if (with_barrier) {
        gc::StorePointer(&globals[i], late[i]);
        gc::StorePointer(&late[i], nullptr);
      } else {
        globals[i] = late[i];
        late[i] = nullptr;
      }
      m.Safepoint();
    }
  });
  w.Join();
  for (void*& g : globals) g = nullptr;
  w.heap->RemoveGlobals(globals);
  w.heap->RemoveRoot(&list);
}

HeapOptions Concurrent() {
  HeapOptions o;
  o.gc_workers = 1;
  return o;
}

// One cycle may end before anything was hidden: a loaded machine. Then there are more.
void HideOftenWithoutBarrier(const HeapOptions& options) {
  for (int i = 0; i < 20; ++i) HideWhileMarking(options, false);
}

TEST(BarrierCheckDeathTest, CheckmarkFindsAnOmittedBarrier) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  HeapOptions o = Concurrent();
  o.gccheckmark = true;
  EXPECT_DEATH(HideOftenWithoutBarrier(o), "checkmark found an unmarked object");
}

TEST(BarrierCheckDeathTest, VerifyheapFindsAnOmittedBarrier) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  // Globals are not looked at by it: the object is freed, and its slot's new owner is noticed, or the
  // pointer to a free slot by the next checkmark.
  HeapOptions o = Concurrent();
  o.verifyheap = o.gccheckmark = true;
  EXPECT_DEATH(HideOftenWithoutBarrier(o), "heap invariant broken");
}

TEST(BarrierCheck, NothingIsFoundWithBarriers) {
  HeapOptions o = Concurrent();
  o.gccheckmark = o.verifyheap = true;
  for (int i = 0; i < 3; ++i) HideWhileMarking(o, true);
}

// Makes some objects, damages the heap, and has it checked.
void Damage(void (*damage)(TestWorld&, mspan*, Node*)) {
  TestWorld w({});
  TestType node(2, {0});
  void* root = nullptr;
  w.heap->AddRoot(&root);
  w.Run([&](Mutator&) {
    for (int i = 0; i < 1000; ++i) {
      auto* n = static_cast<Node*>(Heap::New(&node.type));
      n->next = static_cast<Node*>(root);
      root = n;
    }
    w.heap->Gc();
  });
  w.StopTheWorld(gc::StwReason::kVerifyHeap);
  w.heap->collector().VerifyHeap();  // healthy so far
  damage(w, w.heap->h().SpanOf(reinterpret_cast<uintptr_t>(root)), static_cast<Node*>(root));
  w.heap->collector().VerifyHeap();
  w.StartTheWorld();
  w.heap->RemoveRoot(&root);
}

TEST(VerifyHeapDeathTest, FindsDamage) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(Damage([](TestWorld&, mspan* s, Node*) { ++s->alloc_count; }),
               "allocCount is wrong|wrong list for its free slots");
  EXPECT_DEATH(Damage([](TestWorld&, mspan* s, Node*) { s->gcmark_bits[0].store(1); }),
               "a mark is left over|a free slot is marked");
  EXPECT_DEATH(Damage([](TestWorld&, mspan* s, Node*) { s->sweepgen.store(1); }), "sweepgen");
  EXPECT_DEATH(Damage([](TestWorld&, mspan* s, Node*) {
                 s->alloc_bits[0].store(0);
                 s->freeindex = 0;
                 s->alloc_count = 0;
               }),
               "refers to a free slot|allocCount is wrong|wrong list for its free slots");
  EXPECT_DEATH(Damage([](TestWorld& w, mspan* s, Node*) {
                 mheap& h = w.heap->h();
                 h.spans[(s->start_addr - h.base) >> kPageShift].store(nullptr);
               }),
               "page table does not lead to the span");
  EXPECT_DEATH(Damage([](TestWorld& w, mspan* s, Node*) {
                 mheap& h = w.heap->h();
                 h.pages.Free((s->start_addr - h.base) >> kPageShift, 1);
               }),
               "a free page has a span");
  EXPECT_DEATH(Damage([](TestWorld&, mspan* s, Node*) {
                 if (s->list != nullptr) s->list->Remove(s);
                 s->list = nullptr;
               }),
               "a span is on no list");
  EXPECT_DEATH(Damage([](TestWorld& w, mspan*, Node*) {
                 w.heap->h().pages_inuse.fetch_add(1);
               }),
               "pages in use do not add up");
}

TEST(CpuLimiter, LimitsAboveHalf) {
  gc::CpuLimiter l;
  int64_t now = 1'000'000'000;
  l.Update(now, 2);
  // Three quarters of two processors: fills by half of their time, one second each.
  for (int i = 0; i < 19; ++i) {
    now += 100'000'000;
    l.AddCollectorTime(150'000'000);
    l.Update(now, 2);
    EXPECT_FALSE(l.is_limiting()) << i;
  }
  for (int i = 0; i < 5; ++i) {
    now += 100'000'000;
    l.AddCollectorTime(150'000'000);
    l.Update(now, 2);
  }
  EXPECT_TRUE(l.is_limiting());
  now += 100'000'000;
  l.AddCollectorTime(50'000'000);
  l.Update(now, 2);
  EXPECT_FALSE(l.is_limiting());
}

TEST(CpuLimiter, HalfIsAllowed) {
  gc::CpuLimiter l;
  int64_t now = 1'000'000'000;
  for (int i = 0; i < 1000; ++i) {
    l.AddCollectorTime(50'000'000);
    l.Update(now, 1);
    now += 100'000'000;
  }
  EXPECT_FALSE(l.is_limiting());
}

}  // namespace
}  // namespace gol::rt
