// Runs a batch of generated programs (see README.md): compiles the package in a folder once, then runs
// it in a child process for each mode, so that a crash of one leaves the others alone.
//
//   fuzz_runner -O0|-O2 DIR SECONDS MODE...      MODE: NAME[,procs=N][,GODEBUG settings]
//
// The program's main gets the index of the generated program to begin with, prints "== N" before
// each and "== end" at the end. A child that ends earlier is started again behind the program that
// ended it. DIR/NAME.out gets what they print; where a child ended early, its exit code and the
// first lines of its standard error (up to the traceback) too.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "embed/pipeline.h"
#include "embed/program.h"
#include "gol/gol.h"

namespace gol {
namespace {

struct Mode {
  std::string name;
  int procs = 0;
  std::string godebug;
};

Mode ParseMode(const std::string& text) {
  Mode mode;
  size_t at = text.find(',');
  mode.name = text.substr(0, at);
  while (at != std::string::npos) {
    size_t end = text.find(',', at + 1);
    std::string part = text.substr(at + 1, end == std::string::npos ? end : end - at - 1);
    if (part.starts_with("procs=")) {
      mode.procs = std::atoi(part.c_str() + 6);
    } else {
      mode.godebug += (mode.godebug.empty() ? "" : ",") + part;
    }
    at = end;
  }
  return mode;
}

std::string ReadFile(const std::string& path) {
  std::string text;
  if (FILE* f = std::fopen(path.c_str(), "rb")) {
    char buf[1 << 16];
    for (size_t n; (n = std::fread(buf, 1, sizeof buf, f)) > 0;) text.append(buf, n);
    std::fclose(f);
  }
  return text;
}

void Append(const std::string& path, const std::string& text) {
  if (FILE* f = std::fopen(path.c_str(), "ab")) {
    std::fwrite(text.data(), 1, text.size(), f);
    std::fclose(f);
  }
}

// What follows the last line "== ", or empty.
std::string LastMark(const std::string& text) {
  size_t at = text.rfind("\n== ");
  if (at == std::string::npos) return "";
  size_t end = text.find('\n', at + 1);
  return text.substr(at + 4, end == std::string::npos ? end : end - at - 4);
}

// Waits for the child; kills it after so many seconds without an end.
int Wait(pid_t pid, int seconds) {
  int status = 0;
  for (int tenths = 0; waitpid(pid, &status, WNOHANG) == 0; tenths++) {
    if (tenths == seconds * 50) kill(pid, SIGKILL);
    timespec nap{0, 20'000'000};
    nanosleep(&nap, nullptr);
  }
  return status;
}

void RunMode(Program& program, const std::string& dir, const Mode& mode, int seconds) {
  const std::string out = dir + "/" + mode.name + ".out", err = dir + "/" + mode.name + ".err";
  unlink(out.c_str());
  Append(out, "\n");
  for (int next = 0;;) {
    std::fflush(nullptr);
    pid_t pid = fork();
    if (pid < 0) std::abort();
    if (pid == 0) {
      dup2(open(out.c_str(), O_WRONLY | O_APPEND | O_CREAT, 0666), 1);
      dup2(open(err.c_str(), O_WRONLY | O_TRUNC | O_CREAT, 0666), 2);
      RunOptions options;
      options.args = {"main", std::to_string(next)};
      options.gomaxprocs = mode.procs;
      options.godebug = mode.godebug;
      RunResult result = program.Run(options);
      _exit(result.exit_code);
    }
    int status = Wait(pid, seconds);
    std::string mark = LastMark(ReadFile(out));
    std::string end = WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status))
                                        : "signal " + std::to_string(WTERMSIG(status));
    if (mark == "end" && end == "exit 0") return;
    std::string text = ReadFile(err);
    text = text.substr(0, text.find("\ngoroutine "));
    Append(out, "\n-- " + end + "\n" + text.substr(0, 2000));
    if (mark.empty() || mark == "end" || std::atoi(mark.c_str()) < next) return;
    next = std::atoi(mark.c_str()) + 1;
  }
}

int Main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: fuzz_runner -O0|-O2 DIR SECONDS MODE...\n");
    return 2;
  }
  const std::string dir = argv[2];
  embed::PipelineOptions options;
  options.opt_level = std::atoi(argv[1] + 2);
  auto pipeline = std::make_unique<embed::Pipeline>(options);
  if (!pipeline->Load({dir}) || !pipeline->BuildIr()) {
    std::fprintf(stderr, "%s\n%s", pipeline->error().c_str(),
                 pipeline->emitter().Render({}).c_str());
    return 1;
  }
  jit::Options jit_options;
  jit_options.opt_level = options.opt_level;
  jit_options.whole_program = true;
  auto program = embed::LinkProgram(std::move(pipeline), std::move(jit_options));
  if (!program) {
    std::fprintf(stderr, "%s\n", program.error().message.c_str());
    return 1;
  }
  for (int i = 4; i < argc; i++) {
    RunMode(*program.value(), dir, ParseMode(argv[i]), std::atoi(argv[3]));
  }
  std::fflush(nullptr);
  _exit(0);
}

}  // namespace
}  // namespace gol

int main(int argc, char** argv) { return gol::Main(argc, argv); }
