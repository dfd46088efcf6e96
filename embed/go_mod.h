// go.mod files, as far as they say where packages come from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gol::embed {

struct GoMod {
  std::string module_path;
  // "go1.21"; "go1.16" without a go line, as the go command has it.
  std::string go_version = "go1.16";
  // Modules that `replace` takes from a folder, which is relative to that of the go.mod.
  struct Replacement {
    std::string module_path;
    std::string folder;
  };
  std::vector<Replacement> replacements;
};

// Parses a go.mod. The error has the go command's words, one line per mistake. shown: the file's
// name in them.
Result<GoMod> ParseGoMod(std::string_view text, std::string_view shown);

}  // namespace gol::embed
