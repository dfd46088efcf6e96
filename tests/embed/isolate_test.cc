// Isolates: script functions called from the host, host functions called from scripts, ends of calls.
#include "gol/gol.h"
#include "support/sanitizers.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace gol {
namespace {

Module MustCompile(Engine& engine, const std::string& text, std::vector<const HostPackage*> packages = {}) {
  ModuleSource s;
  s.source.files = {{"script.go", text}};
  s.packages = std::move(packages);
  Expected<Module> m = engine.CompileModule(s);
  if (!m) {
    ADD_FAILURE() << m.failure().Describe();
    return {};
  }
  return *m;
}

Failure MustNotCompile(Engine& engine, const std::string& text, std::vector<const HostPackage*> packages = {}) {
  ModuleSource s;
  s.source.files = {{"script.go", text}};
  s.packages = std::move(packages);
  Expected<Module> m = engine.CompileModule(s);
  if (m) {
    ADD_FAILURE() << "compiled: " << text;
    return {};
  }
  return std::move(*m.TakeFailure());
}

// An isolate with a loaded module.
struct Loaded {
  Engine engine{EngineOptions{.opt_level = 2}};
  std::unique_ptr<Isolate> isolate;
  explicit Loaded(const std::string& text, std::vector<const HostPackage*> packages = {},
                  IsolateOptions options = {}) {
    Module m = MustCompile(engine, text, std::move(packages));
    isolate = std::make_unique<Isolate>(engine, std::move(options));
    if (m.is_null()) return;
    Expected<void> loaded = isolate->Load(m);
    if (!loaded) ADD_FAILURE() << loaded.failure().Describe();
  }
  template <typename Sig>
  ScriptFunction<Sig> Get(const char* name) {
    auto f = isolate->Function<Sig>(name);
    if (!f) {
      ADD_FAILURE() << f.failure().text;
      return {};
    }
    return *f;
  }
};

TEST(Isolate, CallsFunctionsOfNumbers) {
  Loaded l(R"(package main
func add(a, b int) int { return a + b }
func mix(a int8, b uint16, c float32, d bool, e float64) float64 {
	if d { return float64(a) + float64(b) + float64(c) + e }
	return 0
}
func two(a int) (int, float64) { return a * 2, float64(a) / 2 }
func nothing() {}
var n int
func count() int { n++; return n }
)");
  auto add = l.Get<int64_t(int64_t, int64_t)>("add");
  for (int i = 0; i < 1000; i++) EXPECT_EQ(*add(i, 2), i + 2);
  EXPECT_EQ(*l.Get<double(int8_t, uint16_t, float, bool, double)>("mix")(-1, 300, 0.5f, true, 0.25), 299.75);
  auto two = *l.Get<std::tuple<int64_t, double>(int64_t)>("two")(7);
  EXPECT_EQ(std::get<0>(two), 14);
  EXPECT_EQ(std::get<1>(two), 3.5);
  EXPECT_TRUE(l.Get<void()>("nothing")().ok());
  auto count = l.Get<int64_t()>("count");
  EXPECT_EQ(*count(), 1);
  EXPECT_EQ(*count(), 2);
}

TEST(Isolate, CarriesStringsSlicesAndErrors) {
  Loaded l(R"(package main
type err string
func (e err) Error() string { return "err: " + string(e) }
var kept []string
func greet(s string) string { kept = append(kept, s); return "hello, " + s }
func last() string { return kept[len(kept)-1] }
func sum(a []float64) (t float64) { for _, x := range a { t += x }; return }
func double(a []int) []int { r := make([]int, len(a)); for i, x := range a { r[i] = 2*x }; return r }
func words(a []string) []string { return append(a, "end") }
func check(n int) (string, error) { if n < 0 { return "", err("negative") }; return "fine", nil }
func only(n int) error { if n < 0 { return err("") }; return nil }
)");
  auto greet = l.Get<std::string(std::string_view)>("greet");
  {
    std::string text = "wörld";
    EXPECT_EQ(*greet(text), "hello, wörld");
    text.assign(text.size(), 'x');  // the script has a copy
  }
  EXPECT_EQ(*l.Get<std::string()>("last")(), "wörld");
  EXPECT_EQ(*greet(""), "hello, ");
  EXPECT_EQ(*l.Get<double(std::vector<double>)>("sum")({1, 2, 3.5}), 6.5);
  EXPECT_EQ(*l.Get<std::vector<int64_t>(std::vector<int64_t>)>("double")({1, 2, 3}),
            (std::vector<int64_t>{2, 4, 6}));
  EXPECT_EQ(*l.Get<std::vector<std::string>(std::vector<std::string>)>("words")({"a", ""}),
            (std::vector<std::string>{"a", "", "end"}));
  auto check = l.Get<OrError<std::string>(int64_t)>("check");
  EXPECT_EQ(check(1)->value(), "fine");
  EXPECT_EQ(check(-1)->error(), "err: negative");
  auto only = l.Get<OrError<void>(int64_t)>("only");
  EXPECT_TRUE(only(1)->ok());
  EXPECT_FALSE(only(-1)->ok());
  EXPECT_EQ(only(-1)->error(), "err: ");
}

TEST(Isolate, ChecksSignaturesOnce) {
  Loaded l("package main\nfunc f(a int, s string) error { return nil }\nfunc g[T any](t T) {}\n");
  auto wrong = l.isolate->Function<int64_t(int64_t)>("f");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.failure().kind, FailureKind::kSignature);
  EXPECT_EQ(wrong.failure().text, "function f is func(a int, s string) error, not func(int) int");
  auto missing = l.isolate->Function<void()>("h");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.failure().text, "the module has no function h");
  EXPECT_FALSE(l.isolate->Function<void()>("g"));
}

TEST(Isolate, ScriptsRunTheirStatementsWhenLoaded) {
  std::string out;
  IsolateOptions o;
  o.write_stdout = [&](std::string_view s) { out += s; };
  o.write_stderr = [&](std::string_view s) { out += s; };
  Loaded l("total := 0\nfor i := range 5 { total += i }\nprintln(total)\nfunc get() int { return total }\n", {},
           std::move(o));
  EXPECT_EQ(out, "10\n");
  EXPECT_EQ(*l.Get<int64_t()>("get")(), 10);
}

TEST(Isolate, PanicsHaveTheScriptsStack) {
  Loaded l(R"(package main
func inner(a []int, i int) int {
	return a[i]
}
func outer(i int) int { return inner([]int{1, 2, 3}, i) + 1 }
func after() int { return 5 }
)");
  auto outer = l.Get<int64_t(int64_t)>("outer");
  EXPECT_EQ(*outer(2), 4);
  auto r = outer(7);
  ASSERT_FALSE(r);
  const Failure& f = r.failure();
  EXPECT_EQ(f.kind, FailureKind::kPanic);
  EXPECT_EQ(f.text, "panic: runtime error: index out of range [7] with length 3");
  ASSERT_GE(f.stack.size(), 1u) << f.trace;
  EXPECT_TRUE(f.stack[0].function == "main.inner") << f.trace;
  EXPECT_TRUE(f.stack[0].file.ends_with("script.go")) << f.stack[0].file;
  EXPECT_EQ(f.stack[0].line, 3);
  EXPECT_EQ(f.stack.back().function, "main.outer") << f.trace;
  EXPECT_EQ(*l.Get<int64_t()>("after")(), 5);
  EXPECT_EQ(*outer(0), 2);
}

TEST(Isolate, NilDereferenceIsAPanic) {
  Loaded l("package main\ntype t struct { a, b int }\nvar p *t\nfunc f() int { return p.b }\n");
  auto r = l.Get<int64_t()>("f")();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.failure().kind, FailureKind::kPanic);
  EXPECT_EQ(r.failure().text, "panic: runtime error: invalid memory address or nil pointer dereference");
}

// What waits when its call is ended never goes on, whatever wakes it.
TEST(Isolate, EndedCallsDoNotGoOn) {
  IsolateOptions o;
  o.limits.deadline = std::chrono::milliseconds(30);
  Loaded l(R"(package main
var c, d = make(chan int), make(chan int)
var gate = make(chan int)
var after int
func receive() int { x := <-c; after++; return x }
func sel() int { select { case x := <-c: after++; return x; case x := <-d: after++; return x } }
func locked() (r int) { defer func() { r = 9 }(); gate <- 1; after++; return 8 }
func spin() int { for i := 0; i >= 0; i++ { after ^= 0 }; after++; return 7 }
func wake(n int) int {
	woken := 0
	for range n {
		select { case c <- 1: woken++; default: }
		select { case d <- 1: woken++; default: }
		select { case <-gate: woken++; default: }
	}
	return woken
}
func got() int { return after }
)", {}, std::move(o));
  auto wake = l.Get<int64_t(int64_t)>("wake");
  auto got = l.Get<int64_t()>("got");
  for (int round = 0; round < 3; round++) {
    for (const char* name : {"receive", "sel", "locked", "spin"}) {
      auto r = l.Get<int64_t()>(name)();
      ASSERT_FALSE(r.ok()) << name;
      EXPECT_EQ(r.failure().kind, name[1] == 'p' ? FailureKind::kTimeout : FailureKind::kDeadlock) << name;
    }
    // One took what the select waited for as well.
    EXPECT_EQ(*wake(5), 3);
    l.isolate->Collect();
    EXPECT_EQ(*got(), 0);
  }
  EXPECT_EQ(l.isolate->GetStats().goroutines, 0);
}

TEST(Isolate, GoroutinesRunDuringCalls) {
  Loaded l(R"(package main
var c = make(chan int)
var ticks int
func start() { go func() { for i := 0; ; i++ { c <- i } }() }
func next() int { return <-c }
func fan(n int) int {
	r := make(chan int)
	for i := range n { go func() { r <- i }() }
	t := 0
	for range n { t += <-r }
	return t
}
func spin() int {
	done := false
	go func() { done = true }()
	n := 0
	for !done { n++; for i := 0; i < 1000; i++ { n ^= i } }
	return 1
}
)");
  EXPECT_TRUE(l.Get<void()>("start")().ok());
  auto next = l.Get<int64_t()>("next");
  for (int i = 0; i < 100; i++) EXPECT_EQ(*next(), i);
  EXPECT_EQ(*l.Get<int64_t(int64_t)>("fan")(1000), 499500);
}

TEST(Isolate, CollectsWhileCalled) {
  IsolateOptions o;
  o.gogc = 20;
  Loaded l(R"(package main
type node struct { l, r *node }
func build(d int) *node { if d == 0 { return &node{} }; return &node{build(d-1), build(d-1)} }
func (n *node) count() int { if n.l == nil { return 1 }; return 1 + n.l.count() + n.r.count() }
var keep *node
func work(d int) int { keep = build(d); return build(d).count() + keep.count() }
func text(n int) string { s := ""; for range n { s += "x" }; return s }
)", {}, std::move(o));
  auto work = l.Get<int64_t(int64_t)>("work");
  for (int i = 0; i < 30; i++) EXPECT_EQ(*work(12), 2 * 8191);
  auto text = l.Get<std::string(int64_t)>("text");
  for (int i = 0; i < 50; i++) EXPECT_EQ(*text(500), std::string(500, 'x'));
  Stats s = l.isolate->GetStats();
  EXPECT_GT(s.collections, 0u);
  l.isolate->Collect();
  EXPECT_LT(l.isolate->GetStats().heap_bytes, 4u << 20);
}

TEST(Isolate, DeadlocksTimeoutsAndLimitsEndTheCall) {
  IsolateOptions o;
  o.limits.deadline = std::chrono::milliseconds(300);
  o.limits.heap_bytes = 32 << 20;
  o.limits.stack_bytes = 4 << 20;
  o.limits.goroutines = 100;
  Loaded l(R"(package main
import "time"
var c chan int
func loop() { defer func() { recover() }(); for {} }
func block() { <-c }
func nap() { time.Sleep(time.Hour) }
func eat() { var a [][]byte; for { a = append(a, make([]byte, 1<<20)) } }
func deep(n int) int { return deep(n+1) + 1 }
func spawn() { for { go func() { select {} }() } }
func fine() int { return 1 }
)", {}, std::move(o));
  auto kind = [&](const char* name) {
    auto r = l.Get<void()>(name)();
    EXPECT_FALSE(r);
    auto fine = l.Get<int64_t()>("fine")();
    EXPECT_TRUE(fine && *fine == 1) << name;
    return r ? "" : FailureKindName(r.failure().kind);
  };
  EXPECT_STREQ(kind("block"), "deadlock");
  EXPECT_STREQ(kind("loop"), "timeout");
  EXPECT_STREQ(kind("nap"), "timeout");
  EXPECT_STREQ(kind("eat"), "memory");
  auto deep = l.Get<int64_t(int64_t)>("deep")(0);
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.failure().kind, FailureKind::kStack);
  EXPECT_STREQ(kind("spawn"), "goroutines");
}

TEST(Isolate, InterruptsFromAnotherThread) {
  Loaded l("package main\nfunc loop() { for {} }\nfunc fine() int { return 3 }\n");
  auto loop = l.Get<void()>("loop");
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    l.isolate->Interrupt();
  });
  auto r = loop();
  other.join();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.failure().kind, FailureKind::kInterrupted);
  EXPECT_EQ(*l.Get<int64_t()>("fine")(), 3);
}

TEST(Isolate, ExitIsTheEnd) {
  Loaded l("package main\nimport \"os\"\nfunc f() { os.Exit(7) }\nfunc g() {}\n");
  auto r = l.Get<void()>("f")();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.failure().kind, FailureKind::kExit);
  EXPECT_EQ(r.failure().exit_code, 7);
  auto again = l.Get<void()>("g")();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.failure().kind, FailureKind::kExit);
}

TEST(Isolate, HandlesOutliveIt) {
  ScriptFunction<int64_t()> f;
  {
    Loaded l("package main\nfunc f() int { return 1 }\n");
    f = l.Get<int64_t()>("f");
    EXPECT_EQ(*f(), 1);
  }
  auto r = f();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.failure().kind, FailureKind::kGone);
}

TEST(Isolate, ASecondThreadIsTurnedAway) {
  Loaded l("package main\nimport \"time\"\nvar one = 1\nfunc nap() { time.Sleep(200*time.Millisecond) }\nfunc f() int { return one }\n");
  auto nap = l.Get<void()>("nap");
  auto f = l.Get<int64_t()>("f");
  std::thread other([&] { EXPECT_TRUE(nap().ok()); });
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  auto r = f();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.failure().kind, FailureKind::kBusy);
  other.join();
  // One after another is fine.
  std::thread third([&] { EXPECT_EQ(*f(), 1); });
  third.join();
  EXPECT_EQ(*f(), 1);
}

TEST(Isolate, ManyOnManyThreads) {
  Engine engine({});
  Module m = MustCompile(engine, R"(package main
type node struct { next *node; v [4]int }
func churn(n int) int { var l *node; for i := range n { l = &node{l, [4]int{i}}; if i%100 == 0 { l = nil } }; c := 0; for ; l != nil; l = l.next { c++ }; return c }
)");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      for (int k = 0; k < 5; k++) {
        Isolate isolate(engine, {.gogc = 50});
        ASSERT_TRUE(isolate.Load(m).ok());
        auto churn = isolate.Function<int64_t(int64_t)>("churn");
        for (int i = 0; i < 5; i++) EXPECT_EQ(*(*churn)(20050), 49);
      }
    });
  }
  for (std::thread& t : threads) t.join();
}

TEST(Isolate, ReloadKeepsVariables) {
  Engine engine({});
  auto compile = [&](const char* text, const Module* previous) {
    ModuleSource s;
    s.source.files = {{"v.go", text}};
    s.previous = previous;
    Expected<Module> m = engine.CompileModule(s);
    EXPECT_TRUE(m.ok()) << (m.ok() ? "" : m.failure().Describe());
    return m.ok() ? *m : Module();
  };
  Module a = compile(R"(package v
type item struct { n int; next *item }
var list *item
var count int
var m = map[string]int{}
func add(n int) int { list = &item{n, list}; count++; m["x"] += n; return count }
func sum() int { t := 0; for p := list; p != nil; p = p.next { t += p.n }; return t + m["x"] }
)", nullptr);
  Module b = compile(R"(package v
type item struct { n int; next *item }
var list *item
var count int
var extra = 1000
var m = map[string]int{}
func add(n int) int { list = &item{n * 2, list}; count++; return count }
func sum() int { t := extra; for p := list; p != nil; p = p.next { t += p.n }; return t + m["x"] }
)", &a);
  Isolate isolate(engine);
  ASSERT_TRUE(isolate.Load(a).ok());
  auto add = *isolate.Function<int64_t(int64_t)>("add");
  auto sum = *isolate.Function<int64_t()>("sum");
  EXPECT_EQ(*add(1), 1);
  EXPECT_EQ(*add(2), 2);
  EXPECT_EQ(*sum(), 6);
  Expected<void> reloaded = isolate.Reload(b);
  ASSERT_TRUE(reloaded.ok()) << reloaded.failure().Describe();
  EXPECT_EQ(*sum(), 1006);
  EXPECT_EQ(*add(5), 3);
  isolate.Collect();
  EXPECT_EQ(*sum(), 1016);
  // Not made to replace it.
  EXPECT_FALSE(isolate.Reload(a).ok());
}

TEST(Isolate, EventsAndStatistics) {
  IsolateOptions o;
  int collections = 0;
  o.on_event = [&](const Event& e) { collections += e.kind == EventKind::kCollection; };
  Loaded l("package main\nvar keep [][]byte\nfunc grow(n int) { for range n { keep = append(keep, make([]byte, 1000)) } }\n",
           {}, std::move(o));
  EXPECT_TRUE(l.Get<void(int64_t)>("grow")(1000).ok());
  l.isolate->Collect();
  EXPECT_GE(collections, 1);
  Stats s = l.isolate->GetStats();
  EXPECT_GT(s.heap_bytes, 1000000u);
  EXPECT_GE(s.collections, 1u);
}

TEST(Isolate, CreatingAndDestroyingLeavesNothing) {
  Engine engine({});
  Module m = MustCompile(engine, "package main\nvar c = make(chan int)\nfunc f() int { go func() { <-c }(); return len(make([]int, 100)) }\n");
  auto resident = [] {
    long size = 0, pages = 0;
    FILE* f = fopen("/proc/self/statm", "r");
    if (fscanf(f, "%ld %ld", &size, &pages) != 2) pages = 0;
    fclose(f);
    return pages * 4;
  };
  auto rounds = [&](int n) {
    for (int i = 0; i < n; i++) {
      Isolate isolate(engine);
      ASSERT_TRUE(isolate.Load(m).ok());
      EXPECT_EQ(*(*isolate.Function<int64_t()>("f"))(), 100);
    }
  };
  rounds(100);
  const long before = resident();
  rounds(400);
  if (testing::kCountsMemory) EXPECT_LT(resident() - before, 2000);
}

TEST(Module, CompileErrorsAreAllReported) {
  Engine engine({});
  Failure f = MustNotCompile(engine, "package main\nfunc f() int { return \"a\" }\nfunc g() { x := 1 }\n");
  EXPECT_EQ(f.kind, FailureKind::kCompile);
  ASSERT_EQ(f.messages.size(), 2u);
  EXPECT_EQ(f.messages[0].line, 2);
  EXPECT_EQ(f.messages[1].line, 3);
}

TEST(Module, EqualOnesAreCompiledOnce) {
  Engine engine({});
  Module a = MustCompile(engine, "package main\nfunc f() {}\n");
  Module b = MustCompile(engine, "package main\nfunc f() {}\n");
  EXPECT_EQ(a.code(), b.code());
  EXPECT_EQ(a.Functions(), (std::vector<std::string>{"f func()"}));
  ModuleSource s;
  s.source.files = {{"script.go", "package main\nfunc g() int { return 4 }\n"}};
  auto future = engine.CompileModuleAsync(s);
  Expected<Module> c = future.get();
  ASSERT_TRUE(c.ok());
}

TEST(Module, PackagesFromMemory) {
  Engine engine({});
  ModuleSource s;
  s.source.files = {{"script.go", "package main\nimport \"lib/math2\"\nfunc f(x int) int { return math2.Twice(x) }\n"}};
  s.load_package = [](const std::string& path, std::vector<std::pair<std::string, std::string>>* files) {
    if (path != "lib/math2") return false;
    *files = {{"math2.go", "package math2\nfunc Twice(x int) int { return 2*x }\n"}};
    return true;
  };
  Expected<Module> m = engine.CompileModule(s);
  ASSERT_TRUE(m.ok()) << m.failure().Describe();
  Isolate isolate(engine);
  ASSERT_TRUE(isolate.Load(*m).ok());
  EXPECT_EQ(*(*isolate.Function<int64_t(int64_t)>("f"))(21), 42);
}

TEST(Grants, UnsafeAndTheLikeAreRefused) {
  Engine engine({});
  for (const char* text : {
           "package main\nimport \"unsafe\"\nvar p unsafe.Pointer\n",
           "package main\nimport \"syscall\"\nvar p = syscall.Getpid()\n",
           "package main\nimport \"runtime/lab\"\nvar p = lab.Now\n",
           "package main\nimport \"runtime/debug\"\nfunc f() { debug.SetMaxStack(1) }\n",
           "package main\nimport _ \"embed\"\n",
           "package main\nimport \"net/http\"\n",
           "package main\nimport \"some/folder\"\n",
           "var p unsafe.Pointer\nprintln(p)\n",
       }) {
    Failure f = MustNotCompile(engine, text);
    EXPECT_EQ(f.kind, FailureKind::kCompile);
    EXPECT_FALSE(f.messages.empty());
  }
  Failure f = MustNotCompile(engine, "package main\nimport \"unsafe\"\nvar p unsafe.Pointer\n");
  EXPECT_EQ(f.messages[0].text, "script.go:2:8: the host does not allow package unsafe");
}

TEST(Grants, NothingOfTheProcessIsThere) {
  Loaded l(R"(package main
import ("os"; "time")
func open() string { _, err := os.Open("/etc/passwd"); if err != nil { return err.Error() }; return "open" }
func env() int { return len(os.Environ()) + len(os.Getenv("PATH")) }
func now() { time.Now() }
func write() string { return "x" }
)");
  EXPECT_EQ(*l.Get<std::string()>("open")(), "open /etc/passwd: operation not permitted");
  EXPECT_EQ(*l.Get<int64_t()>("env")(), 0);
  auto now = l.Get<void()>("now")();
  ASSERT_FALSE(now);
  EXPECT_EQ(now.failure().text, "panic: time: the host grants no clock");
}

}  // namespace
}  // namespace gol
