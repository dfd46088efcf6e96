// GODEBUG=schedtrace and scheddetail: lines in Go's format.
#include <gtest/gtest.h>

#include <regex>

#include "support/program.h"

namespace gol::testing {
namespace {

const char kProgram[] = R"(package main

import (
	"runtime"
	"time"
)

func main() {
	go func() {
		for {
		}
	}()
	go func() {
		runtime.LockOSThread()
		select {}
	}()
	time.Sleep(200 * time.Millisecond)
}
)";

std::string ErrorsWith(const std::string& godebug) {
  ProgramOptions options;
  options.env = {{"GODEBUG", godebug}, {"GOMAXPROCS", "2"}};
  CommandResult r = RunSource(kProgram, options);
  EXPECT_EQ(r.exit_code, 0) << r.err;
  return r.err;
}

bool HasLine(const std::string& text, const std::string& pattern) {
  const std::regex re(pattern);
  for (const std::string& line : Lines(text)) {
    if (std::regex_match(line, re)) return true;
  }
  return false;
}

TEST(SchedTrace, OneLineForAll) {
  const std::string err = ErrorsWith("schedtrace=50");
  EXPECT_TRUE(HasLine(err, R"(SCHED \d+ms: gomaxprocs=2 idleprocs=\d threads=\d+ spinningthreads=\d+ )"
                           R"(needspinning=\d idlethreads=\d+ runqueue=\d+ \[ \d+ \d+ \] )"
                           R"(schedticks=\[ \d+ \d+ \])"))
      << err;
}

TEST(SchedTrace, DetailsOfEachPAndMAndG) {
  const std::string err = ErrorsWith("schedtrace=50,scheddetail=1");
  EXPECT_TRUE(HasLine(err, R"(SCHED \d+ms: gomaxprocs=2 .* runqueue=\d+ gcwaiting=false )"
                           R"(nmidlelocked=\d+ stopwait=0 sysmonwait=(true|false))"))
      << err;
  EXPECT_TRUE(HasLine(err, R"(  P1: status=\d schedtick=\d+ syscalltick=\d+ m=(\d+|nil) )"
                           R"(runqsize=\d+ gfreecnt=\d+ timerslen=\d+)"))
      << err;
  EXPECT_TRUE(HasLine(err, R"(  M\d+: p=(\d+|nil) curg=(\d+|nil) mallocing=0 throwing=0 preemptoff= )"
                           R"(locks=\d+ dying=0 spinning=(true|false) blocked=(true|false) )"
                           R"(lockedg=(\d+|nil))"))
      << err;
  EXPECT_TRUE(HasLine(err, R"(  G1: status=4\(sleep\) m=nil lockedm=nil)")) << err;
  EXPECT_TRUE(HasLine(err, R"(  G\d+: status=2\(\) m=\d+ lockedm=nil)")) << err;
  EXPECT_TRUE(HasLine(err, R"(  G\d+: status=4\(select \(no cases\)\) m=nil lockedm=\d+)")) << err;
}

}  // namespace
}  // namespace gol::testing
