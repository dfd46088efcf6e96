// gol run FILE.md: the Go blocks of a Markdown file, each a program of its own, in this process. What
// is printed besides the programs' output goes to standard error: a line per block.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "commands.h"
#include "embed/program.h"
#include "markdown.h"
#include "run.h"

namespace gol::cmd {
namespace {

// Preludes of a block: of the files in a folder, the one that begins with the block's number, such as
// 02_hmap_hash.gol or 2.gol.
std::vector<std::string> PreludesOf(const Flags& flags, int block) {
  std::vector<std::string> files;
  for (const std::string& prelude : flags.preludes) {
    std::error_code ec;
    if (!std::filesystem::is_directory(prelude, ec)) {
      files.push_back(prelude);
      continue;
    }
    std::string best;
    for (const auto& entry : std::filesystem::directory_iterator(prelude, ec)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".gol") && !name.ends_with(".go")) continue;
      size_t digits = 0;
      while (digits < name.size() && digits < 9 && name[digits] >= '0' && name[digits] <= '9') digits++;
      if (digits == 0 || std::stoi(name.substr(0, digits)) != block) continue;
      if (best.empty() || entry.path().string() < best) best = entry.path().string();
    }
    if (!best.empty()) files.push_back(best);
  }
  return files;
}

// Runs one block; returns its exit code.
int RunBlock(const Flags& flags, const std::string& path, const FencedBlock& block,
             const std::vector<std::string>& args) {
  embed::PipelineOptions options = ToPipelineOptions(flags);
  options.preludes = PreludesOf(flags, block.number);
  auto pipeline = std::make_unique<embed::Pipeline>(options);
  // Empty lines in front, so that positions are those of the Markdown file.
  const std::string text = std::string(static_cast<size_t>(block.line - 1), '\n') + block.text;
  if (!pipeline->LoadFromMemory({{path, text}}) || !pipeline->BuildIr()) {
    return PrintErrors(*pipeline, flags.limit_errors);
  }
  if (flags.print_escape) {
    std::string report = pipeline->EscapeReport();
    std::fwrite(report.data(), 1, report.size(), stderr);
  }
  jit::Options jit_options = ToJitOptions(flags);
  jit_options.whole_program = true;
  Result<std::unique_ptr<Program>> program =
      embed::LinkProgram(std::move(pipeline), std::move(jit_options));
  if (!program) {
    std::fprintf(stderr, "gol: %s\n", program.error().message.c_str());
    return kExitError;
  }
  RunOptions run = RunOptionsFromEnv();
  run.args.push_back(path);
  run.args.insert(run.args.end(), args.begin(), args.end());
  RunResult result = program.value()->Run(run);
  if (result.status == RunStatus::kInternal) std::fprintf(stderr, "%s\n", result.text.c_str());
  return result.exit_code;
}

}  // namespace

int RunMarkdown(const Flags& flags, const std::string& path,
                const std::vector<std::string>& args) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "gol: open %s: no such file or directory\n", path.c_str());
    return kExitError;
  }
  std::ostringstream text;
  text << in.rdbuf();
  int ran = 0, failed = 0;
  for (const FencedBlock& block : FencedBlocks(text.view())) {
    if (flags.block != 0 && block.number != flags.block) continue;
    if (!block.is_go()) {
      if (flags.block == 0) continue;
      std::fprintf(stderr, "gol run: block %d of %s, at line %d, is not Go but %s\n", block.number,
                   path.c_str(), block.line,
                   block.language.empty() ? "plain text" : block.language.c_str());
      return kExitError;
    }
    std::fflush(stdout);
    const int code = RunBlock(flags, path, block, args);
    ran++;
    std::fprintf(stderr, "%s:%d: block %d: %s\n", path.c_str(), block.line, block.number,
                 code == 0 ? "ok" : ("exit status " + std::to_string(code)).c_str());
    if (flags.block != 0) return code;
    if (code != 0) failed++;
  }
  if (ran == 0) {
    std::fprintf(stderr, flags.block == 0 ? "gol run: no Go blocks in %s\n"
                                          : "gol run: no such block in %s\n",
                 path.c_str());
    return kExitError;
  }
  return failed == 0 ? 0 : kExitError;
}

}  // namespace gol::cmd
