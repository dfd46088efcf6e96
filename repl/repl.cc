// See repl/repl.h.
//
// While a prompt waits, the session's goroutines run (Evaluator::StartIdle). Ctrl-C interrupts the
// input that runs, through the polls that every loop and prologue has; at the prompt it drops the
// line.
#include "repl/repl.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "repl/commands.h"
#include "repl/lab.h"
#include "repl/line_editor.h"

namespace gol::repl {
namespace {

// What SIGINT interrupts: the signal of the input that runs, else null.
std::atomic<rt::RunSignal*> running{nullptr};

void OnInterrupt(int) {
  if (rt::RunSignal* signal = running.load(std::memory_order_acquire)) signal->Interrupt();
}

// While it lives, Ctrl-C interrupts what the evaluator runs.
class Interruptible {
 public:
  explicit Interruptible(Evaluator* evaluator) {
    evaluator->signal().Reset();
    running.store(&evaluator->signal(), std::memory_order_release);
  }
  ~Interruptible() { running.store(nullptr, std::memory_order_release); }
};

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Whether the input's values are not wanted: it ends in a semicolon, or prints something itself.
bool IsMuted(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  const size_t last = text.find_last_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  const std::string_view start = text.substr(first);
  return text[last] == ';' || start.starts_with("fmt.Print") || start.starts_with("fmt.Fprint");
}

class Repl {
 public:
  explicit Repl(ReplOptions options)
      : options_(std::move(options)),
        evaluator_(std::make_unique<Evaluator>(options_.evaluator)) {}

  int RunTerminal();
  int RunPipe();

 private:
  // Evaluates an input or a command. False: the session ends with exit_code_.
  bool Handle(const std::string& input);
  // Says how an input ended. The exit code that it means for a pipe.
  int Report(const Outcome& outcome);
  std::vector<std::string> Complete(std::string_view text, std::string_view word);

  const ReplOptions options_;
  std::unique_ptr<Evaluator> evaluator_;
  std::shared_ptr<lab::State> lab_ = lab::NewState();
  std::vector<std::string> inputs_;
  int exit_code_ = 0;
};

int Repl::Report(const Outcome& outcome) {
  std::fputs(outcome.note.c_str(), stderr);
  switch (outcome.kind) {
    case Outcome::kOk:
      return 0;
    case Outcome::kRejected:
      std::fputs(outcome.text.c_str(), stderr);
      return 1;
    case Outcome::kEnded:
      if (outcome.interrupted) std::fprintf(stderr, "interrupted\n");
      return 2;
    case Outcome::kExit:
      return outcome.exit_code;
  }
  return 0;
}

bool Repl::Handle(const std::string& input) {
  Outcome outcome = evaluator_->StopIdle();
  int code = Report(outcome);
  if (outcome.kind == Outcome::kOk) {
    Interruptible interruptible(evaluator_.get());
    const size_t first = input.find_first_not_of(" \t\r\n");
    if (input[first] == ':') {
      CommandContext context{.evaluator = evaluator_.get(), .lab = lab_.get(), .inputs = &inputs_};
      RunCommand(&context, std::string_view(input).substr(first));
      code = context.failed;
      if (context.quit) return false;
      evaluator_->ForgetProbes();
      if (context.ran) outcome = std::move(context.outcome);
      if (context.reset) {
        evaluator_ = std::make_unique<Evaluator>(options_.evaluator);
        lab_ = lab::NewState();
        inputs_.clear();
      }
    } else {
      outcome = evaluator_->Eval(input);
      if (outcome.kind != Outcome::kRejected) inputs_.push_back(input);
    }
    if (!IsMuted(input)) PrintResults(outcome.results);
    if (const int reported = Report(outcome); reported != 0) code = reported;
    lab::ReportWatched(evaluator_.get(), lab_.get());
  }
  std::fflush(stdout);
  if (outcome.kind == Outcome::kExit) {
    exit_code_ = outcome.exit_code;
    return false;
  }
  if (code != 0 && !options_.is_terminal) {
    exit_code_ = code;
    return false;
  }
  return true;
}

// Files and folders that the path may become: what replaces `word` at its end.
std::vector<std::string> PathsFor(std::string_view path, std::string_view word) {
  const size_t slash = path.rfind('/');
  const std::string folder(slash == path.npos ? "" : path.substr(0, slash + 1));
  const std::string_view name = path.substr(folder.size());
  std::vector<std::string> found;
  std::error_code error;
  const std::string where = folder.empty() ? "." : folder;
  for (std::filesystem::directory_iterator it(where, error), end; !error && it != end; it.increment(error)) {
    const std::string entry = it->path().filename().string();
    if (!entry.starts_with(name) || (name.empty() && entry[0] == '.')) continue;
    std::string whole = folder + entry;
    std::error_code ignored;
    if (it->is_directory(ignored)) whole += '/';
    found.push_back(whole.substr(path.size() - word.size()));
  }
  return found;
}

std::vector<std::string> Repl::Complete(std::string_view text, std::string_view word) {
  if (text.starts_with(":load ") || text.starts_with(":save ")) {
    return PathsFor(text.substr(text.rfind(' ') + 1), word);
  }
  std::vector<std::string> found;
  if (word.starts_with(":")) {
    for (const Command& c : Commands()) {
      std::string name = ":" + std::string(c.name);
      if (name.starts_with(word)) found.push_back(std::move(name));
    }
    return found;
  }
  // In expressions these stand between words: a/b.c, s[1:n].
  const size_t operators = word.find_last_of("/:") + 1;
  const std::string before(word.substr(0, operators));
  word.remove_prefix(operators);
  auto offer = [&](const std::string& candidate) {
    if (candidate.starts_with(word)) found.push_back(before + candidate);
  };
  evaluator_->StopIdle();
  if (const size_t dot = word.rfind('.'); dot != std::string_view::npos) {
    const std::string base(word.substr(0, dot));
    for (const std::string& member : evaluator_->Members(base)) offer(base + "." + member);
  } else {
    for (const std::string& name : evaluator_->Names()) offer(name);
  }
  evaluator_->StartIdle();
  return found;
}

int Repl::RunTerminal() {
  LineEditor editor(options_.history_path, [this](std::string_view text, std::string_view word) {
    return Complete(text, word);
  });
  std::string input;
  for (;;) {
    std::fflush(stdout);
    evaluator_->StartIdle();
    std::string line;
    const LineEditor::Status status = editor.Read(input.empty() ? "> " : ". ", &line);
    if (status == LineEditor::kEnd) {
      std::printf("\n");
      break;
    }
    if (status == LineEditor::kInterrupted) {
      std::printf("^C\n");
      input.clear();
      continue;
    }
    // An empty line ends an input that asks for more: a way out of an unclosed bracket.
    const bool ends = IsBlank(line) && !input.empty();
    if (!input.empty()) input += '\n';
    input += line;
    if (IsBlank(input)) {
      input.clear();
      continue;
    }
    if (!ends && input[input.find_first_not_of(" \t")] != ':' && !Evaluator::IsComplete(input)) {
      continue;
    }
    editor.AddHistory(input);
    const bool go_on = Handle(input);
    input.clear();
    if (!go_on) break;
  }
  evaluator_->StopIdle();
  return exit_code_;
}

int Repl::RunPipe() {
  std::string input, line;
  while (std::getline(std::cin, line)) {
    if (!input.empty()) input += '\n';
    input += line;
    if (IsBlank(input)) {
      input.clear();
      continue;
    }
    const bool is_command = input[input.find_first_not_of(" \t\r\n")] == ':';
    if (!is_command && !Evaluator::IsComplete(input)) continue;
    if (!Handle(input)) return exit_code_;
    input.clear();
  }
  if (!IsBlank(input)) Handle(input);
  return exit_code_;
}

}  // namespace

int RunRepl(ReplOptions options) {
  struct sigaction action = {}, old;
  action.sa_handler = OnInterrupt;  // without SA_RESTART: reading the terminal is interrupted too
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old);
  const bool is_terminal = options.is_terminal;
  int code;
  {
    Repl repl(std::move(options));
    code = is_terminal ? repl.RunTerminal() : repl.RunPipe();
  }
  sigaction(SIGINT, &old, nullptr);
  return code;
}

}  // namespace gol::repl
