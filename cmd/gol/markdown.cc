// See markdown.h. Fences are those of CommonMark: at least three of ` or ~, indented by at most three
// spaces, closed by a fence of the same character at least as long, or by the end of the file.
#include "markdown.h"

#include <algorithm>

namespace gol::cmd {
namespace {

// The fence that a line begins with: its character and length; length 0: none.
struct Fence {
  char mark = 0;
  size_t length = 0;
  std::string_view info;  // what follows it, without spaces around
};

Fence FenceOf(std::string_view line) {
  size_t indent = 0;
  while (indent < line.size() && line[indent] == ' ') indent++;
  if (indent > 3 || indent == line.size()) return {};
  line.remove_prefix(indent);
  if (line[0] != '`' && line[0] != '~') return {};
  Fence fence{line[0]};
  while (fence.length < line.size() && line[fence.length] == fence.mark) fence.length++;
  if (fence.length < 3) return {};
  fence.info = line.substr(fence.length);
  while (!fence.info.empty() && fence.info.front() == ' ') fence.info.remove_prefix(1);
  while (!fence.info.empty() && (fence.info.back() == ' ' || fence.info.back() == '\r')) {
    fence.info.remove_suffix(1);
  }
  if (fence.mark == '`' && fence.info.find('`') != fence.info.npos) return {};
  return fence;
}

bool IsDiagram(const std::string& language) {
  return language == "mermaid" || language == "dot" || language == "plantuml";
}

}  // namespace

std::vector<FencedBlock> FencedBlocks(std::string_view text) {
  std::vector<FencedBlock> blocks;
  FencedBlock block;
  Fence open;
  int number = 0, line_number = 0;
  auto close = [&] {
    if (!IsDiagram(block.language)) {
      block.number = ++number;
      blocks.push_back(std::move(block));
    }
    block = {};
    open = {};
  };
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    line_number++;
    const Fence fence = FenceOf(line);
    if (open.length == 0) {
      if (fence.length == 0) continue;
      open = fence;
      block.line = line_number + 1;
      block.language = fence.info.substr(0, fence.info.find_first_of(" \t{,"));
      std::transform(block.language.begin(), block.language.end(), block.language.begin(),
                     [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    } else if (fence.mark == open.mark && fence.length >= open.length && fence.info.empty()) {
      close();
    } else {
      block.text.append(line).push_back('\n');
    }
  }
  if (open.length != 0) close();
  return blocks;
}

}  // namespace gol::cmd
