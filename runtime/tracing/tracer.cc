// The logs. See tracer.h.
#include "runtime/tracing/tracer.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"
#include "runtime/gc/collector.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/system_stack.h"
#include "runtime/traceback.h"
#include "runtime/tracing/converter.h"

namespace gol::rt::tracing {
namespace {

// Traces of the process so far. A thread's log belongs to the trace with the number it noted.
std::atomic<uint64_t> last_trace{0};

struct OwnLogOf {
  Tracer* tracer = nullptr;
  uint64_t trace = 0;
  Log* log = nullptr;
};
thread_local OwnLogOf own_log __attribute__((tls_model("initial-exec")));

uint64_t HashOf(std::span<const uint64_t> stack) {
  uint64_t h = 0x9e3779b97f4a7c15;
  for (uint64_t pc : stack) {
    h = (h ^ pc) * 0xff51afd7ed558ccd;
    h ^= h >> 32;
  }
  return h;
}

uint32_t StackId(Log* log, std::span<const uint64_t> stack) {
  if (stack.empty()) return 0;
  std::vector<uint32_t>& ids = log->stacks_by_hash[HashOf(stack)];
  for (uint32_t id : ids) {
    const std::vector<uint64_t>& other = log->stacks[id];
    if (std::equal(stack.begin(), stack.end(), other.begin(), other.end())) return id;
  }
  ids.push_back(static_cast<uint32_t>(log->stacks.size()));
  log->stacks.emplace_back(stack.begin(), stack.end());
  return ids.back();
}

// The stack of g; pc 0: from where it was left.
size_t StackOf(const G& g, uint64_t pc, uint64_t fp, uint64_t* stack) {
  CodeInfo* code = g.rt->code_info();
  size_t n = 0;
  WalkStack(g, pc, fp, [&](const StackFrame& f) {
    if (code == nullptr || code->IsCompiled(f.pc - 1)) stack[n++] = f.pc;
    return n < kMaxFrames;
  });
  return n;
}

}  // namespace

Tracer::Tracer(Runtime& rt) : rt_(rt), texts_{""} {}

Tracer::~Tracer() = default;

Log* Tracer::OwnLog() {
  OwnLogOf& own = own_log;
  const uint64_t trace = last_trace.load(std::memory_order_relaxed);
  if (own.tracer == this && own.trace == trace) return own.log;
  std::lock_guard<std::mutex> guard(lock_);
  if (!on_.load(std::memory_order_seq_cst)) return nullptr;
  logs_.push_back(std::make_unique<Log>());
  Log* log = logs_.back().get();
  log->thread = static_cast<uint64_t>(syscall(SYS_gettid));
  own = {this, trace, log};
  return log;
}

// On the system stack, or a thread without one.
void Tracer::Append(const Record& record, std::span<const uint64_t> stack) {
  Log* log = OwnLog();
  if (log == nullptr) return;
  log->busy.store(true, std::memory_order_seq_cst);
  if (on_.load(std::memory_order_seq_cst)) {
    if (record.kind == Kind::kWorkerBegin) log->is_worker = true;
    log->records.push_back(record);
    log->records.back().stack = StackId(log, stack);
  }
  log->busy.store(false, std::memory_order_release);
}

__attribute__((noinline)) void Tracer::Add(Kind kind, uint64_t a, uint64_t b, bool with_stack,
                                           uint32_t text, int64_t time_ns) {
  M* m = CurrentM();
  if (m != nullptr && m->rt != &rt_) m = nullptr;
  G* g = m != nullptr ? m->curg : nullptr;
  const uint64_t p = m != nullptr && m->p != nullptr ? static_cast<uint64_t>(m->p->id) : kNoId;
  Record record{time_ns != 0 ? time_ns : NanoTime(), p, g != nullptr ? g->goid : kNoId, a, b, 0, text, kind};
  const auto pc = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  const uint64_t fp = *static_cast<uint64_t*>(__builtin_frame_address(0));
  auto append = [&] {
    uint64_t stack[kMaxFrames];
    size_t n = 0;
    if (with_stack && g != nullptr) n = StackOf(*g, pc, fp, stack);
    if (kind == Kind::kRegionBegin) record.time_ns = NanoTime();
    Append(record, {stack, n});
  };
  if (m != nullptr) {
    OnSystemStack(append);
  } else {
    append();
  }
}

void Tracer::AddGo(Kind kind, M* m, G* g, uint64_t a) {
  const uint64_t p = m->p != nullptr ? static_cast<uint64_t>(m->p->id) : kNoId;
  uint64_t stack[kMaxFrames];
  size_t n = 0;
  if (kind == Kind::kGoStop || kind == Kind::kGoBlock) n = StackOf(*g, 0, 0, stack);
  Append({NanoTime(), p, g->goid, a, 0, 0, 0, kind}, {stack, n});
}

uint32_t Tracer::TextId(std::string_view text) {
  std::lock_guard<std::mutex> guard(lock_);
  auto [it, is_new] = text_ids_.emplace(text, static_cast<uint32_t>(texts_.size()));
  if (is_new) texts_.emplace_back(text);
  return it->second;
}

// The state of all goroutines; world stopped.
void Tracer::RecordStates() {
  G* self = CurrentG();
  const int64_t now = NanoTime();
  rt_.sched().ForEachG([&](G& g) {
    Kind kind;
    const uint32_t status = g.status.load(std::memory_order_acquire) & ~kGscan;
    if (&g == self) {
      kind = Kind::kStateRunning;
    } else if (status == kGrunnable || status == kGpreempted) {
      kind = Kind::kStateRunnable;
    } else if (status == kGsyscall) {
      kind = Kind::kStateSyscall;
    } else if (status == kGwaiting) {
      kind = Kind::kStateWaiting;
    } else {
      return;
    }
    uint64_t stack[kMaxFrames];
    size_t n = 0;
    if (kind != Kind::kStateSyscall && g.seg != nullptr) n = StackOf(g, 0, 0, stack);
    if (n == 0 && g.start_pc != 0) stack[n++] = g.start_pc + 1;
    const uint64_t p = &g == self ? static_cast<uint64_t>(CurrentP()->id) : kNoId;
    const M* m = g.m.load(std::memory_order_relaxed);
    Append({now, p, g.goid, m != nullptr ? static_cast<uint64_t>(m->tid) : kNoId, 0, 0, 0, kind},
           {stack, n});
  });
  if (rt_.heap().is_marking()) Append({now, kNoId, kNoId, 0, 0, 0, 0, Kind::kStateGcRunning}, {});
}

bool Tracer::Start() {
  GOL_CHECK(kHasObservers);
  Sched& sched = rt_.sched();
  const bool has_goroutine = CurrentG() != nullptr;
  if (has_goroutine) sched.StopTheWorld(StopReason::kOther);
  bool ok = false;
  auto start = [&] {
    std::lock_guard<std::mutex> guard(lock_);
    if (on_.load(std::memory_order_relaxed)) return;
    ok = true;
    logs_.clear();
    texts_.assign(1, "");
    text_ids_.clear();
    last_trace.fetch_add(1, std::memory_order_seq_cst);
    start_ns_ = NanoTime();
    on_.store(true, std::memory_order_seq_cst);
  };
  if (has_goroutine) {
    OnSystemStack([&] {
      start();
      if (ok) RecordStates();
    });
    sched.StartTheWorld();
    if (ok) Event(Kind::kProcsChange, static_cast<uint64_t>(sched.gomaxprocs()));
  } else {
    start();
  }
  return ok;
}

std::string Tracer::Stop() {
  Sched& sched = rt_.sched();
  const bool has_goroutine = CurrentG() != nullptr;
  if (!on()) return {};
  if (has_goroutine) sched.StopTheWorld(StopReason::kOther);
  on_.store(false, std::memory_order_seq_cst);
  if (has_goroutine) sched.StartTheWorld();
  std::string file;
  auto convert = [&] {
    std::vector<std::unique_ptr<Log>> logs;
    {
      std::lock_guard<std::mutex> guard(lock_);
      logs = std::move(logs_);
      logs_.clear();
    }
    for (const auto& log : logs) {
      while (log->busy.load(std::memory_order_acquire)) CpuRelax();
    }
    file = ConvertLogs(logs, texts_, start_ns_, rt_.code_info());
    // Threads forget their logs when the next trace begins; until then on() keeps them away.
  };
  if (has_goroutine) {
    OnSystemStack(convert);
  } else {
    convert();
  }
  return file;
}

}  // namespace gol::rt::tracing
