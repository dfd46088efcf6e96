// FixAlloc<T>: objects of one type from large chunks, with a free list. Memory of a freed object
// is only ever reused for another T (type-stable), so a stale reader sees a T. The chunks go back to
// the system when the FixAlloc dies. Not thread-safe: guarded by the owner's lock.
#pragma once

#include <cstddef>
#include <cstring>
#include <vector>

#include "runtime/mem/os_mem.h"

namespace gol::rt {

// The same for blocks whose size is known at run time; at least 8 bytes each.
class FixAllocBytes {
 public:
  explicit FixAllocBytes(size_t bytes) : bytes_((bytes + 7) & ~size_t{7}) {}
  FixAllocBytes(const FixAllocBytes&) = delete;
  ~FixAllocBytes() {
    for (void* chunk : chunks_) os::Free(chunk, kChunkBytes);
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
      cursor_ = static_cast<char*>(os::AllocZeroed(kChunkBytes));
      left_ = kChunkBytes;
      chunks_.push_back(cursor_);
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
  size_t sys_bytes() const { return chunks_.size() * kChunkBytes; }

 private:
  // Bytes per chunk. Larger: fewer mappings; smaller: less address space per small Runtime.
  static constexpr size_t kChunkBytes = 64 << 10;
  struct Link {
    Link* next;
  };

  const size_t bytes_;
  Link* free_ = nullptr;
  char* cursor_ = nullptr;
  size_t left_ = 0;
  size_t inuse_bytes_ = 0;
  std::vector<char*> chunks_;
};

}  // namespace gol::rt
