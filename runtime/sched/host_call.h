// HostCalls: compiled code runs on the host's own thread, for the length of a call. See host_call.cc
// for the overview.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "runtime/abi/tls.h"
#include "runtime/runtime.h"
#include "runtime/sched/g.h"
#include "runtime/sched/m.h"
#include "runtime/sched/p.h"

namespace gol::rt {

struct SchedImpl;

class HostCalls {
 public:
  explicit HostCalls(Runtime& rt);
  ~HostCalls();
  HostCalls(const HostCalls&) = delete;
  HostCalls& operator=(const HostCalls&) = delete;

  // Makes the calling thread the one that runs this runtime, until Leave. They nest: a host function
  // that compiled code called may enter again. False: another thread is inside.
  bool Enter();
  void Leave();

  // Runs code(frame), compiled code's convention, as a goroutine on this thread; other goroutines run
  // whenever it is parked. True when it returned; false when the call ended otherwise: the outcome is
  // the Runtime's (TakeOutcome), after the outermost call. Requires: between Enter and Leave.
  // What code left in the frame stays where it is until Leave: no collection begins before.
  bool Run(const void* code, void* frame, const void* context);
  // The same for a C++ function on the goroutine's stack.
  bool RunNative(void (*fn)(void*), void* arg) {
    return Run(reinterpret_cast<const void*>(fn), arg, nullptr);
  }

  // From any thread: whether a call is in progress.
  bool is_inside() const { return depth_.load(std::memory_order_acquire) != 0; }
  // On the thread of the call.
  int depth() const { return depth_.load(std::memory_order_relaxed); }
  // On a goroutine's stack, after host code ran: ends the goroutine if the call is to end.
  void EndIfBroken() {
    if (broken_->load(std::memory_order_relaxed)) [[unlikely]] EndGoroutine();
  }
  // What ended a Run. keep: the Runs further out end of it, too.
  Outcome TakeOutcome(bool keep = false);
  bool is_broken() const { return broken_->load(std::memory_order_relaxed); }

  // Until when the outermost call in progress may last, on the clock of NanoTime; 0: for ever.
  void SetDeadline(int64_t when_ns);
  int64_t deadline_ns() const { return deadline_ns_.load(std::memory_order_relaxed); }

  void* host_data = nullptr;  // the embedder's

  // ---- for the Runtime and the watchdog ----
  void Break();      // ends the call in progress at its next safepoint; the outcome has been posted
  void Prod();       // the same request again: one may be lost
  bool wants_time_slices() const;  // others than the running goroutine wait for the thread
  P& p() { return *p_; }
  Runtime& runtime() { return rt_; }
  bool is_watched() const { return is_watched_.load(std::memory_order_relaxed); }
  void set_watched(bool on) { is_watched_.store(on, std::memory_order_relaxed); }
  void Close();      // before the Runtime's threads end

 private:
  friend struct SchedImpl;
  struct Level;
  struct SavedTls {
    uint64_t words[(kTlsLast - kTlsFirst) / 8];
    uint64_t limit;
  };

  void Bind();
  void EnterSlow();
  bool EnterContended();
  void StopSpinning();
  void SaveOther();
  void RestoreOther();
  void EnsureP();
  bool Loop(Level& level, uint64_t how);
  void AbandonG(Level& level);
  G* TakeG();
  [[noreturn]] void EndGoroutine();
  void AttachP();
  void Count(int64_t goroutines) {
    p_->ngoroutines.store(p_->ngoroutines.load(std::memory_order_relaxed) + goroutines,
                          std::memory_order_relaxed);
  }

  Runtime& rt_;
  SchedImpl* s_;
  P* p_;
  std::atomic<bool>* broken_;
  M m_;
  Level* level_ = nullptr;            // innermost Run; owned by the thread that is inside
  std::vector<G*> free_gs_;           // with their stacks, not running
  std::vector<SavedTls> outer_tls_;   // of the runtimes whose host functions called this one
  std::atomic<int> depth_{0};
  std::atomic<const void*> owner_{nullptr};  // TlsSelf() of the thread inside; written by it alone
  std::atomic<int64_t> deadline_ns_{0};
  std::atomic<bool> is_watched_{false};
  bool is_started_ = false;           // the collector runs
};

// Asks the thread to stop at a safepoint, if it is in a call. The thread may end at any time otherwise.
void PoisonHostThread(M* m);

}  // namespace gol::rt
