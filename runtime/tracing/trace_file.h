// Writing execution traces in the format of Go 1.26 (version 2 of the format): batches of events per
// thread, a table of strings, a table of stacks. One generation.
//
// A file is a header, then batches, then the byte kEndOfGeneration. A batch is its type, generation, thread, time,
// length, and the events in it. An event is its type and numbers as varints, the first the time since the event
// before. The tables are batches without a thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/traceback.h"

namespace gol::rt::tracing {

// Types of events, as the format numbers them.
enum class Wire : uint8_t {
  kEventBatch = 1,
  kStacks = 2,
  kStack = 3,
  kStrings = 4,
  kString = 5,
  kFrequency = 8,
  kProcsChange = 9,
  kProcStart = 10,
  kProcStop = 11,
  kProcSteal = 12,
  kProcStatus = 13,
  kGoCreate = 14,
  kGoStart = 16,
  kGoDestroy = 17,
  kGoStop = 19,
  kGoBlock = 20,
  kGoUnblock = 21,
  kGoSyscallBegin = 22,
  kGoSyscallEnd = 23,
  kGoSyscallEndBlocked = 24,
  kStwBegin = 26,
  kStwEnd = 27,
  kGcActive = 28,
  kGcBegin = 29,
  kGcEnd = 30,
  kGcSweepBegin = 32,
  kGcSweepEnd = 33,
  kGcMarkAssistBegin = 35,
  kGcMarkAssistEnd = 36,
  kHeapAlloc = 37,
  kHeapGoal = 38,
  kUserTaskBegin = 40,
  kUserTaskEnd = 41,
  kUserRegionBegin = 42,
  kUserRegionEnd = 43,
  kUserLog = 44,
  kGoStatusStack = 48,
  kSync = 50,
  kClockSnapshot = 51,
  kEndOfGeneration = 52,
};

class TraceFile {
 public:
  explicit TraceFile(CodeInfo* code) : code_(code) {}

  // An event of a thread. Times are nanoseconds and must grow from call to call.
  void Event(uint64_t thread, int64_t time_ns, Wire type, std::initializer_list<uint64_t> args);
  // Numbers of a text and of a stack (return addresses, innermost first), for arguments; 0 for an empty one.
  uint64_t Text(std::string_view text);
  uint64_t Stack(std::span<const uint64_t> pcs);
  // A stack of one function that has only a name.
  uint64_t NamedStack(std::string_view function);

  // The file. start_ns: of the trace.
  std::string Finish(int64_t start_ns);

 private:
  struct Frame {
    uint64_t pc, function, file, line;
  };
  struct Thread {
    std::string batch;  // events of the open batch
    int64_t batch_ns = 0, last_ns = 0;
  };
  void CloseBatch(uint64_t id, Thread* thread);
  void AddBatch(uint64_t thread, int64_t time_ns, std::string_view data);
  uint64_t AddStack(std::vector<Frame> frames);

  CodeInfo* const code_;
  std::map<uint64_t, Thread> threads_;
  std::string out_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, uint64_t> text_ids_;
  std::map<std::vector<uint64_t>, uint64_t> stack_ids_;
  std::unordered_map<std::string, uint64_t> named_stacks_;
  std::vector<std::vector<Frame>> stacks_;
  std::unordered_map<uint64_t, std::vector<Frame>> frames_;  // by return address
};

}  // namespace gol::rt::tracing
