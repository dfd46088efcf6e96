// See embed/globals.h.
#include "embed/globals.h"

#include <sys/mman.h>

#include <cstdint>

namespace gol::embed {

namespace {

// Behind the executable and the first part of compiled code.
constexpr uintptr_t kPreferredBase = 0xc000000;
// A page in front of the variables, for words of the runtime's own (rt::kFuelOffset).
constexpr size_t kHeadBytes = 4096;

}  // namespace

GlobalsBlock::GlobalsBlock(size_t bytes) : bytes_(((bytes + 4096) & ~size_t{4095}) + kHeadBytes) {
  // Low in the address space where there is room, as the data of a Go binary.
  void* p = mmap(reinterpret_cast<void*>(kPreferredBase - kHeadBytes), bytes_, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (p != MAP_FAILED && reinterpret_cast<uintptr_t>(p) != kPreferredBase - kHeadBytes) {
    munmap(p, bytes_);  // a kernel that takes the address for a hint
    p = MAP_FAILED;
  }
  if (p == MAP_FAILED) {
    p = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  if (p != MAP_FAILED) base_ = static_cast<char*>(p) + kHeadBytes;
}

GlobalsBlock::~GlobalsBlock() {
  if (base_ != nullptr) munmap(base_ - kHeadBytes, bytes_);
}

}  // namespace gol::embed
