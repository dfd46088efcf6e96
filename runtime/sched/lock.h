// The runtime's own lock and one-shot event, on futexes.
//
// They are small (a hchan holds one), never allocate, and may be used on goroutine stacks and on
// system stacks alike. A goroutine that holds a Lock must not reach a safepoint: another goroutine
// scheduled on the same thread could wait for the lock forever.
#pragma once

#include <atomic>
#include <cstdint>

namespace gol::rt {

// A mutex: spins briefly, then sleeps in the kernel.
class Lock {
 public:
  void lock() {
    uint32_t expected = 0;
    if (!state_.compare_exchange_weak(expected, 1, std::memory_order_acquire,
                                      std::memory_order_relaxed)) {
      LockSlow();
    }
  }
  bool try_lock() {
    uint32_t expected = 0;
    return state_.compare_exchange_strong(expected, 1, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }
  void unlock() {
    // Pairs with the acquire of the next owner.
    if (state_.exchange(0, std::memory_order_release) == 2) Wake();
  }
  bool is_locked() const { return state_.load(std::memory_order_relaxed) != 0; }

 private:
  void LockSlow();
  void Wake();

  std::atomic<uint32_t> state_{0};  // 0 free, 1 held, 2 held and somebody may sleep
};

// Holds a Lock for a scope.
class [[nodiscard]] LockGuard {
 public:
  explicit LockGuard(Lock& l) : lock_(l) { lock_.lock(); }
  ~LockGuard() { lock_.unlock(); }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  Lock& lock_;
};

// A one-shot event: one thread sleeps, another wakes it; Clear makes it ready for the next use.
class Note {
 public:
  void Clear() { state_.store(0, std::memory_order_relaxed); }
  void Sleep();
  // Returns false when timeout_ns passed first.
  bool SleepFor(int64_t timeout_ns);
  void Wake();
  bool is_signaled() const { return state_.load(std::memory_order_acquire) != 0; }

 private:
  std::atomic<uint32_t> state_{0};
};

// Nanoseconds of the monotonic clock.
int64_t NanoTime();

inline void CpuRelax() { __builtin_ia32_pause(); }

}  // namespace gol::rt
