// Threads of gol's own that work for a host's or a program's benefit behind its back.
#pragma once

#include <functional>
#include <thread>

namespace gol::embed {

// Starts a thread that blocks all signals, which are for the process's other threads to take, and goes behind
// them in priority.
std::thread StartBackgroundThread(std::function<void()> body);

}  // namespace gol::embed
