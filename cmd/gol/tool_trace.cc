// gol tool trace FILE: an execution trace as a page: when which processor ran what, the collections, the stops of
// the world, the heap, the goroutines, the regions; and a heat map of regions whose logs tell load factor and
// length of key.
//
// The heat map. A region is preceded by a log of its goroutine whose category is the region's type and whose
// message has the form "load=NUMBER key=NUMBER" (more words may follow). All regions with the same two numbers
// share a cell; its colour is their mean length. Block 11 of the article, with its prelude, makes such a trace.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

#include "base/json.h"
#include "commands.h"
#include "page.h"
#include "trace_reader.h"

namespace gol::cmd {
namespace {

struct Cell {
  uint64_t count = 0;
  double sum = 0;
  std::vector<int64_t> lengths;
  double mean() const { return sum / static_cast<double>(count); }
};

struct Heat {
  std::string type;  // of the regions
  std::map<std::pair<double, double>, Cell> cells;  // by key length and load factor
};

bool Parameter(const std::string& note, const char* name, double* value) {
  const size_t at = note.find(name);
  if (at == note.npos || (at != 0 && note[at - 1] != ' ')) return false;
  char* end;
  *value = std::strtod(note.c_str() + at + std::strlen(name), &end);
  return end != note.c_str() + at + std::strlen(name);
}

std::vector<Heat> HeatMaps(const Trace& t) {
  std::map<std::string, Heat> maps;
  for (const TraceRegion& r : t.regions) {
    double load, key;
    if (!Parameter(r.note, "load=", &load) || !Parameter(r.note, "key=", &key)) continue;
    Heat& heat = maps[r.type];
    heat.type = r.type;
    Cell& cell = heat.cells[{key, load}];
    ++cell.count;
    cell.sum += static_cast<double>(r.to - r.from);
    cell.lengths.push_back(r.to - r.from);
  }
  std::vector<Heat> list;
  for (auto& [type, heat] : maps) {
    for (auto& [at, cell] : heat.cells) std::sort(cell.lengths.begin(), cell.lengths.end());
    list.push_back(std::move(heat));
  }
  return list;
}

std::string Text(double x, double y, const char* anchor, const std::string& text, const char* more = " class=\"dim\"") {
  char head[200];
  std::snprintf(head, sizeof head, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>", x, y, anchor, more);
  return head + HtmlEscape(text) + "</text>";
}

std::string Rect(double x, double y, double w, double h, const std::string& fill, const std::string& tip,
                 const char* more = "") {
  char head[200];
  std::snprintf(head, sizeof head, "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" fill=\"", x, y, w, h);
  std::string out = head + fill + "\"" + more;
  if (!tip.empty()) out += " data-tip=\"" + HtmlEscape(tip) + "\"";
  return out + "/>";
}

std::string HeatSvg(const Heat& heat) {
  std::set<double> loads, keys;
  double least = 1e300, most = 0;
  for (const auto& [at, cell] : heat.cells) {
    keys.insert(at.first);
    loads.insert(at.second);
    least = std::min(least, cell.mean());
    most = std::max(most, cell.mean());
  }
  least = std::max(least, 1.0);
  constexpr double kWidth = 760, kLeft = 64, kTop = 8, kRowHeight = 40;
  const double plot = kWidth - kLeft - 8, w = plot / static_cast<double>(loads.size());
  const double bottom = kTop + kRowHeight * static_cast<double>(keys.size());
  const double height = bottom + 84;
  char head[300];
  std::snprintf(head, sizeof head,
                "<svg viewBox=\"0 0 %.0f %.0f\" style=\"width:100%%;min-width:600px;max-width:%.0fpx\" role=\"img\" "
                "aria-label=\"Heat map: load factor, key length, mean time\">",
                kWidth, height, kWidth);
  std::string out = head;
  double y = bottom;
  for (double key : keys) {
    y -= kRowHeight;
    out += Text(kLeft - 8, y + kRowHeight / 2 + 4, "end", NumberText(key));
    double x = kLeft;
    for (double load : loads) {
      if (auto at = heat.cells.find({key, load}); at != heat.cells.end()) {
        const Cell& c = at->second;
        const double share = most > least ? std::log(std::max(c.mean(), 1.0) / least) / std::log(most / least) : 0;
        const auto quantile = [&](double q) {
          return TimeText(static_cast<double>(c.lengths[std::min(c.lengths.size() - 1, static_cast<size_t>(q * static_cast<double>(c.lengths.size())))]));
        };
        out += Rect(x + 1, y + 1, w - 2, kRowHeight - 2, HeatColour(share),
                    heat.type + "\nload factor " + NumberText(load) + ", key of " + NumberText(key) + " bytes\nmean " +
                        TimeText(c.mean()) + ", median " + quantile(0.5) + ", 95 % " + quantile(0.95) + "\n" +
                        std::to_string(c.count) + " regions",
                    " class=\"cell\" tabindex=\"0\"");
        if (w >= 34) {
          out += Text(x + w / 2, y + kRowHeight / 2 + 4, "middle", NumberText(std::round(c.mean())),
                      share > 0.6 ? " style=\"fill:#111;pointer-events:none\"" : " style=\"fill:#fff;pointer-events:none\"");
        }
      }
      x += w;
    }
  }
  double x = kLeft;
  for (double load : loads) {
    out += Text(x + w / 2, bottom + 16, "middle", NumberText(load) == "0" ? "0" : NumberText(load));
    x += w;
  }
  out += Text(kLeft + plot / 2, bottom + 34, "middle", "load factor (entries per bucket); upwards: bytes of the key", "");
  // The scale.
  constexpr int kSteps = 40;
  for (int i = 0; i < kSteps; i++) {
    out += Rect(kLeft + i * 6.0, bottom + 46, 6.5, 12, HeatColour(i / (kSteps - 1.0)), "");
  }
  out += Text(kLeft, bottom + 74, "start", TimeText(least));
  out += Text(kLeft + kSteps * 6.0, bottom + 74, "end", TimeText(most));
  return out + "</svg>";
}

constexpr double kWidth = 1100, kLeft = 96, kPlot = kWidth - kLeft - 12, kLane = 22;

std::string GoName(const Trace& t, uint64_t g) {
  auto at = t.names.find(g);
  return "goroutine " + std::to_string(g) + (at != t.names.end() ? " " + at->second : "");
}

// A lane of segments. Those closer than half a pixel are drawn as one, whose height tells how much of it they fill.
std::string Lane(const Trace& t, const std::vector<TraceSegment>& list, double y, bool by_goroutine, const char* what,
                 const char* colour) {
  const double scale = kPlot / static_cast<double>(std::max<int64_t>(t.duration, 1));
  std::string out;
  for (size_t i = 0; i < list.size();) {
    size_t end = i + 1;
    int64_t busy = list[i].to - list[i].from, to = list[i].to;
    if (static_cast<double>(busy) * scale < 1.5) {
      while (end < list.size() && static_cast<double>(list[end].from - list[i].from) * scale < 1.5) {
        busy += list[end].to - list[end].from;
        to = std::max(to, list[end].to);
        end++;
      }
    }
    const double x = kLeft + static_cast<double>(list[i].from) * scale;
    const double w = std::max(1.0, static_cast<double>(to - list[i].from) * scale);
    std::string tip, fill = colour;
    double share = 1;
    if (end - i == 1) {
      tip = (by_goroutine ? GoName(t, list[i].g) : std::string(what) + (list[i].g != 0 ? " " + std::to_string(list[i].g) : "")) +
            "\n" + TimeText(static_cast<double>(busy)) + " from " + TimeText(static_cast<double>(list[i].from));
      if (by_goroutine) fill = "var(--c" + std::to_string(list[i].g % 8) + ")";
    } else {
      share = std::clamp(static_cast<double>(busy) / static_cast<double>(std::max<int64_t>(1, to - list[i].from)), 0.15, 1.0);
      tip = std::to_string(end - i) + (by_goroutine ? " runs of goroutines" : std::string(" times ") + what) + "\n" +
            TimeText(static_cast<double>(busy)) + " of " + TimeText(static_cast<double>(to - list[i].from)) + " from " +
            TimeText(static_cast<double>(list[i].from));
      if (by_goroutine) fill = "var(--c" + std::to_string(list[i].g % 8) + ")";
    }
    const double h = (kLane - 6) * share;
    out += Rect(x, y + kLane - 3 - h, w, h, fill, tip);
    i = end;
  }
  return out;
}

std::string ProcName(uint64_t p) {
  if (p == 10000) return "collector";
  if (p > 10000 && p < 20000) return "mark worker " + std::to_string(p - 10000);
  if (p == ~uint64_t{0}) return "other";
  return "P " + std::to_string(p);
}

std::string TimelineSvg(const Trace& t) {
  const double scale = kPlot / static_cast<double>(std::max<int64_t>(t.duration, 1));
  std::string out;
  double y = 20;
  auto label = [&](const std::string& text) { out += Text(kLeft - 8, y + kLane - 7, "end", text); };
  std::vector<TraceSegment> stops;
  for (const TracePause& p : t.pauses) stops.push_back({p.from, p.to, 0});
  label("world stopped");
  out += Lane(t, stops, y, false, "stop of the world", "var(--c5)");
  y += kLane;
  label("marking");
  out += Lane(t, t.marking, y, false, "marking, collection", "var(--c1)");
  y += kLane;
  std::vector<TraceSegment> sweeps;
  for (const auto& [p, list] : t.sweeping) sweeps.insert(sweeps.end(), list.begin(), list.end());
  std::sort(sweeps.begin(), sweeps.end(), [](const TraceSegment& a, const TraceSegment& b) { return a.from < b.from; });
  label("sweeping");
  out += Lane(t, sweeps, y, false, "sweeping", "var(--c6)");
  y += kLane;
  for (const auto& [p, list] : t.procs) {
    label(ProcName(p));
    out += Lane(t, list, y, true, "", "");
    y += kLane;
  }
  // The heap: allocated, and the goal.
  y += 8;
  constexpr double kHeap = 90;
  uint64_t most = 1;
  for (const auto* list : {&t.heap, &t.goal}) {
    for (const TraceHeapPoint& p : *list) most = std::max(most, p.bytes);
  }
  auto line = [&](const std::vector<TraceHeapPoint>& list, const char* colour) {
    std::string path;
    double last_x = -10;
    double last_y = 0;
    for (const TraceHeapPoint& p : list) {
      const double px = kLeft + static_cast<double>(p.at) * scale;
      const double py = y + kHeap * (1 - static_cast<double>(p.bytes) / static_cast<double>(most));
      if (px - last_x < 0.7) continue;
      char text[96];
      if (path.empty()) {
        std::snprintf(text, sizeof text, "M%.1f %.1f", px, py);
      } else {
        std::snprintf(text, sizeof text, "L%.1f %.1fL%.1f %.1f", px, last_y, px, py);
      }
      path += text;
      last_x = px;
      last_y = py;
    }
    if (!path.empty()) out += "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"1.5\"/>";
  };
  char text[128];
  std::snprintf(text, sizeof text, "%s MB", NumberText(static_cast<double>(most) / 1048576).c_str());
  out += Text(kLeft - 8, y + 10, "end", text) + Text(kLeft - 8, y + kHeap, "end", "heap 0");
  line(t.goal, "var(--c7)");
  line(t.heap, "var(--c0)");
  y += kHeap + 6;
  for (int i = 0; i <= 5; i++) {
    const double x = kLeft + kPlot * i / 5;
    std::snprintf(text, sizeof text, "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"18\" y2=\"%.1f\"/>", x, x, y);
    out.insert(0, text);
    out += Text(x, y + 14, i == 0 ? "start" : i == 5 ? "end" : "middle", TimeText(static_cast<double>(t.duration) * i / 5));
  }
  char head[256];
  std::snprintf(head, sizeof head,
                "<svg viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\" aria-label=\"What ran when\">",
                kWidth, y + 22, kWidth, y + 22);
  return head + out + "</svg>";
}

struct Lengths {
  std::vector<int64_t> ns;
  int64_t At(double share) const {
    return ns[std::min(ns.size() - 1, static_cast<size_t>(share * static_cast<double>(ns.size())))];
  }
  int64_t Sum() const {
    int64_t sum = 0;
    for (int64_t n : ns) sum += n;
    return sum;
  }
};

std::string LengthCells(Lengths l) {
  std::sort(l.ns.begin(), l.ns.end());
  std::string out = "<td class=\"n\">" + std::to_string(l.ns.size());
  for (double v : {static_cast<double>(l.Sum()) / static_cast<double>(l.ns.size()), static_cast<double>(l.At(0.5)),
                   static_cast<double>(l.At(0.95)), static_cast<double>(l.ns.back()), static_cast<double>(l.Sum())}) {
    out += "<td class=\"n\">" + TimeText(v);
  }
  return out;
}

constexpr char kLengthHeads[] =
    "<th class=\"n\">number<th class=\"n\">mean<th class=\"n\">median<th class=\"n\">95 %<th class=\"n\">longest<th "
    "class=\"n\">sum";

std::string TracePage(const Trace& t, const std::string& title) {
  int64_t stopped = 0, longest = 0;
  for (const TracePause& p : t.pauses) {
    stopped += p.to - p.from;
    longest = std::max(longest, p.to - p.from);
  }
  std::string body = "<div class=\"cards\">";
  auto card = [&](const std::string& value, const char* text) { body += "<div><b>" + value + "</b>" + text + "</div>"; };
  card(TimeText(static_cast<double>(t.duration)), "traced");
  card(std::to_string(t.events), "events");
  card(std::to_string(t.names.size()), "goroutines");
  card(std::to_string(t.marking.size()), "collections");
  card(std::to_string(t.pauses.size()), "stops of the world");
  card(TimeText(static_cast<double>(stopped)), "stopped in all");
  card(TimeText(static_cast<double>(longest)), "longest stop");
  body += "</div>";
  const std::vector<Heat> heats = HeatMaps(t);
  for (const Heat& heat : heats) {
    body += "<h2>" + HtmlEscape(heat.type) + " by load factor and length of key</h2><p>Number and colour (on a logarithmic "
            "scale): mean time of a region in ns, the tracer's own part (some ten ns) included.</p><div class=\"scroll\">" +
            HeatSvg(heat) + "</div>";
  }
  body += "<h2>Timeline</h2><p class=\"dim\">A colour per goroutine. Below: the heap (blue) and its goal.</p><div class=\"scroll\">" +
          TimelineSvg(t) + "</div>";

  body += "<h2>Stops of the world</h2>";
  std::map<std::string, Lengths> stops;
  for (const TracePause& p : t.pauses) stops[p.kind].ns.push_back(p.to - p.from);
  if (stops.empty()) body += "<p>None.</p>";
  if (!stops.empty()) {
    body += "<div class=\"scroll\"><table><tr><th>reason" + std::string(kLengthHeads) + "</tr>";
    for (const auto& [kind, lengths] : stops) body += "<tr><td>" + HtmlEscape(kind) + LengthCells(lengths) + "</tr>";
    body += "</table></div><h3>Each</h3><div class=\"scroll\" style=\"max-height:320px\"><table><tr><th class=\"n\">at<th "
            "class=\"n\">length<th>reason</tr>";
    std::vector<TracePause> list = t.pauses;
    constexpr size_t kMost = 500;
    if (list.size() > kMost) {  // the longest ones
      std::sort(list.begin(), list.end(), [](const TracePause& a, const TracePause& b) { return a.to - a.from > b.to - b.from; });
      list.resize(kMost);
      std::sort(list.begin(), list.end(), [](const TracePause& a, const TracePause& b) { return a.from < b.from; });
    }
    for (const TracePause& p : list) {
      body += "<tr><td class=\"n\">" + TimeText(static_cast<double>(p.from)) + "<td class=\"n\">" +
              TimeText(static_cast<double>(p.to - p.from)) + "<td>" + HtmlEscape(p.kind) + "</tr>";
    }
    body += "</table></div>";
  }

  body += "<h2>Goroutines</h2><div class=\"scroll\"><table><tr><th>first function<th class=\"n\">number<th class=\"n\">running<th "
          "class=\"n\">system calls<th>waiting</tr>";
  for (const auto& [name, g] : t.goroutines) {
    body += "<tr><td>" + HtmlEscape(name.empty() ? "(not known)" : name) + "<td class=\"n\">" + std::to_string(g.count) + "<td class=\"n\">" +
            TimeText(static_cast<double>(g.running)) + "<td class=\"n\">" + TimeText(static_cast<double>(g.syscall)) + "<td class=\"wrap\">";
    bool is_first = true;
    for (const auto& [reason, ns] : g.blocked) {
      body += std::string(is_first ? "" : ", ") + HtmlEscape(reason) + " " + TimeText(static_cast<double>(ns));
      is_first = false;
    }
    body += "</tr>";
  }
  body += "</table></div>";

  std::map<std::string, Lengths> regions, tasks;
  for (const TraceRegion& r : t.regions) regions[r.type].ns.push_back(r.to - r.from);
  for (const auto& [id, task] : t.tasks) {
    // Watched objects are tasks each with a name of its own.
    if (task.to >= 0) tasks[task.type.starts_with("object ") ? "watched objects" : task.type].ns.push_back(task.to - task.from);
  }
  for (const auto& [head, list] : {std::pair{"Regions", &regions}, std::pair{"Tasks", &tasks}}) {
    if (list->empty()) continue;
    body += "<h2>" + std::string(head) + "</h2><div class=\"scroll\"><table><tr><th>type" + kLengthHeads + "</tr>";
    for (const auto& [type, lengths] : *list) body += "<tr><td>" + HtmlEscape(type) + LengthCells(lengths) + "</tr>";
    body += "</table></div>";
  }
  return Page(title, body);
}

std::string TraceJson(const Trace& t) {
  std::string out = "{\"durationNs\":" + std::to_string(t.duration) + ",\"events\":" + std::to_string(t.events) +
                    ",\"collections\":" + std::to_string(t.marking.size()) + ",\n\"pauses\":[";
  auto comma = [&] {
    if (!out.ends_with('[') && !out.ends_with('{')) out += ",";
  };
  for (const TracePause& p : t.pauses) {
    comma();
    out += "{\"atNs\":" + std::to_string(p.from) + ",\"ns\":" + std::to_string(p.to - p.from) + ",\"kind\":" + JsonString(p.kind) + "}";
  }
  out += "],\n\"processors\":[";
  for (const auto& [p, list] : t.procs) {
    int64_t busy = 0;
    for (const TraceSegment& s : list) busy += s.to - s.from;
    comma();
    out += "{\"name\":" + JsonString(ProcName(p)) + ",\"runs\":" + std::to_string(list.size()) + ",\"busyNs\":" + std::to_string(busy) + "}";
  }
  out += "],\n\"goroutines\":[";
  for (const auto& [name, g] : t.goroutines) {
    comma();
    out += "{\"function\":" + JsonString(name) + ",\"count\":" + std::to_string(g.count) + ",\"runningNs\":" + std::to_string(g.running) +
           ",\"syscallNs\":" + std::to_string(g.syscall) + ",\"waitingNs\":{";
    for (const auto& [reason, ns] : g.blocked) {
      comma();
      out += JsonString(reason) + ":" + std::to_string(ns);
    }
    out += "}}";
  }
  out += "],\n\"regions\":[";
  std::map<std::string, Lengths> regions;
  for (const TraceRegion& r : t.regions) regions[r.type].ns.push_back(r.to - r.from);
  for (auto& [type, l] : regions) {
    std::sort(l.ns.begin(), l.ns.end());
    comma();
    out += "{\"type\":" + JsonString(type) + ",\"count\":" + std::to_string(l.ns.size()) + ",\"sumNs\":" + std::to_string(l.Sum()) +
           ",\"medianNs\":" + std::to_string(l.At(0.5)) + ",\"p95Ns\":" + std::to_string(l.At(0.95)) + "}";
  }
  out += "],\n\"heatMaps\":[";
  for (const Heat& heat : HeatMaps(t)) {
    comma();
    out += "{\"type\":" + JsonString(heat.type) + ",\"cells\":[";
    for (const auto& [at, cell] : heat.cells) {
      comma();
      char text[160];
      std::snprintf(text, sizeof text, "{\"key\":%g,\"load\":%g,\"count\":%llu,\"meanNs\":%.1f}", at.first, at.second,
                    static_cast<unsigned long long>(cell.count), cell.mean());
      out += text;
    }
    out += "]}";
  }
  return out + "]}\n";
}

}  // namespace

int ToolTrace(const std::vector<std::string>& args) {
  constexpr const char* kCommand = "gol tool trace";
  std::string file, html = "trace.html", svg, heat, json;
  bool ok = true;
  for (size_t i = 0; i < args.size(); i++) {
    const std::string& arg = args[i];
    const auto value = [&]() -> std::string { return i + 1 < args.size() ? args[++i] : ""; };
    if (arg == "-o") html = value();
    else if (arg == "-svg") svg = value();
    else if (arg == "-heat") heat = value();
    else if (arg == "-json") json = value();
    else if (!arg.starts_with("-") && file.empty()) file = arg;
    else ok = false;
  }
  if (!ok || file.empty()) {
    std::fprintf(stderr, "usage: gol tool trace [-o FILE.html] [-json FILE] [-svg FILE] [-heat FILE.svg] FILE\n");
    return kExitUsage;
  }
  std::string bytes, error;
  if (!ReadWholeFile(file, &bytes)) {
    std::fprintf(stderr, "%s: %s: cannot be read\n", kCommand, file.c_str());
    return kExitError;
  }
  Trace trace;
  if (!ReadTrace(bytes, &trace, &error)) {
    std::fprintf(stderr, "%s: %s: %s\n", kCommand, file.c_str(), error.c_str());
    return kExitError;
  }
  if (!json.empty()) ok &= WriteWholeFile(json, TraceJson(trace), kCommand);
  if (!svg.empty()) ok &= WriteWholeFile(svg, StandaloneSvg(TimelineSvg(trace)), kCommand);
  if (!heat.empty()) {
    const std::vector<Heat> heats = HeatMaps(trace);
    if (heats.empty()) {
      std::fprintf(stderr, "%s: %s has no regions with logs of load factor and key length\n", kCommand, file.c_str());
      return kExitError;
    }
    ok &= WriteWholeFile(heat, StandaloneSvg(HeatSvg(heats[0])), kCommand);
  }
  if (!html.empty()) ok &= WriteWholeFile(html, TracePage(trace, "Trace " + file.substr(file.rfind('/') + 1)), kCommand);
  return ok ? 0 : kExitError;
}

}  // namespace gol::cmd
