// docs/gc-lab.md: each experiment's inputs go to gol repl, and what it answers is compared with the text.
//
// Times and addresses may be any. Other numbers above 15 may differ by a quarter or by 100, their units too: they depend on
// what the standard packages have on the heap. A line "..." stands for any lines.
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "support/command.h"
#include "support/sanitizers.h"

namespace gol::testing {
namespace {

struct Experiment {
  std::string title;
  std::string input;
  std::vector<std::string> output;
};

std::vector<Experiment> ReadExperiments(const std::string& text) {
  std::vector<Experiment> list;
  std::istringstream in(text);
  bool in_block = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) list.push_back({line.substr(3), "", {}});
    if (line.starts_with("```")) {
      in_block = !in_block;
    } else if (in_block && !list.empty()) {
      if (line.starts_with("> ") || line.starts_with(". ")) list.back().input += line.substr(2) + "\n";
      else list.back().output.push_back(line);
    }
  }
  return list;
}

// A word of a line: text, or a number with what stands around it.
struct Word {
  std::string before, after;
  bool is_number = false, is_address = false;
  double value = 0;
};

std::vector<Word> WordsOf(const std::string& line) {
  std::vector<Word> words;
  for (size_t i = 0; i < line.size();) {
    Word w;
    while (i < line.size() && line[i] == ' ') i++;
    while (i < line.size() && line[i] != ' ' && !std::isdigit(static_cast<unsigned char>(line[i]))) w.before += line[i++];
    if (line.compare(i, 2, "0x") == 0) {
      w.is_address = true;
      i += 2;
      while (i < line.size() && std::isxdigit(static_cast<unsigned char>(line[i]))) i++;
    } else if (i < line.size() && std::isdigit(static_cast<unsigned char>(line[i]))) {
      std::string digits;
      auto is_part = [&] {
        if (std::isdigit(static_cast<unsigned char>(line[i]))) return true;
        return (line[i] == ',' || line[i] == '.') && i + 1 < line.size() &&
               std::isdigit(static_cast<unsigned char>(line[i + 1]));
      };
      for (; i < line.size() && is_part(); i++) {
        if (line[i] != ',') digits += line[i];
      }
      w.is_number = true;
      w.value = std::strtod(digits.c_str(), nullptr);
    }
    if (w.before.empty() && !w.is_number && !w.is_address) break;
    words.push_back(w);
  }
  return words;
}

double UnitOf(const std::string& word) {
  if (word == "B") return 1;
  if (word == "KB") return 1 << 10;
  if (word == "MB") return 1 << 20;
  return 0;
}

bool IsTime(const std::string& word) { return word == "ns" || word == "us" || word == "ms" || word == "s"; }

bool Matches(const std::string& line, const std::string& example) {
  std::vector<Word> have = WordsOf(line), want = WordsOf(example);
  if (have.size() != want.size()) return false;
  // The seeds of maps, and pictures of slots, are of this run.
  if (example.starts_with("hash0 ")) return line.starts_with("hash0 ");
  for (size_t i = 0; i < have.size(); i++) {
    const Word &h = have[i], &w = want[i];
    const bool is_picture = w.before.size() > 20 && w.before.find_first_not_of("#+.Mm") == std::string::npos;
    if (is_picture) continue;
    const double h_unit = UnitOf(h.before), w_unit = UnitOf(w.before);
    const bool is_unit = h_unit > 0 && w_unit > 0 && i > 0 && w.is_number == h.is_number;
    if (!is_unit && !(IsTime(h.before) && IsTime(w.before)) && h.before != w.before) return false;
    if (h.is_address != w.is_address || h.is_number != w.is_number) return false;
    if (!w.is_number) continue;
    const std::string next_h = i + 1 < have.size() ? have[i + 1].before : "";
    const std::string next_w = i + 1 < want.size() ? want[i + 1].before : "";
    if (IsTime(next_w) && IsTime(next_h)) continue;
    double a = h.value, b = w.value;
    if (UnitOf(next_w) > 0 && UnitOf(next_h) > 0) {
      a *= UnitOf(next_h);
      b *= UnitOf(next_w);
    }
    // How many goroutines there were, and what they had allocated, is of this run.
    const std::string& last = i > 0 ? want[i - 1].before : "";
    if (want[0].before == "assists" || want[0].before == "scanned") {
      if (h.value == 0) return false;
      continue;
    }
    if (w.before == "goroutine" || last == "goroutine" || last == "black" || next_w == "root") continue;
    if (b <= 15 && UnitOf(next_w) == 0) {
      if (a != b) return false;
    } else if (std::abs(a - b) > std::max(100.0, 0.25 * b)) {
      return false;
    }
  }
  return true;
}

// Whether the lines from i on match those of the example from k on.
bool Match(const std::vector<std::string>& lines, size_t i, const std::vector<std::string>& example, size_t k,
           size_t* furthest) {
  for (; k < example.size(); i++, k++) {
    if (example[k] == "...") {
      for (size_t next = i; next <= lines.size(); next++) {
        if (Match(lines, next, example, k + 1, furthest)) return true;
      }
      return false;
    }
    *furthest = std::max(*furthest, k);
    if (i >= lines.size() || !Matches(lines[i], example[k])) return false;
  }
  return i == lines.size();
}

TEST(GcLab, TheTextIsTrue) {
  const std::vector<Experiment> experiments =
      ReadExperiments(ReadFile(GOL_SOURCE_DIR "/docs/gc-lab.md"));
  EXPECT_EQ(experiments.size(), 10u);
  for (const Experiment& e : experiments) {
    const std::string folder = TempFolder();
    WriteFile(folder + "/input.txt", e.input);
    const CommandResult r = RunCommand({"sh", "-c", "exec '" + GolPath() + "' repl < input.txt 2>&1"},
                                       {{"GOLCACHE", "off"}}, folder);
    EXPECT_EQ(r.exit_code, 0) << e.title << "\n" << r.out;
    // kKeepsGarbage.
    if (kAddressSanitizer) continue;
    std::vector<std::string> lines;
    std::istringstream in(r.out);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    size_t furthest = 0;
    EXPECT_TRUE(Match(lines, 0, e.output, 0, &furthest))
        << e.title << "\nthe text has: " << (furthest < e.output.size() ? e.output[furthest] : "its end")
        << "\ngol says:\n" << r.out;
  }
}

TEST(GcLab, NumbersMayDiffer) {
  EXPECT_TRUE(Matches("stopped  3.4 us", "stopped  12.1 ms"));
  EXPECT_TRUE(Matches("live  560 objects  96.8 KB", "live  561 objects  97.0 KB"));
  EXPECT_TRUE(Matches("live  560 objects  9900 B", "live  561 objects  9.8 KB"));
  EXPECT_FALSE(Matches("live  56 objects  96.8 KB", "live  561 objects  97.0 KB"));
  EXPECT_FALSE(Matches("collection 2", "collection 3"));
  EXPECT_FALSE(Matches("N  16  0x7f  l.next", "N  16  0x7f  l"));
}

}  // namespace
}  // namespace gol::testing
