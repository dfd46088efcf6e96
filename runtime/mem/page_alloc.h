// PageAlloc: which pages of the heap's address range are free, and where the first free run of n
// pages lies. See page_alloc.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gol::rt {

class PageAlloc {
 public:
  static constexpr uint64_t kPagesPerChunk = 512;
  static constexpr uint64_t kPagesPerHuge = 256;  // of the processor's huge pages, 2 MiB

  // Manages page numbers [0, max_pages); none is there until Grow.
  explicit PageAlloc(uint64_t max_pages);
  ~PageAlloc();
  PageAlloc(const PageAlloc&) = delete;

  // Adds pages [first, first + n) as free and scavenged. Both are multiples of kPagesPerChunk.
  void Grow(uint64_t first, uint64_t n);

  static constexpr uint64_t kNone = UINT64_MAX;
  // Takes the lowest run of n pages and returns its first page, or kNone. *scavenged gets how many
  // of them have no memory behind them (they read as zero when touched).
  uint64_t Alloc(uint64_t n, uint64_t* scavenged);
  void Free(uint64_t first, uint64_t n);

  // Picks the highest run of free pages with memory behind them, at most max_pages long, and marks
  // them allocated, so that the caller may give them back without the lock; then FinishScavenge.
  // Returns the length, 0 when there is none.
  uint64_t StartScavenge(uint64_t max_pages, uint64_t* first);
  // The same for a whole huge page: the highest that is free, at or above page `from`, and has any memory behind it.
  // Its length is kPagesPerHuge. False: there is none.
  bool StartScavengeHuge(uint64_t from, uint64_t* first);
  void FinishScavenge(uint64_t first, uint64_t n);

  uint64_t free_pages() const { return free_pages_; }
  uint64_t scavenged_pages() const { return scavenged_pages_; }  // of the free ones
  bool is_allocated(uint64_t page) const { return TestBit(alloc_bits_, page); }
  bool is_scavenged(uint64_t page) const { return TestBit(scavenged_bits_, page); }

  // Recomputes every summary and compares. For verify_heap and tests.
  bool CheckSummaries() const;

 private:
  // Free pages at the start, longest free run, free pages at the end of a node's range.
  struct Summary {
    uint32_t start;
    uint32_t max;
    uint32_t end;
    bool operator==(const Summary&) const = default;
  };
  static constexpr int kFanOut = 8;

  static bool TestBit(const uint64_t* bits, uint64_t i) { return (bits[i / 64] >> (i % 64)) & 1; }
  static void SetRange(uint64_t* bits, uint64_t first, uint64_t n, bool value);
  static uint64_t CountRange(const uint64_t* bits, uint64_t first, uint64_t n);

  uint64_t Find(uint64_t n) const;
  uint64_t FindInChunk(uint64_t chunk, uint64_t n) const;
  Summary ComputeLeaf(uint64_t chunk) const;
  Summary ComputeNode(size_t level, uint64_t i) const;
  void Update(uint64_t first, uint64_t n);

  const uint64_t max_pages_;
  uint64_t* alloc_bits_;      // 1: allocated
  uint64_t* scavenged_bits_;  // 1: free without memory behind it
  uint64_t free_pages_ = 0;
  uint64_t scavenged_pages_ = 0;
  uint64_t end_chunk_ = 0;    // chunks from here on are not there yet
  struct Level {
    Summary* sums;
    uint64_t count;
    uint64_t pages;  // pages that a node stands for
  };
  std::vector<Level> levels_;  // [0]: one node per chunk; back(): one root
  void* memory_;
  size_t memory_bytes_;
};

}  // namespace gol::rt
