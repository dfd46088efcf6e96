// The REPL as a laboratory: commands that look into the session's heap. What they print is read from
// the runtime's own structures.
#pragma once

#include <string_view>

namespace gol::repl {
struct CommandContext;
}  // namespace gol::repl

namespace gol::repl::lab {

void Gc(CommandContext* context, std::string_view argument);
void Heap(CommandContext* context, std::string_view argument);
void Spans(CommandContext* context, std::string_view argument);
void Map(CommandContext* context, std::string_view argument);
void Pauses(CommandContext* context, std::string_view argument);

}  // namespace gol::repl::lab
