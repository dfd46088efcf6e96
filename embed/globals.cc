// See embed/globals.h.
#include "embed/globals.h"

#include <sys/mman.h>

namespace gol::embed {

GlobalsBlock::GlobalsBlock(size_t bytes) : bytes_((bytes + 4095) & ~size_t{4095}) {
  if (bytes_ == 0) bytes_ = 4096;
  void* p = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p != MAP_FAILED) base_ = static_cast<char*>(p);
}

GlobalsBlock::~GlobalsBlock() {
  if (base_ != nullptr) munmap(base_, bytes_);
}

}  // namespace gol::embed
