// What a command has to say, as text for a reader or as JSON for a program: one source for both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gol::repl {

// "512 B", "12.3 KB", "4.0 MB": four digits at most.
std::string ByteText(uint64_t n);
// With its sign, "+" too.
std::string SignedByteText(int64_t n);
// "310 ns", "20.7 us", "1.23 ms", "2.05 s".
std::string TimeText(int64_t ns);
std::string HexText(uint64_t n);
// "1,234,567".
std::string CountText(uint64_t n);

// A cell of a table, a field of an object: how it reads, and what it is in JSON.
struct Item {
  std::string text;
  std::string json;

  static Item Text(std::string_view s);
  static Item Count(uint64_t n);
  static Item Signed(int64_t n);     // with "+"
  static Item Bytes(uint64_t n);
  static Item SignedBytes(int64_t n);
  static Item Time(int64_t ns);
  static Item Address(uint64_t n);
  static Item Share(double part);    // of 1, as "12 %"
  static Item Number(double x, int decimals);
  static Item Flag(bool b);
};

struct Column {
  std::string_view title;
  std::string_view key;  // in JSON
  enum Align : uint8_t { kLeft, kRight } align = kRight;
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Item>> rows;

  // Columns as wide as their widest cell, two blanks apart, without blanks at the ends of lines; none where nothing
  // stands.
  std::string Text() const;
};

class Report {
 public:
  // Text only: a line or several.
  void Line(std::string_view text);
  // JSON only.
  void Field(std::string_view key, Item item);
  // Both: text in a column of names and values.
  void Entry(std::string_view name, std::string_view key, Item item, std::string_view remark = {});
  // Both. What is empty is left out of the text.
  void Add(std::string_view key, const Table& table);

  // Writes it to standard output; JSON on one line.
  void Print(bool as_json) const;

 private:
  void FlushEntries() const;

  std::string json_;
  mutable std::string text_;
  struct EntryRow {
    std::string name, value, remark;
  };
  mutable std::vector<EntryRow> entries_;
};

}  // namespace gol::repl
