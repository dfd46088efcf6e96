// Writing profiles in pprof's format: gzip'd protocol buffers, message Profile of profile.proto
// (github.com/google/pprof, proto/profile.proto).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "runtime/traceback.h"

namespace gol::rt {
class MemProfile;
}

namespace gol::rt::prof {

class Profiler;

class ProfileWriter {
 public:
  // A kind of value: {"cpu", "nanoseconds"}.
  using ValueType = std::pair<std::string_view, std::string_view>;
  using Labels = std::vector<std::pair<std::string, std::string>>;

  ProfileWriter(CodeInfo* code, std::vector<ValueType> values);

  void set_period(ValueType type, int64_t period);
  void set_time(int64_t unix_ns, int64_t duration_ns);
  void set_default_value(std::string_view type) { default_value_ = Text(type); }

  // Which C++ functions of a stack are shown.
  enum class Native {
    kAll,      // CPU profiles
    kEntries,  // those that compiled code calls: "runtime.chanrecv"
  };
  // A sample: return addresses, innermost first. Functions that were inlined share an address.
  void AddStack(std::span<const uint64_t> stack, Native native, std::span<const int64_t> values,
                const Labels& labels = {});
  // The same with values of runtime.Callers, each a function of its own.
  void AddCallers(std::span<const uint64_t> callers, std::span<const int64_t> values,
                  const Labels& labels = {});

  // The file. The writer is used up.
  std::string Finish();

 private:
  struct Line {
    uint64_t function = 0;
    int64_t line = 0;
  };
  uint64_t Text(std::string_view text);
  uint64_t Function(std::string_view name, std::string_view file);
  // The location of a key with these lines; 0 when there are none.
  uint64_t Location(uint64_t key, uint64_t address, const std::vector<Line>& lines);
  uint64_t StackLocation(uint64_t pc, Native native);
  void AddSample(std::span<const uint64_t> locations, std::span<const int64_t> values,
                 const Labels& labels);

  CodeInfo* const code_;
  std::string out_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, uint64_t> text_ids_;
  std::map<std::pair<uint64_t, uint64_t>, uint64_t> functions_;  // by name and file
  std::unordered_map<uint64_t, uint64_t> locations_;
  std::unordered_set<uint64_t> outermost_;  // addresses that C++ frames of no interest lie behind
  uint64_t next_location_ = 1;
  uint64_t default_value_ = 0;
};

// The profiles of the runtime, as files. Block and mutex: what was recorded so far; CPU: the one that
// was stopped last.
std::string CpuProfile(Profiler& profiler, CodeInfo* code);
std::string BlockProfile(Profiler& profiler, CodeInfo* code);
std::string MutexProfile(Profiler& profiler, CodeInfo* code);
// What was allocated, and what of that lives: extrapolated from samples taken each rate bytes.
std::string AllocProfile(MemProfile& records, int64_t rate, CodeInfo* code);

}  // namespace gol::rt::prof
