// Sweeping: making the mark bits of a span its allocation bits. See sweep.cc.
#pragma once

#include <cstdint>

namespace gol::rt {

struct mheap;
struct mspan;

namespace gc {

struct SweptSpan;  // collector.h

// Sweeps a span that the caller claimed (sweepgen == sg - 1; on no list). With preserve, the caller
// keeps it, even when nothing in it is left; else it goes to its mcentral or back to the heap.
// Returns the pages given back.
uint64_t SweepSpan(mheap& h, mspan* s, bool preserve);

// Sweeps one span that needs it, and tells which. Returns false when there is none left to claim.
bool SweepOne(mheap& h, uint64_t* freed_pages, SweptSpan* span = nullptr);

// Sweeps before an allocation of npages as much as proportional sweeping asks for, so that
// sweeping is done when the next cycle begins.
void DeductSweepCredit(mheap& h, uint64_t npages);

// Sweeps until npages have come free or little is left, before the heap takes npages.
void ReclaimPages(mheap& h, uint64_t npages);

// Returns when s is swept. Caller is not a marker.
void EnsureSwept(mheap& h, mspan* s);

// One step of that: sweeps s if nobody has and nobody is at it, and reports whether it is swept. s may
// be a span that another thread frees at the same time.
bool TrySweep(mheap& h, mspan* s);

}  // namespace gc
}  // namespace gol::rt
