// From the logs of the threads to a trace file. See tracer.h and converter.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/traceback.h"
#include "runtime/tracing/tracer.h"

namespace gol::rt::tracing {

// texts: of the tracer, by number.
std::string ConvertLogs(const std::vector<std::unique_ptr<Log>>& logs,
                        const std::vector<std::string>& texts, int64_t start_ns, CodeInfo* code);

}  // namespace gol::rt::tracing
