// Memory from the operating system (Linux).
#include "runtime/mem/os_mem.h"

#include <sys/mman.h>

#include <cstdint>

#include "base/bits.h"
#include "base/check.h"

namespace gol::rt::os {

void* Reserve(size_t bytes, size_t align) {
  void* p = mmap(nullptr, bytes + align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                 0);
  if (p == MAP_FAILED) return nullptr;
  uintptr_t start = reinterpret_cast<uintptr_t>(p);
  uintptr_t aligned = AlignUp(start, align);
  if (aligned != start) munmap(p, aligned - start);
  uintptr_t end = start + bytes + align;
  if (aligned + bytes != end) {
    munmap(reinterpret_cast<void*>(aligned + bytes), end - (aligned + bytes));
  }
  return reinterpret_cast<void*>(aligned);
}

bool Commit(void* p, size_t bytes) { return mprotect(p, bytes, PROT_READ | PROT_WRITE) == 0; }

void Decommit(void* p, size_t bytes, bool lazily) {
  if (lazily && madvise(p, bytes, MADV_FREE) == 0) return;
  GOL_CHECK(madvise(p, bytes, MADV_DONTNEED) == 0);
}

void SetHuge(void* p, size_t bytes, bool on) {
  // Refused by kernels without huge pages, which does no harm.
  (void)madvise(p, bytes, on ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

void Populate(void* p, size_t bytes) {
#ifdef MADV_POPULATE_WRITE
  // Refused by old kernels: then the memory comes when it is touched.
  (void)madvise(p, bytes, MADV_POPULATE_WRITE);
#endif
}

void Protect(void* p, size_t bytes) {
  GOL_CHECK(madvise(p, bytes, MADV_DONTNEED) == 0 && mprotect(p, bytes, PROT_NONE) == 0);
}

void* AllocZeroed(size_t bytes) {
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  GOL_CHECK(p != MAP_FAILED);
  return p;
}

void Free(void* p, size_t bytes) { GOL_CHECK(munmap(p, bytes) == 0); }

}  // namespace gol::rt::os
