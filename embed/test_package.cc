// See embed/test_package.h.
//
// Leaving out what does not compile: the test packages are checked, every error is traced to the
// declaration that holds it, these declarations are taken from the trees, and all is checked again
// until there are no errors. A declaration that used one left out fails in the next round, so that
// what depends on it goes too. Each round parses and checks anew: the checker writes into the trees.
#include "embed/test_package.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "embed/std_index.h"
#include "embed/test_main.h"
#include "frontend/syntax/ast.h"
#include "frontend/syntax/parser.h"

namespace gol::embed {
namespace {

namespace fs = std::filesystem;

constexpr char kFromOutsideSuffix[] = "_intest";

std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The name in the package clause, empty when there is none.
std::string PackageClause(std::string_view text) {
  for (;;) {
    size_t i = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (i == std::string_view::npos) return {};
    text = text.substr(i);
    if (text.starts_with("//")) {
      size_t nl = text.find('\n');
      if (nl == std::string_view::npos) return {};
      text = text.substr(nl);
    } else if (text.starts_with("/*")) {
      size_t end = text.find("*/");
      if (end == std::string_view::npos) return {};
      text = text.substr(end + 2);
    } else {
      break;
    }
  }
  if (!text.starts_with("package")) return {};
  text = text.substr(7);
  size_t i = text.find_first_not_of(" \t");
  if (i == std::string_view::npos || i == 0) return {};
  text = text.substr(i);
  return std::string(text.substr(0, text.find_first_of(" \t\r\n;/")));
}

void AddTestFile(const std::string& path, TestPackage* package) {
  bool external = PackageClause(ReadText(path)).ends_with("_test");
  (external ? package->external_tests : package->tests).push_back(path);
}

// A declaration, named so that it is found again in another parse of its file.
struct DeclId {
  std::string file;
  size_t offset;
  auto operator<=>(const DeclId&) const = default;
};

DeclId IdOf(const syntax::File* file, const syntax::Decl* decl) {
  return {std::string(file->source->name()), file->source->OffsetOf(decl->pos)};
}

using DeclSet = std::set<DeclId>;

// Adds `import . "path"` to a file.
void AddDotImport(syntax::File* file, Arena* arena, std::string_view path) {
  const Pos pos = file->package_name->pos;
  auto* import = arena->New<syntax::ImportDecl>(pos);
  import->local_name = arena->New<syntax::Ident>(pos, ".");
  import->path = arena->New<syntax::BasicLit>(pos, syntax::LitKind::kString,
                                              arena->Copy("\"" + std::string(path) + "\""));
  std::vector<syntax::Decl*> decls{import};
  decls.insert(decls.end(), file->decls.begin(), file->decls.end());
  file->decls = arena->CopyList(decls);
}

void RemoveDecls(syntax::File* file, Arena* arena, const DeclSet& dropped) {
  std::vector<syntax::Decl*> kept;
  for (syntax::Decl* d : file->decls) {
    // A function without a body stands for one inside of the package, by //go:linkname.
    const auto* f = syntax::DynAs<syntax::FuncDecl>(d);
    if (f != nullptr && !f->has_body) continue;
    if (!dropped.contains(IdOf(file, d))) kept.push_back(d);
  }
  if (kept.size() != file->decls.size()) file->decls = arena->CopyList(kept);
}

// The declaration of the file that holds a position, or null.
syntax::Decl* DeclAt(const syntax::File* file, Pos pos) {
  syntax::Decl* found = nullptr;
  for (syntax::Decl* d : file->decls) {
    if (d->pos <= pos || syntax::StartPos(d) <= pos) found = d;
  }
  return found;
}

// One round of checking.
class Round {
 public:
  Round(const TestPackage& package, const PipelineOptions& pipeline_options,
        const TestOptions& options, bool from_outside)
      : package_(package),
        options_(options),
        from_outside_(from_outside),
        pipeline_(std::make_unique<Pipeline>(pipeline_options)) {}

  bool Run(const DeclSet& dropped) {
    PackageLoader& loader = pipeline_->loader();
    loader.SetModuleOf(package_.folder);
    std::string error;
    auto load = [&](const std::string& path, const std::vector<std::string>& files, bool dot_import) {
      auto edit = [&](syntax::File* file, Arena* arena) {
        if (file->package_name == nullptr) return;
        if (dot_import) AddDotImport(file, arena, package_.import_path);
        if (from_outside_) RemoveDecls(file, arena, dropped);
      };
      types::Package* pkg = loader.LoadFiles(path, files, syntax::kKeepComments, edit, &error);
      if (pkg != nullptr) loaded_.push_back(pkg);
      return pkg;
    };
    TestMain main;
    main.import_path = package_.import_path;
    main.names_only = options_.names_only;
    if (from_outside_) {
      main.package_path = package_.import_path + kFromOutsideSuffix;
      if (!package_.tests.empty()) {
        types::Package* p = load(main.package_path, package_.tests, true);
        if (p == nullptr) return Failed(error);
        main.package_files = p->files;
        main.has_package = true;
      }
    } else {
      main.package_path = package_.import_path;
      std::vector<std::string> files = package_.files;
      files.insert(files.end(), package_.tests.begin(), package_.tests.end());
      if (!files.empty()) {
        types::Package* p = load(main.package_path, files, false);
        if (p == nullptr) return Failed(error);
        main.package_files = p->files;
        main.has_package = true;
      }
    }
    main.external_path = package_.import_path + "_test";
    if (!package_.external_tests.empty() && !pipeline_->emitter().has_errors()) {
      types::Package* p = load(main.external_path, package_.external_tests, false);
      if (p == nullptr) return Failed(error);
      main.external_files = p->files;
      main.has_external = true;
    } else if (!package_.external_tests.empty() && from_outside_) {
      types::Package* p = load(main.external_path, package_.external_tests, false);
      if (p == nullptr) return Failed(error);
    }
    if (pipeline_->emitter().has_errors()) return false;
    main.wants_test = options_.wants_test;
    main.wants_benchmarks = options_.wants_benchmarks;
    main.sources = &pipeline_->sources();
    std::string text;
    if (!MakeTestMain(main, &text, &error)) return Failed(error);
    return pipeline_->LoadGenerated("_testmain.go", text);
  }

  // Adds the declarations that hold errors. False if there are none: leaving out will not help.
  bool AddFaulty(DeclSet* dropped) const {
    bool any = false;
    for (const diag::Diagnostic* d : pipeline_->emitter().Sorted()) {
      for (types::Package* pkg : loaded_) {
        for (syntax::File* file : pkg->files) {
          if (!file->source->Contains(d->pos)) continue;
          syntax::Decl* decl = DeclAt(file, d->pos);
          if (decl != nullptr && dropped->insert(IdOf(file, decl)).second) any = true;
        }
      }
    }
    return any;
  }

  std::unique_ptr<Pipeline> Take() { return std::move(pipeline_); }
  const Pipeline& pipeline() const { return *pipeline_; }

 private:
  bool Failed(const std::string& error) {
    if (!error.empty()) pipeline_->set_error(error);
    return false;
  }

  const TestPackage& package_;
  const TestOptions& options_;
  const bool from_outside_;
  std::unique_ptr<Pipeline> pipeline_;
  std::vector<types::Package*> loaded_;
};

// Names what was left out: the functions that are tests, and how many other declarations.
void CountDropped(const TestPackage& package, const DeclSet& dropped, TestProgram* program) {
  SourceManager sources;
  diag::Emitter emitter(&sources);
  Arena arena;
  std::vector<std::string> files = package.tests;
  files.insert(files.end(), package.external_tests.begin(), package.external_tests.end());
  for (const std::string& path : files) {
    Result<SourceFile*> source = sources.Load(path);
    if (!source) continue;
    syntax::File* file = syntax::ParseFile(source.value(), &arena, &emitter, syntax::kSkipBodies);
    for (syntax::Decl* d : file->decls) {
      if (!dropped.contains(IdOf(file, d)) || syntax::Is<syntax::ImportDecl>(d)) continue;
      const auto* f = syntax::DynAs<syntax::FuncDecl>(d);
      if (f != nullptr && f->recv == nullptr && IsTestFuncName(f->name->name)) {
        program->dropped_funcs.emplace_back(f->name->name);
      } else {
        program->dropped_others++;
      }
    }
  }
}

}  // namespace

Result<TestPackage> FindTestPackage(const std::vector<std::string>& paths) {
  TestPackage package;
  std::error_code ec;
  if (paths.size() == 1 && fs::is_directory(paths[0], ec)) {
    package.folder = fs::path(paths[0]).lexically_normal().string();
    while (package.folder.size() > 1 && package.folder.back() == '/') package.folder.pop_back();
    package.files = GoFilesIn(package.folder, false);
    for (const std::string& path : GoFilesIn(package.folder, true)) AddTestFile(path, &package);
    if (package.files.empty() && !package.has_tests()) {
      return Error{"no Go files in " + fs::absolute(package.folder, ec).lexically_normal().string()};
    }
    SourceManager sources;
    diag::Emitter emitter(&sources);
    types::Context context;
    PackageLoader loader({}, &sources, &emitter, &context);
    loader.SetModuleOf(package.folder);
    package.import_path = loader.ImportPathOf(package.folder);
    if (package.import_path == "main") {
      package.import_path = fs::absolute(package.folder, ec).lexically_normal().filename().string();
    } else {
      // Below `module std` the import path is the folder, as no other module's paths are.
      package.from_outside = package.import_path.find('.') == std::string::npos &&
                             IsPrecompiled(package.import_path) &&
                             loader.is_std_module();
    }
    return package;
  }
  for (const std::string& path : paths) {
    if (!fs::exists(path, ec)) {
      return Error{"stat " + fs::absolute(path, ec).string() + ": no such file or directory"};
    }
    std::string stem = fs::path(path).stem().string();
    if (stem.ends_with("_test")) {
      AddTestFile(path, &package);
    } else {
      package.files.push_back(path);
    }
  }
  package.folder = fs::path(paths[0]).parent_path().string();
  if (package.folder.empty()) package.folder = ".";
  package.import_path = "command-line-arguments";
  return package;
}

TestProgram LoadTestProgram(const TestPackage& package, const PipelineOptions& pipeline_options,
                            const TestOptions& options) {
  const bool from_outside = package.from_outside;
  TestProgram program;
  DeclSet dropped;
  for (;;) {
    Round round(package, pipeline_options, options, from_outside);
    program.ok = round.Run(dropped);
    if (program.ok || !from_outside || !round.AddFaulty(&dropped)) {
      program.pipeline = round.Take();
      break;
    }
  }
  if (!dropped.empty()) CountDropped(package, dropped, &program);
  return program;
}

}  // namespace gol::embed
