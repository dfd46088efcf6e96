// G: a goroutine. See sched/proc.cc for the overview of the scheduler.
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/abi/layout.h"
#include "runtime/abi/tls.h"
#include "runtime/sched/stack.h"

namespace gol::rt {

struct PanicReport;
struct sudog;
struct Timer;

// What a goroutine is doing. Changes go through CasGStatus (proc.h), which honours kGscan.
enum GStatus : uint32_t {
  kGidle = 0,   // just allocated
  kGrunnable,   // on a run queue; not executing
  kGrunning,    // has an M and a P
  kGsyscall,    // in a BlockingRegion: has an M, maybe no P
  kGwaiting,    // parked; some queue or record knows how to wake it
  kGdead,       // finished, or not yet started; on a free list
  kGpreempted,  // stopped itself for ScanGoroutine; the scanner queues it again
  // Added to one of the others while a scanner reads the stack: the goroutine must not resume.
  kGscan = 0x1000,
};

// Why a goroutine is parked; WaitReasonText gives Go's words.
enum class WaitReason : uint8_t {
  kNone,
  kGCAssistMarking,
  kIOWait,
  kChanReceiveNilChan,
  kChanSendNilChan,
  kSelect,
  kSelectNoCases,
  kGCAssistWait,
  kGCSweepWait,
  kGCScavengeWait,
  kChanReceive,
  kChanSend,
  kFinalizerWait,
  kForceGCIdle,
  kSemacquire,
  kSleep,
  kSyncCondWait,
  kSyncMutexLock,
  kSyncRWMutexRLock,
  kSyncRWMutexLock,
  kSyncWaitGroupWait,
  kGCWorkerIdle,
  kGCWorkerActive,
  kPreempted,
  kDebugCall,
  kStoppingTheWorld,
  kGarbageCollection,
  kCleanupWait,
  kCoroutine,
  kCount,
};
const char* WaitReasonText(WaitReason r);

struct G : GHead {
  // ---- the running goroutine's own, read by the assembly files ----
  uint64_t stack_limit = 0;         // seg->limit: what kTlsStackLimit holds while no safepoint is asked
  StackSegment* seg = nullptr;      // the segment in use; null until the goroutine first runs
  // Stack pointer at the last switch away: to another goroutine, to the system stack, or into a
  // BlockingRegion. Callee-saved registers lie above it.
  uint64_t sp = 0;
  uint64_t fp = 0;                  // frame pointer and return address that go with sp: where a
  uint64_t pc = 0;                  // traceback starts
  // The same as it was at the start of the BlockingRegion: within it the three above may change
  // while somebody scans the stack.
  uint64_t region_sp = 0;
  uint64_t region_fp = 0;
  uint64_t region_pc = 0;
  const uint64_t* region_saved = nullptr;  // the callee-saved registers, in the region's frame

  // ---- identity: set when the goroutine is created, constant while it lives ----
  Runtime* rt = nullptr;
  uint64_t goid = 0;
  uint64_t parent_goid = 0;
  uint64_t go_pc = 0;               // return address of the go statement, 0 for the first goroutine
  uint64_t start_pc = 0;            // code of its first function
  // What the registers hold when it first runs: the program counter, rbx, r12. For compiled code the second
  // is the Funcval, a root until then.
  uint64_t start_regs[3] = {};
  int32_t stack_class = 0;          // of the first segment
  bool is_system = false;           // the runtime's own: not counted, not shown, no deadlock's concern
  bool no_scan = false;             // its stack holds no references to objects (collector workers)

  // ---- state ----
  std::atomic<uint32_t> status{kGidle};
  std::atomic<bool> preempt{false};       // yield at the next safepoint
  std::atomic<bool> preempt_stop{false};  // stop in kGpreempted at the next safepoint
  // Its Run ended without it: it ends at the next safepoint at which it would go on.
  std::atomic<bool> is_condemned{false};
  WaitReason wait_reason = WaitReason::kNone;
  bool was_running = false;         // stands still only because the world is stopped
  uint8_t locked_depth = 0;         // LockOSThread nesting
  std::atomic<M*> m{nullptr};       // the M it runs on
  M* locked_m = nullptr;            // the M it is wired to, or null
  G* schedlink = nullptr;           // next in a run queue or free list
  int64_t wait_since_ns = 0;
  StackSegment* first_seg = nullptr;
  // Of a coroutine (coro.cc): who is parked in it, the coroutine itself or who switched to it.
  std::atomic<G*> coro_parked{nullptr};

  // ---- channels, semaphores: owned by the goroutine while it runs, by the waker while it waits ----
  sudog* waiting = nullptr;         // what it waits on, in lock order
  void* param = nullptr;            // set by the waker: the sudog that fired
  std::atomic<uint32_t> select_done{0};  // a waker won the race to wake this select
  Timer* sleep_timer = nullptr;     // made by the first time.Sleep, reused
  int64_t sleep_until_ns = 0;

  // ---- panics (runtime/panic.cc) ----
  bool is_goexiting = false;
  bool is_throwing = false;
  PanicReport* panic_report = nullptr;  // set while the end of the program is being written
  uint64_t sig_pc = 0;              // of the fault that became a panic
  uint64_t sig_addr = 0;
  int sig_code = 0;
  bool panic_on_fault = false;      // debug.SetPanicOnFault

  // ---- collector (runtime/gc): owned by it ----
  int64_t gc_assist_bytes = 0;      // credit (+) or debt (-) of the running goroutine
  bool gc_scan_done = false;        // stack scanned in this cycle
  void* gc_private = nullptr;

  // ---- stdlib natives ----
  void* label = nullptr;
  void* tsan_fiber = nullptr;
  void* asan_fake_stack = nullptr;
  // Invariant: 0 when the goroutine reaches a safepoint from compiled code.
  int32_t locks_held = 0;
};

// Prints the goroutine's state for a debugger.
void Dump(const G* g);

}  // namespace gol::rt
