// M: a thread of the runtime. See sched/proc.cc.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>

#include "runtime/sched/g.h"
#include "runtime/sched/lock.h"

namespace gol::rt {

struct P;

struct M {
  // ---- read by the assembly files ----
  uint64_t g0_sp = 0;           // system stack: where the next switch to it continues
  G* curg = nullptr;            // the goroutine whose stack is in use, or was before a switch to g0
  bool on_system_stack = true;

  // Set once the fields below are: other threads may then write the thread's kTls slots.
  std::atomic<bool> is_started{false};
  // ---- constant after start ----
  char* fs_base = nullptr;      // TlsSelf() of the thread: other threads write kTls slots through it
  Runtime* rt = nullptr;
  int64_t id = 0;
  bool is_seeded = false;       // schedules come from a seed: seeded.cc
  bool draws_yields = false;    // each safepoint may yield: the limit stays poisoned
  bool is_host = false;         // the host's thread: host_call.cc
  pthread_t thread = {};
  char* g0_lo = nullptr;        // bounds of the system stack
  char* g0_hi = nullptr;
  void* signal_stack = nullptr;
  int32_t tid = 0;              // the system's id of the thread

  // ---- owned by the M ----
  P* p = nullptr;               // the P held
  P* next_p = nullptr;          // handed over by whoever wakes this M
  P* old_p = nullptr;           // held before the BlockingRegion
  G* locked_g = nullptr;        // LockOSThread
  bool is_spinning = false;     // looking for work, counted in Sched::nmspinning
  int32_t locks = 0;
  uint32_t syscall_tick = 0;    // P::syscalltick when the BlockingRegion began
  Note park;
  M* schedlink = nullptr;       // idle list; guarded by Sched::lock
  M* alllink = nullptr;         // list of all Ms; guarded by Sched::lock

  // What the scheduler loop is to do with the goroutine that switched to it. Returns the goroutine
  // to continue with at once, or null: pick one.
  G* (*mcall_fn)(M*, G*) = nullptr;
  bool (*wait_unlock_fn)(G*, void*) = nullptr;  // argument of ParkOnM
  void* wait_lock = nullptr;

  void* gc_private = nullptr;   // the collector's
  // print and println: pieces gathered between printlock and printunlock.
  int32_t print_depth = 0;
  uint32_t print_len = 0;
  char print_buf[256];
  void* tsan_fiber = nullptr;
  void* asan_fake_stack = nullptr;
  uint32_t rand_state[2] = {1, 2};
};

}  // namespace gol::rt
