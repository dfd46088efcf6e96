// Making and growing slices. Go's growth formula is observable through cap(), so it is the same here:
// doubling up to 256 elements, then a smooth change to 1.25 times, then rounded up to what the
// allocator gives anyway.
#include <cstring>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/tls.h"
#include "runtime/copy_bytes.h"
#include "runtime/gc/barrier.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mspan.h"
#include "runtime/mem/zero.h"
#include "runtime/panic.h"

namespace gol::rt {
namespace {

// Bytes that no allocation can exceed: the user half of the address space.
constexpr uint64_t kMaxAlloc = uint64_t{1} << 48;

// Below this many elements capacities double; above, growth slows down.
constexpr int64_t kDoublingThreshold = 256;

bool MulOverflows(uint64_t a, uint64_t b, uint64_t* product) {
  return __builtin_mul_overflow(a, b, product);
}

int64_t NextSliceCap(int64_t new_len, int64_t old_cap) {
  int64_t cap = old_cap;
  int64_t doubled = old_cap + old_cap;
  if (new_len > doubled) return new_len;
  if (old_cap < kDoublingThreshold) return doubled;
  for (;;) {
    cap += (cap + 3 * kDoublingThreshold) >> 2;
    if (static_cast<uint64_t>(cap) >= static_cast<uint64_t>(new_len)) break;
  }
  return cap <= 0 ? new_len : cap;
}

}  // namespace
}  // namespace gol::rt

extern "C" {

void* gol_rt_newarray(void* elem_type, int64_t n) {
  using namespace gol::rt;
  const auto* t = static_cast<const Type*>(elem_type);
  if (n == 1) return Heap::Malloc(t->size, t, true);
  uint64_t bytes;
  if (n < 0 || MulOverflows(t->size, static_cast<uint64_t>(n), &bytes) || bytes > kMaxAlloc) {
    PanicPlainError("runtime: allocation size out of range");
  }
  return Heap::Malloc(bytes, t, true);
}

void* gol_rt_makeslice(void* elem_type, int64_t len, int64_t cap) {
  using namespace gol::rt;
  const auto* t = static_cast<const Type*>(elem_type);
  uint64_t bytes;
  if (MulOverflows(t->size, static_cast<uint64_t>(cap), &bytes) || bytes > kMaxAlloc || len < 0 ||
      len > cap) [[unlikely]] {
    // Go blames the length when the length alone is out of range, so that make([]T, bignum) does
    // not speak of a capacity that the program never mentioned.
    if (MulOverflows(t->size, static_cast<uint64_t>(len), &bytes) || bytes > kMaxAlloc || len < 0) {
      entry::gol_rt_panicmakeslicelen();
    }
    entry::gol_rt_panicmakeslicecap();
  }
  return Heap::Malloc(bytes, t, true);
}

void gol_rt_growslice(void* out, void* old_ptr, int64_t new_len, int64_t old_cap, int64_t num,
                      void* elem_type) {
  using namespace gol::rt;
  const auto* t = static_cast<const Type*>(elem_type);
  auto* result = static_cast<GoSlice*>(out);
  if (new_len < 0) PanicRuntimeError("growslice: len out of range");
  int64_t old_len = new_len - num;
  if (t->size == 0) {
    // Append does not make a slice with a nil pointer but non-zero length.
    *result = {Heap::Malloc(0, nullptr, false), new_len, new_len};
    return;
  }
  const bool noscan = t->ptrdata == 0;
  int64_t new_cap = NextSliceCap(new_len, old_cap);
  uint64_t cap_bytes;
  bool overflow = MulOverflows(t->size, static_cast<uint64_t>(new_cap), &cap_bytes);
  if (!overflow) {
    cap_bytes = RoundUpSize(cap_bytes, noscan);
    new_cap = static_cast<int64_t>(cap_bytes / t->size);
    cap_bytes = static_cast<uint64_t>(new_cap) * t->size;
  }
  if (overflow || cap_bytes > kMaxAlloc) PanicRuntimeError("growslice: len out of range");
  uint64_t old_bytes = static_cast<uint64_t>(old_len) * t->size;
  uint64_t new_bytes = static_cast<uint64_t>(new_len) * t->size;

  char* p;
  if (noscan) {
    p = static_cast<char*>(Heap::Malloc(cap_bytes, nullptr, false));
    // What append is about to write needs no clearing.
    std::memset(p + new_bytes, 0, cap_bytes - new_bytes);
    if (old_bytes != 0) CopyBytes(p, old_ptr, old_bytes);
  } else {
    p = static_cast<char*>(Heap::Malloc(cap_bytes, t, true));
    if (old_bytes > 0) {
      // The new array is black while marking, and its pointers come in without a barrier.
      if (TlsLoad<uint32_t>(kTlsWriteBarrier) != 0) {
        gc::BulkBarrierSource(t, old_ptr, static_cast<uint64_t>(old_len));
      }
      MoveWords(p, old_ptr, old_bytes);
    }
  }
  *result = {p, new_len, new_cap};
}

}  // extern "C"
