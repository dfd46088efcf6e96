// FixAlloc<T>: objects of one type from large chunks, with a free list. Memory of a freed object
// is only ever reused for another T (type-stable), so a stale reader sees a T. The chunks go back to
// the system when the FixAlloc dies. Not thread-safe: guarded by the owner's lock.
#pragma once

#include <cstddef>
#include <cstring>
#include <vector>

#include "base/check.h"
#include "runtime/mem/os_mem.h"

namespace gol::rt {

// The same for blocks whose size is known at run time; at least 8 bytes each.
class FixAllocBytes {
 public:
  explicit FixAllocBytes(size_t bytes) : bytes_((bytes + 7) & ~size_t{7}) {}
  FixAllocBytes(const FixAllocBytes&) = delete;
  ~FixAllocBytes() {
    for (const Chunk& c : chunks_) os::Free(c.start, c.bytes);
  }

  // Not zeroed when reused; *fresh tells that the block is from new, zeroed memory.
  void* Alloc(bool* fresh = nullptr) {
    inuse_bytes_ += bytes_;
    if (free_ != nullptr) {
      Link* l = free_;
      free_ = l->next;
      if (fresh != nullptr) *fresh = false;
      return l;
    }
    if (left_ < bytes_) {
      const bool is_large = sys_bytes_ >= kLargeChunksFrom;
      left_ = is_large ? kLargeChunkBytes : kChunkBytes;
      cursor_ = static_cast<char*>(is_large ? os::Reserve(left_, left_) : os::AllocZeroed(left_));
      if (is_large) {
        GOL_CHECK(cursor_ != nullptr && os::Commit(cursor_, left_));
        os::SetHuge(cursor_, left_, true);
      }
      chunks_.push_back({cursor_, left_});
      sys_bytes_ += left_;
    }
    void* p = cursor_;
    cursor_ += bytes_;
    left_ -= bytes_;
    if (fresh != nullptr) *fresh = true;
    return p;
  }

  void Free(void* p) {
    inuse_bytes_ -= bytes_;
    Link* l = static_cast<Link*>(p);
    l->next = free_;
    free_ = l;
  }

  size_t inuse_bytes() const { return inuse_bytes_; }
  size_t sys_bytes() const { return sys_bytes_; }
  // Calls visit(block) for each block on the free list, at most `limit`.
  template <typename Visit>
  void ForEachFree(size_t limit, Visit&& visit) const {
    for (Link* l = free_; l != nullptr && limit-- != 0; l = l->next) visit(static_cast<void*>(l));
  }
  // Whether p is the start of a block of a chunk. For self checks.
  bool IsBlock(const void* p) const {
    for (const Chunk& c : chunks_) {
      const size_t at = static_cast<size_t>(static_cast<const char*>(p) - c.start);
      if (at < c.bytes) return at % bytes_ == 0 && at + bytes_ <= c.bytes;
    }
    return false;
  }

 private:
  // Bytes per chunk. Larger: fewer mappings; smaller: less address space per small Runtime.
  static constexpr size_t kChunkBytes = 64 << 10;
  // From this much on, chunks are huge pages: markers read mspans in random order.
  static constexpr size_t kLargeChunksFrom = 4 << 20;
  static constexpr size_t kLargeChunkBytes = 2 << 20;
  struct Chunk {
    char* start;
    size_t bytes;
  };
  struct Link {
    Link* next;
  };

  const size_t bytes_;
  Link* free_ = nullptr;
  char* cursor_ = nullptr;
  size_t left_ = 0;
  size_t inuse_bytes_ = 0;
  size_t sys_bytes_ = 0;
  std::vector<Chunk> chunks_;
};

}  // namespace gol::rt
