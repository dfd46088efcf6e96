// Reads an execution trace (format of Go 1.22 to 1.26) into what happened, lane by lane. See tool_trace.cc for who
// shows it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gol::cmd {

// Times are nanoseconds since the first event.
struct TraceSegment {
  int64_t from = 0, to = 0;
  uint64_t g = 0;
};

struct TracePause {
  int64_t from = 0, to = 0;
  std::string kind;
};

struct TraceHeapPoint {
  int64_t at = 0;
  uint64_t bytes = 0;
};

// All goroutines that began with one function.
struct TraceGoroutines {
  uint64_t count = 0;
  int64_t running = 0, syscall = 0;
  std::map<std::string, int64_t> blocked;  // time by reason
};

struct TraceRegion {
  std::string type;
  std::string note;  // the last log of the goroutine with the region's type as its category, if any
  int64_t from = 0, to = 0;
};

struct TraceTask {
  std::string type;
  int64_t from = 0, to = -1;  // -1: not ended
  std::vector<std::pair<int64_t, std::string>> logs;
};

struct Trace {
  int64_t duration = 0;
  uint64_t events = 0;
  std::map<uint64_t, std::vector<TraceSegment>> procs;  // what ran, by processor
  std::map<uint64_t, std::string> names;                // of goroutines: their first function
  std::vector<TracePause> pauses;
  std::vector<TraceSegment> marking;                    // g: the collection's number
  std::map<uint64_t, std::vector<TraceSegment>> sweeping;  // by processor
  std::vector<TraceHeapPoint> heap, goal;
  std::map<std::string, TraceGoroutines> goroutines;
  std::vector<TraceRegion> regions;
  std::map<uint64_t, TraceTask> tasks;
};

// False: no such trace; *error says why.
bool ReadTrace(std::string_view file, Trace* trace, std::string* error);

}  // namespace gol::cmd
