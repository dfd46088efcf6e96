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
#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/types/context.h"

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
};

// One compilation. Not thread-safe.
class Pipeline {
 public:
  explicit Pipeline(PipelineOptions options);
  ~Pipeline();

  // Parse and check. False when there were errors: see diagnostics() and error().
  bool Load(const std::vector<std::string>& paths);
  bool LoadFromMemory(const std::vector<std::pair<std::string, std::string>>& files);

  const diag::Emitter& emitter() const { return emitter_; }
  // A failure without a position (missing file, folder without Go files); empty if none.
  const std::string& error() const { return error_; }

  SourceManager& sources() { return sources_; }
  types::Context& context() { return context_; }
  PackageLoader& loader() { return loader_; }
  types::Package* main() const { return main_; }
  const PipelineOptions& options() const { return options_; }

 private:
  const PipelineOptions options_;
  SourceManager sources_;
  diag::Emitter emitter_;
  types::Context context_;
  PackageLoader loader_;
  types::Package* main_ = nullptr;
  std::string error_;
};

}  // namespace gol::embed
