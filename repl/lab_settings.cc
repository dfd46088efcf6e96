// :set: the collector's settings and GODEBUG's switches of the running session. See repl/lab.h.
#include <charconv>
#include <set>

#include "repl/lab_internal.h"
#include "runtime/debug/options.h"
#include "runtime/gc/pacer.h"
#include "runtime/sched/sched.h"

namespace gol::repl::lab {
namespace {

// Switches that are looked at once, when a program starts.
const std::set<std::string_view>& StartOnly() {
  static const std::set<std::string_view> names = {"schedseed", "schedtrace", "scheddetail",
                                                   "allocfreetrace", "inittrace", "asyncpreemptoff"};
  return names;
}

// "64MB", "1GiB", "4096"; false: no size.
bool ParseBytes(std::string_view text, int64_t* out) {
  uint64_t n = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc()) return false;
  std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  if (unit.ends_with("iB")) unit.remove_suffix(2);
  else if (unit.ends_with("B")) unit.remove_suffix(1);
  const std::string_view units = "KMGT";
  int shift = 0;
  if (!unit.empty()) {
    const size_t at = units.find(unit[0]);
    if (unit.size() != 1 || at == units.npos) return false;
    shift = 10 * static_cast<int>(at + 1);
  }
  if (n > (uint64_t{INT64_MAX} >> shift)) return false;
  *out = static_cast<int64_t>(n << shift);
  return true;
}

void List(CommandContext* context) {
  rt::Runtime& runtime = context->evaluator->runtime();
  const rt::gc::Pacer& pacer = runtime.heap().collector().pacer();
  Table table;
  table.columns = {{"setting", "name", Column::kLeft}, {"value", "value"}, {"", "help", Column::kLeft}};
  auto add = [&](std::string_view name, Item value, std::string_view help) {
    table.rows.push_back({Item::Text(name), std::move(value), Item::Text(help)});
  };
  add("gcpercent", {pacer.gogc() < 0 ? "off" : std::to_string(pacer.gogc()), std::to_string(pacer.gogc())},
      "the heap grows by so much between collections; off: never");
  Item limit = Item::Bytes(static_cast<uint64_t>(pacer.memory_limit()));
  if (pacer.memory_limit() == INT64_MAX) limit = {"off", "null"};
  add("memorylimit", limit, "memory that the collector stays below if it can: 64MB; off: none");
  add("gomaxprocs", Item::Count(static_cast<uint64_t>(runtime.sched().gomaxprocs())),
      "goroutines that run at once");
  const rt::debug::Options& now = runtime.debug();
#define OPTION(name, default_value, help)                                              \
  if (!StartOnly().contains(#name)) {                                                  \
    add(#name, {std::to_string(now.name), std::to_string(now.name)}, help);            \
  }
#include "runtime/debug/options.def"
#undef OPTION
  Report report;
  report.Add("settings", table);
  report.Print(context->json);
}

// One setting. The reason why it cannot be; empty: it is done.
std::string Apply(Evaluator* evaluator, std::string_view name, std::string_view value) {
  rt::Runtime& runtime = evaluator->runtime();
  const std::string text = std::string(name) + "=" + std::string(value);
  int64_t n = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
  const bool is_number = error == std::errc() && end == value.data() + value.size();
  if (name == "gcpercent") {
    if (value == "off") n = -1;
    else if (!is_number) return text + ": not a number, nor off";
    OnGoroutine(evaluator, [&] { runtime.heap().SetGcPercent(n); });
    return "";
  }
  if (name == "memorylimit") {
    n = INT64_MAX;
    if (value != "off" && !ParseBytes(value, &n)) return text + ": not a size like 64MB, nor off";
    OnGoroutine(evaluator, [&] { runtime.heap().SetMemoryLimit(n); });
    return "";
  }
  if (!is_number) return text + ": not a number";
  if (name == "gomaxprocs") {
    if (n < 1 || n > 256) return text + ": not from 1 to 256";
    OnGoroutine(evaluator, [&] { runtime.sched().SetGomaxprocs(static_cast<int>(n)); });
    return "";
  }
  if (StartOnly().contains(name)) return text + ": looked at when a program starts; GODEBUG=" + text + " gol";
  rt::debug::Options options = runtime.debug();
  if (!rt::debug::Parse(text, &options).empty()) return "no setting " + std::string(name) + "; :set lists them";
  runtime.ChangeDebug(options);
  return "";
}

}  // namespace

void Set(CommandContext* context, std::string_view argument) {
  if (argument.empty()) return List(context);
  while (!argument.empty()) {
    std::string_view word = TakeWord(&argument);
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    // `:set gcpercent 50` will do, too.
    std::string_view value = equals == word.npos ? TakeWord(&argument) : word.substr(equals + 1);
    if (value.empty()) return Fail(context, "usage: :set [NAME=VALUE ...]");
    const std::string error = Apply(context->evaluator, name, value);
    if (!error.empty()) return Fail(context, "gol: " + error);
  }
  if (context->json) List(context);
}

}  // namespace gol::repl::lab
