// gol run [flags] FILE... | DIR [args]: compiles a program and runs it.
#include <signal.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "commands.h"
#include "embed/code_cache.h"
#include "embed/pipeline.h"
#include "embed/program.h"
#include "embed/symbols.h"
#include "flags.h"
#include "perf.h"
#include "release_memory.h"
#include "run.h"

namespace gol::cmd {
namespace {

bool IsSource(const std::string& word) { return word.ends_with(".go") || word.ends_with(".gol"); }

const char* EnvOr(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : fallback;
}

// GOGC: a percentage, or "off".
int ParseGogc(const char* text) {
  if (std::string(text) == "off") return -1;
  char* end;
  long n = std::strtol(text, &end, 10);
  return *text == 0 || *end != 0 ? 100 : static_cast<int>(n);
}

// GOMEMLIMIT: bytes with an optional unit B, KiB, MiB, GiB, TiB, or "off".
int64_t ParseMemoryLimit(const char* text) {
  std::string s(text);
  if (s.empty() || s == "off") return INT64_MAX;
  char* end;
  double n = std::strtod(s.c_str(), &end);
  std::string unit(end);
  int64_t scale = unit == "KiB"   ? int64_t{1} << 10
                  : unit == "MiB" ? int64_t{1} << 20
                  : unit == "GiB" ? int64_t{1} << 30
                  : unit == "TiB" ? int64_t{1} << 40
                                  : 1;
  return static_cast<int64_t>(n * static_cast<double>(scale));
}

}  // namespace

int PrintErrors(const embed::Pipeline& pipeline, bool limit) {
  if (!pipeline.error().empty()) std::fprintf(stderr, "gol: %s\n", pipeline.error().c_str());
  diag::RenderOptions render;
  render.source_lines = render.color = isatty(STDERR_FILENO) != 0;
  render.limit = limit ? 10 : 0;
  std::string text = pipeline.emitter().Render(render);
  std::fwrite(text.data(), 1, text.size(), stderr);
  return kExitError;
}

embed::PipelineOptions ToPipelineOptions(const Flags& flags) {
  embed::PipelineOptions options;
  options.opt_level = flags.opt_level;
  options.print_escape = flags.print_escape;
  options.inline_funcs = !flags.no_inline;
  options.verify = flags.verify_each;
  options.dump_ast = flags.dump_ast;
  options.dump_ir = flags.dump_ir;
  options.dump_llvm = flags.dump_llvm;
  options.dump_asm = flags.dump_asm;
  options.dump_func = flags.dump_func;
  options.time_passes = flags.time_passes;
  options.preludes = flags.preludes;
  return options;
}

std::vector<std::string> PreludesFor(const std::vector<std::string>& preludes,
                                     const std::string& stem) {
  std::vector<std::string> files;
  for (const std::string& prelude : preludes) {
    std::error_code ec;
    if (!std::filesystem::is_directory(prelude, ec)) {
      files.push_back(prelude);
      continue;
    }
    for (const char* extension : {".gol", ".go"}) {
      std::string file = (std::filesystem::path(prelude) / (stem + extension)).string();
      if (std::filesystem::exists(file, ec)) {
        files.push_back(std::move(file));
        break;
      }
    }
  }
  return files;
}

jit::Options ToJitOptions(const Flags& flags) {
  jit::Options options;
  options.opt_level = flags.opt_level;
  options.inline_funcs = !flags.no_inline;
  options.inline_maps = options.inline_funcs && embed::MayInlineMaps();
  options.verify = flags.verify_each;
  options.dump_func = flags.dump_func;
  options.for_debugger = flags.for_debugger;
  if (!flags.perf.empty()) {
    std::string error;
    options.on_function = PerfWriter(flags.perf, &error);
    if (!options.on_function) {
      std::fprintf(stderr, "gol: %s\n", error.c_str());
      std::exit(kExitUsage);
    }
  }
  if (flags.in_steps) options.parts = 2;  // as large programs have
  if (flags.in_parts) options.parts = 3;
  if (flags.time_passes) {
    options.timing = [](std::string_view phase, double seconds) {
      std::fprintf(stderr, "%-10.*s %9.3f ms\n", static_cast<int>(phase.size()), phase.data(),
                   seconds * 1e3);
    };
  }
  if (!flags.dump_llvm.empty() || flags.dump_asm || flags.print_asm) {
    const std::string llvm = flags.dump_llvm;
    const bool with_asm = flags.dump_asm || flags.print_asm;
    options.dump = [llvm, with_asm](std::string_view stage, std::string_view text) {
      if (stage == llvm || (stage == "asm" && with_asm)) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);  // the program writes past this buffer
      }
    };
  }
  return options;
}

namespace {

// Whether the flags ask for nothing but the program's run.
bool UsesCache(const Flags& flags) {
  return !flags.in_steps && !flags.in_parts && !flags.print_escape && !flags.verify_each && !flags.time_passes && !flags.dump_ast &&
         !flags.dump_ir && !flags.dump_asm && !flags.print_asm && flags.dump_llvm.empty();
}

// What names the program in the cache: its files, preludes included.
embed::CodeCache::Request CacheRequest(const Flags& flags,
                                       const std::vector<std::string>& sources) {
  embed::CodeCache::Request request;
  request.paths = flags.preludes;
  request.paths.insert(request.paths.end(), sources.begin(), sources.end());
  request.flags = "O" + std::to_string(flags.opt_level) +
                  (flags.opt_level_given ? " whole" : "") + (flags.no_inline ? " -l" : "") +
                  (embed::MayInlineMaps() ? "" : " map calls") + (flags.for_debugger ? " gdb" : "");
  if (!flags.preludes.empty()) {
    request.flags += " preludes " + std::to_string(flags.preludes.size());
  }
  return request;
}

// Whether schedules are to be the same each time: code that is replaced while it runs has its safepoints elsewhere.
bool HasSchedSeed() {
  return std::string(EnvOr("GODEBUG", "")).find("schedseed=") != std::string::npos;
}

// Compiles the sources, or finds them compiled. Null when there were errors; they are printed.
std::unique_ptr<Program> Compile(const Flags& flags, const std::vector<std::string>& sources) {
  jit::Options jit_options = ToJitOptions(flags);
  jit_options.whole_program = true;  // nothing is added to the program later
  embed::LinkOptions link;
  // Not before the start: a program that never collects is often over sooner than this takes.
  link.on_first_collection = ReleaseCompilerMemory;
  if (flags.in_steps) {
    link.steps = embed::LinkOptions::kAllBeforeStart;
  } else if (UsesCache(flags) && !flags.opt_level_given && !HasSchedSeed()) {
    link.steps = embed::LinkOptions::kLargeInSteps;
  }
  if (std::string folder = embed::CacheFolderFromEnvironment();
      !folder.empty() && UsesCache(flags)) {
    link.cache = std::make_shared<embed::CodeCache>(
        std::move(folder), CacheRequest(flags, sources));
    if (std::optional<embed::CodeCache::Entry> entry = link.cache->Find()) {
      auto load = [options = ToPipelineOptions(flags), sources] {
        auto pipeline = std::make_unique<embed::Pipeline>(options);
        if (!pipeline->Load(sources) || !pipeline->BuildIr()) pipeline = nullptr;
        return pipeline;
      };
      Result<std::unique_ptr<Program>> program =
          embed::LinkCached(std::move(*entry), jit_options, link, load);
      if (program) return std::move(program.value());
    }
  }
  jit::WarmUp warm_up;
  auto pipeline = std::make_unique<embed::Pipeline>(ToPipelineOptions(flags));
  if (!pipeline->Load(sources) || !pipeline->BuildIr()) {
    PrintErrors(*pipeline, flags.limit_errors);
    return nullptr;
  }
  warm_up.Stop();
  if (flags.print_escape) {
    std::string report = pipeline->EscapeReport();
    std::fwrite(report.data(), 1, report.size(), stderr);
  }
  if (flags.dump_ir) {
    std::string text = pipeline->IrText();
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  Result<std::unique_ptr<Program>> program = embed::LinkProgram(
      std::move(pipeline), std::move(jit_options), link);
  if (program) return std::move(program.value());
  std::fprintf(stderr, "gol: %s\n", program.error().message.c_str());
  return nullptr;
}

}  // namespace

RunOptions RunOptionsFromEnv() {
  RunOptions options;
  options.gomaxprocs = std::atoi(EnvOr("GOMAXPROCS", "0"));
  options.gogc = ParseGogc(EnvOr("GOGC", "100"));
  options.memory_limit_bytes = ParseMemoryLimit(EnvOr("GOMEMLIMIT", "off"));
  options.godebug = EnvOr("GODEBUG", "");
  options.traceback = EnvOr("GOTRACEBACK", "");
  return options;
}

namespace {

// Written before the handler is installed.
Interrupter* quit_interrupter = nullptr;

void HandleQuit(int, siginfo_t*, void* context) {
  const auto* c = static_cast<const ucontext_t*>(context);
  quit_interrupter->Quit(reinterpret_cast<const void*>(c->uc_mcontext.gregs[REG_RIP]));
}

// Signals that end other processes but not a Go program, unless it asks for them (os/signal). A handler rather than
// SIG_IGN: programs started by this one get the default again, and signal.Ignored says no.
void DropSignals() {
  auto drop = [](int sig) {
    struct sigaction sa;
    if (sigaction(sig, nullptr, &sa) != 0 || sa.sa_handler != SIG_DFL) return;
    sa = {};
    sa.sa_handler = [](int) {};
    sa.sa_flags = SA_ONSTACK | SA_RESTART;
    sigfillset(&sa.sa_mask);
    sigaction(sig, &sa, nullptr);
  };
  for (int sig : {SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGIO, SIGPWR}) drop(sig);
  for (int sig = SIGRTMIN + 1; sig <= SIGRTMAX; sig++) {
    if (sig != SIGRTMAX - 3) drop(sig);  // the runtime's own: it interrupts system calls
  }
}

}  // namespace

RunResult RunToEnd(Program& program, RunOptions options) {
  static Interrupter interrupter;  // handlers of signals may use it at any time
  quit_interrupter = &interrupter;
  options.interrupter = &interrupter;
  struct sigaction sa = {};
  sa.sa_sigaction = HandleQuit;
  sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigfillset(&sa.sa_mask);
  sigaction(SIGQUIT, &sa, nullptr);
  DropSignals();
  RunResult result = program.Run(options);
  if (result.wants_abort) {
    std::fflush(nullptr);
    signal(SIGABRT, SIG_DFL);
    std::abort();
  }
  return result;
}

std::optional<RunResult> RunSources(Flags flags, const char* command,
                                    const std::function<void(RunOptions&)>& adjust) {
  // The sources: all leading words that name Go files, or one folder.
  size_t n = 0;
  while (n < flags.args.size() && IsSource(flags.args[n])) n++;
  if (n == 0) {
    struct stat st;
    if (flags.args.empty()) {
      std::fprintf(stderr, "%s: no Go files listed\n", command);
      return std::nullopt;
    }
    if (stat(flags.args[0].c_str(), &st) == 0 && !S_ISDIR(st.st_mode)) {
      std::fprintf(stderr, "%s: %s: named files must be .go or .gol files\n", command,
                   flags.args[0].c_str());
      return std::nullopt;
    }
    n = 1;
  }
  std::vector<std::string> sources(flags.args.begin(), flags.args.begin() + static_cast<long>(n));

  flags.preludes =
      PreludesFor(flags.preludes, std::filesystem::path(sources.back()).stem().string());

  std::unique_ptr<Program> program = Compile(flags, sources);
  if (program == nullptr) return std::nullopt;

  RunOptions options = RunOptionsFromEnv();
  options.profiles = flags.profiles;
  options.args.push_back(sources[0]);
  options.args.insert(options.args.end(), flags.args.begin() + static_cast<long>(n),
                      flags.args.end());
  if (adjust) adjust(options);
  RunResult result = RunToEnd(*program, std::move(options));
  if (result.status == RunStatus::kInternal) std::fprintf(stderr, "%s\n", result.text.c_str());
  // The process ends soon: what the program and the JIT own goes with it.
  static auto* const kept = new std::vector<Program*>;
  kept->push_back(program.release());
  return result;
}

int Run(const std::vector<std::string>& args) {
  Flags flags;
  std::string error;
  if (!ParseFlags(args, 0, &flags, &error)) {
    std::fprintf(stderr, "gol run: %s\n", error.c_str());
    return kExitUsage;
  }
  if (!flags.args.empty() && flags.args[0].ends_with(".md")) {
    // Its blocks take no words of their own: flags may follow the file.
    const std::string path = flags.args[0];
    if (!ParseFlags(flags.args, 1, &flags, &error)) {
      std::fprintf(stderr, "gol run: %s\n", error.c_str());
      return kExitUsage;
    }
    return RunMarkdown(flags, path, flags.args);
  }
  if (flags.block != 0) {
    std::fprintf(stderr, "gol run: --block is for Markdown files\n");
    return kExitUsage;
  }
  std::optional<RunResult> result = RunSources(flags, "gol run", nullptr);
  if (!result) return kExitError;
  std::fflush(nullptr);
  _exit(result->exit_code);
}

}  // namespace gol::cmd
