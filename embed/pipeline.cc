// See embed/pipeline.h.
#include "embed/pipeline.h"

#include <algorithm>

#include "base/large_stack.h"
#include "embed/std_sources.h"
#include "frontend/types/scope.h"
#include "ir/build/build.h"
#include "ir/pass/inline.h"
#include "ir/pass/pipeline.h"
#include "ir/print.h"

namespace gol::embed {
namespace {

std::string_view FolderOf(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

constexpr int kStdInlineBudget = 60;

LoaderOptions LoaderOptionsOf(const PipelineOptions& options) {
  LoaderOptions loader = options.loader;
  loader.is_precompiled = IsPrecompiled;
  return loader;
}

}  // namespace

Pipeline::Pipeline(PipelineOptions options)
    : options_(std::move(options)),
      emitter_(&sources_),
      loader_(LoaderOptionsOf(options_), &sources_, &emitter_, &context_) {
  loader_.set_preludes(options_.preludes);
}

Pipeline::~Pipeline() = default;

bool Pipeline::Load(const std::vector<std::string>& paths) {
  RunOnLargeStack([&] { main_ = loader_.LoadMain(paths, &error_); });
  return error_.empty() && !emitter_.has_errors();
}

bool Pipeline::LoadFromMemory(const std::vector<std::pair<std::string, std::string>>& files) {
  RunOnLargeStack([&] { main_ = loader_.LoadMainFromMemory(files, &error_); });
  return error_.empty() && !emitter_.has_errors();
}

bool Pipeline::LoadGenerated(const std::string& name, const std::string& text) {
  return LoadFromMemory({{name, text}});
}

void Pipeline::NeedStdPackage(std::string_view path) {
  const StdPackage* package = FindStdPackage(path);
  if (package == nullptr) return;
  if (std::find(std_packages_.begin(), std_packages_.end(), package) != std_packages_.end()) return;
  for (std::string_view import : package->imports) NeedStdPackage(import);
  // Imports of standard packages have no cycles, so the package is not in the list yet.
  std_packages_.push_back(package);
}

bool Pipeline::BuildIr() {
  bool ok = false;
  RunOnLargeStack([&] { ok = LowerToIr(); });
  return ok;
}

bool Pipeline::LowerToIr() {
  if (options_.exports) {
    // Any name will do, and main is not needed.
  } else if (main_->name != "main") {
    error_ = "package command-line-arguments is not a main package";
    return false;
  }
  if (!options_.exports && main_->script_main == nullptr && main_->scope->Lookup("main") == nullptr) {
    error_ = "function main is undeclared in the main package";
    return false;
  }
  // The runtime makes values of types that package runtime declares (run-time errors).
  NeedStdPackage("runtime");
  for (types::Package* p : loader_.packages()) {
    if (!IsPrecompiled(p->path)) {
      for (types::Package* import : p->imports) NeedStdPackage(import->path);
    }
  }
  module_ = std::make_unique<ir::Module>(&context_);
  module_->name = kProgramModule;
  module_->sources = &sources_;
  ir::BuildOptions build;
  build.emitter = &emitter_;
  build.is_precompiled = [](const types::Package* p) { return IsPrecompiled(p->path); };
  build.extern_global_offset = FindStdGlobal;
  build.extern_summary = FindStdSummary;
  if (options_.inline_funcs) {
    // Checking and building a body takes about as long as a hundred calls of it save in a short
    // program: only what is very small pays. -gcflags=-m tells of all that Go would inline.
    build.extern_inline_budget = options_.print_escape ? ir::kInlineBudget : kStdInlineBudget;
  }
  build.embedded = &loader_.embedded();
  build.describe_allocations = options_.print_escape;
  if (options_.print_escape && options_.inline_funcs) build.notes = &notes_;
  build.globals_base = options_.globals_base >= 0 ? options_.globals_base
                                                  : (StdGlobalsBytes() + 63) & ~int64_t{63};
  build.exports = options_.exports;
  for (types::Package* p : loader_.packages()) {
    const auto& hosts = options_.host_packages;
    if (std::find(hosts.begin(), hosts.end(), p->path) != hosts.end()) build.host_packages.push_back(p);
  }
  for (const StdPackage* p : std_packages_) build.precompiled_inits.emplace_back(p->path);
  if (!ir::BuildProgram(module_.get(), main_, build)) return false;

  ir::PassOptions passes;
  passes.notes = options_.print_escape ? &notes_ : nullptr;
  passes.extern_summary = FindStdSummary;
  passes.inline_funcs = options_.inline_funcs;
  passes.is_program = !options_.exports;
  passes.count_fuel = options_.count_fuel;
  passes.is_extern = [](const types::Package* p) { return HasStdPackage(p->path); };
  passes.verify = options_.verify;
  ir::RunPasses(module_.get(), passes);
  return true;
}

std::string Pipeline::IrText() const {
  if (options_.dump_func.empty()) return ir::Print(*module_);
  for (const ir::Func* f : module_->funcs) {
    if (f->name == options_.dump_func && f->is_built) return ir::Print(*f);
  }
  return {};
}

std::string Pipeline::EscapeReport() const {
  struct Line {
    std::string file;
    uint32_t line, column;
    size_t order;
    const std::string* text;
  };
  std::vector<Line> lines;
  for (const ir::EscapeNote& note : notes_) {
    // Of the program's own files; what it instantiates from standard packages is not its business.
    const SourceFile* file = sources_.FileOf(note.pos);
    if (file == nullptr || HasStdPackage(FolderOf(file->name()))) continue;
    Position p = sources_.Resolve(note.pos);
    lines.push_back({std::string(p.file), p.line, p.column, lines.size(), &note.text});
  }
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    if (a.file != b.file) return a.file < b.file;
    if (a.line != b.line) return a.line < b.line;
    if (a.column != b.column) return a.column < b.column;
    return a.order < b.order;
  });
  auto is_same = [](const Line& a, const Line& b) {
    return a.file == b.file && a.line == b.line && a.column == b.column && *a.text == *b.text;
  };
  std::string out;
  for (size_t i = 0; i < lines.size(); i++) {
    const Line& l = lines[i];
    bool is_repeated = false;  // by another instance or copy
    for (size_t k = i; k-- > 0 && lines[k].line == l.line && lines[k].column == l.column;) {
      is_repeated |= is_same(lines[k], l);
    }
    if (is_repeated) continue;
    // As the go command shows a file of the current folder.
    if (l.file.find('/') == std::string::npos) out += "./";
    out += l.file + ":" + std::to_string(l.line) + ":" + std::to_string(l.column) +
           ": " + *l.text + "\n";
  }
  return out;
}

}  // namespace gol::embed
