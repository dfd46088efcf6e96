// Forks of the host's process. See fork.cc.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace gol::embed {

inline std::atomic<uint32_t> num_forks{0};  // since the first call of ForkGeneration

// To be noted by what has threads, when it is made.
uint32_t ForkGeneration();

// Whether what noted this was made by a process that this one was forked from: its threads are not here.
inline bool IsOfParent(uint32_t generation) {
  return generation != num_forks.load(std::memory_order_relaxed);
}

// Keeps a pointer where leak checkers find it.
void KeepForEver(void* object);

// What nobody may wait for, or free, in a forked process is left as it is.
template <typename T>
void Abandon(T object) {
  KeepForEver(new T(std::move(object)));
}

}  // namespace gol::embed
