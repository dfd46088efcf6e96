// What became of watched objects, as a table and as a picture. See lab.h and runtime/lifecycle/recorder.h.
//
// The picture has a line per object and time from left to right: in use, from the allocation (or from Watch) to
// the last sign of life; in use or not, until a collection ended without a mark; known dead, until swept;
// free, until somebody has the slot or the pages.
#include <algorithm>
#include <cstdio>
#include <map>

#include "base/json.h"
#include "lab.h"
#include "page.h"

namespace gol::cmd {
namespace {

// Lines of the picture and rows of the page's table. More: pages of megabytes.
constexpr size_t kMaxRows = 400;

const ObjectStage* Find(const ObjectLife& l, const char* name) {
  for (const ObjectStage& s : l.stages) {
    if (s.name == name) return &s;
  }
  return nullptr;
}

int64_t BirthOf(const ObjectLife& l) { return l.stages.empty() ? 0 : l.stages.front().ns; }

// The stage that ended the life; null: it has not ended.
const ObjectStage* EndOf(const ObjectLife& l) {
  for (const char* name : {"slot reused", "pages returned", "pages reused"}) {
    if (const ObjectStage* s = Find(l, name)) return s;
  }
  return nullptr;
}

std::string PlaceOf(const ObjectStage& s) {
  if (s.file.empty()) return "";
  return s.file.substr(s.file.rfind('/') + 1) + ":" + std::to_string(s.line);
}

std::string BirthPlace(const ObjectLife& l) {
  for (const char* name : {"allocated", "watched"}) {
    const ObjectStage* s = Find(l, name);
    if (s != nullptr && !s->file.empty()) return PlaceOf(*s);
  }
  return "";
}

std::string Ms(int64_t ns) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(ns) / 1e6);
  return text;
}

std::string StageCell(const ObjectLife& l, const char* name) {
  const ObjectStage* s = Find(l, name);
  if (s == nullptr) return "-";
  return (s->after_ns >= 0 ? Ms(s->after_ns) + "-" : "") + Ms(s->ns);
}

// The code that overwrote the last pointer that was seen.
std::string DropPlace(const ObjectLife& l) {
  const ObjectStage* dropped = Find(l, "dropped");
  return dropped != nullptr ? PlaceOf(*dropped) : "";
}

std::string EndCell(const ObjectLife& l) {
  const ObjectStage* end = EndOf(l);
  if (end == nullptr) end = Find(l, "span freed");
  if (end == nullptr) return "-";
  const std::string place = PlaceOf(*end);
  return end->name + " " + Ms(end->ns) + (place.empty() ? "" : " " + place);
}

// How long objects took from one stage to another.
struct Delay {
  const char* name;
  std::vector<int64_t> ns;
  int64_t At(double share) const {
    return ns[std::min(ns.size() - 1, static_cast<size_t>(share * static_cast<double>(ns.size())))];
  }
};

std::vector<Delay> Delays(const std::vector<ObjectLife>& lives) {
  std::vector<Delay> delays = {{"from allocated or watched to last sign of life", {}},
                               {"from last sign of life to unmarked", {}},
                               {"from unmarked to swept", {}},
                               {"from swept to slot reused", {}},
                               {"from span freed to pages reused", {}},
                               {"from span freed to pages returned", {}}};
  for (const ObjectLife& l : lives) {
    auto add = [&](size_t i, const ObjectStage* from, const ObjectStage* to) {
      if (from != nullptr && to != nullptr) delays[i].ns.push_back(to->ns - from->ns);
    };
    if (const ObjectStage* dropped = Find(l, "dropped")) {
      delays[0].ns.push_back(dropped->after_ns - BirthOf(l));
      delays[1].ns.push_back(dropped->ns - dropped->after_ns);
    }
    add(2, Find(l, "unmarked"), Find(l, "swept"));
    add(3, Find(l, "swept"), Find(l, "slot reused"));
    add(4, Find(l, "span freed"), Find(l, "pages reused"));
    add(5, Find(l, "span freed"), Find(l, "pages returned"));
  }
  std::erase_if(delays, [](const Delay& d) { return d.ns.empty(); });
  for (Delay& d : delays) std::sort(d.ns.begin(), d.ns.end());
  return delays;
}

// How many objects reached each stage.
std::map<std::string, size_t> Counts(const std::vector<ObjectLife>& lives) {
  std::map<std::string, size_t> counts;
  for (const ObjectLife& l : lives) {
    for (const ObjectStage& s : l.stages) ++counts[s.name];
  }
  return counts;
}

constexpr const char* kStageOrder[] = {"allocated",   "watched",    "dropped",
                                       "unmarked",    "swept",      "slot reused",
                                       "span freed",  "pages reused", "pages returned"};

// The objects that are shown one by one: watched ones first, then of the sample.
std::vector<const ObjectLife*> Chosen(const std::vector<ObjectLife>& lives) {
  std::vector<const ObjectLife*> chosen;
  for (const bool is_sample : {false, true}) {
    for (const ObjectLife& l : lives) {
      if (l.is_sample == is_sample && chosen.size() < kMaxRows) chosen.push_back(&l);
    }
  }
  std::sort(chosen.begin(), chosen.end(), [](const ObjectLife* a, const ObjectLife* b) {
    return BirthOf(*a) != BirthOf(*b) ? BirthOf(*a) < BirthOf(*b) : a->id < b->id;
  });
  return chosen;
}

std::string Hex(uint64_t v) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(v));
  return text;
}

std::string TipOf(const ObjectLife& l) {
  std::string tip = "object " + std::to_string(l.id) + " " + l.type + "\nspan " + Hex(l.span) +
                    " slot " + std::to_string(l.slot) + ", " + std::to_string(l.slot_bytes) +
                    " bytes";
  for (const ObjectStage& s : l.stages) {
    tip += "\n" + s.name + " " + (s.after_ns >= 0 ? "between " + Ms(s.after_ns) + " and " : "") +
           Ms(s.ns) + " ms";
    if (s.name == "unmarked") tip += ", gc " + std::to_string(l.collection);
    if (const std::string place = PlaceOf(s); !place.empty()) tip += ", " + place;
  }
  return tip;
}

}  // namespace

std::string LifecycleTable(const std::vector<ObjectLife>& lives) {
  constexpr size_t kTerminalRows = 40;
  std::string out;
  char line[512];
  std::snprintf(line, sizeof line,
                "%zu objects watched; times in ms; dropped: last sign of life, and found unmarked; by: the line "
                "that overwrote a pointer then\n",
                lives.size());
  out += line;
  if (lives.empty()) return out;
  std::snprintf(line, sizeof line, "%6s %-16s %-18s %5s %5s %10s %19s %-18s %4s %10s  %s\n", "object",
                "type", "line", "slot", "class", "allocated", "dropped", "by", "gc", "swept", "end");
  out += line;
  const std::vector<const ObjectLife*> chosen = Chosen(lives);
  for (size_t i = 0; i < chosen.size() && i < kTerminalRows; i++) {
    const ObjectLife& l = *chosen[i];
    const char* first = Find(l, "allocated") != nullptr ? "allocated" : "watched";
    std::snprintf(line, sizeof line, "%6llu %-16.16s %-18.18s %5u %5d %10s %19s %-18.18s %4s %10s  %s\n",
                  static_cast<unsigned long long>(l.id), l.type.c_str(), BirthPlace(l).c_str(), l.slot,
                  l.size_class, StageCell(l, first).c_str(), StageCell(l, "dropped").c_str(),
                  DropPlace(l).c_str(),
                  l.collection != 0 ? std::to_string(l.collection).c_str() : "-",
                  StageCell(l, "swept").c_str(), EndCell(l).c_str());
    out += line;
  }
  if (lives.size() > kTerminalRows) {
    std::snprintf(line, sizeof line, "... %zu more\n", lives.size() - kTerminalRows);
    out += line;
  }
  std::map<std::string, size_t> counts = Counts(lives);
  out += "reached:";
  for (const char* name : kStageOrder) {
    if (counts[name] == 0) continue;
    out += std::string(name == kStageOrder[0] || out.ends_with(":") ? " " : ", ") + name + " " +
           std::to_string(counts[name]);
  }
  out += "\n";
  for (const Delay& d : Delays(lives)) {
    std::snprintf(line, sizeof line, "%-46s %6zu objects, median %s ms, 95 %% %s ms, most %s ms\n",
                  d.name, d.ns.size(), Ms(d.At(0.5)).c_str(), Ms(d.At(0.95)).c_str(),
                  Ms(d.ns.back()).c_str());
    out += line;
  }
  return out;
}

std::string LifecycleSvg(const std::vector<ObjectLife>& lives) {
  const std::vector<const ObjectLife*> chosen = Chosen(lives);
  int64_t begin = INT64_MAX, end = 0;
  std::map<uint32_t, int64_t> collections;
  for (const ObjectLife* l : chosen) {
    begin = std::min(begin, BirthOf(*l));
    for (const ObjectStage& s : l->stages) end = std::max(end, s.ns);
    if (const ObjectStage* s = Find(*l, "unmarked")) {
      int64_t& at = collections[l->collection];
      at = std::max(at, s->ns);
    }
  }
  if (chosen.empty()) begin = 0;
  const double span = std::max<double>(1, static_cast<double>(end - begin));
  constexpr int kWidth = 1100, kLeft = 130, kTop = 26, kPlot = kWidth - kLeft - 12;
  const int row = chosen.size() > 100 ? 5 : 14;
  const int height = kTop + static_cast<int>(chosen.size()) * row + 30;
  auto x = [&](int64_t ns) { return kLeft + static_cast<double>(ns - begin) / span * kPlot; };
  std::string out;
  char text[512];
  std::snprintf(text, sizeof text,
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
                "aria-label=\"Lives of objects over time\">",
                kWidth, height, kWidth, height);
  out += text;
  double last_label = -100;
  for (const auto& [n, ns] : collections) {
    std::snprintf(text, sizeof text,
                  "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" "
                  "stroke-dasharray=\"3 3\"/>",
                  x(ns), x(ns), kTop - 6, height - 24);
    out += text;
    if (x(ns) - last_label < 34) continue;
    last_label = x(ns);
    std::snprintf(text, sizeof text, "<text class=\"dim\" x=\"%.1f\" y=\"14\" text-anchor=\"middle\">gc %u</text>",
                  x(ns), n);
    out += text;
  }
  double y = kTop;
  for (const ObjectLife* l : chosen) {
    auto bar = [&](int64_t from, int64_t to, const char* colour, const char* more) {
      std::snprintf(text, sizeof text,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"var(%s)\"%s/>",
                    x(from), y + 1, std::max(1.0, x(to) - x(from)), row - 2, colour, more);
      out += text;
    };
    out += "<g data-tip=\"" + HtmlEscape(TipOf(*l)) + "\">";
    // The whole line answers to the pointer.
    std::snprintf(text, sizeof text,
                  "<rect x=\"0\" y=\"%.1f\" width=\"%d\" height=\"%d\" fill=\"transparent\"/>", y,
                  kWidth, row);
    out += text;
    if (row >= 10) {
      std::snprintf(text, sizeof text, "<text x=\"4\" y=\"%.1f\" font-size=\"11\">%llu %s</text>",
                    y + row - 3, static_cast<unsigned long long>(l->id),
                    HtmlEscape(BirthPlace(*l).substr(0, 18)).c_str());
      out += text;
    }
    const ObjectStage* dropped = Find(*l, "dropped");
    const ObjectStage* unmarked = Find(*l, "unmarked");
    const ObjectStage* swept = Find(*l, "swept");
    const ObjectStage* last = EndOf(*l);
    if (dropped == nullptr) {
      bar(BirthOf(*l), end, "--c2", "");
    } else {
      bar(BirthOf(*l), dropped->after_ns, "--c2", "");
      bar(dropped->after_ns, dropped->ns, dropped->file.empty() ? "--c2" : "--c1", " opacity=\"0.5\"");
      if (unmarked != nullptr) bar(unmarked->ns, swept != nullptr ? swept->ns : end, "--c5", "");
    }
    if (swept != nullptr) bar(swept->ns, last != nullptr ? last->ns : end, "--c0", " opacity=\"0.55\"");
    if (last != nullptr) {
      std::snprintf(text, sizeof text, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"var(%s)\"/>",
                    x(last->ns), y + row / 2.0, row >= 10 ? 4.0 : 2.0,
                    last->name == "slot reused" ? "--c3" : "--c6");
      out += text;
    }
    out += "</g>";
    y += row;
  }
  for (int i = 0; i <= 5; i++) {
    const int64_t ns = begin + static_cast<int64_t>(span * i / 5);
    std::snprintf(text, sizeof text,
                  "<text class=\"dim\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>", x(ns),
                  height - 6, i == 0 ? "start" : i == 5 ? "end" : "middle",
                  TimeText(static_cast<double>(ns)).c_str());
    out += text;
  }
  return out + "</svg>";
}

std::string LifecyclePage(const std::vector<ObjectLife>& lives, const std::string& title) {
  std::string body =
      "<p>Times are in milliseconds since the runtime began to record. A drop lies between two times: the last "
      "sign of life (a pointer to the object was overwritten, by the line that is named, or stored; or a marking that "
      "reached it began) and the end of the marking that did not reach it.</p><div class=\"cards\">";
  std::map<std::string, size_t> counts = Counts(lives);
  body += "<div><b>" + std::to_string(lives.size()) + "</b>objects</div>";
  for (const char* name : kStageOrder) {
    if (counts[name] == 0) continue;
    body += "<div><b>" + std::to_string(counts[name]) + "</b>" + name + "</div>";
  }
  body += "</div><h2>Over time</h2><ul class=\"key\">";
  struct Key {
    const char* colour;
    const char* opacity;
    const char* text;
  };
  constexpr Key kKeys[] = {{"--c2", "1", "in use"},
                           {"--c1", "0.5", "a pointer was overwritten: dropped, or held by others yet"},
                           {"--c2", "0.5", "in use or dropped"},
                           {"--c5", "1", "found unmarked"},
                           {"--c0", "0.55", "swept: slot free"},
                           {"--c3", "1", "slot reused"},
                           {"--c6", "1", "pages reused or returned"}};
  for (const Key& key : kKeys) {
    body += "<li><svg width=\"12\" height=\"12\" style=\"margin-right:6px\"><rect width=\"12\" height=\"12\" "
            "rx=\"2\" fill=\"var(" + std::string(key.colour) + ")\" opacity=\"" + key.opacity +
            "\"/></svg>" + key.text + "</li>";
  }
  body += "</ul><div class=\"scroll\">" + LifecycleSvg(lives) + "</div>";
  if (lives.size() > kMaxRows) {
    body += "<p class=\"dim\">" + std::to_string(kMaxRows) + " of " + std::to_string(lives.size()) +
            " objects are drawn; the sums below are of all.</p>";
  }
  body += "<h2>How long it takes</h2><div class=\"scroll\"><table><tr><th>between<th class=\"n\">objects<th "
          "class=\"n\">median<th class=\"n\">95 %<th class=\"n\">longest</tr>";
  for (const Delay& d : Delays(lives)) {
    body += "<tr><td>" + std::string(d.name) + "<td class=\"n\">" + std::to_string(d.ns.size());
    for (int64_t ns : {d.At(0.5), d.At(0.95), d.ns.back()}) {
      body += "<td class=\"n\">" + TimeText(static_cast<double>(ns));
    }
    body += "</tr>";
  }
  body += "</table></div><h2>Each object</h2><div class=\"scroll\"><table><tr><th class=\"n\">object<th>type<th>line"
          "<th>span<th class=\"n\">slot<th class=\"n\">class<th class=\"n\">bytes<th class=\"n\">allocated<th "
          "class=\"n\">dropped<th>by<th class=\"n\">unmarked<th class=\"n\">gc<th class=\"n\">swept<th>end</tr>";
  for (const ObjectLife* l : Chosen(lives)) {
    const char* first = Find(*l, "allocated") != nullptr ? "allocated" : "watched";
    body += "<tr><td class=\"n\">" + std::to_string(l->id) + "<td>" + HtmlEscape(l->type) + "<td>" +
            HtmlEscape(BirthPlace(*l)) + "<td>" + Hex(l->span) + "<td class=\"n\">" +
            std::to_string(l->slot) + "<td class=\"n\">" + std::to_string(l->size_class) +
            "<td class=\"n\">" + std::to_string(l->slot_bytes) + "<td class=\"n\">" +
            StageCell(*l, first) + "<td class=\"n\">" + HtmlEscape(StageCell(*l, "dropped")) + "<td>" +
            HtmlEscape(DropPlace(*l)) + "<td class=\"n\">" +
            StageCell(*l, "unmarked") + "<td class=\"n\">" +
            (l->collection != 0 ? std::to_string(l->collection) : "-") + "<td class=\"n\">" +
            StageCell(*l, "swept") + "<td>" + HtmlEscape(EndCell(*l)) + "</tr>";
  }
  body += "</table></div>";
  return Page(title, body);
}

std::string LifecycleJson(const std::vector<ObjectLife>& lives) {
  std::string out = "[";
  for (const ObjectLife& l : lives) {
    if (out.size() > 1) out += ",";
    out += "\n{\"id\":" + std::to_string(l.id) + ",\"type\":" + JsonString(l.type) +
           ",\"address\":" + JsonString(Hex(l.address)) + ",\"span\":" + JsonString(Hex(l.span)) +
           ",\"slot\":" + std::to_string(l.slot) + ",\"sizeClass\":" + std::to_string(l.size_class) +
           ",\"slotBytes\":" + std::to_string(l.slot_bytes) +
           ",\"spanPages\":" + std::to_string(l.span_pages) +
           ",\"collection\":" + std::to_string(l.collection) +
           ",\"survived\":" + std::to_string(l.survived) +
           ",\"sampled\":" + (l.is_sample ? "true" : "false") + ",\"stages\":[";
    for (size_t i = 0; i < l.stages.size(); i++) {
      const ObjectStage& s = l.stages[i];
      out += std::string(i == 0 ? "" : ",") + "{\"name\":" + JsonString(s.name) +
             ",\"ns\":" + std::to_string(s.ns);
      if (s.after_ns >= 0) out += ",\"afterNs\":" + std::to_string(s.after_ns);
      if (!s.file.empty()) {
        out += ",\"file\":" + JsonString(s.file) + ",\"line\":" + std::to_string(s.line) +
               ",\"function\":" + JsonString(s.function);
      }
      out += "}";
    }
    out += "]}";
  }
  return out + "\n]\n";
}

}  // namespace gol::cmd
