// Sampling of allocations for the memory profile.
//
// About every `rate` bytes an object is sampled: its stack is recorded, and a special on the object
// tells when it dies. The distance between samples is drawn at random, so that an allocation pattern
// with a period is not hit in step. The count of bytes is kept per P, by runs of slots and large
// objects (malloc.cc), which costs the fast path nothing: a P whose count runs out sends its next
// allocation to the slow path. With a rate of 1 all do.
#include <cmath>

#include "runtime/fastrand.h"
#include "runtime/gc/collector.h"
#include "runtime/gc/special.h"
#include "runtime/gc/sweep.h"

namespace gol::rt::gc {

void Collector::StartSampling(mcache* c) {
  const int64_t rate = heap_.options().on_profile_alloc ? sample_rate() : 0;
  c->profile_rate = sample_rate();
  if (rate <= 1) {
    c->profile_left = rate == 1 ? 0 : INT64_MAX;
    return;
  }
  const double uniform = (static_cast<double>(FastRand() & 0xffffff) + 1) / 0x1000000;
  c->profile_left = static_cast<int64_t>(-std::log(uniform) * static_cast<double>(rate));
}

void Collector::SampleObject(mcache* c, void* p, uint64_t size) {
  const int64_t rate = sample_rate();
  const bool has_changed = rate != c->profile_rate;
  if (rate != 1) c->slow_flags &= ~static_cast<uint32_t>(kMallocSample);
  StartSampling(c);
  if (rate == 0 || (has_changed && rate != 1)) return;
  void* sample = heap_.options().on_profile_alloc(size);
  if (sample == nullptr) return;
  world_.OnSystemStack([&] {
    const uintptr_t at = reinterpret_cast<uintptr_t>(p);
    mspan* s = h_.SpanOf(at);
    auto* special = new Special{nullptr, s->ObjIndex(at), SpecialKind::kProfile, size, at, nullptr,
                                sample};
    AddSpecial(s, special);
  });
}

}  // namespace gol::rt::gc
