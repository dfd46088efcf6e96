// The fenced blocks of a Markdown file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gol::cmd {

// A block between ``` or ~~~ fences. Blocks are numbered from 1 in the order of the text; diagrams
// (mermaid, dot, plantuml) do not count.
struct FencedBlock {
  int number = 0;
  int line = 0;          // of the block's first line of text, from 1
  std::string language;  // first word behind the fence, in lower case
  std::string text;      // with the newline that ends its last line

  bool is_go() const { return language == "go" || language == "golang" || language == "gol"; }
};

std::vector<FencedBlock> FencedBlocks(std::string_view text);

}  // namespace gol::cmd
