// gol lab claims: runs the experiments of a folder and gathers what they found in a table and a page.
//
// An experiment is a program beside report.go, which says how programs report: a line per fact, words separated by
// tabs (claim, figure, plot, point, verdict, cannot). Those that end in .go are Go programs and run under real
// Go too, where there is one; its figures stand beside. Those in .gol look into gol's own runtime.
#include <dirent.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>

#include "base/json.h"
#include "commands.h"
#include "lab.h"
#include "page.h"

namespace gol::cmd {
namespace {

namespace fs = std::filesystem;

struct Figure {
  std::string name, value, unit;
};

struct Point {
  std::string series, x;
  std::string y;
};

struct Plot {
  std::string kind, title, x, y;
  std::vector<Point> points;
};

// What one run reported.
struct Findings {
  int number = 0;
  std::string section, text, known;
  std::vector<Figure> figures;
  std::vector<Plot> plots;
  std::string verdict, why;
  std::string failure;  // not empty: it could not measure
};

struct Experiment {
  std::string name;  // of the file
  Findings own;
  Findings go;  // number 0: did not run under Go
};

std::vector<std::string> Words(const std::string& line) {
  std::vector<std::string> words;
  size_t from = 0;
  for (;;) {
    const size_t tab = line.find('\t', from);
    words.push_back(line.substr(from, tab == line.npos ? line.npos : tab - from));
    if (tab == line.npos) return words;
    from = tab + 1;
  }
}

Findings Parse(const std::string& text, int exit_code) {
  Findings f;
  size_t from = 0;
  while (from < text.size()) {
    size_t end = text.find('\n', from);
    if (end == text.npos) end = text.size();
    std::vector<std::string> w = Words(text.substr(from, end - from));
    from = end + 1;
    w.resize(std::max<size_t>(w.size(), 5));
    if (w[0] == "claim") {
      f.number = std::atoi(w[1].c_str());
      f.section = w[2];
      f.text = w[3];
      f.known = w[4];
    } else if (w[0] == "figure") {
      f.figures.push_back({w[1], w[2], w[3]});
    } else if (w[0] == "plot") {
      f.plots.push_back({w[1], w[2], w[3], w[4], {}});
    } else if (w[0] == "point" && !f.plots.empty()) {
      f.plots.back().points.push_back({w[1], w[2], w[3]});
    } else if (w[0] == "verdict") {
      f.verdict = w[1];
      f.why = w[2];
    } else if (w[0] == "cannot") {
      f.failure = w[1];
    }
  }
  if (f.failure.empty() && exit_code != 0) {
    f.failure = "it ended with exit code " + std::to_string(exit_code);
  }
  if (f.failure.empty() && (f.number == 0 || f.verdict.empty())) f.failure = "it gave no verdict";
  return f;
}

// Runs a command in the folder and returns its exit code; *out gets its standard output.
int RunIn(const std::string& folder, const std::vector<std::string>& argv,
          const std::vector<std::string>& env, std::string* out) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  std::vector<char*> args, vars;
  for (const std::string& a : argv) args.push_back(const_cast<char*>(a.c_str()));
  args.push_back(nullptr);
  for (char** e = environ; *e != nullptr; e++) vars.push_back(*e);
  for (const std::string& e : env) vars.push_back(const_cast<char*>(e.c_str()));
  vars.push_back(nullptr);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, argv[0].c_str(), &actions, nullptr, args.data(), vars.data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  char part[1 << 14];
  for (ssize_t n; error == 0 && (n = read(ends[0], part, sizeof part)) > 0;) {
    out->append(part, static_cast<size_t>(n));
  }
  close(ends[0]);
  if (error != 0) return -1;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& w : words) text += (text.empty() ? "" : " ") + w;
  return text;
}

double Number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

// ---- pictures ----

std::string Text(double x, double y, const char* anchor, const char* cls, const std::string& text) {
  char head[160];
  std::snprintf(head, sizeof head, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>", x, y, anchor, cls);
  return head + HtmlEscape(text) + "</text>";
}

std::string Tipped(const std::string& shape, const std::string& tip) {
  return "<g data-tip=\"" + HtmlEscape(tip) + "\">" + shape + "</g>";
}

constexpr int kWidth = 560, kHeight = 250, kLeft = 56, kTop = 14, kRight = 12, kBottom = 44;
constexpr double kPlotW = kWidth - kLeft - kRight, kPlotH = kHeight - kTop - kBottom;

std::string HeatMap(const Plot& plot) {
  std::vector<std::string> columns, rows;
  double least = 1e300, most = -1e300;
  for (const Point& p : plot.points) {
    if (std::find(columns.begin(), columns.end(), p.x) == columns.end()) columns.push_back(p.x);
    if (std::find(rows.begin(), rows.end(), p.series) == rows.end()) rows.push_back(p.series);
    least = std::min(least, Number(p.y));
    most = std::max(most, Number(p.y));
  }
  std::string out;
  const double w = kPlotW / static_cast<double>(columns.size()), h = kPlotH / static_cast<double>(rows.size());
  for (const Point& p : plot.points) {
    const auto c = std::find(columns.begin(), columns.end(), p.x) - columns.begin();
    const auto r = std::find(rows.begin(), rows.end(), p.series) - rows.begin();
    const double share = most > least ? (Number(p.y) - least) / (most - least) : 0;
    const double x = kLeft + static_cast<double>(c) * w;
    const double y = kTop + kPlotH - static_cast<double>(r + 1) * h;
    char text[320];
    std::snprintf(text, sizeof text,
                  "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/><text x=\"%.1f\" "
                  "y=\"%.1f\" text-anchor=\"middle\" style=\"fill:%s\">%s</text>",
                  x + 1, y + 1, w - 2, h - 2, HeatColour(share).c_str(), x + w / 2, y + h / 2 + 4,
                  share > 0.6 ? "#111" : "#fff", NumberText(Number(p.y)).c_str());
    out += Tipped(text, plot.y + ": " + p.series + "\n" + plot.x + ": " + p.x + "\n" + p.y);
  }
  for (size_t i = 0; i < columns.size(); i++) {
    out += Text(kLeft + (static_cast<double>(i) + 0.5) * w, kHeight - 28, "middle", " class=\"dim\"", columns[i]);
  }
  for (size_t i = 0; i < rows.size(); i++) {
    out += Text(kLeft - 6, kTop + kPlotH - (static_cast<double>(i) + 0.5) * h + 4, "end", " class=\"dim\"", rows[i]);
  }
  return out;
}

std::string Chart(const Plot& plot) {
  std::vector<std::string> series, columns;
  double most = 0, x_least = 1e300, x_most = -1e300;
  for (const Point& p : plot.points) {
    if (std::find(series.begin(), series.end(), p.series) == series.end()) series.push_back(p.series);
    if (std::find(columns.begin(), columns.end(), p.x) == columns.end()) columns.push_back(p.x);
    most = std::max(most, Number(p.y));
    x_least = std::min(x_least, Number(p.x));
    x_most = std::max(x_most, Number(p.x));
  }
  if (most <= 0) most = 1;
  std::string out;
  for (int i = 0; i <= 4; i++) {
    const double y = kTop + kPlotH * (1 - i / 4.0);
    char line[160];
    std::snprintf(line, sizeof line, "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", kLeft,
                  kWidth - kRight, y, y);
    out += line;
    out += Text(kLeft - 6, y + 4, "end", " class=\"dim\"", i == 0 ? "0" : NumberText(most * i / 4));
  }
  const bool is_lines = plot.kind == "lines";
  for (size_t s = 0; s < series.size(); s++) {
    const std::string colour = "var(--c" + std::to_string(s % 8) + ")";
    std::string path, dots;
    for (const Point& p : plot.points) {
      if (p.series != series[s]) continue;
      const double v = Number(p.y), height = kPlotH * v / most;
      const std::string tip = (series.size() > 1 ? p.series + "\n" : "") + plot.x + ": " + p.x + "\n" + p.y + " " + plot.y;
      char text[256];
      if (is_lines) {
        const double x = kLeft + (x_most > x_least ? (Number(p.x) - x_least) / (x_most - x_least) : 0.5) * kPlotW;
        const double y = kTop + kPlotH - height;
        std::snprintf(text, sizeof text, "%s%.1f %.1f", path.empty() ? "M" : "L", x, y);
        path += text;
        std::snprintf(text, sizeof text, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"%s\"/>", x, y,
                      plot.points.size() > 60 ? 2 : 4, colour.c_str());
        dots += Tipped(text, tip);
      } else {
        const double group = kPlotW / static_cast<double>(columns.size());
        const double w = group * 0.7 / static_cast<double>(series.size());
        const auto c = std::find(columns.begin(), columns.end(), p.x) - columns.begin();
        const double x = kLeft + group * (static_cast<double>(c) + 0.15) + w * static_cast<double>(s);
        std::snprintf(text, sizeof text, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x,
                      kTop + kPlotH - std::max(height, 1.0), w - 1, std::max(height, 1.0), colour.c_str());
        dots += Tipped(text, tip);
        if (columns.size() * series.size() <= 12) {
          dots += Text(x + w / 2, kTop + kPlotH - height - 3, "middle", " font-size=\"10\"", NumberText(v));
        }
      }
    }
    if (is_lines) out += "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"1.5\"/>";
    out += dots;
  }
  if (is_lines) {
    out += Text(kLeft, kHeight - 28, "start", " class=\"dim\"", NumberText(x_least));
    out += Text(kWidth - kRight, kHeight - 28, "end", " class=\"dim\"", NumberText(x_most));
  } else {
    const double group = kPlotW / static_cast<double>(columns.size());
    for (size_t i = 0; i < columns.size(); i++) {
      // Of many narrow groups every second name, and long names cut.
      if (columns.size() > 8 && i % 2 == 1) continue;
      std::string name = columns[i];
      const size_t room = static_cast<size_t>(group / 6.2) * (columns.size() > 8 ? 2 : 1);
      if (name.size() > room) name = name.substr(0, std::max<size_t>(room, 3) - 1) + "…";
      out += Text(kLeft + group * (static_cast<double>(i) + 0.5), kHeight - 28, "middle", " class=\"dim\"", name);
    }
  }
  return out;
}

std::string Picture(const Plot& plot) {
  std::string out = "<svg viewBox=\"0 0 " + std::to_string(kWidth) + " " + std::to_string(kHeight) +
                    "\" style=\"width:100%;max-width:" + std::to_string(kWidth) + "px\" role=\"img\" aria-label=\"" +
                    HtmlEscape(plot.title) + "\">";
  out += plot.kind == "heat" ? HeatMap(plot) : Chart(plot);
  out += Text(kLeft + kPlotW / 2, kHeight - 8, "middle", "", plot.x + "  (" + plot.y + ")");
  return out + "</svg>";
}

std::string KeyOf(const Plot& plot) {
  std::vector<std::string> series;
  for (const Point& p : plot.points) {
    if (std::find(series.begin(), series.end(), p.series) == series.end()) series.push_back(p.series);
  }
  if (plot.kind == "heat" || series.size() < 2) return "";
  std::string out = "<ul class=\"key\">";
  for (size_t i = 0; i < series.size(); i++) {
    out += "<li><svg width=\"12\" height=\"12\" style=\"margin-right:6px\"><rect width=\"12\" height=\"12\" rx=\"2\" "
           "fill=\"var(--c" + std::to_string(i % 8) + ")\"/></svg>" + HtmlEscape(series[i]) + "</li>";
  }
  return out + "</ul>";
}

const char* VerdictColour(const std::string& verdict) {
  return verdict == "holds" ? "--c2" : verdict == "holds in part" ? "--c1" : "--c5";
}

std::string Badge(const Findings& f) {
  const std::string text = f.failure.empty() ? f.verdict : "not measured";
  return "<svg width=\"12\" height=\"12\" style=\"margin-right:6px;vertical-align:-1px\"><circle cx=\"6\" cy=\"6\" r=\"5\" "
         "fill=\"var(" + std::string(f.failure.empty() ? VerdictColour(f.verdict) : "--dim") + ")\"/></svg>" +
         HtmlEscape(text);
}

std::string WithUnit(const Figure& f) { return f.unit.empty() ? f.value : f.value + " " + f.unit; }

// The same figure under Go; empty: none.
std::string GoFigure(const Experiment& e, const std::string& name) {
  for (const Figure& f : e.go.figures) {
    if (f.name == name) return WithUnit(f);
  }
  return "";
}

std::string ClaimsPage(const std::vector<Experiment>& experiments, const std::string& go_version) {
  std::map<std::string, int> counts;
  for (const Experiment& e : experiments) ++counts[e.own.failure.empty() ? e.own.verdict : "not measured"];
  std::string body = "<p>Each claim of the article, measured by a program of its own in gol's runtime";
  if (!go_version.empty()) body += "; where the program is plain Go, the figures of " + HtmlEscape(go_version) + " on the same machine stand beside";
  body += ".</p><div class=\"cards\">";
  for (const auto& [verdict, n] : counts) body += "<div><b>" + std::to_string(n) + "</b>" + HtmlEscape(verdict) + "</div>";
  body += "</div><div class=\"scroll\"><table><tr><th class=\"n\">#<th>section<th>claim<th>verdict<th>why</tr>";
  for (const Experiment& e : experiments) {
    const std::string n = std::to_string(e.own.number);
    body += "<tr><td class=\"n\"><a href=\"#c" + n + "\">" + n + "</a><td>" + HtmlEscape(e.own.section) +
            "<td class=\"wrap\">" + HtmlEscape(e.own.text) + "<td>" + Badge(e.own) + "<td class=\"wrap\">" +
            HtmlEscape(e.own.failure.empty() ? e.own.why : e.own.failure) + "</tr>";
  }
  body += "</table></div>";
  for (const Experiment& e : experiments) {
    const Findings& f = e.own;
    body += "<h2 id=\"c" + std::to_string(f.number) + "\">" + std::to_string(f.number) + ". " + HtmlEscape(f.text) +
            "</h2><p>" + Badge(f) + ": " + HtmlEscape(f.failure.empty() ? f.why : f.failure) + "</p><p class=\"dim\">Go: " +
            HtmlEscape(f.known) + ". <code>" + HtmlEscape(e.name) + "</code></p>";
    const bool has_go = e.go.number != 0;
    body += "<div class=\"scroll\"><table><tr><th>measured<th>gol" + std::string(has_go ? "<th>" + HtmlEscape(go_version) : "") + "</tr>";
    for (const Figure& figure : f.figures) {
      body += "<tr><td class=\"wrap\">" + HtmlEscape(figure.name) + "<td class=\"" + (figure.value.size() > 40 ? "wrap" : "") + "\">" +
              HtmlEscape(WithUnit(figure));
      if (has_go) body += "<td class=\"" + std::string(figure.value.size() > 40 ? "wrap" : "") + "\">" + HtmlEscape(GoFigure(e, figure.name));
      body += "</tr>";
    }
    if (has_go) {
      body += "<tr><td>verdict<td class=\"wrap\">" + HtmlEscape(f.verdict) + "<td class=\"wrap\">" +
              HtmlEscape(e.go.failure.empty() ? e.go.verdict : e.go.failure) + "</tr>";
    }
    body += "</table></div>";
    body += "<div class=\"pair\">";
    for (const Plot& plot : f.plots) {
      body += "<div><h3>" + HtmlEscape(plot.title) + (has_go ? " (gol)" : "") + "</h3>" + KeyOf(plot) + Picture(plot) + "</div>";
    }
    for (const Plot& plot : e.go.plots) {
      body += "<div><h3>" + HtmlEscape(plot.title) + " (" + HtmlEscape(go_version) + ")</h3>" + KeyOf(plot) + Picture(plot) + "</div>";
    }
    body += "</div>";
  }
  return Page("The article's claims, measured", body);
}

std::string JsonOf(const Findings& f) {
  std::string out = "{\"verdict\":" + JsonString(f.verdict) + ",\"why\":" + JsonString(f.why);
  if (!f.failure.empty()) out += ",\"failure\":" + JsonString(f.failure);
  out += ",\"figures\":[";
  for (const Figure& figure : f.figures) {
    out += std::string(out.ends_with('[') ? "" : ",") + "{\"name\":" + JsonString(figure.name) + ",\"value\":" +
           JsonString(figure.value) + ",\"unit\":" + JsonString(figure.unit) + "}";
  }
  return out + "]}";
}

std::string ClaimsJson(const std::vector<Experiment>& experiments) {
  std::string out = "[";
  for (const Experiment& e : experiments) {
    out += std::string(out.size() > 1 ? "," : "") + "\n{\"number\":" + std::to_string(e.own.number) + ",\"file\":" +
           JsonString(e.name) + ",\"claim\":" + JsonString(e.own.text) + ",\"gol\":" + JsonOf(e.own);
    if (e.go.number != 0) out += ",\"go\":" + JsonOf(e.go);
    out += "}";
  }
  return out + "\n]\n";
}

// A go command that is not this program.
std::string FindGo(const std::string& self) {
  const char* path = std::getenv("PATH");
  std::string places = std::string(path != nullptr ? path : "") + ":/usr/local/go/bin:/usr/lib/go/bin";
  for (size_t from = 0; from < places.size();) {
    size_t end = places.find(':', from);
    if (end == places.npos) end = places.size();
    const std::string file = places.substr(from, end - from) + "/go";
    from = end + 1;
    std::error_code ec;
    if (access(file.c_str(), X_OK) == 0 && !fs::equivalent(file, self, ec)) return file;
  }
  return "";
}

}  // namespace

int Claims(const std::vector<std::string>& args) {
  constexpr const char* kCommand = "gol lab claims";
  std::string folder = "examples/article/claims", html = "claims.html", json, only, go = "find";
  for (size_t i = 0; i < args.size(); i++) {
    const std::string& arg = args[i];
    const auto value = [&]() -> std::string { return i + 1 < args.size() ? args[++i] : ""; };
    if (arg == "-o") html = value();
    else if (arg == "-json") json = value();
    else if (arg == "-run") only = value();
    else if (arg == "-go") go = value();
    else if (!arg.starts_with("-")) folder = arg;
    else {
      std::fprintf(stderr, "usage: gol lab claims [-run WORD] [-go FILE | -go none] [-o FILE.html] [-json FILE] [DIR]\n");
      return kExitUsage;
    }
  }
  std::error_code ec;
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder, ec)) {
    const std::string name = entry.path().filename().string();
    if (name == "report.go" || (!name.ends_with(".go") && !name.ends_with(".gol"))) continue;
    if (name.find(only) != name.npos) files.push_back(name);
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    std::fprintf(stderr, "%s: no experiments in %s\n", kCommand, folder.c_str());
    return kExitError;
  }
  const std::string self = fs::read_symlink("/proc/self/exe", ec).string();
  if (go == "find") go = FindGo(self);
  if (go == "none") go = "";
  std::string go_version;
  if (!go.empty() && RunIn(folder, {go, "env", "GOVERSION"}, {}, &go_version) == 0 && go_version.starts_with("go")) {
    go_version = "Go " + go_version.substr(2, go_version.find_last_not_of('\n') - 1);
  } else {
    go.clear();
    go_version.clear();
  }
  // What Go builds once and what it calls: a program that starts itself again must not be built again.
  char scratch[] = "/tmp/gol-claims-XXXXXX";
  if (!go.empty() && mkdtemp(scratch) == nullptr) go.clear();

  std::vector<Experiment> experiments;
  bool ok = true;
  for (const std::string& file : files) {
    Experiment e;
    e.name = file;
    const std::vector<std::string> own{self, "run", "report.go", file};
    std::string out;
    int code = RunIn(folder, own, {"GOL=" + self, "CLAIM_RUN=" + Join(own)}, &out);
    e.own = Parse(out, code);
    if (!go.empty() && file.ends_with(".go")) {
      const std::string binary = std::string(scratch) + "/" + file + ".exe";
      std::string printed;
      if (RunIn(folder, {go, "build", "-o", binary, "report.go", file}, {"GOFLAGS=-mod=mod", "GO111MODULE=off"}, &printed) == 0) {
        printed.clear();
        code = RunIn(folder, {binary}, {"CLAIM_RUN=" + binary}, &printed);
        e.go = Parse(printed, code);
        if (e.go.number == 0) e.go.number = e.own.number;
      }
    }
    const Findings& f = e.own;
    std::printf("%2d  %-14s %s\n", f.number, f.failure.empty() ? f.verdict.c_str() : "NOT MEASURED", f.text.c_str());
    if (f.failure.empty()) {
      std::printf("    %s\n", f.why.c_str());
    } else {
      std::printf("    %s: %s\n", file.c_str(), f.failure.c_str());
      ok = false;
    }
    std::printf("    Go: %s\n", f.known.c_str());
    for (const Figure& figure : f.figures) {
      const std::string beside = GoFigure(e, figure.name);
      std::printf("      %-58s %s%s%s\n", figure.name.c_str(), WithUnit(figure).c_str(),
                  beside.empty() ? "" : ("   | " + go_version + ": ").c_str(), beside.c_str());
    }
    if (!e.go.verdict.empty()) std::printf("      under %s: %s\n", go_version.c_str(), e.go.verdict.c_str());
    std::fflush(stdout);
    experiments.push_back(std::move(e));
  }
  if (!go.empty()) fs::remove_all(scratch, ec);
  if (!html.empty()) ok &= WriteWholeFile(html, ClaimsPage(experiments, go_version), kCommand);
  if (!json.empty()) ok &= WriteWholeFile(json, ClaimsJson(experiments), kCommand);
  return ok ? 0 : kExitError;
}

}  // namespace gol::cmd
