// See embed/profiles.h.
#include "embed/profiles.h"

#include <fstream>

#include "runtime/gc/collector.h"
#include "runtime/mem/mheap.h"
#include "runtime/prof/pprof_proto.h"
#include "runtime/prof/profiler.h"
#include "runtime/runtime.h"
#include "runtime/tracing/tracer.h"

namespace gol::embed {
namespace {

void Report(rt::Runtime& runtime, const std::string& text) {
  const std::string line = "gol: " + text + "\n";
  runtime.WriteStderr(line.data(), line.size());
}

void Write(rt::Runtime& runtime, const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) Report(runtime, "cannot write " + path);
}

}  // namespace

void StartProfiles(rt::Runtime& runtime, const ProfileFiles& files) {
  rt::prof::Profiler& profiler = runtime.profiler();
  if (!files.block.empty()) profiler.set_block_rate(1);
  if (!files.mutex.empty()) profiler.set_mutex_fraction(1);
  if (!files.trace.empty()) runtime.tracer().Start();
  if (!files.cpu.empty() && !profiler.StartCpu(100)) {
    Report(runtime, "another CPU profile is in progress");
  }
}

void WriteProfiles(rt::Runtime& runtime, const ProfileFiles& files) {
  rt::prof::Profiler& profiler = runtime.profiler();
  rt::CodeInfo* code = runtime.code_info();
  if (!files.trace.empty()) {
    if (std::string trace = runtime.tracer().Stop(); !trace.empty()) {
      Write(runtime, files.trace, trace);
    } else {
      Report(runtime, "the program ended the trace itself");
    }
  }
  // A program that profiles itself has written its own.
  if (!files.cpu.empty() && profiler.StopCpu()) {
    Write(runtime, files.cpu, rt::prof::CpuProfile(profiler, code));
  }
  if (!files.memory.empty()) {
    // The dead are to be counted as dead.
    runtime.heap().CollectStopped();
    Write(runtime, files.memory,
          rt::prof::AllocProfile(runtime.mem_profile(), runtime.heap().collector().sample_rate(),
                                 code));
  }
  if (!files.block.empty()) Write(runtime, files.block, rt::prof::BlockProfile(profiler, code));
  if (!files.mutex.empty()) Write(runtime, files.mutex, rt::prof::MutexProfile(profiler, code));
}

}  // namespace gol::embed
