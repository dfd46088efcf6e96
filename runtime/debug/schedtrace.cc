// GODEBUG=schedtrace=N and scheddetail=1: the scheduler's state on standard error, in Go's format.
//
//   SCHED 1004ms: gomaxprocs=2 idleprocs=0 threads=4 spinningthreads=1 needspinning=0
//     idlethreads=1 runqueue=0 [ 3 0 ] schedticks=[ 17 5 ]            (one line)
//
// gomaxprocs, idleprocs: Ps, and those without work. threads: Ms; spinningthreads: those looking for work;
// idlethreads: those asleep. runqueue: length of the global queue; then that of each P's. schedticks: how often
// each P picked a goroutine. With scheddetail=1 a line for each P, M and G follows instead.
#include "runtime/debug/schedtrace.h"

#include <cstdio>
#include <string>

#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"

namespace gol::rt::debug {
namespace {

template <typename... Args>
void Append(std::string* out, const char* format, Args... args) {
  char buf[400];
  int n = std::snprintf(buf, sizeof(buf), format, args...);
  if (n > 0) out->append(buf, static_cast<size_t>(n) < sizeof(buf) ? static_cast<size_t>(n) : sizeof(buf) - 1);
}

std::string IdOf(const M* m) { return m == nullptr ? "nil" : std::to_string(m->id); }

}  // namespace

void SchedTrace(SchedImpl& s, int64_t start_ns, int64_t now_ns, bool detail) {
  std::string out;
  {
    LockGuard guard(s.lock);
    Append(&out,
           "SCHED %ldms: gomaxprocs=%d idleprocs=%d threads=%d spinningthreads=%d needspinning=0 "
           "idlethreads=%d runqueue=%d",
           (now_ns - start_ns) / 1000000, s.sched.gomaxprocs(), s.npidle.load(), s.mcount,
           s.nmspinning.load(), s.nmidle, s.runq_size.load());
    std::string lengths;
    std::string ticks;
    if (detail) {
      Append(&out, " gcwaiting=%s nmidlelocked=%d stopwait=%d sysmonwait=%s\n",
             s.gcwaiting.load() ? "true" : "false", s.nmidlelocked, s.stopwait,
             s.sysmon_wait.load() ? "true" : "false");
    }
    for (int i = 0; i < s.sched.gomaxprocs(); i++) {
      P* p = s.sched.p_at(i);
      uint32_t length = p->runq_tail.load() - p->runq_head.load();
      if (detail) {
        Append(&out, "  P%d: status=%u schedtick=%u syscalltick=%u m=%s runqsize=%u gfreecnt=%d timerslen=%u\n",
               i, p->status.load(), p->schedtick.load(), p->syscalltick.load(),
               IdOf(p->m.load()).c_str(), length, p->gfree_count, p->timers.count.load());
      } else {
        lengths += " " + std::to_string(length);
        ticks += std::to_string(p->schedtick.load()) + " ";
      }
    }
    if (!detail) {
      out += " [" + lengths + " ] schedticks=[ " + ticks + "]\n";
    } else {
      for (M* m = s.allm.load(); m != nullptr; m = m->alllink) {
        Append(&out, "  M%ld: p=%s curg=%s mallocing=0 throwing=0 preemptoff= locks=0 dying=0 spinning=%s "
               "blocked=%s lockedg=%s\n", m->id,
               m->p == nullptr ? "nil" : std::to_string(m->p->id).c_str(),
               m->curg == nullptr ? "nil" : std::to_string(m->curg->goid).c_str(),
               m->is_spinning ? "true" : "false",
               m->p == nullptr && m->curg == nullptr && !m->is_spinning ? "true" : "false",
               m->locked_g == nullptr ? "nil" : std::to_string(m->locked_g->goid).c_str());
      }
      s.sched.ForEachG([&](G& g) {
        uint32_t status = g.status.load() & ~kGscan;
        if (status == kGdead || status == kGidle) return;
        Append(&out, "  G%lu: status=%u(%s) m=%s lockedm=%s\n", g.goid, status,
               WaitReasonText(g.wait_reason), IdOf(g.m.load()).c_str(), IdOf(g.locked_m).c_str());
      });
    }
  }
  s.rt.WriteStderr(out.data(), out.size());
}

}  // namespace gol::rt::debug
