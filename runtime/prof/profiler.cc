// Block and mutex profiles, labels. See profiler.h.
#include "runtime/prof/profiler.h"

#include "runtime/fastrand.h"
#include "runtime/prof/cpu.h"
#include "runtime/runtime.h"
#include "runtime/sched/system_stack.h"
#include "runtime/traceback.h"

namespace gol::rt::prof {

Profiler::Profiler(Runtime& rt) : rt_(rt) {}

Profiler::~Profiler() { StopCpu(); }

bool Profiler::IsBlocking(WaitReason reason) {
  switch (reason) {
    case WaitReason::kSelect:
    case WaitReason::kChanReceive:
    case WaitReason::kChanSend:
    case WaitReason::kSemacquire:
    case WaitReason::kSyncCondWait:
    case WaitReason::kSyncMutexLock:
    case WaitReason::kSyncRWMutexRLock:
    case WaitReason::kSyncRWMutexLock:
    case WaitReason::kSyncWaitGroupWait:
      return true;
    default:
      return false;
  }
}

// innermost: stands for where the goroutine is; 0: nothing does.
__attribute__((noinline)) void Profiler::Record(StackTable& table, int64_t count, int64_t ns,
                                                uint64_t innermost) {
  G* g = CurrentG();
  auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  uint64_t fp = *static_cast<uint64_t*>(__builtin_frame_address(0));
  if (IsOnSystemStack()) pc = fp = 0;  // from where the goroutine left its own
  OnSystemStack([&] {
    uint64_t stack[kMaxDepth];
    size_t n = 0;
    if (innermost != 0) stack[n++] = innermost;
    WalkStack(*g, pc, fp, [&](const StackFrame& f) {
      stack[n++] = f.pc;
      return n < kMaxDepth;
    });
    table.Add(reinterpret_cast<uint64_t>(g->label), {stack, n}, count, ns);
  });
}

void Profiler::BlockEvent(int64_t ns) {
  const int64_t rate = block_rate();
  if (rate <= 0) return;
  if (ns < 1) ns = 1;
  if (ns >= rate) {
    Record(blocks_, 1, ns);
    return;
  }
  // One in rate / ns of those as short as this is recorded, and stands for the others.
  if (static_cast<int64_t>(FastRand64() >> 1) % rate > ns) return;
  Record(blocks_, rate / ns, rate);
}

bool Profiler::WantsMutex() const {
  const int64_t fraction = mutex_fraction();
  return fraction == 1 || (fraction > 1 && static_cast<int64_t>(FastRand64() >> 1) % fraction == 0);
}

void Profiler::MutexEvent(int64_t ns) {
  if (ns >= 0 && WantsMutex()) Record(mutexes_, 1, ns);
}

void Profiler::HeapLockEvent(uint64_t lock_pc, int64_t ns) {
  if (WantsMutex()) Record(mutexes_, 1, ns, lock_pc);
}

uint64_t Profiler::AddLabels(LabelSet labels) {
  std::lock_guard<std::mutex> guard(labels_lock_);
  for (size_t i = 0; i < labels_.size(); i++) {
    if (labels_[i] == labels) return i + 1;
  }
  labels_.push_back(std::move(labels));
  return labels_.size();
}

Profiler::LabelSet Profiler::LabelsOf(uint64_t id) const {
  std::lock_guard<std::mutex> guard(labels_lock_);
  return id == 0 || id > labels_.size() ? LabelSet() : labels_[id - 1];
}

}  // namespace gol::rt::prof
