// Fuzzes the type checker on texts that parse: in full, or declarations first and each body on
// demand. Imports find small packages with a few familiar names.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/syntax/parser.h"
#include "frontend/types/check.h"
#include "frontend/types/object.h"
#include "frontend/types/scope.h"

namespace {

using namespace gol;

struct PackageText {
  std::string_view path;
  std::string_view text;
};
constexpr PackageText kPackages[] = {
    {"fmt",
     "package fmt\n\ntype Stringer interface{ String() string }\n"
     "func Println(a ...any) (int, error)\nfunc Printf(f string, a ...any) (int, error)\n"
     "func Sprint(a ...any) string\nfunc Sprintf(f string, a ...any) string\n"
     "func Errorf(f string, a ...any) error\n"},
    {"errors", "package errors\n\nfunc New(s string) error\nfunc Is(err, target error) bool\n"},
    {"os", "package os\n\nvar Args []string\nfunc Exit(code int)\n"
           "type File struct{ fd int }\nvar Stdout *File\n"
           "func (f *File) Write(b []byte) (int, error)\n"},
    {"strings",
     "package strings\n\ntype Builder struct{ buf []byte }\nfunc (b *Builder) String() string\n"
     "func Repeat(s string, n int) string\nfunc Split(s, sep string) []string\n"
     "func Contains(s, t string) bool\n"},
    {"sync", "package sync\n\ntype Mutex struct{ a, b int }\nfunc (m *Mutex) Lock()\n"
             "func (m *Mutex) Unlock()\ntype Locker interface { Lock(); Unlock() }\n"},
    {"sort", "package sort\n\nfunc Ints(x []int)\n"
             "type Interface interface { Len() int; Less(i, j int) bool; Swap(i, j int) }\n"
             "func Sort(x Interface)\n"},
    {"math", "package math\n\nconst (\n\tPi = 3.14159265358979323846264338327950288\n"
             "\tMaxInt64 = 1<<63 - 1\n\tMaxUint64 = 1<<64 - 1\n)\nfunc Sqrt(x float64) float64\n"},
    {"time", "package time\n\ntype Duration int64\nconst Second Duration = 1e9\n"
             "func Sleep(d Duration)\n"},
    {"runtime", "package runtime\n\nfunc GC()\nfunc Gosched()\n"
                "type Error interface { error; RuntimeError() }\n"},
    {"reflect", "package reflect\n\ntype Type interface { Name() string }\n"
                "func TypeOf(x any) Type\nfunc DeepEqual(x, y any) bool\n"},
    {"iter", "package iter\n\ntype Seq[V any] func(yield func(V) bool)\n"
             "type Seq2[K, V any] func(yield func(K, V) bool)\n"},
    {"cmp", "package cmp\n\ntype Ordered interface { ~int | ~uint | ~float64 | ~string }\n"
            "func Compare[T Ordered](x, y T) int { if x < y { return -1 }; return 0 }\n"},
    {"slices", "package slices\n\nimport \"cmp\"\n\n"
               "func Sort[S ~[]E, E cmp.Ordered](x S) {}\n"
               "func Index[S ~[]E, E comparable](s S, v E) int { return 0 }\n"},
};

class Packages : public types::Importer {
 public:
  Packages(types::Context* context, SourceManager* sources, diag::Emitter* emitter, Arena* arena)
      : context_(context), sources_(sources), emitter_(emitter), arena_(arena) {}

  types::Package* Import(std::string_view path, types::Package* from, std::string* error) override {
    if (path == "unsafe") return context_->unsafe_package();
    auto it = done_.find(path);
    if (it != done_.end()) return it->second;
    for (const PackageText& p : kPackages) {
      if (p.path != path) continue;
      SourceFile* source = sources_->AddView(path, p.text);
      syntax::File* file = syntax::ParseFile(source, arena_, emitter_, syntax::kSkipBodies);
      types::CheckOptions options;
      options.importer = this;
      options.emitter = emitter_;
      options.declarations_only = true;
      options.allow_missing_bodies = true;
      types::Package* pkg = types::CheckPackage(context_, p.path, {&file, 1}, options);
      done_.emplace(p.path, pkg);
      return pkg;
    }
    *error = "no such package";
    return nullptr;
  }
  std::string_view StdPathForName(std::string_view name) override {
    for (const PackageText& p : kPackages) {
      if (p.path == name) return p.path;
    }
    return {};
  }

 private:
  types::Context* context_;
  SourceManager* sources_;
  diag::Emitter* emitter_;
  Arena* arena_;
  std::map<std::string_view, types::Package*> done_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  SourceManager sources;
  diag::Emitter emitter(&sources);
  Arena arena;
  types::Context context;
  Packages packages(&context, &sources, &emitter, &arena);
  SourceFile* source =
      sources.Add("x.go", std::string(reinterpret_cast<const char*>(data), size));
  const bool lazy = size % 8 == 7;
  syntax::File* file =
      syntax::ParseFile(source, &arena, &emitter,
                        syntax::kAllowScript | (lazy ? syntax::kSkipBodies : 0u));
  if (emitter.syntax_error_count() > 0) return -1;  // the parser's business
  types::CheckOptions options;
  options.importer = &packages;
  options.emitter = &emitter;
  options.declarations_only = lazy;
  if (size % 8 == 3) options.go_version = "go1.17";
  types::Package* pkg = types::CheckPackage(&context, "main", {&file, 1}, options);
  if (lazy) {
    const std::vector<types::Object*> objects = pkg->scope->objects();
    for (types::Object* object : objects) {
      types::ResolveObject(object);
      if (auto* func = types::DynCast<types::Func>(object)) types::CheckBody(func);
    }
  }
  emitter.Render();
  return 0;
}
