// See background_thread.h.
#include "embed/background_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

#include "base/thread.h"

namespace gol::embed {

std::thread StartBackgroundThread(std::function<void()> body) {
  return StartThreadWithoutSignals([body = std::move(body)] {
    // A refusal does no harm.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 5);
    body();
  });
}

}  // namespace gol::embed
