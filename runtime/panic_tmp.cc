#include "runtime/panic_internal.h"
#include "runtime/sched/sched_impl.h"
namespace gol::rt { bool IsGopanicPc(uint64_t) { return false; } void SchedImpl::FreeSudogs(P*) {} }
