// Runtime: construction, running, ending. See HACKING.md for how the parts hang together.
#include "runtime/runtime.h"

#include <sched.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/check.h"
#include "runtime/debug/alloc_trace.h"
#include "runtime/lifecycle/recorder.h"
#include "runtime/mem/mheap.h"
#include "runtime/prof/profiler.h"
#include "runtime/sched/host_call.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/sched_internal.h"
#include "runtime/panic.h"
#include "runtime/panic_internal.h"
#include "runtime/traceback.h"
#include "runtime/tracing/tracer.h"
#include "runtime/world.h"

namespace gol::rt {
namespace {

int NumCpus() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return CPU_COUNT(&set);
}

void WriteFd(int fd, const char* data, size_t n) {
  while (n > 0) {
    ssize_t written = write(fd, data, n);
    if (written <= 0) return;
    data += written;
    n -= static_cast<size_t>(written);
  }
}

void SetHeapSwitches(const debug::Options& from, HeapOptions* to) {
  to->gctrace = from.gctrace != 0;
  to->gcstoptheworld = from.gcstoptheworld;
  to->gcstress = from.gcstress;
  to->gccheckmark = from.gccheckmark != 0;
  to->clobberfree = from.clobberfree != 0;
  to->verifyheap = from.verifyheap != 0;
  to->wbbufsmall = from.wbbufsmall != 0;
  to->gcpacertrace = from.gcpacertrace != 0;
  to->scavtrace = from.scavtrace != 0;
  to->madvdontneed = from.madvdontneed != 0;
  to->efence = from.efence != 0;
  to->invalidptr = from.invalidptr != 0;
}

}  // namespace

void Runtime::ChangeDebug(const debug::Options& options) {
  debug_ = options;
  heap_->Reconfigure([&](HeapOptions& heap) { SetHeapSwitches(debug_, &heap); });
}

Runtime::Runtime(Options options) : options_(std::move(options)) {
  debug::Parse(options_.godebug, &debug_);
  random_seed_ = options_.random_seed;
  if (options_.limits.fuel != kNoLimit && debug_.schedseed == 0) {
    debug_.schedseed = static_cast<int>(random_seed_ % INT32_MAX) + 1;
  }
  if (debug_.schedseed != 0) {
    if (random_seed_ == 0) random_seed_ = static_cast<uint64_t>(debug_.schedseed) * 0x9e3779b97f4a7c15;
    if (debug_.gcstoptheworld == 0) debug_.gcstoptheworld = 1;
  }
  if (random_seed_ == 0) {
    if (getrandom(&random_seed_, sizeof(random_seed_), 0) != sizeof(random_seed_)) {
      random_seed_ = static_cast<uint64_t>(NanoTime());
    }
  }
  if (options_.gomaxprocs <= 0) options_.gomaxprocs = NumCpus();
  if (options_.hosted) options_.gomaxprocs = 1;
  if (options_.handle_signals) InstallSignalHandlers();
  profiler_ = std::make_unique<prof::Profiler>(*this);
  tracer_ = std::make_unique<tracing::Tracer>(*this);
  recorder_ = std::make_unique<life::Recorder>(*this);
  world_ = std::make_unique<SchedWorld>(*this);
  HeapOptions heap;
  heap.gogc = options_.gogc;
  heap.memory_limit = options_.memory_limit_bytes;
  if (options_.limits.heap_bytes < INT64_MAX) {
    heap.hard_limit = static_cast<int64_t>(options_.limits.heap_bytes);
    heap.memory_limit = std::min(heap.memory_limit, heap.hard_limit - heap.hard_limit / 16);
  }
  SetHeapSwitches(debug_, &heap);
  heap.on_first_cycle = options_.on_first_collection;
  if (debug_.allocfreetrace != 0) {
    heap.on_alloc = [this](const void* p, uint64_t size, const Type* type) {
      TraceAlloc(*this, p, size, type);
    };
    heap.on_free = [this](const void* p, uint64_t size) { TraceFree(*this, p, size); };
  }
  heap.on_profile_alloc = [this](uint64_t size) { return mem_profile_.Alloc(size); };
  heap.on_profile_free = [this](void* record, uint64_t size) { mem_profile_.Free(record, size); };
  heap.trace_sink = [this](std::string_view line) { WriteStderr(line.data(), line.size()); };
  heap_ = std::make_unique<Heap>(heap, world_.get());
  tunables_.max_stack_bytes.store(options_.limits.stack_bytes, std::memory_order_relaxed);
  tunables_.traceback_level.store(0, std::memory_order_relaxed);
  SetTraceback(options_.traceback);
  sched_ = std::make_unique<Sched>(*this, options_.gomaxprocs);
  signal_ = options_.signal != nullptr ? options_.signal : std::make_shared<RunSignal>();
  if (options_.hosted) host_calls_ = std::make_unique<HostCalls>(*this);
}

Runtime::~Runtime() {
  GOL_CHECK(!run_in_progress_);
  profiler_->StopCpu();
  if (host_calls_ != nullptr) host_calls_->Close();
  if (gc_enabled_) heap_->StopGc();
  sched_->Shutdown();
  sched_.reset();
  host_calls_.reset();
  heap_.reset();
}

void Runtime::InitMcache(mcache* c) {
  heap_->InitMcache(c);
}

void Runtime::ReleaseMcache(mcache* c) {
  heap_->ReleaseMcache(c);
}

void Runtime::set_globals(char* base) {
  globals_ = base;
  sched_->SetGlobals(base);
}

// ---- running ----

Outcome Runtime::Run(Funcval* fn) {
  struct Call {
    Runtime* rt;
    Funcval* fn;
  };
  // The goroutine starts as compiled code's main does: a native frame below it ends the Run.
  Sched::NativeOptions options;
  options.stack_class = 0;
  options.start_pc = reinterpret_cast<uint64_t>(fn->code);
  main_fn_ = fn;
  G* g = sched_->NewNative(
      [](void* arg) {
        Runtime* rt = static_cast<Runtime*>(arg);
        gol_rt_callfn(rt->main_fn_);
        rt->EndRun(Outcome());
      },
      this, options);
  return RunG(g);
}

Outcome Runtime::RunNative(void (*fn)(void*), void* arg, int stack_class) {
  native_fn_ = fn;
  native_arg_ = arg;
  Sched::NativeOptions options;
  options.stack_class = stack_class;
  G* g = sched_->NewNative(
      [](void* arg) {
        Runtime* rt = static_cast<Runtime*>(arg);
        rt->native_fn_(rt->native_arg_);
        rt->EndRun(Outcome());
      },
      this, options);
  return RunG(g);
}

Outcome Runtime::RunG(G* g) {
  {
    LockGuard guard(run_lock_);
    GOL_CHECK(!run_in_progress_);
    run_in_progress_ = true;
    has_outcome_ = false;
    outcome_ = Outcome();
    signal_->note_.Clear();
  }
  output_bytes_.store(0, std::memory_order_relaxed);
  main_goid_ = g->goid;
  StartBackground();
  sched_->SetRunInProgress(true);
  sched_->HostStart();
  AwaitOutcome();
  sched_->SetRunInProgress(false);
  sched_->HostStop();
  // Interrupted, out of time, ended by another goroutine: what Run started must not go on with the
  // next Run.
  if (g->goid == main_goid_ && g->status.load(std::memory_order_relaxed) != kGdead) {
    g->is_condemned.store(true, std::memory_order_relaxed);
  }
  LockGuard guard(run_lock_);
  run_in_progress_ = false;
  return std::move(outcome_);
}

void Runtime::StartBackground() {
  if (!options_.hosted) sched_->StartSysmon();
  if (gc_enabled_) return;
  gc_enabled_ = true;
  heap_->EnableGc();
}

Outcome Runtime::TakeOutcome(bool keep) {
  LockGuard guard(run_lock_);
  if (keep) return outcome_;
  has_outcome_ = false;
  return std::move(outcome_);
}

void Runtime::AwaitOutcome() {
  // An interruption from before Clear is seen here; a later one wakes the note.
  if (!signal_->interrupted_.load(std::memory_order_seq_cst)) {
    uint64_t ns = options_.limits.run_ns;
    if (ns > INT64_MAX) {
      signal_->note_.Sleep();
    } else if (!signal_->note_.SleepFor(static_cast<int64_t>(ns))) {
      PostOutcome({Outcome::kTimeout, 2, "deadline exceeded"});
    }
  }
  if (signal_->interrupted_.exchange(false, std::memory_order_seq_cst)) {
    if (signal_->quit_.exchange(false, std::memory_order_relaxed)) {
      ReportQuit(*this, signal_->quit_pc_.load(std::memory_order_relaxed));
    }
    PostOutcome({Outcome::kInterrupted, 2, "interrupted"});
  }
}

void Runtime::PostOutcome(Outcome outcome) {
  LockGuard guard(run_lock_);
  if (host_calls_ != nullptr) {
    if (!host_calls_->is_inside() || has_outcome_) return;
    has_outcome_ = true;
    outcome_ = std::move(outcome);
    host_calls_->Break();
    return;
  }
  if (!run_in_progress_ || has_outcome_) return;
  has_outcome_ = true;
  outcome_ = std::move(outcome);
  sched_->SetRunInProgress(false);  // threads that go idle from now on mean no deadlock
  signal_->note_.Wake();
}

void Runtime::CountOutput(uint64_t bytes) {
  if (options_.limits.output_bytes == kNoLimit) return;
  uint64_t before = output_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (before + bytes <= options_.limits.output_bytes) return;
  EndByLimit(Outcome::kOutput, "output limit exceeded");
}

void Runtime::EndRun(Outcome outcome) {
  OnSystemStack([&] { PostOutcome(std::move(outcome)); });
  if (IsOnSystemStack()) sched_->AbandonGoroutine();
  sched_->GoExit0();
}

void Runtime::Exit(int code) {
  Outcome outcome;
  outcome.kind = Outcome::kExit;
  outcome.exit_code = code;
  EndRun(std::move(outcome));
}

void Runtime::WriteStderr(const char* data, size_t n) {
  LockGuard guard(write_lock_);
  if (options_.stderr_writer.write != nullptr) {
    options_.stderr_writer.write(options_.stderr_writer.ctx, data, n);
  } else {
    WriteFd(2, data, n);
  }
}

void Runtime::WriteStdout(const char* data, size_t n) {
  LockGuard guard(write_lock_);
  if (options_.stdout_writer.write != nullptr) {
    options_.stdout_writer.write(options_.stdout_writer.ctx, data, n);
  } else {
    WriteFd(1, data, n);
  }
}

void Runtime::WriteCrash(const char* data, size_t n) {
  if (options_.crash_writer.write != nullptr) {
    LockGuard guard(write_lock_);
    options_.crash_writer.write(options_.crash_writer.ctx, data, n);
  } else {
    WriteStderr(data, n);
  }
  int fd = tunables_.crash_fd.load(std::memory_order_relaxed);
  while (fd >= 0 && n > 0) {
    ssize_t wrote = write(fd, data, n);
    if (wrote <= 0) break;
    data += wrote;
    n -= static_cast<size_t>(wrote);
  }
}

void Runtime::SetTraceback(std::string_view text) {
  int level = 0;
  bool all = true;
  if (text == "none" || text.empty() || text == "single") {
    level = text == "none" ? 0 : 1;
    all = false;
  } else if (text == "all") {
    level = 1;
  } else if (text == "system" || text == "crash") {
    level = 2;
    if (text == "crash") tunables_.traceback_crash.store(true, std::memory_order_relaxed);
  } else if (text.size() == 1 && text[0] >= '0' && text[0] <= '9') {
    level = text[0] - '0';
  }
  tunables_.traceback_level.store(
      std::max(level, tunables_.traceback_level.load(std::memory_order_relaxed)),
      std::memory_order_relaxed);
  if (all) tunables_.traceback_all.store(true, std::memory_order_relaxed);
}

void Throw(const char* text) {
  WriteFd(2, "fatal error: runtime: ", 22);
  WriteFd(2, text, std::strlen(text));
  WriteFd(2, "\n", 1);
  abort();
}

}  // namespace gol::rt
