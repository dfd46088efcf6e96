// GODEBUG=inittrace=1: a line for each package whose initialisation does something, as Go's:
//
//   init internal/bytealg @0.008 ms, 0 ms clock, 0 bytes, 0 allocs
//
// when it began since the program started; how long it took; what it allocated. Packages whose
// initialisation takes no microsecond and allocates nothing are left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gol::rt {

class Runtime;

class InitTrace {
 public:
  // The initialisation of the package begins, and that of the one before has ended; path empty: all
  // have. On a goroutine.
  void Begin(Runtime& rt, std::string_view path);

 private:
  std::string path_;
  int64_t first_ns_ = 0;
  int64_t start_ns_ = 0;
  uint64_t bytes_ = 0;
  uint64_t allocs_ = 0;
};

}  // namespace gol::rt
