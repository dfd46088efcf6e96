// What a host does with its process: forks, handlers of signals, exit while gol is at work.
#include <gtest/gtest.h>

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "gol/gol.h"
#include "support/sanitizers.h"

namespace gol {
namespace {

constexpr char kScript[] = R"(package main
import "host/h"
type node struct { next *node; v int }
var root *node
func alloc(n int) int {
	t := 0
	for i := range n { root = &node{v: i}; t += root.v }
	return t
}
func deref() int { var p *node; return p.v }
func fault() int { return h.Fault() }
)";

HostPackage& Host() {
  static HostPackage host = [] {
    HostPackage p("host/h");
    p.Function("Fault", []() -> int64_t {
      raise(SIGSEGV);
      return 0;
    });
    return p;
  }();
  return host;
}

Module MustCompile(Engine& engine) {
  auto m = engine.CompileModule({.source = {.files = {{"script.go", kScript}}}, .packages = {&Host()}});
  if (!m) {
    ADD_FAILURE() << m.failure().Describe();
    return {};
  }
  return *m;
}

struct Loaded {
  Engine engine;
  Module module;
  Isolate isolate;
  explicit Loaded(IsolateOptions o = {})
      : engine(EngineOptions{}), module(MustCompile(engine)), isolate(engine, std::move(o)) {
    EXPECT_TRUE(isolate.Load(module).ok());
  }
  Expected<int64_t> Call(const char* name) { return (*isolate.Function<int64_t()>(name))(); }
  Expected<int64_t> Alloc(int64_t n) { return (*isolate.Function<int64_t(int64_t)>("alloc"))(n); }
};

bool is_child = false;

// What a forked process ends with: its exit code, or minus the signal that ended it. body's result is its exit code; a
// negative one: it calls exit.
int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    is_child = true;
    alarm(60);
    const int code = body();
    if (code < 0) exit(-code);
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(Fork, AChildLetsGoOfItsParentsIsolates) {
  if (testing::kThreadSanitizer) GTEST_SKIP();
  auto l = std::make_unique<Loaded>();
  ASSERT_TRUE(l->Alloc(1000000).ok());
  l->isolate.Collect();
  EXPECT_EQ(InChild([&] {
              auto r = l->Alloc(10);
              if (r.ok() || r.failure().kind != FailureKind::kGone) return 1;
              l->isolate.Collect();
              if (l->isolate.GetStats().heap_bytes != 0) return 2;
              Isolate other(l->engine);
              if (other.Load(l->module).ok()) return 3;
              auto compiled = l->engine.CompileModuleAsync(
                  {.source = {.files = {{"s.go", "package main\nfunc g() {}\n"}}}});
              if (!compiled.get().ok()) return 4;
              l.reset();
              return 7;
            }),
            7);
  EXPECT_TRUE(l->Alloc(1000000).ok());
}

TEST(Fork, AChildMakesEnginesOfItsOwn) {
  if (testing::kThreadSanitizer) GTEST_SKIP();
  Loaded l;
  ASSERT_TRUE(l.Alloc(1000).ok());
  EXPECT_EQ(InChild([&] {
              Loaded own;
              if (!own.module.Optimize().ok()) return 1;
              auto r = own.Alloc(3000000);
              own.isolate.Collect();
              if (!r.ok() || own.isolate.GetStats().collections == 0) return 2;
              auto panic = own.Call("deref");
              if (panic.ok() || panic.failure().kind != FailureKind::kPanic) return 3;
              return 7;
            }),
            7);
}

// exit() in the child destroys static objects, an engine among them; the parent's threads were at work.
TEST(Fork, WhileThreadsAreAtWork) {
  if (testing::kThreadSanitizer) GTEST_SKIP();
  for (int round = 0; round < 5; round++) {
    static std::unique_ptr<Loaded> l;
    l = std::make_unique<Loaded>();
    std::thread caller([] { EXPECT_TRUE(l->Alloc(5000000).ok()); });
    std::thread optimizer([] { EXPECT_TRUE(l->module.Optimize().ok()); });
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + 15 * round));
    EXPECT_EQ(InChild([] { return -7; }), 7);
    caller.join();
    optimizer.join();
  }
}

TEST(Exit, WhileAModuleIsBeingOptimized) {
  if (testing::kThreadSanitizer) GTEST_SKIP();
  // The optimiser begins after 50 ms. Its first job is the one that makes LLVM's static data.
  for (int ms : {50, 55, 60, 65, 75, 90}) {
    EXPECT_EQ(InChild([ms] {
                static Loaded l;
                if (!l.Alloc(10).ok()) return 1;
                std::this_thread::sleep_for(std::chrono::milliseconds(ms));
                return -7;
              }),
              7)
        << ms << " ms";
  }
}

// ---- faults ----

sigjmp_buf fault_return;
volatile sig_atomic_t host_faults = 0;
volatile sig_atomic_t ends_process = 0;

void HostHandler(int) {
  host_faults = host_faults + 1;
  if (ends_process) _exit(7);
  siglongjmp(fault_return, 1);
}

// Scripts get panics, the host's handler the rest. What the process is to exit with; 7 comes from the handler, for a fault in a
// host function that a script called.
int UseHandler(Loaded& l) {
  auto panic = l.Call("deref");
  if (panic.ok() || panic.failure().kind != FailureKind::kPanic || host_faults != 0) return 1;
  if (sigsetjmp(fault_return, 1) == 0) {
    *reinterpret_cast<volatile int*>(8) = 1;
    return 2;
  }
  if (host_faults != 1) return 3;
  // On a thread that runs no script, too.
  bool is_caught = false;
  std::thread other([&] {
    if (sigsetjmp(fault_return, 1) == 0) raise(SIGSEGV);
    else is_caught = true;
  });
  other.join();
  if (!is_caught || host_faults != 2) return 4;
  panic = l.Call("deref");
  if (panic.ok() || panic.failure().kind != FailureKind::kPanic || host_faults != 2) return 5;
  if (!l.Alloc(10).ok()) return 6;
  // In a host function that a script called.
  ends_process = 1;
  (void)l.Call("fault");
  return 8;
}

// Not by itself: the process must not have made an isolate before. See the next test.
TEST(Signals, DISABLED_InAFreshProcess) {
  struct sigaction sa = {};
  sa.sa_handler = HostHandler;
  sigaction(SIGSEGV, &sa, nullptr);
  Loaded l;
  _exit(UseHandler(l));
}

TEST(Signals, FaultsOfTheHostGoToTheHandlerThatWasThereBefore) {
  if (testing::kAddressSanitizer || testing::kThreadSanitizer) GTEST_SKIP() << "they have handlers of their own";
  EXPECT_EQ(InChild([] {
              execl("/proc/self/exe", "embed_test", "--gtest_filter=Signals.DISABLED_InAFreshProcess",
                    "--gtest_also_run_disabled_tests", nullptr);
              return 9;
            }),
            7);
}

TEST(Signals, AHandlerOfTheHostsMayStandInFront) {
  if (testing::kAddressSanitizer || testing::kThreadSanitizer) GTEST_SKIP() << "they have handlers of their own";
  EXPECT_EQ(InChild([] {
              IsolateOptions o;
              o.handle_signals = false;
              Loaded l(std::move(o));
              struct sigaction sa = {};
              sa.sa_flags = SA_SIGINFO | SA_ONSTACK;
              sa.sa_sigaction = [](int sig, siginfo_t* info, void* context) {
                if (!Engine::HandleFault(info, context)) HostHandler(sig);
              };
              sigaction(SIGSEGV, &sa, nullptr);
              return UseHandler(l);
            }),
            7);
}

}  // namespace
}  // namespace gol

// Asked by the leak checker. In a forked process there are no stacks of the other threads to look at.
extern "C" int __lsan_is_turned_off() { return gol::is_child; }
