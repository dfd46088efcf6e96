// class Heap: what the rest of the runtime calls, handed on to mheap and Collector.
#include <cstdio>
#include <cstdlib>

#include "runtime/gc/collector.h"
#include "runtime/lifecycle/recorder.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/tracing/tracer.h"

namespace gol::rt {

Heap::Heap(const Options& options, gc::World* world)
    : options_(options), world_(world), tracer_(world->tracer()) {
  h_ = std::make_unique<mheap>(this);
  gc_ = std::make_unique<gc::Collector>(*this);
}

Heap::~Heap() {
  StopGc();
  gc_.reset();
}

tracing::Tracer* Heap::active_tracer() const {
  return tracer_ != nullptr && tracer_->on() ? tracer_ : nullptr;
}

void Heap::EnableGc() { gc_->Enable(); }
void Heap::StopGc() { gc_->Stop(); }

void Heap::InitMcache(mcache* c) {
  GOL_CHECK(static_cast<void*>(&c->head) == c);
  c->heap = this;
  for (mspan*& s : c->alloc) s = const_cast<mspan*>(&kEmptySpan);
  if (gc_->is_marking()) h_->SetSlow(c, kMallocMarking);
  ConfigureMcache(c);
  gc_->StartSampling(c);
}

void Heap::ConfigureMcache(mcache* c) {
  c->wb_buf.limit = options_.wbbufsmall ? 2 : gc::WbBuf::kEntries;
  c->slow_flags &= ~static_cast<uint32_t>(kMallocStress);
  if (options_.gcstress > 0) {
    h_->SetSlow(c, kMallocStress);
    c->stress_countdown = options_.gcstress;
  }
  if (options_.efence || options_.on_alloc) h_->SetSlow(c, kMallocWatch);
  const life::Recorder* r = recorder();
  if (r == nullptr) return;
  c->wb_buf.limit = 0;  // each store that the barrier sees comes by
  if (r->remembers_allocs()) h_->SetSlow(c, kMallocWatch);
}

void Heap::Reconfigure(FunctionRef<void(Options&)> change) {
  gc_->WhileIdle([&] {
    change(options_);
    world_->ForEachMcache([&](mcache& c) {
      if (gc_->is_marking()) gc_->FlushWbBuf(&c);
      c.wb_buf.next = 0;
      ConfigureMcache(&c);
    });
  });
}

void Heap::ReleaseMcache(mcache* c) {
  gc_->ReleaseGrey(c);
  h_->FlushMcache(c);
}

void* Heap::FindObject(const void* p, uint64_t* size) {
  uintptr_t a = reinterpret_cast<uintptr_t>(p);
  mspan* s = h_->SpanOf(a);
  if (s == nullptr || s->state.load(std::memory_order_acquire) != SpanState::kInUse) return nullptr;
  if (a < s->start_addr || a >= s->limit) return nullptr;
  uintptr_t base = s->ObjBase(s->ObjIndex(a));
  uint64_t bytes = s->is_large() ? s->limit - s->start_addr : s->elemsize;
  if (s->has_header()) {
    base += kMallocHeaderSize;
    bytes -= kMallocHeaderSize;
  }
  if (size != nullptr) *size = bytes;
  return reinterpret_cast<void*>(base);
}

void Heap::WatchSampleRate(const int64_t* rate) {
  gc_->SetSampleRate(rate);
  // This P at once, the others as they come to it.
  gc_->StartSampling(CurrentMcache());
}

bool Heap::IsHeapAddress(const void* p) const {
  return h_->SpanOf(reinterpret_cast<uintptr_t>(p)) != nullptr;
}

void Heap::Shade(const void* p) { gc_->Shade(p); }
bool Heap::is_marking() const { return gc_->is_marking(); }

void Heap::AddGlobals(void* base, uint64_t bytes, const uint8_t* ptrmask) {
  gc_->AddGlobals(base, bytes, ptrmask);
}
bool Heap::RemoveGlobals(void* base) { return gc_->RemoveGlobals(base); }
void Heap::AddRoot(void** slot) { gc_->AddRoot(slot); }
void Heap::RemoveRoot(void** slot) { gc_->RemoveRoot(slot); }

const char* Heap::SetFinalizer(void* obj, void (*call)(void*, void*), void* fn) {
  return gc_->SetFinalizer(obj, call, fn);
}
uint64_t Heap::AddCleanup(void* obj, void (*call)(void*, void*), void* fn) {
  return gc_->AddCleanup(obj, call, fn);
}
void Heap::StopCleanup(void* obj, uint64_t id) { gc_->StopCleanup(obj, id); }

uint64_t Heap::FindObject(const void* p, uint64_t* size, bool* is_tiny) {
  const auto at = reinterpret_cast<uintptr_t>(p);
  mspan* s = h().SpanOf(at);
  if (s == nullptr || at < s->start_addr || at >= s->limit) return 0;
  const uint64_t header = s->has_header() ? kMallocHeaderSize : 0;
  *size = s->elemsize - header;
  *is_tiny = s->spanclass.noscan() && s->elemsize == kTinySize;
  return (s->is_large() ? s->start_addr : s->ObjBase(s->ObjIndex(at))) + header;
}

namespace {
// Clears the stack that the calls which follow will use: earlier calls left references there, and
// C++ frames are scanned whole. Bytes: more than the frames from here to where the goroutine
// is scanned.
[[gnu::noinline]] void ClearStackBelow() {
  volatile uint64_t words[256];
  for (volatile uint64_t& w : words) w = 0;
}
}  // namespace

void Heap::Gc() {
  ClearStackBelow();
  gc_->CollectAndWait();
}
void Heap::CollectStopped() { gc_->CollectStopped(); }
int64_t Heap::SetGcPercent(int64_t percent) { return gc_->SetGcPercent(percent); }
int64_t Heap::SetMemoryLimit(int64_t bytes) { return gc_->SetMemoryLimit(bytes); }
void Heap::FreeOsMemory() {
  ClearStackBelow();
  gc_->CollectAndWait();
  world_->Block([&] { gc_->ScavengeAll(); });
}
void Heap::ReadMemStats(MemStats* out) {
  world_->Block([&] { gc_->ReadMemStats(out); });
}

namespace gc {

void World::OutOfMemory(uint64_t bytes) {
  std::fprintf(stderr, "runtime: out of memory: cannot allocate %llu-byte block\n",
               static_cast<unsigned long long>(bytes));
  std::abort();
}

void World::BadHeap(std::string_view details, std::string_view text) {
  std::fprintf(stderr, "%.*sfatal error: %.*s\n", static_cast<int>(details.size()), details.data(),
               static_cast<int>(text.size()), text.data());
  std::abort();
}

void Collector::ReleaseGrey(mcache* c) {
  FlushWbBuf(c);
  FoldStats(c->gcw);
  c->gcw.Dispose(work_);
}

int64_t Collector::SetGcPercent(int64_t percent) {
  int64_t old = 0;
  world_.Block([&] {
    world_.StopTheWorld(StwReason::kReadMemStats);
    old = pacer_.gogc();
    pacer_.SetGogc(percent < 0 ? -1 : percent);
    pacer_.Commit(world_.StackInuse() + h_.MetadataBytes());
    world_.StartTheWorld();
  });
  MaybeTrigger();
  return old;
}

int64_t Collector::SetMemoryLimit(int64_t bytes) {
  int64_t old = 0;
  world_.Block([&] {
    world_.StopTheWorld(StwReason::kReadMemStats);
    old = pacer_.memory_limit();
    if (bytes >= 0) {
      pacer_.SetMemoryLimit(bytes);
      pacer_.Commit(world_.StackInuse() + h_.MetadataBytes());
    }
    world_.StartTheWorld();
  });
  MaybeTrigger();
  return old;
}

}  // namespace gc
}  // namespace gol::rt
