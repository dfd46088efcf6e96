// Evaluator: an interactive session's program, which grows input by input and is never started anew.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/rtype.h"
#include "runtime/limits.h"

namespace gol::rt {
class Runtime;
}  // namespace gol::rt
namespace gol::types {
struct Object;
struct Type;
struct Var;
}  // namespace gol::types

namespace gol::repl {

// A value of the session's program. The address is good until the next input.
struct Value {
  std::string name;         // of the variable; empty for a result
  std::string static_type;  // as the program's source would write it
  const rt::Type* type = nullptr;
  const void* address = nullptr;
};

// A package-level variable that some input made.
struct Global {
  enum Kind : uint8_t {
    kVisible,  // its name means it
    kHidden,   // its name was declared anew; functions may use it still
    kResult,   // the value of an expression
    kProbe,    // of Probe
  };
  Kind kind;
  Value value;
  int input;  // its number
};

// What became of an input.
struct Outcome {
  enum Kind : uint8_t {
    kOk,
    kRejected,     // it does not compile: text holds the diagnostics; nothing has changed
    kEnded,        // a panic, a fatal error, an interruption; the session's state is kept
    kExit,         // os.Exit: the session ends with exit_code
  };
  Kind kind = kOk;
  bool interrupted = false;    // of kEnded: by RunSignal::Interrupt
  int exit_code = 0;
  std::string text;            // of kRejected: the messages, each ending in a newline
  // What the user should know besides: declarations that could not follow one that they use.
  std::string note;
  double run_ms = 0;           // wall time that it ran
  std::vector<Value> results;  // of the last statement, where that is an expression
};

struct EvaluatorOptions {
  int gomaxprocs = 0;  // 0: the number of CPUs
  int gogc = 100;
  int64_t memory_limit_bytes = INT64_MAX;
  std::string godebug;
  std::string traceback;
  int opt_level = 2;
  bool source_lines = false;  // diagnostics show the line with a caret
  bool color = false;
};

// Threads: one thread at a time; Interrupt (see signal()) from any, and from signal handlers.
class Evaluator {
 public:
  explicit Evaluator(EvaluatorOptions options);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // Compiles the text, a script, and runs it. Its declarations stay; a name declared before is
  // hidden from now on, and the functions and types that use it are compiled again with the new
  // one. Other goroutines go on meanwhile.
  Outcome Eval(std::string_view text);

  // Evaluates an expression for somebody who looks at the program: it does not become `_`, and its value keeps
  // nothing alive after ForgetProbes or the next input.
  Outcome Probe(std::string_view expression);
  void ForgetProbes();
  // Initialises the packages that every program has, if nothing was evaluated so far. False: there is no program.
  bool Start();

  // Lets the goroutines that earlier inputs started run, on a thread of its own, until StopIdle or
  // Eval. Values and runtime() must not be looked at meanwhile.
  void StartIdle();
  // What ended the session's program in the meantime, kOk if nothing did.
  Outcome StopIdle();

  // Whether the text is a whole input: its brackets are closed, its last line does not end in an
  // operator, a comma or a dot, no comment or raw string is open.
  static bool IsComplete(std::string_view text);

  // The session's variables that are visible now, in order of their names.
  std::vector<Value> Variables() const;
  // All of them, in order of declaration.
  std::vector<Global> Globals() const;
  // The variable of a standard package or of the session at an address, as "strconv.x" or "x"; empty: none.
  std::string GlobalAt(const void* address) const;
  // Names of what can be referred to: declared ones, predeclared ones, standard packages.
  std::vector<std::string> Names() const;
  // What may follow the expression and a dot: fields and methods, or the exported names of a
  // standard package. Empty if it has no value. Runs nothing.
  std::vector<std::string> Members(std::string_view expression);
  // The type of an expression, as text; diagnostics in *error if there is none. Runs nothing.
  std::string TypeOf(std::string_view expression, std::string* error);

  // The compiler's IR, and machine code, of a function that is declared ("f", "T.M"), or of an input, which is not run.
  // Empty: *error says why there is none.
  std::string IrOf(std::string_view text, std::string* error);
  std::string AsmOf(std::string_view text, std::string* error);
  // What is known of a name: declaration and comment of a function, type, method, variable or package, standard or
  // declared here. Empty: nothing.
  std::string DocOf(std::string_view name);

  rt::RunSignal& signal();
  rt::Runtime& runtime();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gol::repl
