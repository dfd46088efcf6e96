// The REPL as a laboratory: commands that look into the session's heap and collector. What they print is read from
// the runtime's own structures.
#pragma once

#include <memory>
#include <string_view>

namespace gol::repl {
class Evaluator;
struct CommandContext;
}  // namespace gol::repl

namespace gol::repl::lab {

// What the laboratory remembers of a session.
struct State;
std::shared_ptr<State> NewState();

// lab_gc.cc
void Gc(CommandContext* context, std::string_view argument);
void Pauses(CommandContext* context, std::string_view argument);
void Pacer(CommandContext* context, std::string_view argument);
void Assist(CommandContext* context, std::string_view argument);
// lab_step.cc
void Step(CommandContext* context, std::string_view argument);
// lab_heap.cc
void Heap(CommandContext* context, std::string_view argument);
void Spans(CommandContext* context, std::string_view argument);
void Diff(CommandContext* context, std::string_view argument);
// lab_why.cc
void Why(CommandContext* context, std::string_view argument);
// lab_map.cc
void Map(CommandContext* context, std::string_view argument);
// lab_watch.cc
void Watch(CommandContext* context, std::string_view argument);
void Barriers(CommandContext* context, std::string_view argument);
// Prints what happened to watched objects since the last call.
void ReportWatched(Evaluator* evaluator, State* state);
// lab_settings.cc
void Set(CommandContext* context, std::string_view argument);

}  // namespace gol::repl::lab
