// The page allocator: address-ordered first fit over a bitmap with a tree of summaries.
//
// Problem: spans are runs of pages of any length. Taking the lowest fit keeps the heap dense, so
// that whole regions at the top become free and can be given back; but a bitmap of 100 GB of heap
// is 1.6 MB, too much to search on each allocation.
//
// Structures: one bit per page (1: allocated). Pages are grouped in chunks of 512 (4 MiB; one
// cache line of bitmap). Over the chunks stands an 8-way tree. Each node has three numbers for its
// range: free pages at its start, the longest free run, free pages at its end. A run that
// straddles children is seen by adding a child's end to its neighbour's start, so the root's `max`
// is exact: no search fails after it began.
//
// Find(n) walks down from the root. At a node it goes through the children from the left with the
// free pages that end where the next child starts: a fit across the border lies lower than one
// inside the child, so it is tested first; then the child's max says whether to descend. At most
// 8 summaries per level are read: 6 levels for 256 GiB. Alloc and Free change bits and recompute
// the summaries of the chunks they touched and of their ancestors.
//
// A second bitmap remembers free pages that the system has taken back or never supplied
// ("scavenged"). They read as zero, which saves clearing them, and count as released.
//
// Concurrency: guarded by the heap's lock. Source of the idea: Go's mpagealloc.go (radix tree of
// packed summaries). Not taken: its sparse 48-bit address space (each heap here is one contiguous
// reservation, so tables are plain arrays); size-segregated free lists (they forget addresses).
#include "runtime/mem/page_alloc.h"

#include <algorithm>
#include <bit>

#include "base/bits.h"
#include "base/check.h"
#include "runtime/mem/os_mem.h"

namespace gol::rt {

PageAlloc::PageAlloc(uint64_t max_pages) : max_pages_(max_pages) {
  GOL_CHECK(max_pages % kPagesPerChunk == 0 && max_pages > 0);
  uint64_t count = max_pages / kPagesPerChunk;
  uint64_t pages = kPagesPerChunk;
  for (;;) {
    levels_.push_back({nullptr, count, pages});
    if (count == 1) break;
    count = CeilDiv(count, kFanOut);
    pages *= kFanOut;
  }
  size_t bitmap_bytes = max_pages / 8;
  memory_bytes_ = 2 * bitmap_bytes;
  for (const Level& level : levels_) memory_bytes_ += AlignUp(level.count * sizeof(Summary), 64);
  // Untouched memory reads as "nothing free", which is what pages are before Grow; the bitmap is
  // set when pages come.
  char* p = static_cast<char*>(os::AllocZeroed(memory_bytes_));
  memory_ = p;
  alloc_bits_ = reinterpret_cast<uint64_t*>(p);
  scavenged_bits_ = reinterpret_cast<uint64_t*>(p + bitmap_bytes);
  p += 2 * bitmap_bytes;
  for (Level& level : levels_) {
    level.sums = reinterpret_cast<Summary*>(p);
    p += AlignUp(level.count * sizeof(Summary), 64);
  }
}

PageAlloc::~PageAlloc() { os::Free(memory_, memory_bytes_); }

void PageAlloc::SetRange(uint64_t* bits, uint64_t first, uint64_t n, bool value) {
  uint64_t end = first + n;
  while (first < end) {
    uint64_t lo = first % 64;
    uint64_t len = std::min<uint64_t>(64 - lo, end - first);
    uint64_t mask = (len == 64 ? ~uint64_t{0} : (uint64_t{1} << len) - 1) << lo;
    if (value) {
      bits[first / 64] |= mask;
    } else {
      bits[first / 64] &= ~mask;
    }
    first += len;
  }
}

uint64_t PageAlloc::CountRange(const uint64_t* bits, uint64_t first, uint64_t n) {
  uint64_t end = first + n;
  uint64_t count = 0;
  while (first < end) {
    uint64_t lo = first % 64;
    uint64_t len = std::min<uint64_t>(64 - lo, end - first);
    uint64_t mask = (len == 64 ? ~uint64_t{0} : (uint64_t{1} << len) - 1) << lo;
    count += static_cast<uint64_t>(std::popcount(bits[first / 64] & mask));
    first += len;
  }
  return count;
}

PageAlloc::Summary PageAlloc::ComputeLeaf(uint64_t chunk) const {
  const uint64_t* words = alloc_bits_ + chunk * (kPagesPerChunk / 64);
  Summary s{0, 0, 0};
  uint32_t run = 0;  // free pages just before the position
  bool at_start = true;
  for (uint64_t w = 0; w < kPagesPerChunk / 64; ++w) {
    uint64_t bits = words[w];
    int pos = 0;
    while (pos < 64) {
      uint64_t rest = bits >> pos;
      int zeros = rest == 0 ? 64 - pos : std::countr_zero(rest);
      run += static_cast<uint32_t>(zeros);
      pos += zeros;
      if (pos >= 64) break;
      if (at_start) {
        s.start = run;
        at_start = false;
      }
      s.max = std::max(s.max, run);
      run = 0;
      pos += std::countr_one(bits >> pos);
    }
  }
  if (at_start) s.start = run;
  s.max = std::max(s.max, run);
  s.end = run;
  return s;
}

PageAlloc::Summary PageAlloc::ComputeNode(size_t level, uint64_t i) const {
  const Level& below = levels_[level - 1];
  Summary s{0, 0, 0};
  uint32_t run = 0;
  bool all_free = true;
  uint64_t last = std::min<uint64_t>((i + 1) * kFanOut, below.count);
  for (uint64_t c = i * kFanOut; c < last; ++c) {
    const Summary& child = below.sums[c];
    s.max = std::max({s.max, child.max, run + child.start});
    if (child.start == below.pages) {
      run += child.start;
    } else {
      if (all_free) s.start = run + child.start;
      all_free = false;
      run = child.end;
    }
  }
  if (all_free) s.start = run;
  s.end = run;
  return s;
}

void PageAlloc::Update(uint64_t first, uint64_t n) {
  uint64_t lo = first / kPagesPerChunk;
  uint64_t hi = (first + n - 1) / kPagesPerChunk;
  for (uint64_t c = lo; c <= hi; ++c) levels_[0].sums[c] = ComputeLeaf(c);
  for (size_t level = 1; level < levels_.size(); ++level) {
    lo /= kFanOut;
    hi /= kFanOut;
    bool changed = false;
    for (uint64_t i = lo; i <= hi; ++i) {
      Summary s = ComputeNode(level, i);
      if (s == levels_[level].sums[i]) continue;
      levels_[level].sums[i] = s;
      changed = true;
    }
    if (!changed) break;
  }
}

void PageAlloc::Grow(uint64_t first, uint64_t n) {
  GOL_CHECK(first % kPagesPerChunk == 0 && n % kPagesPerChunk == 0 && n > 0);
  GOL_CHECK(first + n <= max_pages_ && first / kPagesPerChunk == end_chunk_);
  end_chunk_ = (first + n) / kPagesPerChunk;
  SetRange(scavenged_bits_, first, n, true);
  free_pages_ += n;
  scavenged_pages_ += n;
  Update(first, n);
}

uint64_t PageAlloc::FindInChunk(uint64_t chunk, uint64_t n) const {
  uint64_t first = chunk * kPagesPerChunk;
  const uint64_t* words = alloc_bits_ + chunk * (kPagesPerChunk / 64);
  uint64_t run = 0;
  uint64_t i = 0;
  while (i < kPagesPerChunk) {
    uint64_t rest = words[i / 64] >> (i % 64);
    uint64_t left = 64 - i % 64;
    uint64_t zeros =
        rest == 0 ? left : std::min<uint64_t>(static_cast<uint64_t>(std::countr_zero(rest)), left);
    if (run + zeros >= n) return first + i - run;
    if (zeros == left) {
      run += zeros;
      i += zeros;
      continue;
    }
    i += zeros;
    rest = words[i / 64] >> (i % 64);
    i += static_cast<uint64_t>(std::countr_one(rest));
    run = 0;
  }
  GOL_UNREACHABLE("a page summary promised a run that is not there");
}

uint64_t PageAlloc::Find(uint64_t n) const {
  size_t level = levels_.size() - 1;
  uint64_t node = 0;
  if (levels_[level].sums[0].max < n) return kNone;
  while (level > 0) {
    const Level& below = levels_[level - 1];
    uint64_t run = 0;
    uint64_t last = std::min<uint64_t>((node + 1) * kFanOut, below.count);
    bool descended = false;
    for (uint64_t c = node * kFanOut; c < last; ++c) {
      const Summary& child = below.sums[c];
      if (run + child.start >= n) return c * below.pages - run;
      if (child.max >= n) {
        node = c;
        --level;
        descended = true;
        break;
      }
      run = child.start == below.pages ? run + below.pages : child.end;
    }
    GOL_CHECK(descended);
  }
  return FindInChunk(node, n);
}

uint64_t PageAlloc::Alloc(uint64_t n, uint64_t* scavenged) {
  GOL_DCHECK(n > 0);
  uint64_t first = Find(n);
  if (first == kNone) return kNone;
  GOL_DCHECK(CountRange(alloc_bits_, first, n) == 0);
  uint64_t without_memory = CountRange(scavenged_bits_, first, n);
  if (without_memory != 0) SetRange(scavenged_bits_, first, n, false);
  SetRange(alloc_bits_, first, n, true);
  free_pages_ -= n;
  scavenged_pages_ -= without_memory;
  *scavenged = without_memory;
  Update(first, n);
  return first;
}

void PageAlloc::Free(uint64_t first, uint64_t n) {
  GOL_DCHECK(n > 0 && CountRange(alloc_bits_, first, n) == n);
  SetRange(alloc_bits_, first, n, false);
  free_pages_ += n;
  Update(first, n);
}

uint64_t PageAlloc::StartScavenge(uint64_t max_pages, uint64_t* first) {
  if (free_pages_ == scavenged_pages_) return 0;
  for (uint64_t w = end_chunk_ * (kPagesPerChunk / 64); w-- > 0;) {
    uint64_t candidates = ~alloc_bits_[w] & ~scavenged_bits_[w];
    if (candidates == 0) continue;
    // The highest run of candidates of this word.
    int end = 64 - std::countl_zero(candidates);
    uint64_t below = candidates << (64 - end);
    uint64_t n = static_cast<uint64_t>(std::countl_one(below));
    n = std::min(n, max_pages);
    *first = w * 64 + static_cast<uint64_t>(end) - n;
    SetRange(alloc_bits_, *first, n, true);
    free_pages_ -= n;
    Update(*first, n);
    return n;
  }
  return 0;
}

bool PageAlloc::StartScavengeHuge(uint64_t from, uint64_t* first) {
  if (free_pages_ == scavenged_pages_) return false;
  constexpr uint64_t kWords = kPagesPerHuge / 64;
  const uint64_t end = end_chunk_ * (kPagesPerChunk / kPagesPerHuge);
  for (uint64_t block = end; block-- > CeilDiv(from, kPagesPerHuge);) {
    uint64_t allocated = 0, scavenged = ~uint64_t{0};
    for (uint64_t w = block * kWords; w < (block + 1) * kWords; ++w) {
      allocated |= alloc_bits_[w];
      scavenged &= scavenged_bits_[w];
    }
    if (allocated != 0 || ~scavenged == 0) continue;
    *first = block * kPagesPerHuge;
    scavenged_pages_ -= CountRange(scavenged_bits_, *first, kPagesPerHuge);
    SetRange(scavenged_bits_, *first, kPagesPerHuge, false);
    SetRange(alloc_bits_, *first, kPagesPerHuge, true);
    free_pages_ -= kPagesPerHuge;
    Update(*first, kPagesPerHuge);
    return true;
  }
  return false;
}

void PageAlloc::FinishScavenge(uint64_t first, uint64_t n) {
  SetRange(scavenged_bits_, first, n, true);
  scavenged_pages_ += n;
  Free(first, n);
}

bool PageAlloc::CheckSummaries() const {
  for (uint64_t c = 0; c < end_chunk_; ++c) {
    if (!(levels_[0].sums[c] == ComputeLeaf(c))) return false;
  }
  uint64_t end = end_chunk_;
  for (size_t level = 1; level < levels_.size(); ++level) {
    end = CeilDiv(end, kFanOut);
    for (uint64_t i = 0; i < end; ++i) {
      if (!(levels_[level].sums[i] == ComputeNode(level, i))) return false;
    }
  }
  return CountRange(alloc_bits_, 0, end_chunk_ * kPagesPerChunk) + free_pages_ ==
         end_chunk_ * kPagesPerChunk;
}

}  // namespace gol::rt
