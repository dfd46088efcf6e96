// gol lab: experiments that look into the runtime. lifecycle follows objects (lifecycle_report.cc prints what
// they went through); claims measures what an article says (claims.cc).
#include <cstdio>
#include <cstdlib>

#include "commands.h"
#include "lab.h"
#include "page.h"
#include "run.h"

namespace gol::cmd {
namespace {

constexpr char kUsage[] =
    "usage: gol lab lifecycle [-every N] [-max N] [-finish] [-o FILE.html] [-svg FILE] [-json FILE] FILE [ARGS]\n"
    "       gol lab claims [-run WORD] [-go FILE | -go none] [-o FILE.html] [-json FILE] [DIR]\n";

int Lifecycle(const std::vector<std::string>& args) {
  LifecycleOptions lifecycle;
  std::string html = "lifecycle.html", svg, json;
  std::vector<std::string> rest;
  for (size_t i = 0; i < args.size(); i++) {
    const std::string& arg = args[i];
    const auto value = [&]() -> std::string { return i + 1 < args.size() ? args[++i] : ""; };
    if (arg == "-every") lifecycle.every = std::strtoull(value().c_str(), nullptr, 10);
    else if (arg == "-max") lifecycle.max = std::strtoull(value().c_str(), nullptr, 10);
    else if (arg == "-finish") lifecycle.finish = true;
    else if (arg == "-o") html = value();
    else if (arg == "-svg") svg = value();
    else if (arg == "-json") json = value();
    else {
      rest.assign(args.begin() + static_cast<long>(i), args.end());
      break;
    }
  }
  if (rest.empty()) {
    std::fputs(kUsage, stderr);
    return kExitUsage;
  }
  Flags flags;
  std::string error;
  if (!ParseFlags(rest, 0, &flags, &error)) {
    std::fprintf(stderr, "gol lab lifecycle: %s\n", error.c_str());
    return kExitUsage;
  }
  std::vector<ObjectLife> lives;
  lifecycle.report = [&](const std::vector<ObjectLife>& all) { lives = all; };
  std::optional<RunResult> result = RunSources(
      flags, "gol lab lifecycle", [&](RunOptions& options) { options.lifecycle = lifecycle; });
  if (!result) return kExitError;
  std::fflush(stdout);
  const std::string title = "Lives of objects in " + flags.args[0];
  std::fputs(LifecycleTable(lives).c_str(), stdout);
  constexpr const char* kCommand = "gol lab lifecycle";
  bool ok = true;
  if (!html.empty()) ok &= WriteWholeFile(html, LifecyclePage(lives, title), kCommand);
  if (!svg.empty()) ok &= WriteWholeFile(svg, StandaloneSvg(LifecycleSvg(lives)), kCommand);
  if (!json.empty()) ok &= WriteWholeFile(json, LifecycleJson(lives), kCommand);
  return ok ? result->exit_code : kExitError;
}

}  // namespace

int Lab(const std::vector<std::string>& args) {
  if (!args.empty() && args[0] == "lifecycle") return Lifecycle({args.begin() + 1, args.end()});
  if (!args.empty() && args[0] == "claims") return Claims({args.begin() + 1, args.end()});
  std::fputs(kUsage, stderr);
  return kExitUsage;
}

}  // namespace gol::cmd
