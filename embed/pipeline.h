// From source to linked code: the compiler's phases one after another, with hooks to see what each
// yields. Where the layers meet; include/gol is built on this.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "embed/package_loader.h"
#include "embed/std_index.h"
#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/types/context.h"
#include "ir/func.h"
#include "ir/pass/escape.h"

namespace gol::embed {

struct PipelineOptions {
  int opt_level = 2;         // 0 or 2
  bool print_escape = false; // -gcflags=-m
  bool inline_funcs = true;  // false with -gcflags=-l, as are inlined map paths
  bool verify = false;       // --verify-each
  // Stages to print, and the function to print them for (empty: all).
  bool dump_ast = false;
  bool dump_ir = false;
  std::string dump_llvm;     // "", "raw" or "opt"
  bool dump_asm = false;
  std::string dump_func;
  bool time_passes = false;
  std::vector<std::string> preludes;  // see PackageLoader::set_preludes
  LoaderOptions loader;    // is_precompiled is set by the pipeline
  // A module of functions that the host calls: it needs no main (ir::BuildOptions::exports).
  bool exports = false;
  bool count_fuel = false;  // ir::PassOptions::count_fuel
  int64_t globals_base = -1;  // ir::BuildOptions::globals_base; negative: behind the standard packages'
  std::vector<std::string> host_packages;  // import paths; ir::BuildOptions::host_packages
};

// The name of a program's module.
inline constexpr char kProgramModule[] = "main";

// One compilation. Not thread-safe.
class Pipeline {
 public:
  explicit Pipeline(PipelineOptions options);
  ~Pipeline();

  // Parse and check. False when there were errors: see diagnostics() and error().
  bool Load(const std::vector<std::string>& paths);
  bool LoadFromMemory(const std::vector<std::pair<std::string, std::string>>& files);

  // The same with packages that the loader was told to load before (LoadFiles), and of which the
  // program imports some.
  bool LoadGenerated(const std::string& name, const std::string& text);

  // Lowers the loaded program to IR and runs the passes. False when something is not supported;
  // see emitter(). Requires: Load succeeded.
  bool BuildIr();

  const diag::Emitter& emitter() const { return emitter_; }
  // A failure without a position (missing file, folder without Go files); empty if none.
  const std::string& error() const { return error_; }

  void set_error(std::string error) { error_ = std::move(error); }

  SourceManager& sources() { return sources_; }
  types::Context& context() { return context_; }
  PackageLoader& loader() { return loader_; }
  types::Package* main() const { return main_; }
  const ir::Module& module() const { return *module_; }
  // The precompiled packages that the program needs, dependencies first.
  const std::vector<const StdPackage*>& std_packages() const { return std_packages_; }
  // The IR of all functions, or of the one that dump_func names.
  std::string IrText() const;
  // The lines of -gcflags=-m, in order of position, each ending in a newline.
  std::string EscapeReport() const;
  const PipelineOptions& options() const { return options_; }

 private:
  const PipelineOptions options_;
  SourceManager sources_;
  diag::Emitter emitter_;
  types::Context context_;
  PackageLoader loader_;
  void NeedStdPackage(std::string_view path);
  bool LowerToIr();

  types::Package* main_ = nullptr;
  std::string error_;
  std::vector<const StdPackage*> std_packages_;
  std::vector<ir::EscapeNote> notes_;
  std::unique_ptr<ir::Module> module_;
};

}  // namespace gol::embed
