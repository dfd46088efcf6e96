// See recorder.h.
#include "runtime/lifecycle/recorder.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <tuple>

#include "base/check.h"
#include "runtime/gc/collector.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/system_stack.h"
#include "runtime/traceback.h"
#include "runtime/tracing/tracer.h"
#include "runtime/world.h"

namespace gol::rt::life {
namespace {

// Objects whose allocation is remembered. Larger: Watch finds the place of birth of older objects.
constexpr size_t kBirths = 1 << 16;

// Tasks of the trace are numbered by the program from 1 on; those of watched objects from here.
constexpr uint64_t kFirstTask = uint64_t{1} << 40;

size_t BirthIndex(uintptr_t slot_addr) { return (slot_addr >> 3) * 0x9e3779b97f4a7c15ull >> 48; }
static_assert(kBirths == 1 << 16);

// Stack of the running goroutine from (pc, fp) on: compiled code only.
Site SiteFrom(uint64_t pc, uint64_t fp) {
  Site site = {};
  G* g = CurrentG();
  if (g == nullptr) return site;
  CodeInfo* code = g->rt->code_info();
  OnSystemStack([&] {
    size_t n = 0;
    WalkStack(*g, pc, fp, [&](const StackFrame& f) {
      if (code == nullptr || code->IsCompiled(f.pc - 1)) site[n++] = f.pc;
      return n < site.size();
    });
  });
  return site;
}

// The site of the calling function's caller.
#define GOL_SITE()                                                     \
  SiteFrom(reinterpret_cast<uint64_t>(__builtin_return_address(0)),    \
           *static_cast<uint64_t*>(__builtin_frame_address(0)))

}  // namespace

const char* StageName(Stage stage) {
  constexpr const char* kNames[] = {"allocated",   "watched",    "dropped",
                                    "unmarked",    "swept",      "slot reused",
                                    "span freed",  "pages reused", "pages returned"};
  return kNames[static_cast<int>(stage)];
}

Recorder::Recorder(Runtime& rt) : rt_(rt) {}
Recorder::~Recorder() = default;

void Recorder::Start() {
  GOL_CHECK(kHasObservers);
  if (on()) return;
  Sched& sched = rt_.sched();
  const bool has_goroutine = CurrentG() != nullptr;
  if (has_goroutine) sched.StopTheWorld(StopReason::kOther);
  auto start = [&] {
    if (on()) return;
    start_ns_ = NanoTime();
    on_.store(true, std::memory_order_release);
    rt_.heap().SetRecorder(this);
    sched.SetWriteBarrier(true);
    sched.VisitEveryP([&](P& p) { rt_.heap().ConfigureMcache(p.cache); });
  };
  if (has_goroutine) {
    OnSystemStack(start);
    sched.StartTheWorld();
  } else {
    start();
  }
}

void Recorder::RememberAllocs(uint64_t every, uint64_t max) {
  {
    std::lock_guard<std::mutex> guard(lock_);
    every_ = countdown_ = every;
    max_samples_ = max;
    if (births_.empty()) births_.resize(kBirths);
  }
  Start();
  Sched& sched = rt_.sched();
  const bool has_goroutine = CurrentG() != nullptr;
  if (has_goroutine) sched.StopTheWorld(StopReason::kOther);
  auto set = [&] {
    remembers_.store(true, std::memory_order_relaxed);
    sched.VisitEveryP([&](P& p) { rt_.heap().ConfigureMcache(p.cache); });
  };
  if (has_goroutine) {
    OnSystemStack(set);
    sched.StartTheWorld();
  } else {
    set();
  }
}

// ---- watching ----

__attribute__((noinline)) uint64_t Recorder::Watch(const void* p, std::string_view type) {
  const Site site = GOL_SITE();
  Start();
  uint64_t id = 0;
  OnSystemStack([&] { id = WatchAt(p, type, false, site); });
  return id;
}

uint64_t Recorder::WatchAt(const void* p, std::string_view type, bool is_sample,
                           const Site& site) {
  const auto at = reinterpret_cast<uintptr_t>(p);
  mspan* s = rt_.heap().h().SpanOf(at);
  if (s == nullptr || at < s->start_addr || at >= s->limit) return 0;
  const uint32_t index = s->ObjIndex(at);
  const uintptr_t slot_addr = s->ObjBase(index);
  const int64_t now = NanoTime() - start_ns_;
  std::lock_guard<std::mutex> guard(lock_);
  if (auto known = live_.find(slot_addr); known != live_.end()) {
    Life* l = known->second;
    if (!is_sample && l->is_sample) {  // a sample that is asked for
      l->is_sample = false;
      if (!type.empty()) l->type = type;
      Reach(l, Stage::kWatched, now, &site);
    }
    return l->id;
  }
  lives_.push_back(std::make_unique<Life>());
  Life* l = lives_.back().get();
  std::fill(std::begin(l->time_ns), std::end(l->time_ns), -1);
  l->id = lives_.size();
  l->object = at;
  l->slot_addr = slot_addr;
  l->slot = index;
  l->span_addr = s->start_addr;
  l->slot_bytes = s->elemsize;
  l->span_pages = s->npages;
  l->span_class = s->spanclass.value;
  l->is_sample = is_sample;
  l->type = type;
  l->alive_ns = now;
  live_[slot_addr] = l;
  if (is_sample) {
    ++samples_;
    Reach(l, Stage::kAllocated, now, &site);
    return l->id;
  }
  if (!births_.empty()) {
    if (const Birth& b = births_[BirthIndex(slot_addr)]; b.slot_addr == slot_addr) {
      Reach(l, Stage::kAllocated, b.ns, &b.site);
    }
  }
  Reach(l, Stage::kWatched, now, &site);
  return l->id;
}

__attribute__((noinline)) void Recorder::OnAlloc(const void* p, uint64_t size, const Type* type) {
  const Site site = GOL_SITE();
  OnSystemStack([&] {
    const auto at = reinterpret_cast<uintptr_t>(p);
    mspan* s = rt_.heap().h().SpanOf(at);
    if (s == nullptr) return;
    const uintptr_t slot_addr = s->ObjBase(s->ObjIndex(at));
    bool is_sample = false;
    {
      std::lock_guard<std::mutex> guard(lock_);
      births_[BirthIndex(slot_addr)] = {slot_addr, NanoTime() - start_ns_, site};
      if (every_ != 0 && --countdown_ == 0) {
        countdown_ = every_;
        is_sample = samples_ < max_samples_;
      }
    }
    if (!is_sample) return;
    std::string_view name;
    if (type != nullptr) name = {type->str.ptr, static_cast<size_t>(type->str.len)};
    WatchAt(p, name, true, site);
  });
}

Life* Recorder::FindLive(uintptr_t word) {
  if (word == 0 || live_.empty()) return nullptr;
  auto at = live_.upper_bound(word);
  if (at == live_.begin()) return nullptr;
  Life* l = std::prev(at)->second;
  return word < l->slot_addr + l->slot_bytes ? l : nullptr;
}

// ---- counting ----

void Recorder::CountStores(bool on) {
  counts_.store(on, std::memory_order_relaxed);
  if (on) Start();
}

std::vector<StoreCount> Recorder::StoreCounts() {
  std::map<Site, Stores> stores;
  {
    std::lock_guard<std::mutex> guard(lock_);
    stores = stores_;
  }
  std::map<std::pair<std::string, int>, StoreCount> lines;
  for (const auto& [site, n] : stores) {
    StageRow row{};
    LineOf(site, &row);
    StoreCount& count = lines[{row.file, row.line}];
    count.file = row.file;
    count.line = row.line;
    count.function = row.function;
    count.stores += n.all;
    count.in_marking += n.in_marking;
  }
  std::vector<StoreCount> list;
  for (auto& [line, count] : lines) list.push_back(std::move(count));
  std::sort(list.begin(), list.end(), [](const StoreCount& a, const StoreCount& b) {
    return a.stores != b.stores ? a.stores > b.stores : std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
  return list;
}

void Recorder::ForgetStoreCounts() {
  std::lock_guard<std::mutex> guard(lock_);
  stores_.clear();
}

// ---- dropping ----

__attribute__((noinline)) void Recorder::OnStore(uintptr_t old, uintptr_t value,
                                                 uintptr_t moved_over) {
  if (counts_.load(std::memory_order_relaxed)) {
    const Site site = GOL_SITE();
    std::lock_guard<std::mutex> guard(lock_);
    Stores& stores = stores_[site];
    stores.all++;
    stores.in_marking += rt_.heap().is_marking();
  }
  if (rt_.sched().stacks().Contains(moved_over)) old = 0;
  if (old == value) return;
  const int64_t now = NanoTime() - start_ns_;
  Life* lost;
  {
    std::lock_guard<std::mutex> guard(lock_);
    lost = FindLive(old);
    if (lost != nullptr) lost->SignOfLife(now);
    if (Life* l = FindLive(value)) l->SignOfLife(now);
  }
  if (lost == nullptr) return;
  // The object cannot go meanwhile: the slot still refers to it.
  const Site site = GOL_SITE();
  std::lock_guard<std::mutex> guard(lock_);
  if (lost->alive_ns == now) lost->overwritten_site = site;
}

void Recorder::OnMarkEnd(uint32_t cycle, int64_t mark_start_ns) {
  const int64_t now = NanoTime() - start_ns_;
  const int64_t begin = mark_start_ns - start_ns_;
  std::lock_guard<std::mutex> guard(lock_);
  for (auto& [slot_addr, l] : live_) {
    const mspan* s = rt_.heap().h().SpanOf(slot_addr);
    if (s->IsMarked(l->slot)) {
      ++l->survived;
      if (begin > l->alive_ns) l->SignOfLife(begin);
      continue;
    }
    l->dropped_after_ns = l->alive_ns;
    Reach(l, Stage::kDropped, now, &l->overwritten_site);
    l->cycle = cycle;
    Reach(l, Stage::kUnmarked, now);
  }
}

// ---- sweeping, and after ----

void Recorder::OnSweep(mspan* s, bool frees_span) {
  std::lock_guard<std::mutex> guard(lock_);
  const int64_t now = NanoTime() - start_ns_;
  const Site nowhere = {};
  if (frees_span) {
    for (auto at = waiting_.lower_bound(s->start_addr);
         at != waiting_.end() && at->first < s->end(); ++at) {
      Reach(at->second, Stage::kSpanFreed, now);
    }
  }
  for (auto at = live_.lower_bound(s->start_addr); at != live_.end() && at->first < s->end();) {
    Life* l = at->second;
    if (s->IsMarked(l->slot)) {
      if (l->at(Stage::kUnmarked) >= 0) {
        l->time_ns[static_cast<int>(Stage::kUnmarked)] = -1;
        l->time_ns[static_cast<int>(Stage::kDropped)] = -1;
        l->site[static_cast<int>(Stage::kDropped)] = nowhere;
        l->cycle = 0;
        ++l->revived;
        l->dropped_after_ns = -1;
        l->SignOfLife(now);
      }
      ++at;
      continue;
    }
    at = live_.erase(at);
    if (l->is_sample) --samples_;
    Reach(l, Stage::kSwept, now);
    if (frees_span) Reach(l, Stage::kSpanFreed, now);
    waiting_[l->slot_addr] = l;
  }
}

uint64_t Recorder::LimitRun(const mspan* s, uint32_t first, uint64_t more) {
  std::lock_guard<std::mutex> guard(lock_);
  const uintptr_t from = s->ObjBase(first) + s->elemsize;
  auto at = waiting_.lower_bound(from);
  if (at == waiting_.end() || at->first >= from + more * s->elemsize) return more;
  return (at->first - from) / s->elemsize;
}

__attribute__((noinline)) void Recorder::OnSlotTaken(uintptr_t slot_addr) {
  Life* l = nullptr;
  {
    std::lock_guard<std::mutex> guard(lock_);
    auto at = waiting_.find(slot_addr);
    if (at == waiting_.end()) return;
    l = at->second;
    waiting_.erase(at);
  }
  const int64_t now = NanoTime() - start_ns_;
  const Site site = GOL_SITE();
  std::lock_guard<std::mutex> guard(lock_);
  Reach(l, Stage::kSlotReused, now, &site);
}

template <typename F>
void Recorder::ForWaiting(uintptr_t from, uintptr_t to, F&& visit) {
  std::lock_guard<std::mutex> guard(lock_);
  const int64_t now = NanoTime() - start_ns_;
  for (auto at = waiting_.lower_bound(from); at != waiting_.end() && at->first < to;) {
    Life* l = at->second;
    at = waiting_.erase(at);
    visit(l, now);
  }
}

void Recorder::OnPagesTaken(uintptr_t from, uintptr_t to) {
  ForWaiting(from, to, [&](Life* l, int64_t now) { Reach(l, Stage::kPagesReused, now); });
}

void Recorder::OnPagesReturned(uintptr_t from, uintptr_t to) {
  ForWaiting(from, to, [&](Life* l, int64_t now) { Reach(l, Stage::kPagesReturned, now); });
}

// ---- what was recorded ----

void Recorder::Reach(Life* l, Stage stage, int64_t now, const Site* site) {
  l->time_ns[static_cast<int>(stage)] = now;
  if (site != nullptr) l->site[static_cast<int>(stage)] = *site;
  Trace(*l, stage);
}

// A task of the trace per object, from its first stage to its last, with a log for each stage.
void Recorder::Trace(const Life& l, Stage stage) {
  tracing::Tracer& tracer = rt_.tracer();
  if (!tracer.on()) return;
  const uint64_t task = kFirstTask + l.id;
  const bool is_first = stage == Stage::kAllocated ||
                        (stage == Stage::kWatched && l.at(Stage::kAllocated) < 0);
  char text[160];
  if (is_first) {
    std::snprintf(text, sizeof text, "object %llu %s", static_cast<unsigned long long>(l.id),
                  l.type.c_str());
    tracer.Event(tracing::Kind::kTaskBegin, task, 0, tracer.TextId(text));
  }
  int n = std::snprintf(text, sizeof text, "%s", StageName(stage));
  auto add = [&](const char* format, auto... args) {
    n += std::snprintf(text + n, sizeof text - static_cast<size_t>(n), format, args...);
  };
  if (is_first) {
    add(": span 0x%llx slot %u size class %d", static_cast<unsigned long long>(l.span_addr), l.slot,
        l.span_class >> 1);
  } else if (stage == Stage::kUnmarked) {
    add(" by gc %u", l.cycle);
  } else if (stage == Stage::kDropped) {
    add(" within the last %lld ns", static_cast<long long>(l.at(stage) - l.dropped_after_ns));
  }
  tracer.Event(tracing::Kind::kUserLog, task, tracer.TextId(text), tracer.TextId("lifecycle"));
  if (stage == Stage::kSlotReused || stage == Stage::kPagesReused ||
      stage == Stage::kPagesReturned) {
    tracer.Event(tracing::Kind::kTaskEnd, task);
  }
}

std::vector<Life> Recorder::Lives() {
  std::lock_guard<std::mutex> guard(lock_);
  std::vector<Life> lives;
  lives.reserve(lives_.size());
  for (const auto& l : lives_) lives.push_back(*l);
  return lives;
}

bool Recorder::Find(uint64_t id, Life* out) {
  std::lock_guard<std::mutex> guard(lock_);
  if (id == 0 || id > lives_.size()) return false;
  *out = *lives_[id - 1];
  return true;
}

uint64_t Recorder::count() {
  std::lock_guard<std::mutex> guard(lock_);
  return lives_.size();
}

// The innermost function of the program: not of the packages that allocate or watch on its behalf.
bool Recorder::LineOf(const Site& site, StageRow* row) {
  CodeInfo* code = rt_.code_info();
  if (code == nullptr) return false;
  bool found = false;
  for (uint64_t pc : site) {
    if (pc == 0 || found) break;
    code->Lookup(pc - 1, [&](const CodeFrame& f) {
      if (found || f.is_wrapper) return;
      const std::string_view name = f.function;
      const std::string_view package = name.substr(0, name.find('.', name.rfind('/') + 1));
      const bool is_runtime = package == "runtime" || package.starts_with("runtime/") ||
                              package.starts_with("internal/");
      // A script may be part of package lab: its file tells.
      if (is_runtime && !(package == "runtime/lab" && f.file.find("runtime/lab/") == f.file.npos)) {
        return;
      }
      found = true;
      row->file = f.file;
      row->line = f.line;
      row->function = f.function;
    });
  }
  return found;
}

std::vector<StageRow> Recorder::Stages(const Life& l) {
  std::vector<StageRow> rows;
  for (int i = 0; i < kNumStages; ++i) {
    if (l.time_ns[i] < 0) continue;
    StageRow row{static_cast<Stage>(i), l.time_ns[i], -1, {}, 0, {}};
    if (row.stage == Stage::kDropped) row.after_ns = l.dropped_after_ns;
    LineOf(l.site[i], &row);
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const StageRow& a, const StageRow& b) {
    return a.ns != b.ns ? a.ns < b.ns : a.stage < b.stage;
  });
  return rows;
}

}  // namespace gol::rt::life
