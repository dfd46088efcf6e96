// gol tool pprof -top FILE: the functions of a profile, by what they cost. Reads the files of
// runtime/pprof, Go's own included, and prints what `go tool pprof -top` prints.
#include <zlib.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "commands.h"
#include "page.h"

namespace gol::cmd {
namespace {

// A protocol buffer's fields, one after the other.
struct Fields {
  std::string_view rest;
  int number = 0;
  uint64_t value = 0;       // of a varint
  std::string_view bytes;   // of a field with a length
  bool is_bytes = false;
  bool bad = false;

  uint64_t Varint() {
    uint64_t v = 0;
    for (int shift = 0; shift < 64 && !rest.empty(); shift += 7) {
      const auto c = static_cast<unsigned char>(rest.front());
      rest.remove_prefix(1);
      v |= static_cast<uint64_t>(c & 0x7f) << shift;
      if (c < 0x80) return v;
    }
    bad = true;
    return 0;
  }

  bool Next() {
    if (rest.empty() || bad) return false;
    const uint64_t tag = Varint();
    number = static_cast<int>(tag >> 3);
    is_bytes = (tag & 7) == 2;
    uint64_t n = 0;
    switch (tag & 7) {
      case 0: value = Varint(); return !bad;
      case 1: n = 8; break;
      case 2: n = Varint(); break;
      case 5: n = 4; break;
      default: bad = true; return false;
    }
    if (bad || n > rest.size()) {
      bad = true;
      return false;
    }
    bytes = rest.substr(0, n);
    rest.remove_prefix(n);
    return true;
  }
};

struct Profile {
  struct Sample {
    std::vector<uint64_t> locations;
    std::vector<int64_t> values;
  };
  struct Line {
    uint64_t function = 0;
  };
  std::vector<std::pair<uint64_t, uint64_t>> types;
  std::vector<Sample> samples;
  std::unordered_map<uint64_t, std::vector<Line>> locations;
  std::unordered_map<uint64_t, uint64_t> functions;  // id to name
  std::vector<std::string> texts;
  uint64_t file = 0, default_type = 0;
  int64_t time_ns = 0, duration_ns = 0;

  std::string Text(uint64_t i) const { return i < texts.size() ? texts[i] : ""; }
};

void Numbers(const Fields& f, std::vector<uint64_t>* out) {
  if (!f.is_bytes) {
    out->push_back(f.value);
    return;
  }
  Fields packed{f.bytes};
  while (!packed.rest.empty() && !packed.bad) out->push_back(packed.Varint());
}

bool Parse(std::string_view data, Profile* p) {
  Fields f{data};
  while (f.Next()) {
    Fields in{f.bytes};
    uint64_t id = 0;
    switch (f.number) {
      case 1: {
        std::pair<uint64_t, uint64_t> type;
        while (in.Next()) (in.number == 1 ? type.first : type.second) = in.value;
        p->types.push_back(type);
        break;
      }
      case 2: {
        Profile::Sample s;
        std::vector<uint64_t> values;
        while (in.Next()) {
          if (in.number == 1) Numbers(in, &s.locations);
          if (in.number == 2) Numbers(in, &values);
        }
        s.values.assign(values.begin(), values.end());
        p->samples.push_back(std::move(s));
        break;
      }
      case 3:
        while (in.Next()) {
          if (in.number == 5 && p->file == 0) p->file = in.value;
        }
        break;
      case 4: {
        std::vector<Profile::Line> lines;
        while (in.Next()) {
          if (in.number == 1) id = in.value;
          if (in.number != 4) continue;
          Fields line{in.bytes};
          Profile::Line l;
          while (line.Next()) {
            if (line.number == 1) l.function = line.value;
          }
          lines.push_back(l);
        }
        p->locations[id] = std::move(lines);
        break;
      }
      case 5: {
        uint64_t name = 0;
        while (in.Next()) {
          if (in.number == 1) id = in.value;
          if (in.number == 2) name = in.value;
        }
        p->functions[id] = name;
        break;
      }
      case 6: p->texts.emplace_back(f.bytes); break;
      case 9: p->time_ns = static_cast<int64_t>(f.value); break;
      case 10: p->duration_ns = static_cast<int64_t>(f.value); break;
      case 14: p->default_type = f.value; break;
      default: break;
    }
  }
  return !f.bad && !p->types.empty();
}

// Undoes gzip; what is not compressed comes back as it is.
bool Inflate(const std::string& in, std::string* out) {
  if (in.size() < 2 || in[0] != '\x1f' || in[1] != '\x8b') {
    *out = in;
    return true;
  }
  z_stream z = {};
  if (inflateInit2(&z, 15 + 16) != Z_OK) return false;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = static_cast<uInt>(in.size());
  int status = Z_OK;
  char part[1 << 16];
  while (status == Z_OK) {
    z.next_out = reinterpret_cast<Bytef*>(part);
    z.avail_out = sizeof part;
    status = inflate(&z, Z_NO_FLUSH);
    out->append(part, sizeof part - z.avail_out);
  }
  inflateEnd(&z);
  return status == Z_STREAM_END;
}

// A number with at most two decimals, without zeros at the end.
std::string Short(double v, const char* unit) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f", v);
  std::string s(text);
  while (s.ends_with('0')) s.pop_back();
  if (s.ends_with('.')) s.pop_back();
  return s + unit;
}

std::string Shown(int64_t v, const std::string& unit) {
  const double d = static_cast<double>(v), size = std::abs(d);
  if (v == 0) return "0";
  if (unit == "nanoseconds") {
    if (size >= 3600e9) return Short(d / 3600e9, "hrs");
    if (size >= 60e9) return Short(d / 60e9, "mins");
    if (size >= 1e9) return Short(d / 1e9, "s");
    if (size >= 1e6) return Short(d / 1e6, "ms");
    if (size >= 1e3) return Short(d / 1e3, "us");
    return Short(d, "ns");
  }
  if (unit == "bytes") {
    if (size >= 1 << 30) return Short(d / (1 << 30), "GB");
    if (size >= 1 << 20) return Short(d / (1 << 20), "MB");
    if (size >= 1 << 10) return Short(d / (1 << 10), "kB");
    return Short(d, "B");
  }
  return std::to_string(v);
}

std::string Percent(int64_t part, int64_t whole) {
  if (whole == 0) return "0%";
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (share == 0) return "0%";
  char text[32];
  const double size = std::abs(share);
  std::snprintf(text, sizeof text, size >= 99.95 && size <= 100.05 ? "%3.0f%%" : size >= 1 ? "%.2f%%" : "%.2g%%",
                share);
  std::string s(text);
  return s.substr(s.find_first_not_of(' '));
}

// Which of a sample's values is meant.
size_t ValueIndex(const Profile& p, const std::string& type_name) {
  size_t which = p.types.size() - 1;
  for (size_t i = 0; i < p.types.size(); i++) {
    const std::string name = p.Text(p.types[i].first);
    if (type_name.empty() ? p.default_type != 0 && p.types[i].first == p.default_type : name == type_name) which = i;
  }
  return which;
}

// ---- flame graph: callers above, callees below, as wide as their share

struct Flame {
  int64_t value = 0;
  std::map<std::string, Flame> callees;
};

Flame FlameOf(const Profile& p, size_t which) {
  Flame root;
  for (const Profile::Sample& s : p.samples) {
    const int64_t v = which < s.values.size() ? s.values[which] : 0;
    if (v <= 0) continue;
    root.value += v;
    Flame* at = &root;
    for (auto id = s.locations.rbegin(); id != s.locations.rend(); ++id) {
      auto location = p.locations.find(*id);
      if (location == p.locations.end()) continue;
      const auto& lines = location->second;
      for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        auto function = p.functions.find(line->function);
        at = &at->callees[function == p.functions.end() ? "?" : p.Text(function->second)];
        at->value += v;
      }
    }
  }
  return root;
}

constexpr double kFlameWidth = 1180, kFlameRow = 19;

// Draws the callees of f from x on; returns how many rows they take.
int DrawFlame(const Flame& f, int64_t total, const std::string& unit, double x, int depth, std::string* out) {
  int rows = 0;
  for (const auto& [name, callee] : f.callees) {
    const double w = static_cast<double>(callee.value) / static_cast<double>(total) * kFlameWidth;
    if (w >= 0.5) {
      // A colour per package.
      const std::string package = name.substr(0, name.find('.', name.rfind('/') == name.npos ? 0 : name.rfind('/')));
      const size_t colour = std::hash<std::string>()(package) % 8;
      char text[256];
      std::snprintf(text, sizeof text,
                    "<rect x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" height=\"%.0f\" fill=\"var(--c%zu)\" opacity=\"%s\" "
                    "class=\"cell\" data-tip=\"",
                    x, depth * kFlameRow, std::max(w - 0.6, 0.4), kFlameRow - 1, colour,
                    depth % 2 == 0 ? "0.75" : "0.6");
      *out += text + HtmlEscape(name + "\n" + Shown(callee.value, unit) + ", " + Percent(callee.value, total)) + "\"/>";
      if (const auto room = static_cast<size_t>(w / 6.6); room >= 4) {
        const std::string label = name.size() <= room ? name : name.substr(0, room - 1) + "…";
        std::snprintf(text, sizeof text, "<text x=\"%.2f\" y=\"%.0f\" font-size=\"11\" pointer-events=\"none\">", x + 3,
                      depth * kFlameRow + 13);
        *out += text + HtmlEscape(label) + "</text>";
      }
      rows = std::max(rows, 1 + DrawFlame(callee, total, unit, x, depth + 1, out));
    }
    x += w;
  }
  return rows;
}

std::string FlameSvg(const Flame& root, const std::string& unit) {
  std::string cells;
  const int rows = std::max(1, DrawFlame(root, std::max<int64_t>(root.value, 1), unit, 0, 0, &cells));
  char head[256];
  std::snprintf(head, sizeof head,
                "<svg viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\" aria-label=\"Flame graph\">",
                kFlameWidth, rows * kFlameRow, kFlameWidth, rows * kFlameRow);
  return head + cells + "</svg>";
}

std::string FlamePage(const Profile& p, size_t which, const std::string& file) {
  const Flame root = FlameOf(p, which);
  const std::string unit = p.Text(p.types[which].second);
  std::string body = "<div class=\"cards\"><div><b>" + HtmlEscape(p.Text(p.types[which].first)) + "</b>measured</div><div><b>" +
                     Shown(root.value, unit) + "</b>in all</div><div><b>" + std::to_string(p.samples.size()) +
                     "</b>different stacks</div>";
  if (p.duration_ns != 0) body += "<div><b>" + Shown(p.duration_ns, "nanoseconds") + "</b>duration</div>";
  body += "</div><p class=\"dim\">Callers above, callees below; the width is the share, the colour the package.</p>"
          "<div class=\"scroll\">" + FlameSvg(root, unit) + "</div>";
  return Page("Flame graph of " + file.substr(file.rfind('/') + 1), body);
}

int PrintTop(const Profile& p, const std::string& type_name, bool by_cum, size_t nodes) {
  const size_t which = ValueIndex(p, type_name);
  const std::string unit = p.Text(p.types[which].second);
  struct Node {
    std::string name;
    int64_t flat = 0, cum = 0;
    bool all_inline = true;
  };
  std::map<std::string, Node> by_name;
  int64_t total = 0;
  for (const Profile::Sample& s : p.samples) {
    const int64_t v = which < s.values.size() ? s.values[which] : 0;
    total += v;
    std::vector<std::string> seen;
    bool is_leaf = true;
    for (uint64_t id : s.locations) {
      auto location = p.locations.find(id);
      if (location == p.locations.end()) continue;
      const auto& lines = location->second;
      for (size_t i = 0; i < lines.size(); i++) {
        auto function = p.functions.find(lines[i].function);
        const std::string name = function == p.functions.end() ? "" : p.Text(function->second);
        Node& n = by_name[name];
        n.name = name;
        if (i + 1 == lines.size()) n.all_inline = false;
        if (is_leaf) n.flat += v;
        is_leaf = false;
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
        seen.push_back(name);
        n.cum += v;
      }
    }
  }
  std::vector<Node> list;
  const int64_t least = std::abs(total) / 200;  // 0.5 %
  size_t dropped = 0;
  int64_t shown_flat = 0;
  for (auto& [name, n] : by_name) {
    if (n.flat == 0 && n.cum == 0) continue;
    if (std::abs(n.cum) < least) {
      dropped++;
      continue;
    }
    list.push_back(n);
  }
  std::sort(list.begin(), list.end(), [&](const Node& a, const Node& b) {
    const int64_t fa = std::abs(a.flat), fb = std::abs(b.flat), ca = std::abs(a.cum), cb = std::abs(b.cum);
    if (by_cum ? ca != cb : fa != fb) return by_cum ? ca > cb : fa > fb;
    if (by_cum ? fa != fb : ca != cb) return by_cum ? fa > fb : ca > cb;
    return a.name < b.name;
  });
  const size_t found = list.size();
  if (nodes != 0 && list.size() > nodes) list.resize(nodes);
  for (const Node& n : list) shown_flat += n.flat;
  if (p.file != 0) std::printf("File: %s\n", p.Text(p.file).c_str());
  std::printf("Type: %s\n", p.Text(p.types[which].first).c_str());
  if (p.duration_ns != 0) {
    std::printf("Duration: %s, Total samples = %s (%s)\n",
                Shown(p.duration_ns, "nanoseconds").c_str(), Shown(total, unit).c_str(),
                Percent(total, p.duration_ns).c_str());
  }
  std::printf("Showing nodes accounting for %s, %s of %s total\n", Shown(shown_flat, unit).c_str(),
              Percent(shown_flat, total).c_str(), Shown(total, unit).c_str());
  if (dropped != 0) {
    std::printf("Dropped %zu nodes (cum <= %s)\n", dropped, Shown(least, unit).c_str());
  }
  if (list.size() < found) std::printf("Showing top %zu nodes out of %zu\n", list.size(), found);
  std::printf("%10s %5s%% %5s%% %10s %5s%%\n", "flat", "flat", "sum", "cum", "cum");
  int64_t sum = 0;
  for (const Node& n : list) {
    sum += n.flat;
    std::printf("%10s %6s %6s %10s %6s  %s%s\n", Shown(n.flat, unit).c_str(),
                Percent(n.flat, total).c_str(), Percent(sum, total).c_str(),
                Shown(n.cum, unit).c_str(), Percent(n.cum, total).c_str(), n.name.c_str(),
                n.all_inline ? " (inline)" : "");
  }
  return 0;
}

}  // namespace

int Pprof(const std::vector<std::string>& args) {
  std::string file, type, html, svg;
  bool top = false, by_cum = false;
  size_t nodes = 80;
  for (const std::string& arg : args) {
    if (arg == "-top" || arg == "--top") top = true;
    else if (arg == "-cum" || arg == "--cum") by_cum = true;
    else if (arg.starts_with("-html=")) html = arg.substr(6);
    else if (arg.starts_with("-svg=")) svg = arg.substr(5);
    else if (arg.starts_with("-nodecount=")) nodes = std::strtoul(arg.c_str() + 11, nullptr, 10);
    else if (arg.starts_with("-sample_index=")) type = arg.substr(14);
    else if (!arg.starts_with("-") && file.empty()) file = arg;
    else top = false, html.clear(), svg.clear(), file.clear();
  }
  if ((!top && html.empty() && svg.empty()) || file.empty()) {
    std::fprintf(stderr,
                 "usage: gol tool pprof -top [-cum] [-nodecount=N] [-sample_index=TYPE] FILE\n"
                 "       gol tool pprof -html=FILE | -svg=FILE [-sample_index=TYPE] FILE (a flame graph)\n");
    return kExitUsage;
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  std::string data;
  Profile profile;
  if (!in || !Inflate(bytes.str(), &data) || !Parse(data, &profile)) {
    std::fprintf(stderr, "gol tool pprof: %s: %s\n", file.c_str(),
                 in ? "not a profile" : "cannot be read");
    return kExitError;
  }
  if (!type.empty()) {
    bool is_there = false;
    for (const auto& t : profile.types) is_there |= profile.Text(t.first) == type;
    if (!is_there) {
      std::fprintf(stderr, "gol tool pprof: %s has no values of type %s\n", file.c_str(), type.c_str());
      return kExitError;
    }
  }
  constexpr const char* kCommand = "gol tool pprof";
  const size_t which = ValueIndex(profile, type);
  bool ok = true;
  if (!html.empty()) ok &= WriteWholeFile(html, FlamePage(profile, which, file), kCommand);
  if (!svg.empty()) {
    ok &= WriteWholeFile(svg, StandaloneSvg(FlameSvg(FlameOf(profile, which), profile.Text(profile.types[which].second))),
                         kCommand);
  }
  if (!ok) return kExitError;
  return top ? PrintTop(profile, type, by_cum, nodes) : 0;
}

}  // namespace gol::cmd
