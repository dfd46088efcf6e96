// gol version, gol env.
#include <sched.h>

#include <cstdio>
#include <cstdlib>

#include "commands.h"
#include "embed/code_cache.h"

namespace gol::cmd {
namespace {

constexpr char kVersion[] = "go1.26-gol0.1";

std::string Or(const char* name, const char* fallback) {
  const char* v = std::getenv(name);
  return v != nullptr && *v != 0 ? v : fallback;
}

}  // namespace

int Version() {
  std::printf("gol version %s linux/amd64\n", kVersion);
  return 0;
}

int Env(const std::vector<std::string>& args) {
  cpu_set_t set;
  CPU_ZERO(&set);
  int cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  const std::string cache = embed::CacheFolderFromEnvironment();
  const std::pair<std::string, std::string> vars[] = {
      {"GOARCH", "amd64"},
      {"GODEBUG", Or("GODEBUG", "")},
      {"GOGC", Or("GOGC", "100")},
      {"GOLCACHE", cache.empty() ? "off" : cache},
      {"GOMAXPROCS", Or("GOMAXPROCS", std::to_string(cpus).c_str())},
      {"GOMEMLIMIT", Or("GOMEMLIMIT", "off")},
      {"GOOS", "linux"},
      {"GOVERSION", kVersion},
  };
  if (args.empty()) {
    for (const auto& [name, value] : vars) std::printf("%s='%s'\n", name.c_str(), value.c_str());
    return 0;
  }
  for (const std::string& wanted : args) {
    std::string found;
    for (const auto& [name, value] : vars) {
      if (name == wanted) found = value;
    }
    std::printf("%s\n", found.c_str());
  }
  return 0;
}

}  // namespace gol::cmd
