// See repl/commands.h. The commands of the laboratory are in lab.cc.
#include "repl/commands.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "repl/lab.h"
#include "repl/value_printer.h"

namespace gol::repl {

std::string_view Trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\n')) s.remove_suffix(1);
  return s;
}

void Fail(CommandContext* context, const std::string& text) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", text.c_str());
  context->failed = 1;
}

namespace {

void Help(CommandContext*, std::string_view) {
  std::printf("Go statements, declarations and expressions; a trailing ; keeps a value unprinted,\n"
              "_ is the last value. Standard packages are imported by use.\n");
  bool in_lab = false;
  size_t width = 0;
  for (const Command& c : Commands()) width = std::max(width, c.name.size() + c.arguments.size() + 2);
  for (const Command& c : Commands()) {
    if (c.name == Commands()[0].name) std::printf("\n");
    if (c.has_json && !in_lab) std::printf("\nThe laboratory (each with -json too):\n");
    in_lab = c.has_json;
    const std::string usage = ":" + std::string(c.name) + " " + std::string(c.arguments);
    std::printf("  %-*s  %.*s\n", static_cast<int>(width), usage.c_str(), static_cast<int>(c.text.size()),
                c.text.data());
  }
}

// What a question yields, or why it yields nothing.
void PrintAnswer(CommandContext* context, const std::string& text, const std::string& error) {
  std::fputs(text.c_str(), stdout);
  if (error.empty()) return;
  std::fputs(error.c_str(), stderr);
  context->failed = 1;
}

void Type(CommandContext* context, std::string_view argument) {
  std::string error;
  const std::string type = context->evaluator->TypeOf(argument, &error);
  PrintAnswer(context, error.empty() ? type + "\n" : "", error);
}

void Doc(CommandContext* context, std::string_view argument) {
  const std::string text = context->evaluator->DocOf(argument);
  if (text.empty()) return Fail(context, "gol: nothing is known of " + std::string(argument));
  std::fputs(text.c_str(), stdout);
}

void Ir(CommandContext* context, std::string_view argument) {
  std::string error;
  const std::string text = context->evaluator->IrOf(argument, &error);
  PrintAnswer(context, text, error);
}

void Asm(CommandContext* context, std::string_view argument) {
  std::string error;
  const std::string text = context->evaluator->AsmOf(argument, &error);
  PrintAnswer(context, text, error);
}

void Vars(CommandContext* context, std::string_view) {
  PrintOptions options;
  options.max_elements = 8;
  options.max_depth = 2;
  options.max_string = 60;
  options.width = 1 << 20;  // one line each
  for (const Value& v : context->evaluator->Variables()) {
    const std::string text =
        v.type != nullptr && v.address != nullptr ? PrintValue(v.type, v.address, options) : "?";
    std::printf("%s %s = %s\n", v.name.c_str(), v.static_type.c_str(), text.c_str());
  }
}

void Run(CommandContext* context, std::string_view text) {
  context->outcome = context->evaluator->Eval(text);
  context->ran = true;
  if (context->outcome.kind != Outcome::kRejected) context->inputs->emplace_back(text);
}

void Time(CommandContext* context, std::string_view argument) {
  const auto start = std::chrono::steady_clock::now();
  Run(context, argument);
  const std::chrono::duration<double, std::milli> d = std::chrono::steady_clock::now() - start;
  PrintResults(context->outcome.results);
  context->outcome.results.clear();
  if (context->outcome.kind == Outcome::kRejected) return;
  std::printf("%.3f ms to compile, %.3f ms to run\n", d.count() - context->outcome.run_ms,
              context->outcome.run_ms);
}

void Load(CommandContext* context, std::string_view argument) {
  const std::string path(argument);
  std::ifstream in(path, std::ios::binary);
  if (!in) return Fail(context, "gol: cannot read " + path);
  std::stringstream text;
  text << in.rdbuf();
  Run(context, text.str());
}

void Save(CommandContext* context, std::string_view argument) {
  const std::string path(argument);
  std::ofstream out(path, std::ios::binary);
  for (const std::string& input : *context->inputs) out << input << "\n";
  if (!out.flush()) Fail(context, "gol: cannot write " + path);
}

void List(CommandContext* context, std::string_view) {
  for (const std::string& input : *context->inputs) std::printf("%s\n", input.c_str());
}

void Reset(CommandContext* context, std::string_view) { context->reset = true; }
void Quit(CommandContext* context, std::string_view) { context->quit = true; }

}  // namespace

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = {
      {"help", "", "this list", Help},
      {"type", "EXPR", "the type of an expression, which is not run", Type},
      {"doc", "NAME", "what sources say of it: strings, strings.Split, f", Doc},
      {"ir", "FUNC|INPUT", "the compiler's IR of a function, or of an input", Ir},
      {"asm", "FUNC|INPUT", "its machine code", Asm},
      {"vars", "", "variables with their types and values", Vars},
      {"time", "INPUT", "runs an input; times of compiling and running it", Time},
      {"load", "FILE", "runs a file as an input", Load},
      {"save", "FILE", "writes the session's inputs to a file", Save},
      {"list", "", "the session's inputs", List},
      {"reset", "", "forgets everything", Reset},
      {"quit", "", "leaves (also Ctrl-D)", Quit},
      {"gc", "[step ...]", "a collection and what it freed; step: one by hand", lab::Gc, true},
      {"heap", "[classes]", "reachable objects by type; objects by size class", lab::Heap, true},
      {"diff", "[INPUT]", "what the heap has more of, and less, since the last :diff",
       lab::Diff, true},
      {"why", "EXPR", "what keeps an object alive: the way from a root", lab::Why, true},
      {"watch", "[EXPR]", "follows an object; what became of those followed", lab::Watch, true},
      {"spans", "[BYTES]", "a picture of the spans, of one slot size", lab::Spans, true},
      {"map", "EXPR", "a map's buckets: seed, fill, overflow, growth", lab::Map, true},
      {"pacer", "", "when the next collection begins; what the last one took", lab::Pacer, true},
      {"assist", "", "marking that allocating goroutines did", lab::Assist, true},
      {"barriers", "[on|off]", "stores of pointers, by source line", lab::Barriers, true},
      {"pauses", "", "stops of the program by the collector: p50, p99, longest", lab::Pauses, true},
      {"set", "[NAME=VALUE]", "gcpercent, memorylimit, gomaxprocs, GODEBUG's switches", lab::Set, true},
  };
  return commands;
}

namespace {

// Takes the word -json off either end of the arguments: in between it may be part of an expression.
bool TakeJsonFlag(std::string* rest) {
  constexpr std::string_view kFlag = "-json";
  std::string_view text = *rest;
  if (text == kFlag) {
    text = {};
  } else if (text.starts_with("-json ")) {
    text.remove_prefix(kFlag.size());
  } else if (text.ends_with(" -json")) {
    text.remove_suffix(kFlag.size());
  } else {
    return false;
  }
  *rest = Trim(text);
  return true;
}

}  // namespace

void RunCommand(CommandContext* context, std::string_view line) {
  line = Trim(line.substr(1));
  const size_t space = line.find_first_of(" \t");
  const std::string_view name = line.substr(0, space);
  std::string_view argument =
      space == std::string_view::npos ? std::string_view() : Trim(line.substr(space));
  const Command* found = nullptr;
  for (const Command& c : Commands()) {
    if (c.name == name || (name.size() == 1 && c.name[0] == name[0] && found == nullptr)) found = &c;
    if (c.name == name) break;
  }
  if (found == nullptr) {
    return Fail(context, "gol: no command :" + std::string(name) + "; :help lists them");
  }
  std::string rest(argument);
  if (found->has_json) context->json = TakeJsonFlag(&rest);
  argument = Trim(rest);
  if (argument.empty() && !found->arguments.empty() && found->arguments[0] != '[') {
    return Fail(context, "usage: :" + std::string(found->name) + " " +
                             std::string(found->arguments));
  }
  if (found->has_json && !context->evaluator->Start()) {
    return Fail(context, "gol: there is no program to look at");
  }
  found->run(context, argument);
}

namespace {

// Whether the value's text shows its type already: `[]int{...}`, `&T{...}`, `(*T)(nil)`.
bool SaysType(std::string_view text, std::string_view type) {
  if (text.starts_with("&") && type.starts_with("*")) {
    text.remove_prefix(1);
    type.remove_prefix(1);
  }
  if (text.starts_with("(")) text.remove_prefix(1);
  // Blanks apart: `struct { A int }`, `struct{A int}`.
  size_t i = 0;
  for (char c : type) {
    if (c == ' ') continue;
    while (i < text.size() && text[i] == ' ') i++;
    if (i == text.size() || text[i] != c) return false;
    i++;
  }
  return i < text.size() && (text[i] == '{' || text[i] == '(' || text[i] == ')');
}

}  // namespace

void PrintResults(const std::vector<Value>& results) {
  for (const Value& v : results) {
    if (v.type == nullptr || v.address == nullptr) {
      std::printf("? (%s)\n", v.static_type.c_str());
      continue;
    }
    const std::string text = PrintValue(v.type, v.address);
    if (SaysType(text, v.static_type)) {
      std::printf("%s\n", text.c_str());
    } else {
      std::printf("%s (%s)\n", text.c_str(), v.static_type.c_str());
    }
  }
  std::fflush(stdout);
}

}  // namespace gol::repl
