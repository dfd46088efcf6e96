// Writing JSON: strings, and objects and arrays that are built front to back.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace gol {

// A string of JSON, with quotes; safe within a script element.
std::string JsonString(std::string_view text);

// Builds one value: Begin and End pair up; a name in front of what stands in an object, an empty one in an
// array.
class JsonWriter {
 public:
  void BeginObject(std::string_view name = {}) { Begin(name, '{'); }
  void BeginArray(std::string_view name = {}) { Begin(name, '['); }
  void End() {
    text_ += closers_.back();
    closers_.pop_back();
    needs_comma_ = true;
  }
  // value: JSON.
  void Raw(std::string_view name, std::string_view value) {
    Name(name);
    text_ += value;
    needs_comma_ = true;
  }
  void Field(std::string_view name, std::string_view value) { Raw(name, JsonString(value)); }
  void Field(std::string_view name, const char* value) { Field(name, std::string_view(value)); }
  void Field(std::string_view name, bool value) { Raw(name, value ? "true" : "false"); }
  void Field(std::string_view name, std::integral auto value) { Raw(name, std::to_string(value)); }
  void Field(std::string_view name, double value);

  const std::string& text() const { return text_; }

 private:
  void Begin(std::string_view name, char open) {
    Name(name);
    text_ += open;
    closers_ += open == '{' ? '}' : ']';
    needs_comma_ = false;
  }
  void Name(std::string_view name) {
    if (needs_comma_) text_ += ',';
    if (!name.empty()) text_ += JsonString(name) + ":";
  }

  std::string text_;
  std::string closers_;
  bool needs_comma_ = false;
};

}  // namespace gol
