// gol test [flags] [DIR... | FILE...]: runs the tests of packages, with the output and the exit
// codes of the go command.
//
// Each package is compiled and run by a child process, which the parent forks before anything else
// happens in it: a test that crashes or exits does not take the others along. The child's output
// comes through a pipe; over a second one it says that the compilation failed, or that the tests
// begin, from when on the time counts.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "commands.h"
#include "embed/program.h"
#include "embed/test_package.h"
#include "run.h"
#include "test_flags.h"

namespace gol::cmd {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// What the child says over its second pipe.
constexpr char kRuns = 'R';

bool IsSourceName(const std::string& word) {
  return word.ends_with(".go") || word.ends_with(".gol");
}

// "# path [path.test]" and the errors, as the go command shows them.
void PrintBuildErrors(const embed::TestPackage& package, const embed::Pipeline& pipeline) {
  std::fprintf(stderr, "# %s [%s.test]\n", package.import_path.c_str(),
               package.import_path.c_str());
  if (!pipeline.error().empty()) std::fprintf(stderr, "%s\n", pipeline.error().c_str());
  int count = 0;
  for (const diag::Diagnostic* d : pipeline.emitter().Sorted()) {
    if (++count > 10) {
      std::fprintf(stderr, "too many errors\n");
      break;
    }
    std::string text = pipeline.emitter().RenderOne(*d);
    // As the go command shows a file of the current folder.
    if (text.find('/') > text.find(':')) text = "./" + text;
    std::fputs(text.c_str(), stderr);
    if (text.empty() || text.back() != '\n') std::fputc('\n', stderr);
  }
}

// Says what a package tested from outside could not show.
void PrintDropped(const embed::TestProgram& program) {
  if (program.dropped_funcs.empty() && program.dropped_others == 0) return;
  std::fprintf(stderr,
               "gol test: tested from outside: left out %zu test functions and %d other "
               "declarations that do not compile\n",
               program.dropped_funcs.size(), program.dropped_others);
}

// The child: compiles and runs the tests of a package. Does not return.
[[noreturn]] void RunChild(const embed::TestPackage& package, const TestFlags& flags, int output,
                           int control) {
  embed::TestOptions options;
  options.wants_test = flags.name_filter();
  options.wants_benchmarks = !flags.bench.empty() || !flags.list.empty();
  options.names_only = !flags.list.empty();
  embed::TestProgram test =
      embed::LoadTestProgram(package, ToPipelineOptions(flags.compile), options);
  if (!test.ok || !test.pipeline->BuildIr()) {
    PrintBuildErrors(package, *test.pipeline);
    std::fflush(nullptr);
    _exit(kExitError);
  }
  if (flags.show_dropped) {
    for (const std::string& name : test.dropped_funcs) {
      std::fprintf(stderr, "--- LEFT OUT: %s\n", name.c_str());
    }
  }
  PrintDropped(test);
  if (flags.compile.dump_ir) {
    std::string text = test.pipeline->IrText();
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  jit::Options jit_options = ToJitOptions(flags.compile);
  jit_options.whole_program = true;
  Result<std::unique_ptr<Program>> program =
      embed::LinkProgram(std::move(test.pipeline), std::move(jit_options));
  if (!program) {
    std::fprintf(stderr, "gol: %s\n", program.error().message.c_str());
    std::fflush(nullptr);
    _exit(kExitError);
  }
  std::error_code ec;
  RunOptions run = RunOptionsFromEnv();
  run.args.push_back(fs::absolute(package.folder, ec).lexically_normal().filename().string() +
                     ".test");
  for (const std::string& arg : flags.program_args) run.args.push_back(arg);
  run.profiles = flags.compile.profiles;
  for (std::string* file : {&run.profiles.cpu, &run.profiles.block, &run.profiles.mutex, &run.profiles.memory,
                            &run.profiles.trace}) {
    if (!file->empty()) *file = fs::absolute(*file, ec).string();
  }
  if (chdir(package.folder.c_str()) != 0) {
    std::fprintf(stderr, "chdir %s: %s\n", package.folder.c_str(), std::strerror(errno));
    _exit(kExitError);
  }
  setenv("PWD", fs::current_path(ec).c_str(), 1);
  std::fflush(nullptr);
  // What the child printed so far was about compiling; now comes the program's own output.
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close(output);
  if (write(control, &kRuns, 1) != 1) _exit(kExitError);
  close(control);
  RunResult result = RunToEnd(*program.value(), std::move(run));
  if (result.status == RunStatus::kInternal) std::fprintf(stderr, "%s\n", result.text.c_str());
  std::fflush(nullptr);
  _exit(result.exit_code);
}

struct ChildResult {
  bool built = false;
  bool killed = false;  // by the parent, for taking too long
  int status = 0;       // as waitpid tells
  double seconds = 0;
  std::string output;
};

void WriteAll(int fd, const char* data, size_t n) {
  while (n > 0) {
    ssize_t done = write(fd, data, n);
    if (done <= 0) {
      if (done < 0 && errno == EINTR) continue;
      return;
    }
    data += done;
    n -= static_cast<size_t>(done);
  }
}

// Runs the child. Its output is kept, and with stream also printed as it comes.
ChildResult RunPackage(const embed::TestPackage& package, const TestFlags& flags, bool stream) {
  int out[2], control[2];
  ChildResult result;
  std::fflush(nullptr);
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(control, O_CLOEXEC) != 0) return result;
  pid_t pid = fork();
  if (pid == 0) {
    close(out[0]);
    close(control[0]);
    RunChild(package, flags, out[1], control[1]);
  }
  close(out[1]);
  close(control[1]);
  Clock::time_point start = Clock::now();
  // The test program itself ends when the time is over; if it cannot, it is killed a while later.
  const double limit = flags.timeout_seconds > 0 ? flags.timeout_seconds + 60 : 0;
  pollfd fds[2] = {{out[0], POLLIN, 0}, {control[0], POLLIN, 0}};
  bool out_open = true;
  while (out_open) {
    int wait_ms = -1;
    if (limit > 0 && result.built) {
      double left = limit - std::chrono::duration<double>(Clock::now() - start).count();
      if (left <= 0) {
        kill(pid, result.killed ? SIGKILL : SIGQUIT);
        result.killed = true;
        left = 5;
      }
      wait_ms = static_cast<int>(std::min(left * 1000 + 1, 1e6));
    }
    if (poll(fds, 2, wait_ms) < 0 && errno != EINTR) break;
    if (fds[1].revents != 0) {
      char c;
      if (read(control[0], &c, 1) == 1) {
        result.built = true;
        start = Clock::now();
      }
      fds[1].fd = -1;
      fds[1].revents = 0;
    }
    if (fds[0].revents != 0) {
      char buf[1 << 16];
      ssize_t n = read(out[0], buf, sizeof buf);
      if (n <= 0) {
        out_open = false;
      } else {
        if (stream) WriteAll(STDOUT_FILENO, buf, static_cast<size_t>(n));
        result.output.append(buf, static_cast<size_t>(n));
      }
    }
  }
  waitpid(pid, &result.status, 0);
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  close(out[0]);
  close(control[0]);
  return result;
}

bool SaysNoTests(const std::string& output) {
  constexpr std::string_view kWarning = "testing: warning: no tests to run\n";
  return output.starts_with(kWarning) || output.find("\n" + std::string(kWarning)) != std::string::npos;
}

// Tests one package and prints its line. Returns whether it passed.
bool TestOne(const std::vector<std::string>& paths, const TestFlags& flags, bool local_mode,
             bool single) {
  Result<embed::TestPackage> found = embed::FindTestPackage(paths);
  if (!found) {
    std::fprintf(stderr, "%s\n", found.error().message.c_str());
    std::printf("FAIL\t%s [setup failed]\n", paths[0].c_str());
    return false;
  }
  const embed::TestPackage& package = found.value();
  const char* name = package.import_path.c_str();
  if (!package.has_tests()) {
    // The package is compiled all the same.
    embed::Pipeline pipeline(ToPipelineOptions(flags.compile));
    if (!package.from_outside && !pipeline.Load(package.files)) {
      PrintBuildErrors(package, pipeline);
      std::printf("FAIL\t%s [build failed]\n", name);
      return false;
    }
    std::printf("?   \t%s\t[no test files]\n", name);
    return true;
  }
  const bool show_passing = flags.verbose || !flags.list.empty() || !flags.bench.empty();
  const bool stream = local_mode || (show_passing && single);
  ChildResult child = RunPackage(package, flags, stream);
  if (!child.built) {
    std::printf("FAIL\t%s [build failed]\n", name);
    return false;
  }
  char took[32];
  std::snprintf(took, sizeof took, "%.3fs", child.seconds);
  const bool passed = WIFEXITED(child.status) && WEXITSTATUS(child.status) == 0;
  if (!stream && (!passed || show_passing)) {
    std::fwrite(child.output.data(), 1, child.output.size(), stdout);
    std::fflush(stdout);
  }
  // What a stream showed is not looked at again, but with -v.
  const bool has_output = !local_mode && (!stream || flags.verbose);
  if (passed) {
    const bool none = has_output && SaysNoTests(child.output);
    std::printf("ok  \t%s\t%s%s\n", name, took, none ? " [no tests to run]" : "");
    return true;
  }
  if (child.killed) {
    std::printf("*** Test killed with quit: ran too long (%gs).\n", flags.timeout_seconds + 60);
  }
  if (!has_output || child.output.empty()) {
    if (WIFEXITED(child.status)) {
      std::printf("exit status %d\n", WEXITSTATUS(child.status));
    } else {
      std::printf("signal: %s\n", strsignal(WTERMSIG(child.status)));
    }
  } else if (child.output.back() != '\n') {
    std::printf("\n");
  }
  std::printf("FAIL\t%s\t%s\n", name, took);
  return false;
}

// DIR/...: the folder and all below it that hold Go files.
void AddFolders(const std::string& root, std::vector<std::vector<std::string>>* list) {
  std::error_code ec;
  std::vector<std::string> folders;
  if (!embed::GoFilesIn(root, false).empty() || !embed::GoFilesIn(root, true).empty()) {
    folders.push_back(root);
  }
  fs::recursive_directory_iterator it(root, ec), end;
  for (; !ec && it != end; it.increment(ec)) {
    if (!it->is_directory(ec)) continue;
    std::string name = it->path().filename().string();
    if (name == "testdata" || name.starts_with(".") || name.starts_with("_") ||
        fs::exists(it->path() / "go.mod", ec)) {
      it.disable_recursion_pending();
      continue;
    }
    std::string path = it->path().string();
    if (!embed::GoFilesIn(path, false).empty() || !embed::GoFilesIn(path, true).empty()) {
      folders.push_back(path);
    }
  }
  std::sort(folders.begin(), folders.end());
  for (std::string& f : folders) list->push_back({std::move(f)});
}

}  // namespace

int Test(const std::vector<std::string>& args) {
  TestFlags flags;
  std::string error;
  if (!ParseTestFlags(args, &flags, &error)) {
    std::fprintf(stderr, "%s\nusage: gol test [flags] [DIR... | FILE...]\n", error.c_str());
    return kExitUsage;
  }
  const bool local_mode = flags.packages.empty();
  std::vector<std::vector<std::string>> packages;
  if (local_mode) {
    packages.push_back({"."});
  } else if (IsSourceName(flags.packages[0])) {
    packages.push_back(flags.packages);
  } else {
    for (const std::string& word : flags.packages) {
      if (word == "..." || word.ends_with("/...")) {
        AddFolders(word == "..." ? "." : word.substr(0, word.size() - 4), &packages);
      } else {
        packages.push_back({word});
      }
    }
  }
  bool ok = true;
  for (const std::vector<std::string>& paths : packages) {
    if (!TestOne(paths, flags, local_mode, packages.size() == 1)) ok = false;
    std::fflush(stdout);
  }
  if (!ok && !local_mode) std::printf("FAIL\n");
  return ok ? 0 : kExitError;
}

}  // namespace gol::cmd
