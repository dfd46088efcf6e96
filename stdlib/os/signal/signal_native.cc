// Native half of os/signal. Handlers are the process's: so is the pipe.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <mutex>

namespace {

constexpr int kSignals = 65;  // numbers are below

// Written once, before the first handler is installed.
std::atomic<int> write_end{-1};
int read_end = -1;

// On whatever thread the signal reaches, on its alternate stack.
void Handle(int sig) {
  int saved = errno;
  uint8_t number = static_cast<uint8_t>(sig);
  // A full pipe loses the signal, as a full channel would.
  [[maybe_unused]] ssize_t n = write(write_end.load(std::memory_order_acquire), &number, 1);
  errno = saved;
}

void Open() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  read_end = ends[0];
  write_end.store(ends[1], std::memory_order_release);
}

}  // namespace

extern "C" {

int64_t gol_native_os_signal_pipe() {
  static std::once_flag once;
  std::call_once(once, Open);
  return read_end;
}

void gol_native_os_signal_set(int64_t sig, int64_t action) {
  // The default is what the host had: the command answers SIGQUIT with tracebacks.
  static std::mutex lock;
  static struct sigaction original[kSignals];
  static bool is_saved[kSignals];
  if (sig <= 0 || sig >= kSignals) return;
  std::lock_guard<std::mutex> guard(lock);
  if (!is_saved[sig]) {
    if (action == 0) return;
    is_saved[sig] = sigaction(static_cast<int>(sig), nullptr, &original[sig]) == 0;
  }
  if (action == 0) {
    sigaction(static_cast<int>(sig), &original[sig], nullptr);
    return;
  }
  struct sigaction sa = {};
  sigemptyset(&sa.sa_mask);
  sa.sa_flags = SA_ONSTACK | SA_RESTART;
  sa.sa_handler = action == 1 ? SIG_IGN : Handle;
  sigaction(static_cast<int>(sig), &sa, nullptr);
}

bool gol_native_os_signal_isIgnored(int64_t sig) {
  struct sigaction sa = {};
  return sigaction(static_cast<int>(sig), nullptr, &sa) == 0 && sa.sa_handler == SIG_IGN;
}

}  // extern "C"
