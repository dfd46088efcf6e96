// See repl/commands.h. The commands of the laboratory are in lab.cc.
#include "repl/commands.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "repl/lab.h"
#include "repl/value_printer.h"

namespace gol::repl {
namespace {

std::string_view Trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\n')) s.remove_suffix(1);
  return s;
}

void Fail(CommandContext* context, const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  context->failed = 1;
}

void Help(CommandContext*, std::string_view) {
  std::printf("Go statements, declarations and expressions; a trailing ; keeps a value unprinted,\n"
              "_ is the last value. Standard packages are imported by use.\n\n");
  for (const Command& c : Commands()) {
    const std::string usage = ":" + std::string(c.name) + " " + std::string(c.arguments);
    std::printf("  %-22s %.*s\n", usage.c_str(), static_cast<int>(c.text.size()), c.text.data());
  }
}

void Type(CommandContext* context, std::string_view argument) {
  std::string error;
  const std::string type = context->evaluator->TypeOf(argument, &error);
  if (!error.empty()) {
    std::fputs(error.c_str(), stderr);
    context->failed = 1;
    return;
  }
  std::printf("%s\n", type.c_str());
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
      {"vars", "", "variables with their types and values", Vars},
      {"time", "INPUT", "runs an input; times of compiling and running it", Time},
      {"load", "FILE", "runs a file as an input", Load},
      {"save", "FILE", "writes the session's inputs to a file", Save},
      {"list", "", "the session's inputs", List},
      {"reset", "", "forgets everything", Reset},
      {"gc", "", "a collection: what it freed, how long it stopped the program", lab::Gc},
      {"heap", "", "objects and bytes by size class", lab::Heap},
      {"spans", "[CLASS]", "a picture of the spans: live, dead and free slots", lab::Spans},
      {"map", "EXPR", "a map's buckets: seed, fill, overflow, growth", lab::Map},
      {"pauses", "", "pauses of the collector: p50, p99, longest", lab::Pauses},
      {"quit", "", "leaves (also Ctrl-D)", Quit},
  };
  return commands;
}

void RunCommand(CommandContext* context, std::string_view line) {
  line = Trim(line.substr(1));
  const size_t space = line.find_first_of(" \t");
  const std::string_view name = line.substr(0, space);
  const std::string_view argument =
      space == std::string_view::npos ? std::string_view() : Trim(line.substr(space));
  const Command* found = nullptr;
  for (const Command& c : Commands()) {
    if (c.name == name || (name.size() == 1 && c.name[0] == name[0] && found == nullptr)) found = &c;
    if (c.name == name) break;
  }
  if (found == nullptr) {
    return Fail(context, "gol: no command :" + std::string(name) + "; :help lists them");
  }
  if (argument.empty() && !found->arguments.empty() && found->arguments[0] != '[') {
    return Fail(context, "usage: :" + std::string(found->name) + " " +
                             std::string(found->arguments));
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
