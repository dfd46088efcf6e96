// The names of compiled functions for Linux' perf.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gol::cmd {

// kind "map": /tmp/perf-PID.map, which perf report reads by itself. "dump": jit-PID.dump in the working folder, with the
// machine code, for perf record -k mono and perf inject --jit. Returns what is to be called for each function, or
// nothing and the reason in *error.
std::function<void(std::string_view name, uint64_t address, uint64_t bytes)> PerfWriter(
    const std::string& kind, std::string* error);

}  // namespace gol::cmd
