// Waiting for files without a thread: pipes, terminals, sockets. See netpoll.cc for the overview.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "runtime/sched/lock.h"
#include "runtime/sched/timer.h"

namespace gol::rt {

class Sched;
struct G;
struct SchedImpl;

// A descriptor that the poller watches. Records are reused, never freed before the scheduler is: an event
// that comes late finds one, with another generation.
struct PollDesc {
  static constexpr uintptr_t kNone = 0;
  static constexpr uintptr_t kReady = 1;  // an event came that nobody waited for
  static constexpr uintptr_t kWait = 2;   // a goroutine is about to park
  // Above: the G that is parked.

  struct Side {
    std::atomic<uintptr_t> waiter{kNone};
    int64_t deadline_ns = 0;  // 0: none, negative: passed; guarded by lock
    uint64_t generation = 0;  // of the deadline's timer; guarded by lock
    Timer timer;
  };

  Lock lock;
  Side sides[2];  // reading, writing
  int fd = -1;
  std::atomic<uint32_t> generation{0};  // changes when the record is reused
  std::atomic<bool> is_closing{false};
  SchedImpl* sched = nullptr;
  PollDesc* link = nullptr;  // free list
};

class NetPoll {
 public:
  enum Side : int { kRead = 0, kWrite = 1 };
  enum Result : int { kOk = 0, kClosing = 1, kTimeout = 2 };

  explicit NetPoll(SchedImpl& s) : sched_(s) {}
  ~NetPoll();
  NetPoll(const NetPoll&) = delete;
  NetPoll& operator=(const NetPoll&) = delete;

  // ---- on goroutines ----
  // Begins to watch fd, which must not block. Null: the system cannot (*error says why).
  PollDesc* Open(int fd, int* error);
  // Requires: nobody waits; Unblock was called.
  void Close(PollDesc* pd);
  // Whether an operation may be tried; forgets events that came before.
  Result Prepare(PollDesc* pd, Side side);
  // Parks until there is an event, the deadline has passed or Unblock is called.
  Result Wait(PollDesc* pd, Side side);
  // sides: bit 0 reading, bit 1 writing. when_ns: by NanoTime; 0: none; negative: it has passed.
  void SetDeadline(PollDesc* pd, int64_t when_ns, int sides);
  // Ends all waits with kClosing, now and later.
  void Unblock(PollDesc* pd);

  // ---- for the scheduler's loop ----
  // Whether a goroutine is parked here.
  bool has_waiters() const { return waiters_.load(std::memory_order_seq_cst) > 0; }
  // Appends the goroutines that events wake, in kGwaiting. Waits timeout_ns for the first; negative: for
  // ever; 0: not at all.
  void Poll(int64_t timeout_ns, std::vector<G*>* ready);
  // Ends a Poll that waits.
  void Break();
  int64_t last_poll_ns() const { return last_poll_ns_.load(std::memory_order_relaxed); }

 private:
  struct TimerFn;

  bool Start();
  Result Check(const PollDesc& pd, Side side) const;
  // Takes the goroutine that waits at the side. Others come to see an event if is_event.
  G* Take(PollDesc* pd, Side side, bool is_event);

  SchedImpl& sched_;
  Lock lock_;
  PollDesc* free_ = nullptr;      // guarded by lock_
  std::vector<PollDesc*> all_;    // guarded by lock_
  std::atomic<int> epoll_fd_{-1};
  int event_fd_ = -1;             // written before epoll_fd_
  std::atomic<int32_t> waiters_{0};
  std::atomic<int64_t> last_poll_ns_{0};
};

// The descriptors that a program opened: they are closed with its Runtime.
class DescriptorSet {
 public:
  ~DescriptorSet();
  void Add(int fd);
  void Remove(int fd);

 private:
  Lock lock_;
  std::vector<bool> is_open_;  // guarded by lock_; by number
};

}  // namespace gol::rt
