// What the files of the laboratory share.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repl/commands.h"
#include "repl/evaluator.h"
#include "repl/lab.h"
#include "repl/report.h"
#include "runtime/gc/collector.h"
#include "runtime/gc/memstats.h"
#include "runtime/lab/heap_graph.h"
#include "runtime/mem/mheap.h"
#include "runtime/mem/mheap_internal.h"
#include "runtime/runtime.h"

namespace gol::repl::lab {

// Reachable objects by type.
struct Census {
  struct Row {
    uint64_t objects = 0, bytes = 0;
  };
  std::map<std::string, Row> types;
  Row all;
  uint64_t mallocs = 0;  // objects made since the program began
};

struct State {
  std::optional<Census> census;        // of the last :diff
  std::map<uint64_t, size_t> stages;   // of watched objects: how many were reported
};

// Calls fn on a goroutine of the session.
template <typename F>
void OnGoroutine(Evaluator* evaluator, F fn) {
  evaluator->runtime().RunNative([](void* f) { (*static_cast<F*>(f))(); }, &fn);
}

rt::MemStats Stats(Evaluator* evaluator);

// Evaluates an expression with one value. Without one the context says why.
std::optional<Value> ProbeOne(CommandContext* context, std::string_view expression);
// The address in the heap or elsewhere that a pointer, slice, string, map, channel, function or interface leads to; 0:
// none.
uintptr_t TargetOf(const Value& value);

// The variables of the session as roots with types, and what only a probe holds.
struct Roots {
  std::vector<rt::lab::Variable> variables;
  std::vector<rt::lab::HeapGraph::Hidden> hidden;
};
Roots RootsOf(Evaluator* evaluator);

// The type of an object in the session's words; what stands in it where it has none: "[]int", "string", "map[string]int
// buckets", "? with pointers".
std::string TypeName(const rt::lab::HeapGraph::Object& object);

// A shortest way from a root to an object.
struct Way {
  struct Step {
    std::string text;  // "variable list", ".next", "[3]"
    const rt::lab::HeapGraph::Object* object;
  };
  std::string root;  // "variable", "goroutine", "finalizer", "native", "timer"
  std::string path;  // as a program would write it, "list.head.next"; from other roots than variables: the root
  std::vector<Step> steps;
};
Way WayTo(Evaluator* evaluator, const Roots& roots, const rt::lab::HeapGraph& graph,
          const rt::lab::HeapGraph::Object& object);

// The first word of an argument, taken off.
std::string_view TakeWord(std::string_view* argument);

}  // namespace gol::repl::lab
