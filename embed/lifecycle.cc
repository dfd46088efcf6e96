// See embed/lifecycle.h.
#include "embed/lifecycle.h"

#include "runtime/gc/collector.h"
#include "runtime/lifecycle/recorder.h"
#include "runtime/mem/mheap.h"
#include "runtime/runtime.h"

namespace gol::embed {

void StartLifecycle(rt::Runtime& runtime, const LifecycleOptions& options) {
  if (options.report) runtime.recorder().RememberAllocs(options.every, options.max);
}

void ReportLifecycle(rt::Runtime& runtime, const LifecycleOptions& options) {
  if (!options.report) return;
  if (options.finish) {
    runtime.heap().CollectStopped();
    runtime.heap().collector().ScavengeAll();
  }
  std::vector<ObjectLife> lives;
  for (const rt::life::Life& l : runtime.recorder().Lives()) {
    ObjectLife out;
    out.id = l.id;
    out.type = l.type;
    out.address = l.object;
    out.span = l.span_addr;
    out.slot = l.slot;
    out.size_class = l.span_class >> 1;
    out.slot_bytes = l.slot_bytes;
    out.span_pages = l.span_pages;
    out.collection = l.cycle;
    out.survived = l.survived;
    out.is_sample = l.is_sample;
    for (rt::life::StageRow& row : runtime.recorder().Stages(l)) {
      out.stages.push_back({rt::life::StageName(row.stage), row.ns, row.after_ns,
                            std::move(row.file), row.line, std::move(row.function)});
    }
    lives.push_back(std::move(out));
  }
  options.report(lives);
}

}  // namespace gol::embed
