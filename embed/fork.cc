// A fork copies the thread that calls it and no other. In the child, whoever waits for a thread of gol's, be it to end
// a collection or to join it, waits for ever, and so does who takes a lock that such a thread held. So engines
// and isolates note in which process they were made. In a child, calls of an isolate of its parent's end with a
// failure, and what is destroyed (by exit(), too) leaves its threads and what they use alone. Engines that the
// child makes itself are as good as any.
#include "embed/fork.h"

#include <pthread.h>

#include <vector>

namespace gol::embed {

uint32_t ForkGeneration() {
  static const int registered =
      pthread_atfork(nullptr, nullptr, [] { num_forks.fetch_add(1, std::memory_order_relaxed); });
  (void)registered;
  return num_forks.load(std::memory_order_relaxed);
}

void KeepForEver(void* object) {
  static std::vector<void*>* const kept = new std::vector<void*>;
  kept->push_back(object);
}

}  // namespace gol::embed
