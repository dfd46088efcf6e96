// Lock and Note: spin, then sleep in the kernel on a futex (the three-state mutex of Drepper's
// "Futexes are tricky").
#include "runtime/sched/lock.h"

#include <cerrno>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gol::rt {
namespace {

// Rounds of spinning before sleeping, and pauses between two looks. A holder keeps a lock for some tens of nanoseconds;
// more rounds would only help when it was preempted, and then sleeping is right. Each look takes the cache
// line from the holder, who mostly wants it again at once: fewer pauses make both slower (benchmarks/runtime/buffered: up
// to 0.7 s with one pause, up to 0.4 s with 30), many more leave a free lock waiting.
constexpr int kSpinRounds = 4;
constexpr int kSpinPauses = 30;

int FutexWait(std::atomic<uint32_t>* word, uint32_t expected, const timespec* timeout) {
  return static_cast<int>(syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, timeout, nullptr,
                                  0));
}

void FutexWake(std::atomic<uint32_t>* word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

}  // namespace

int64_t NanoTime() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<int64_t>(ts.tv_sec) * 1000000000 + ts.tv_nsec;
}

void Lock::LockSlow() {
  for (int i = 0; i < kSpinRounds; i++) {
    uint32_t state = state_.load(std::memory_order_relaxed);
    if (state == 0 && state_.compare_exchange_weak(state, 1, std::memory_order_acquire,
                                                   std::memory_order_relaxed)) {
      return;
    }
    for (int n = 0; n < kSpinPauses; n++) CpuRelax();
  }
  int saved_errno = errno;
  while (state_.exchange(2, std::memory_order_acquire) != 0) FutexWait(&state_, 2, nullptr);
  errno = saved_errno;
}

void Lock::Wake() {
  int saved_errno = errno;
  FutexWake(&state_, 1);
  errno = saved_errno;
}

void Note::Sleep() {
  while (state_.load(std::memory_order_acquire) == 0) FutexWait(&state_, 0, nullptr);
}

bool Note::SleepFor(int64_t timeout_ns) {
  if (timeout_ns < 0) {
    Sleep();
    return true;
  }
  int64_t deadline = NanoTime() + timeout_ns;
  while (state_.load(std::memory_order_acquire) == 0) {
    int64_t left = deadline - NanoTime();
    if (left <= 0) return false;
    timespec ts{left / 1000000000, left % 1000000000};
    FutexWait(&state_, 0, &ts);
  }
  return true;
}

void Note::Wake() {
  state_.store(1, std::memory_order_release);
  FutexWake(&state_, 1);
}

}  // namespace gol::rt
