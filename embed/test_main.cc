// See embed/test_main.h.
#include "embed/test_main.h"

#include <cstdio>

#include "frontend/syntax/ast.h"

namespace gol::embed {
namespace {

using syntax::DynAs;

// "TestX" for the prefix "Test", but not "Testify". Small letters outside of ASCII are not looked at.
bool HasPrefix(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  std::string_view rest = name.substr(prefix.size());
  if (rest.empty()) return true;
  unsigned char c = static_cast<unsigned char>(rest[0]);
  if (c < 0x80) return !(c >= 'a' && c <= 'z');
  return true;
}

// The text of a comment without its marks, line by line. Directives are left out.
std::string CommentText(std::string_view comment) {
  if (comment.starts_with("//")) {
    comment = comment.substr(2);
    if (comment.starts_with(" ")) comment = comment.substr(1);
    while (!comment.empty() && (comment.back() == '\r' || comment.back() == '\n')) {
      comment.remove_suffix(1);
    }
    return std::string(comment);
  }
  if (comment.starts_with("/*")) comment = comment.substr(2, comment.size() - 4);
  return std::string(comment);
}

bool IsDirective(std::string_view comment) {
  if (!comment.starts_with("//")) return false;
  comment = comment.substr(2);
  if (comment.starts_with("line ") || comment.starts_with("extern ") ||
      comment.starts_with("export ")) {
    return true;
  }
  // [a-z0-9]+:[a-z0-9]
  size_t colon = comment.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 >= comment.size()) return false;
  for (size_t i = 0; i <= colon + 1; i++) {
    if (i == colon) continue;
    char c = comment[i];
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) return false;
  }
  return true;
}

// The last group of comments in a range of a file (comments with no blank line and no code
// between them), as text: lines without blanks at their ends, no blank lines around, single ones
// between paragraphs, a newline at the end.
std::string LastCommentGroup(const syntax::File* file, Pos begin, Pos end) {
  std::vector<std::string_view> group;
  const SourceFile* source = file->source;
  for (size_t i = file->comments.size(); i-- > 0;) {
    const syntax::Comment& c = file->comments[i];
    if (c.pos < begin || c.pos >= end) continue;
    if (!group.empty()) {
      // Between this comment and the one below may only stand one line break.
      size_t from = source->OffsetOf(c.pos) + c.text.size();
      size_t to = static_cast<size_t>(group.back().data() - source->text().data());
      std::string_view between = source->text().substr(from, to - from);
      int newlines = 0;
      bool code = false;
      for (char ch : between) {
        if (ch == '\n') newlines++;
        if (ch != '\n' && ch != ' ' && ch != '\t' && ch != '\r') code = true;
      }
      if (code || newlines > 1) break;
    }
    group.push_back(c.text);
  }
  std::vector<std::string> lines;
  for (size_t i = group.size(); i-- > 0;) {
    if (IsDirective(group[i])) continue;
    std::string text = CommentText(group[i]);
    for (size_t at = 0;;) {
      size_t nl = text.find('\n', at);
      std::string line = text.substr(at, nl == std::string::npos ? nl : nl - at);
      while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) {
        line.pop_back();
      }
      lines.push_back(std::move(line));
      if (nl == std::string::npos) break;
      at = nl + 1;
    }
  }
  std::string out;
  bool blank = false;
  for (const std::string& line : lines) {
    if (line.empty()) {
      blank = !out.empty();
      continue;
    }
    if (blank) out += "\n";
    blank = false;
    out += line + "\n";
  }
  return out;
}

bool EqualFold(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); i++) {
    char c = a[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    if (c != b[i]) return false;
  }
  return true;
}

// What an example is to print. False if its comment does not say.
bool ExampleOutput(const syntax::File* file, const syntax::FuncDecl* f, std::string* output,
                   bool* unordered) {
  if (f->body == nullptr) return false;
  std::string text = LastCommentGroup(file, f->body_begin, f->body_end);
  std::string_view rest = text;
  size_t i = rest.find_first_not_of(" \t\n\v\f\r");
  if (i == std::string_view::npos) return false;
  rest = rest.substr(i);
  *unordered = false;
  if (rest.size() >= 10 && EqualFold(rest.substr(0, 10), "unordered ")) {
    *unordered = true;
    rest = rest.substr(10);
  }
  if (rest.size() < 7 || !EqualFold(rest.substr(0, 7), "output:")) return false;
  rest = rest.substr(7);
  while (rest.starts_with(" ")) rest = rest.substr(1);
  if (rest.starts_with("\n")) rest = rest.substr(1);
  *output = std::string(rest);
  return true;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
      char buf[8];
      std::snprintf(buf, sizeof buf, "\\x%02x", static_cast<unsigned char>(c));
      out += buf;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// Whether the function takes one *testing.<letter> and returns nothing. The package's name is not
// looked at closer, as it may be imported under any.
bool TakesPointerTo(const syntax::FuncDecl* f, std::string_view letter) {
  if (!f->func_type->results.empty() || f->func_type->params.size() != 1) return false;
  const auto* star = DynAs<syntax::StarExpr>(f->func_type->params[0]->type_expr);
  if (star == nullptr) return false;
  if (const auto* name = DynAs<syntax::Ident>(star->x)) return name->name == letter;
  const auto* sel = DynAs<syntax::SelectorExpr>(star->x);
  return sel != nullptr && sel->sel->name == letter;
}

struct Lists {
  std::string tests, benchmarks, fuzz, examples, test_main;
  bool uses_package = false;
};

class Collector {
 public:
  Collector(const TestMain& main, std::string_view alias, Lists* lists, std::string* error)
      : main_(main), alias_(alias), lists_(lists), error_(error) {}

  bool Collect(const syntax::File* file) {
    if (!IsTestFile(file)) return true;
    for (const syntax::Decl* d : file->decls) {
      const auto* f = DynAs<syntax::FuncDecl>(d);
      if (f == nullptr || f->recv != nullptr) continue;
      if (!Add(file, f)) return false;
    }
    return true;
  }

 private:
  static bool IsTestFile(const syntax::File* file) {
    std::string_view name = file->source->name();
    return name.ends_with("_test.go") || name.ends_with("_test.gol");
  }

  bool Wants(std::string_view name) const {
    return main_.wants_test == nullptr || main_.wants_test(name);
  }

  std::string Ref(std::string_view name) {
    if (main_.names_only) return "nil";
    lists_->uses_package = true;
    return std::string(alias_) + "." + std::string(name);
  }

  std::string Row(std::string_view name) {
    return "\t{" + Quoted(name) + ", " + Ref(name) + "},\n";
  }

  bool Wrong(const syntax::FuncDecl* f, std::string_view what) {
    *error_ = main_.sources->Resolve(f->name->pos).ToString() + ": wrong signature for " +
              std::string(f->name->name) + ", " + std::string(what);
    return false;
  }

  bool Add(const syntax::File* file, const syntax::FuncDecl* f) {
    const std::string_view name = f->name->name;
    auto check = [&](std::string_view letter, std::string_view param) {
      if (!f->tparams.empty()) return Wrong(f, "test functions cannot have type parameters");
      if (TakesPointerTo(f, letter)) return true;
      return Wrong(f, "must be: func " + std::string(name) + "(" + std::string(param) +
                          " *testing." + std::string(letter) + ")");
    };
    if (name == "TestMain" && !TakesPointerTo(f, "T")) {
      if (!check("M", "m")) return false;
      lists_->uses_package = true;
      lists_->test_main = std::string(alias_) + ".TestMain";
    } else if (HasPrefix(name, "Test")) {
      if (!check("T", "t")) return false;
      if (Wants(name)) lists_->tests += Row(name);
    } else if (HasPrefix(name, "Benchmark")) {
      if (!check("B", "b")) return false;
      if (main_.wants_benchmarks) lists_->benchmarks += Row(name);
    } else if (HasPrefix(name, "Fuzz")) {
      if (!check("F", "f")) return false;
      if (Wants(name)) lists_->fuzz += Row(name);
    } else if (HasPrefix(name, "Example")) {
      std::string output;
      bool unordered;
      if (!f->func_type->params.empty() || !f->func_type->results.empty() || !f->tparams.empty()) {
        return true;  // a helper that is named like one
      }
      if (!Wants(name) || !ExampleOutput(file, f, &output, &unordered)) return true;
      lists_->examples += "\t{" + Quoted(name) + ", " + Ref(name) + ", " + Quoted(output) + ", " +
                          (unordered ? "true" : "false") + "},\n";
    }
    return true;
  }

  const TestMain& main_;
  const std::string_view alias_;
  Lists* const lists_;
  std::string* const error_;
};

}  // namespace

bool IsTestFuncName(std::string_view name) {
  return (HasPrefix(name, "Test") && name != "TestMain") || HasPrefix(name, "Benchmark") ||
         HasPrefix(name, "Fuzz") || HasPrefix(name, "Example");
}

bool MakeTestMain(const TestMain& main, std::string* text, std::string* error) {
  Lists lists;
  std::string imports;
  auto collect = [&](const char* alias, const std::string& path,
                     const std::vector<syntax::File*>& files) {
    lists.uses_package = false;
    Collector collector(main, alias, &lists, error);
    for (const syntax::File* file : files) {
      if (!collector.Collect(file)) return false;
    }
    imports += "\t" + std::string(lists.uses_package ? alias : "_") + " " + Quoted(path) + "\n";
    return true;
  };
  if (main.has_package && !collect("_test", main.package_path, main.package_files)) return false;
  if (main.has_external && !collect("_xtest", main.external_path, main.external_files)) return false;
  const bool own_main = !lists.test_main.empty();
  *text = "package main\n\nimport (\n\t\"os\"\n" + std::string(own_main ? "\t\"reflect\"\n" : "") +
          "\t\"testing\"\n\t\"testing/internal/testdeps\"\n\n" + imports + ")\n\n" +
          "var tests = []testing.InternalTest{\n" + lists.tests + "}\n\n" +
          "var benchmarks = []testing.InternalBenchmark{\n" + lists.benchmarks + "}\n\n" +
          "var fuzzTargets = []testing.InternalFuzzTarget{\n" + lists.fuzz + "}\n\n" +
          "var examples = []testing.InternalExample{\n" + lists.examples + "}\n\n" +
          "func main() {\n\tm := testing.MainStart(testdeps.TestDeps{Path: " +
          Quoted(main.import_path) + "}, tests, benchmarks, fuzzTargets, examples)\n";
  if (own_main) {
    *text += "\t" + lists.test_main +
             "(m)\n\tos.Exit(int(reflect.ValueOf(m).Elem().FieldByName(\"exitCode\").Int()))\n}\n";
  } else {
    *text += "\tos.Exit(m.Run())\n}\n";
  }
  return true;
}

}  // namespace gol::embed
