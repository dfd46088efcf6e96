// What stands behind gol::Engine.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "embed/optimizer.h"
#include "gol/gol.h"
#include "runtime/sched/watchdog.h"

namespace gol {

struct Engine::Impl {
  ~Impl();

  EngineOptions options;
  // Isolates share these two.
  std::shared_ptr<rt::Watchdog> watchdog = std::make_shared<rt::Watchdog>();
  std::shared_ptr<embed::Optimizer> optimizer = std::make_shared<embed::Optimizer>();

  // ---- compiled modules; guarded by lock ----
  std::mutex lock;
  std::unordered_map<std::string, std::weak_ptr<detail::ModuleCode>> by_key;
  std::list<std::shared_ptr<detail::ModuleCode>> recent;  // the newest first

  // ---- compile threads; guarded by lock ----
  std::condition_variable wake;
  std::deque<std::function<void()>> jobs;
  std::vector<std::thread> threads;
  bool is_ending = false;

  const uint32_t fork_generation = embed::ForkGeneration();

  Expected<Module> Compile(const ModuleSource& source);
  void Submit(std::function<void()> job);
};

}  // namespace gol
