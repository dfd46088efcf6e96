// Diagnostic: one message about the source, with its place and its second places.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/source/pos.h"

namespace gol::diag {

// The closed list of messages, see kinds.def.
enum class Kind : uint16_t {
#define GOL_DIAG(name, text, example) name,
#include "frontend/diag/kinds.def"
#undef GOL_DIAG
};

// Facts about a kind, from its row.
std::string_view KindName(Kind kind);
std::string_view KindText(Kind kind);
std::string_view KindExample(Kind kind);
size_t KindCount();
inline Kind KindAt(size_t index) { return static_cast<Kind>(index); }

// One argument of a message. Built from text, numbers and characters; a type of another folder
// becomes an argument when its namespace has `std::string DiagText(const T&)`.
class Arg {
 public:
  Arg(std::string_view text) : text_(text) {}
  Arg(const std::string& text) : text_(text) {}
  Arg(const char* text) : text_(text) {}
  Arg(char c) : text_(1, c) {}
  Arg(int n) : text_(std::to_string(n)) {}
  Arg(unsigned n) : text_(std::to_string(n)) {}
  Arg(long n) : text_(std::to_string(n)) {}
  Arg(unsigned long n) : text_(std::to_string(n)) {}
  Arg(long long n) : text_(std::to_string(n)) {}
  Arg(unsigned long long n) : text_(std::to_string(n)) {}
  template <typename T>
    requires requires(const T& t) {
      { DiagText(t) } -> std::convertible_to<std::string>;
    }
  Arg(const T& t) : text_(DiagText(t)) {}

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Replaces each "{}" of text by the next argument; "{{" stands for one "{", "}}" for one "}".
std::string Format(std::string_view text, const Arg* args, size_t count);

// A continuation line: "\tmessage", or "\tpath:line:col: message" when it has a place.
struct Note {
  Pos pos;
  std::string message;
};

struct Diagnostic {
  Pos pos;
  Kind kind{};
  std::string message;  // may itself hold "\n\t" continuation lines, as Go's messages do
  std::vector<Note> notes;

  // Adds a continuation line; pos may be unknown. Returns *this, for chaining.
  template <typename... Args>
  Diagnostic& AddNote(Pos note_pos, std::string_view text, const Args&... args) {
    const Arg list[] = {Arg(args)..., Arg("")};
    notes.push_back({note_pos, Format(text, list, sizeof...(args))});
    return *this;
  }
};

}  // namespace gol::diag
