// Native half of sync: semaphores of the scheduler, spinning, the clock, fatal errors.
#include <cstdint>
#include <string_view>

#include "runtime/gc/collector.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/sema.h"

using gol::rt::CurrentRuntime;
using gol::rt::GoString;
using gol::rt::WaitReason;

namespace {

// By the wait reasons of hooks.gol.
constexpr WaitReason kReasons[] = {
    WaitReason::kSyncMutexLock,     WaitReason::kSyncRWMutexRLock, WaitReason::kSyncRWMutexLock,
    WaitReason::kSyncWaitGroupWait, WaitReason::kSyncCondWait,     WaitReason::kSemacquire,
};

constexpr int64_t kMaxSpins = 4;  // tries before a goroutine sleeps
constexpr int kPauses = 30;       // processor pauses of one try

}  // namespace

extern "C" {

void gol_native_sync_runtime_Semacquire(uint32_t* addr, bool lifo, int64_t reason) {
  CurrentRuntime()->semas().Acquire(addr, lifo, kReasons[reason]);
}

void gol_native_sync_runtime_Semrelease(uint32_t* addr, bool handoff) {
  CurrentRuntime()->semas().Release(addr, handoff);
}

// Spinning pays when another P runs, which may hold the lock, and this one has nothing else to do.
bool gol_native_sync_runtime_canSpin(int64_t i) {
  gol::rt::Sched& s = CurrentRuntime()->sched();
  return i < kMaxSpins && s.gomaxprocs() > 1 && s.num_idle_ps() + 1 < s.gomaxprocs();
}

void gol_native_sync_runtime_doSpin() {
  for (int i = 0; i < kPauses; i++) gol::rt::CpuRelax();
}

int64_t gol_native_sync_runtime_nanotime() { return gol::rt::NanoTime(); }

uint32_t gol_native_sync_runtime_gcEpoch() { return CurrentRuntime()->heap().collector().num_gc(); }

void gol_native_sync_fatal(GoString text) {
  gol::rt::Fatal(std::string_view(text.ptr, static_cast<size_t>(text.len)));
}

}  // extern "C"
