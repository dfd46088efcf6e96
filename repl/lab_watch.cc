// :watch and :barriers: what becomes of objects, and where pointers are stored. See repl/lab.h and
// runtime/lifecycle/recorder.h.
#include <cstdio>

#include "repl/lab_internal.h"
#include "repl/value_printer.h"
#include "runtime/lifecycle/recorder.h"

namespace gol::repl::lab {
namespace {

using rt::life::Life;
using rt::life::Stage;
using rt::life::StageRow;

std::string PlaceOf(const StageRow& row) {
  if (row.file.empty()) return "";
  std::string text = row.file.substr(row.file.rfind('/') + 1) + ":" + std::to_string(row.line);
  return text;
}

// "dropped at <input 3>:1 or later", "unmarked by collection 2".
std::string StageText(const Life& life, const StageRow& row) {
  std::string text = rt::life::StageName(row.stage);
  if (row.stage == Stage::kUnmarked) return text + " by collection " + std::to_string(life.cycle);
  const std::string place = PlaceOf(row);
  if (row.stage == Stage::kDropped && place.empty()) return text + " some time before that";
  if (!place.empty()) text += " at " + place;
  return row.stage == Stage::kDropped ? text + " or later" : text;
}

void ListLives(CommandContext* context) {
  rt::life::Recorder& recorder = context->evaluator->runtime().recorder();
  Report report;
  Table table;
  table.columns = {{"object", "id"},      {"type", "type", Column::kLeft}, {"at", "ns"},
                   {"stage", "stage", Column::kLeft}, {"by", "where", Column::kLeft},
                   {"", "collection"}};
  for (const Life& life : recorder.Lives()) {
    bool is_first = true;
    for (const StageRow& row : recorder.Stages(life)) {
      Item id = Item::Count(life.id), type = Item::Text(life.type), where = Item::Text(PlaceOf(row));
      if (!is_first) id.text = type.text = "";
      is_first = false;
      if (row.stage == Stage::kUnmarked) where.text = "collection " + std::to_string(life.cycle);
      // A drop is known to lie between two times.
      const std::string from = row.after_ns >= 0 ? TimeText(row.after_ns) + " - " : "";
      table.rows.push_back({id, type, {from + TimeText(row.ns), std::to_string(row.ns)},
                            Item::Text(rt::life::StageName(row.stage)), where,
                            {"", row.stage == Stage::kUnmarked ? std::to_string(life.cycle) : "null"}});
    }
  }
  if (table.rows.empty()) report.Line("no object is watched; :watch EXPR follows one");
  report.Add("stages", table);
  report.Print(context->json);
}

}  // namespace

void Watch(CommandContext* context, std::string_view argument) {
  if (argument.empty()) return ListLives(context);
  Evaluator* evaluator = context->evaluator;
  rt::life::Recorder& recorder = evaluator->runtime().recorder();
  // From now on the lines that make objects are known.
  if (!recorder.remembers_allocs()) recorder.RememberAllocs(0, 0);
  const std::optional<Value> value = ProbeOne(context, argument);
  if (!value.has_value()) return;
  const auto* target = reinterpret_cast<const void*>(TargetOf(*value));
  std::string type = PrintType(value->type);
  if (type.starts_with('*')) type.erase(0, 1);
  uint64_t id = 0;
  OnGoroutine(evaluator, [&] { id = target == nullptr ? 0 : recorder.Watch(target, type); });
  Life life;
  if (!recorder.Find(id, &life)) {
    return Fail(context, "gol: " + std::string(argument) + " does not lead to the heap");
  }
  Report report;
  report.Line("object " + std::to_string(id) + " (" + life.type + "): slot " +
              std::to_string(life.slot) + " of span " + HexText(life.span_addr) + ", " +
              std::to_string(life.slot_bytes) + " bytes");
  report.Field("id", Item::Count(id));
  report.Field("type", Item::Text(life.type));
  report.Field("address", Item::Address(life.object));
  report.Field("span", Item::Address(life.span_addr));
  report.Field("slot", Item::Count(life.slot));
  report.Field("slotBytes", Item::Count(life.slot_bytes));
  context->lab->stages.emplace(id, recorder.Stages(life).size());
  report.Print(context->json);
}

void ReportWatched(Evaluator* evaluator, State* state) {
  if (state->stages.empty()) return;
  rt::life::Recorder& recorder = evaluator->runtime().recorder();
  for (auto& [id, seen] : state->stages) {
    Life life;
    if (!recorder.Find(id, &life)) continue;
    const std::vector<StageRow> rows = recorder.Stages(life);
    // Drops become known late, and stand before what was reported then.
    for (size_t i = std::min(seen, rows.size()); i < rows.size(); i++) {
      std::printf("object %llu (%s): %s\n", static_cast<unsigned long long>(id), life.type.c_str(),
                  StageText(life, rows[i]).c_str());
    }
    seen = rows.size();
  }
}

void Barriers(CommandContext* context, std::string_view argument) {
  rt::life::Recorder& recorder = context->evaluator->runtime().recorder();
  if (argument == "on" || argument == "off") {
    recorder.CountStores(argument == "on");
    if (argument == "on") recorder.ForgetStoreCounts();
    Report report;
    report.Line(argument == "on" ? "stores of pointers are counted from now on" : "counted no more");
    report.Field("counting", Item::Flag(argument == "on"));
    return report.Print(context->json);
  }
  if (!argument.empty()) return Fail(context, "usage: :barriers [on|off]");
  Report report;
  Table table;
  table.columns = {{"pointers", "pointers"}, {"while marking", "inMarking"},
                   {"line", "line", Column::kLeft}, {"function", "function", Column::kLeft}};
  constexpr size_t kLines = 24;
  uint64_t all = 0, more = 0;
  for (const rt::life::StoreCount& c : recorder.StoreCounts()) {
    all += c.stores;
    if (!context->json && table.rows.size() == kLines) {
      more++;
      continue;
    }
    std::string line = "the runtime";
    if (!c.file.empty()) line = c.file.substr(c.file.rfind('/') + 1) + ":" + std::to_string(c.line);
    table.rows.push_back({Item::Count(c.stores), Item::Count(c.in_marking), Item::Text(line),
                          Item::Text(c.function)});
  }
  report.Field("counting", Item::Flag(recorder.counts_stores()));
  if (!recorder.counts_stores() && all == 0) report.Line("nothing is counted; :barriers on begins to");
  else if (all == 0) report.Line("no pointer was stored through the barrier");
  report.Add("lines", table);
  if (more > 0) report.Line(CountText(more) + " more lines");
  report.Print(context->json);
}

}  // namespace gol::repl::lab
