// Waiting for files without a thread.
//
// Problem: thousands of goroutines may wait for pipes and sockets. A thread for each, blocked in read,
// would cost memory and switches, and could not be woken by a deadline or by Close.
//
// A file that epoll takes is set not to block. Its operations try the system call; on EAGAIN the goroutine
// parks in the file's PollDesc, one at each side (reading, writing). Events are edge-triggered and watched for from
// Open on, so an operation that fails finds every event that comes after it: the state of a side is
//
//   kNone    nothing happened since Prepare
//   kReady   an event came; the next Wait takes it and returns at once
//   kWait    a goroutine is about to park; an event makes it kReady, and it does not
//   a G      parked; who takes it out (an event, a deadline, Unblock) readies it
//
// Who looks: a thread that finds no goroutine to run looks before it steals; the one that sleeps
// for the timers (proc.cc) sleeps in epoll_wait when a goroutine waits here; sysmon looks every 10 ms when
// all processors are busy. Break ends the sleep through an eventfd: when a timer comes that is due earlier.
//
// A program with goroutines parked here is not deadlocked: the sleeping thread counts as busy.
#include "runtime/sched/netpoll.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"

namespace gol::rt {
namespace {

constexpr int kGenerationBits = 16;
constexpr int kMaxEvents = 128;

// What epoll hands back: the record's address with its generation above. Addresses have 48 bits.
uint64_t Pack(const PollDesc* pd) {
  return reinterpret_cast<uint64_t>(pd) |
         uint64_t{pd->generation.load(std::memory_order_relaxed)} << (64 - kGenerationBits);
}

}  // namespace

NetPoll::~NetPoll() {
  if (event_fd_ >= 0) close(event_fd_);
  if (int fd = epoll_fd_.load(std::memory_order_relaxed); fd >= 0) close(fd);
  for (PollDesc* pd : all_) delete pd;
}

// Requires: lock_ held.
bool NetPoll::Start() {
  if (epoll_fd_.load(std::memory_order_relaxed) >= 0) return true;
  int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return false;
  event_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event ev = {};
  ev.events = EPOLLIN;
  ev.data.u64 = 0;
  if (event_fd_ < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, event_fd_, &ev) != 0) {
    close(fd);
    return false;
  }
  epoll_fd_.store(fd, std::memory_order_seq_cst);
  return true;
}

PollDesc* NetPoll::Open(int fd, int* error) {
  PollDesc* pd;
  {
    LockGuard guard(lock_);
    if (!Start()) {
      *error = errno;
      return nullptr;
    }
    pd = free_;
    if (pd != nullptr) {
      free_ = pd->link;
    } else {
      pd = new PollDesc;
      pd->sched = &sched_;
      all_.push_back(pd);
    }
  }
  {
    LockGuard guard(pd->lock);
    pd->fd = fd;
    pd->is_closing.store(false, std::memory_order_relaxed);
    for (PollDesc::Side& side : pd->sides) {
      side.waiter.store(PollDesc::kNone, std::memory_order_relaxed);
      side.deadline_ns = 0;
      side.generation++;
    }
  }
  epoll_event ev = {};
  ev.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  ev.data.u64 = Pack(pd);
  if (epoll_ctl(epoll_fd_.load(std::memory_order_relaxed), EPOLL_CTL_ADD, fd, &ev) == 0) return pd;
  *error = errno;
  LockGuard guard(lock_);
  pd->link = free_;
  free_ = pd;
  return nullptr;
}

void NetPoll::Close(PollDesc* pd) {
  epoll_event ev = {};
  epoll_ctl(epoll_fd_.load(std::memory_order_relaxed), EPOLL_CTL_DEL, pd->fd, &ev);
  SetDeadline(pd, 0, 3);
  uint32_t next = (pd->generation.load(std::memory_order_relaxed) + 1) & ((1u << kGenerationBits) - 1);
  pd->generation.store(next, std::memory_order_release);
  LockGuard guard(lock_);
  pd->link = free_;
  free_ = pd;
}

// Reads what SetDeadline and Unblock write under the lock: a value that is late is seen in Wait, after the waiter
// was announced.
NetPoll::Result NetPoll::Check(const PollDesc& pd, Side side) const {
  if (pd.is_closing.load(std::memory_order_seq_cst)) return kClosing;
  if (__atomic_load_n(&pd.sides[side].deadline_ns, __ATOMIC_SEQ_CST) < 0) return kTimeout;
  return kOk;
}

NetPoll::Result NetPoll::Prepare(PollDesc* pd, Side side) {
  Result r = Check(*pd, side);
  if (r == kOk) pd->sides[side].waiter.store(PollDesc::kNone, std::memory_order_seq_cst);
  return r;
}

NetPoll::Result NetPoll::Wait(PollDesc* pd, Side side) {
  std::atomic<uintptr_t>& waiter = pd->sides[side].waiter;
  for (;;) {
    uintptr_t expected = PollDesc::kReady;
    if (waiter.compare_exchange_strong(expected, PollDesc::kNone, std::memory_order_seq_cst)) {
      return Check(*pd, side);
    }
    expected = PollDesc::kNone;
    if (waiter.compare_exchange_strong(expected, PollDesc::kWait, std::memory_order_seq_cst)) break;
    if (expected != PollDesc::kReady) Throw("two goroutines wait at one side of a file");
  }
  // A deadline or Unblock that came before the announcement took nobody out.
  if (Check(*pd, side) == kOk) {
    waiters_.fetch_add(1, std::memory_order_seq_cst);
    // One that sleeps for timers alone is to sleep for events as well.
    if (sched_.poll_until_ns.load(std::memory_order_seq_cst) != 0) sched_.BreakPoller();
    sched_.sched.Park(
        [](G* g, void* w) {
          auto* waiter = static_cast<std::atomic<uintptr_t>*>(w);
          uintptr_t expected = PollDesc::kWait;
          return waiter->compare_exchange_strong(expected, reinterpret_cast<uintptr_t>(g),
                                                 std::memory_order_seq_cst);
        },
        &waiter, WaitReason::kIOWait);
    waiters_.fetch_sub(1, std::memory_order_seq_cst);
  }
  waiter.store(PollDesc::kNone, std::memory_order_seq_cst);
  return Check(*pd, side);
}

G* NetPoll::Take(PollDesc* pd, Side side, bool is_event) {
  std::atomic<uintptr_t>& waiter = pd->sides[side].waiter;
  uintptr_t old = waiter.load(std::memory_order_seq_cst);
  for (;;) {
    if (old == PollDesc::kReady || (old == PollDesc::kNone && !is_event)) return nullptr;
    const uintptr_t next = is_event ? PollDesc::kReady : PollDesc::kNone;
    if (waiter.compare_exchange_weak(old, next, std::memory_order_seq_cst)) {
      return old <= PollDesc::kWait ? nullptr : reinterpret_cast<G*>(old);
    }
  }
}

struct NetPoll::TimerFn {
  static void Fire(Timer* t, void* arg, uint64_t seq, int64_t) {
    auto* pd = static_cast<PollDesc*>(arg);
    const Side side = t == &pd->sides[kRead].timer ? kRead : kWrite;
    PollDesc::Side& s = pd->sides[side];
    G* g = nullptr;
    {
      LockGuard guard(pd->lock);
      if (s.generation != seq || s.deadline_ns <= 0) return;
      __atomic_store_n(&s.deadline_ns, int64_t{-1}, __ATOMIC_SEQ_CST);
      g = pd->sched->netpoll.Take(pd, side, false);
    }
    if (g != nullptr) pd->sched->sched.Ready(g, true);
  }
};

void NetPoll::SetDeadline(PollDesc* pd, int64_t when_ns, int sides) {
  if (when_ns > 0 && when_ns <= NanoTime()) when_ns = -1;
  for (Side side : {kRead, kWrite}) {
    if ((sides & 1 << side) == 0) continue;
    PollDesc::Side& s = pd->sides[side];
    G* g = nullptr;
    {
      LockGuard guard(pd->lock);
      s.generation++;
      __atomic_store_n(&s.deadline_ns, when_ns, __ATOMIC_SEQ_CST);
      sched_.sched.DeleteTimer(&s.timer);
      if (when_ns > 0) {
        s.timer.fn = &TimerFn::Fire;
        s.timer.arg = pd;
        s.timer.seq = s.generation;
        sched_.sched.AddTimer(&s.timer, when_ns, 0);
      } else if (when_ns < 0) {
        g = Take(pd, side, false);
      }
    }
    if (g != nullptr) sched_.sched.Ready(g, true);
  }
}

void NetPoll::Unblock(PollDesc* pd) {
  pd->is_closing.store(true, std::memory_order_seq_cst);
  for (Side side : {kRead, kWrite}) {
    if (G* g = Take(pd, side, false)) sched_.sched.Ready(g, true);
  }
}

void NetPoll::Poll(int64_t timeout_ns, std::vector<G*>* ready) {
  const int epoll_fd = epoll_fd_.load(std::memory_order_seq_cst);
  if (epoll_fd < 0) return;
  epoll_event events[kMaxEvents];
  timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  int n = epoll_pwait2(epoll_fd, events, kMaxEvents, timeout_ns < 0 ? nullptr : &timeout, nullptr);
  if (n < 0 && errno == ENOSYS) {
    const int64_t ms = timeout_ns < 0 ? -1 : std::min<int64_t>((timeout_ns + 999999) / 1000000, INT32_MAX);
    n = epoll_wait(epoll_fd, events, kMaxEvents, static_cast<int>(ms));
  }
  last_poll_ns_.store(NanoTime(), std::memory_order_relaxed);
  for (int i = 0; i < n; i++) {
    const uint64_t data = events[i].data.u64;
    if (data == 0) {
      uint64_t count;
      if (timeout_ns != 0) [[maybe_unused]] ssize_t r = read(event_fd_, &count, sizeof(count));
      continue;
    }
    auto* pd = reinterpret_cast<PollDesc*>(data & ((uint64_t{1} << (64 - kGenerationBits)) - 1));
    if (pd->generation.load(std::memory_order_acquire) != data >> (64 - kGenerationBits)) continue;
    const uint32_t ev = events[i].events;
    if ((ev & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
      if (G* g = Take(pd, kRead, true)) ready->push_back(g);
    }
    if ((ev & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
      if (G* g = Take(pd, kWrite, true)) ready->push_back(g);
    }
  }
}

void NetPoll::Break() {
  if (epoll_fd_.load(std::memory_order_seq_cst) < 0) return;
  uint64_t one = 1;
  [[maybe_unused]] ssize_t n = write(event_fd_, &one, sizeof(one));
}

DescriptorSet::~DescriptorSet() {
  for (size_t fd = 0; fd < is_open_.size(); fd++) {
    if (is_open_[fd]) close(static_cast<int>(fd));
  }
}

void DescriptorSet::Add(int fd) {
  if (fd < 0) return;
  LockGuard guard(lock_);
  if (static_cast<size_t>(fd) >= is_open_.size()) is_open_.resize(static_cast<size_t>(fd) + 16);
  is_open_[static_cast<size_t>(fd)] = true;
}

void DescriptorSet::Remove(int fd) {
  LockGuard guard(lock_);
  if (fd >= 0 && static_cast<size_t>(fd) < is_open_.size()) is_open_[static_cast<size_t>(fd)] = false;
}

}  // namespace gol::rt
