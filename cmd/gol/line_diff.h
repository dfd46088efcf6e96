// Differences of two texts, for gol fmt -d. See line_diff.cc.
#pragma once

#include <string>
#include <string_view>

namespace gol::cmd {

// The lines that differ with three lines around them, in the unified format; empty when none do.
std::string LineDiff(std::string_view old_name, std::string_view old_text,
                     std::string_view new_name, std::string_view new_text);

}  // namespace gol::cmd
