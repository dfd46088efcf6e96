// See repl/report.h.
#include "repl/report.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/json.h"

namespace gol::repl {
namespace {

// Columns of a terminal that text takes: code points, which is what the programs that are shown here hold.
size_t Width(std::string_view s) {
  return static_cast<size_t>(
      std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string Padded(std::string_view s, size_t width, bool right) {
  const size_t have = Width(s);
  const std::string blanks(width > have ? width - have : 0, ' ');
  return right ? blanks + std::string(s) : std::string(s) + blanks;
}

std::string Fixed(double x, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, x);
  return text;
}

void TrimEnd(std::string* line) {
  while (!line->empty() && line->back() == ' ') line->pop_back();
}

}  // namespace

std::string ByteText(uint64_t n) {
  if (n < 10'000) return std::to_string(n) + " B";
  const char* const units[] = {"KB", "MB", "GB", "TB"};
  double x = static_cast<double>(n) / 1024;
  int unit = 0;
  while (x >= 999.5 && unit < 3) {
    x /= 1024;
    unit++;
  }
  return Fixed(x, 1) + " " + units[unit];
}

std::string SignedByteText(int64_t n) {
  return (n < 0 ? "-" : "+") + ByteText(static_cast<uint64_t>(std::abs(n)));
}

std::string TimeText(int64_t ns) {
  const double x = static_cast<double>(ns);
  if (ns < 1'000) return std::to_string(ns) + " ns";
  if (ns < 1'000'000) return Fixed(x / 1e3, 1) + " us";
  if (ns < 1'000'000'000) return Fixed(x / 1e6, 2) + " ms";
  return Fixed(x / 1e9, 2) + " s";
}

std::string HexText(uint64_t n) {
  char text[24] = "0x";
  return {text, std::to_chars(text + 2, text + sizeof text, n, 16).ptr};
}

std::string CountText(uint64_t n) {
  std::string digits = std::to_string(n);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

Item Item::Text(std::string_view s) { return {std::string(s), JsonString(s)}; }
Item Item::Count(uint64_t n) { return {CountText(n), std::to_string(n)}; }
Item Item::Signed(int64_t n) {
  return {(n < 0 ? "-" : "+") + CountText(static_cast<uint64_t>(std::abs(n))), std::to_string(n)};
}
Item Item::Bytes(uint64_t n) { return {ByteText(n), std::to_string(n)}; }
Item Item::SignedBytes(int64_t n) { return {SignedByteText(n), std::to_string(n)}; }
Item Item::Time(int64_t ns) { return {TimeText(ns), std::to_string(ns)}; }
Item Item::Address(uint64_t n) { return {HexText(n), JsonString(HexText(n))}; }
Item Item::Share(double part) { return {Fixed(part * 100, 0) + " %", Fixed(part, 4)}; }
Item Item::Number(double x, int decimals) {
  const std::string text = Fixed(x, decimals);
  return {text, text.find_first_not_of("-.0123456789") == text.npos ? text : "null"};
}
Item Item::Flag(bool b) { return {b ? "yes" : "no", b ? "true" : "false"}; }

std::string Table::Text() const {
  std::vector<size_t> widths;
  for (const Column& c : columns) widths.push_back(Width(c.title));
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); i++) widths[i] = std::max(widths[i], Width(row[i].text));
  }
  std::string out;
  auto line = [&](auto text_of) {
    std::string text;
    for (size_t i = 0; i < columns.size(); i++) {
      if (widths[i] == 0) continue;
      if (!text.empty()) text += "  ";
      text += Padded(text_of(i), widths[i], columns[i].align == Column::kRight);
    }
    TrimEnd(&text);
    out += text + "\n";
  };
  line([&](size_t i) { return columns[i].title; });
  for (const auto& row : rows) {
    line([&](size_t i) { return i < row.size() ? std::string_view(row[i].text) : std::string_view(); });
  }
  return out;
}

void Report::FlushEntries() const {
  size_t names = 0, values = 0;
  for (const EntryRow& e : entries_) {
    names = std::max(names, Width(e.name));
    if (!e.remark.empty()) values = std::max(values, Width(e.value));
  }
  for (const EntryRow& e : entries_) {
    std::string line = Padded(e.name, names, false) + "  " + Padded(e.value, values, false);
    if (!e.remark.empty()) line += "  " + e.remark;
    TrimEnd(&line);
    text_ += line + "\n";
  }
  entries_.clear();
}

void Report::Line(std::string_view text) {
  FlushEntries();
  text_ += text;
  text_ += '\n';
}

void Report::Field(std::string_view key, Item item) {
  json_ += (json_.empty() ? "" : ",") + JsonString(key) + ":" + item.json;
}

void Report::Entry(std::string_view name, std::string_view key, Item item, std::string_view remark) {
  entries_.push_back({std::string(name), item.text, std::string(remark)});
  Field(key, std::move(item));
}

void Report::Add(std::string_view key, const Table& table) {
  FlushEntries();
  if (!table.rows.empty()) text_ += table.Text();
  JsonWriter json;
  json.BeginArray();
  for (const auto& row : table.rows) {
    json.BeginObject();
    for (size_t i = 0; i < row.size(); i++) {
      if (!table.columns[i].key.empty()) json.Raw(table.columns[i].key, row[i].json);
    }
    json.End();
  }
  json.End();
  Field(key, {"", json.text()});
}

void Report::Print(bool as_json) const {
  FlushEntries();
  if (as_json) std::printf("{%s}\n", json_.c_str());
  else std::fputs(text_.c_str(), stdout);
}

}  // namespace gol::repl
