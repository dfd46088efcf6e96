// See base/large_stack.h. A thread of its own is the one way to another stack that debuggers,
// sanitizers and thread-local variables know about.
#include "base/large_stack.h"

#include <pthread.h>

#include <cstddef>

namespace gol {
namespace {

constexpr size_t kStackBytes = size_t{1} << 30;

thread_local bool on_large_stack __attribute__((tls_model("initial-exec"))) = false;

void* Call(void* f) {
  on_large_stack = true;
  (*static_cast<FunctionRef<void()>*>(f))();
  return nullptr;
}

}  // namespace

void RunOnLargeStack(FunctionRef<void()> f) {
  pthread_attr_t attributes;
  pthread_t thread;
  if (on_large_stack || pthread_attr_init(&attributes) != 0) {
    f();
    return;
  }
  bool started = pthread_attr_setstacksize(&attributes, kStackBytes) == 0 &&
                 pthread_create(&thread, &attributes, &Call, &f) == 0;
  pthread_attr_destroy(&attributes);
  if (started) pthread_join(thread, nullptr);
  else f();
}

}  // namespace gol
