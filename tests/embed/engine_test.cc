// The library's public API: compiling from memory, messages, running, several runtimes at once.
#include "gol/gol.h"

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <thread>

namespace gol {
namespace {

struct Output {
  std::mutex lock;
  std::string text;
  RunOptions Options() {
    RunOptions o;
    o.args = {"program"};
    o.gomaxprocs = 2;
    o.write_stderr = [this](std::string_view s) {
      std::lock_guard<std::mutex> guard(lock);
      text += s;
    };
    return o;
  }
};

std::unique_ptr<Program> MustCompile(Engine& engine, const std::string& text) {
  CompileResult r = engine.Compile({.paths = {}, .files = {{"main.go", text}}});
  for (const CompileMessage& m : r.messages) ADD_FAILURE() << m.text;
  return std::move(r.program);
}

TEST(Engine, RunsAProgramFromMemory) {
  Engine engine({.opt_level = 0});
  auto program = MustCompile(engine, "package main\nfunc main() { println(\"sum\", 40+2) }\n");
  ASSERT_NE(program, nullptr);
  Output out;
  RunResult r = program->Run(out.Options());
  EXPECT_EQ(r.status, RunStatus::kOk);
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_EQ(out.text, "sum 42\n");
}

TEST(Engine, ReportsCompileErrorsWithPositions) {
  Engine engine({});
  CompileResult r = engine.Compile(
      {.paths = {}, .files = {{"bad.go", "package main\n\nfunc main() {\n\tvar x int = \"s\"\n}\n"}}});
  EXPECT_FALSE(r.ok());
  ASSERT_EQ(r.messages.size(), 2u);
  EXPECT_EQ(r.messages[0].path, "bad.go");
  EXPECT_EQ(r.messages[0].line, 4);
  EXPECT_EQ(r.messages[0].column, 6);
  EXPECT_NE(r.messages[0].text.find("declared and not used: x"), std::string::npos);
  EXPECT_NE(r.messages[1].text.find("cannot use \"s\" (untyped string constant) as int value"),
            std::string::npos);
}

TEST(Engine, ReportsAMissingFile) {
  Engine engine({});
  CompileResult r = engine.Compile({.paths = {"no_such_file.go"}, .files = {}});
  EXPECT_FALSE(r.ok());
  ASSERT_EQ(r.messages.size(), 1u);
  EXPECT_NE(r.messages[0].text.find("no_such_file.go: no such file or directory"),
            std::string::npos);
}

TEST(Engine, TellsPanicsFromOtherEnds) {
  Engine engine({.opt_level = 0});
  auto panics = MustCompile(engine, "package main\nfunc main() { panic(\"boom\") }\n");
  ASSERT_NE(panics, nullptr);
  Output out;
  RunResult r = panics->Run(out.Options());
  EXPECT_EQ(r.status, RunStatus::kPanic);
  EXPECT_EQ(r.exit_code, 2);
  EXPECT_EQ(r.text, "panic: boom");
  EXPECT_NE(out.text.find("panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n"),
            std::string::npos)
      << out.text;

  auto sleeps = MustCompile(engine, "package main\nfunc main() { select {} }\n");
  ASSERT_NE(sleeps, nullptr);
  Output out2;
  r = sleeps->Run(out2.Options());
  EXPECT_EQ(r.status, RunStatus::kDeadlock);
  EXPECT_EQ(r.exit_code, 2);
}

TEST(Engine, EachRunStartsFromFreshVariables) {
  Engine engine({.opt_level = 0});
  auto program = MustCompile(
      engine, "package main\nvar n = 1\nvar m = map[int]int{}\n"
              "func main() { n++; m[n] = n; println(n, len(m)) }\n");
  ASSERT_NE(program, nullptr);
  for (int i = 0; i < 3; i++) {
    Output out;
    EXPECT_EQ(program->Run(out.Options()).status, RunStatus::kOk);
    EXPECT_EQ(out.text, "2 1\n");
  }
}

// Two programs, each with its own heap, collector and scheduler, run in one process at once.
TEST(Engine, TwoRuntimesRunAtOnce) {
  const std::string text = R"(package main

type node struct { left, right *node }

func build(d int) *node {
	if d == 0 {
		return &node{}
	}
	return &node{build(d - 1), build(d - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	total := 0
	c := make(chan int)
	for i := 0; i < 20; i++ {
		go func() { c <- build(10).count() }()
	}
	for i := 0; i < 20; i++ {
		total += <-c
	}
	println(total)
}
)";
  Engine engine_a({.opt_level = 0}), engine_b({.opt_level = 0});
  auto a = MustCompile(engine_a, text);
  auto b = MustCompile(engine_b, text);
  ASSERT_NE(a, nullptr);
  ASSERT_NE(b, nullptr);
  Output out_a, out_b;
  RunOptions options_a = out_a.Options(), options_b = out_b.Options();
  options_a.gogc = options_b.gogc = 20;
  RunResult ra, rb;
  std::thread ta([&] { ra = a->Run(options_a); });
  std::thread tb([&] { rb = b->Run(options_b); });
  ta.join();
  tb.join();
  EXPECT_EQ(ra.status, RunStatus::kOk);
  EXPECT_EQ(rb.status, RunStatus::kOk);
  EXPECT_EQ(out_a.text, "40940\n");
  EXPECT_EQ(out_b.text, "40940\n");
}

}  // namespace
}  // namespace gol
