// The table of diagnostic kinds and the formatting of messages.
#include "frontend/diag/diagnostic.h"

#include "base/check.h"

namespace gol::diag {
namespace {

struct KindRow {
  std::string_view name;
  std::string_view text;
  std::string_view example;
};

constexpr KindRow kKinds[] = {
#define GOL_DIAG(name, text, example) {#name, text, example},
#include "frontend/diag/kinds.def"
#undef GOL_DIAG
};

}  // namespace

std::string_view KindName(Kind kind) { return kKinds[static_cast<size_t>(kind)].name; }
std::string_view KindText(Kind kind) { return kKinds[static_cast<size_t>(kind)].text; }
std::string_view KindExample(Kind kind) { return kKinds[static_cast<size_t>(kind)].example; }
size_t KindCount() { return std::size(kKinds); }

std::string Format(std::string_view text, const Arg* args, size_t count) {
  std::string out;
  out.reserve(text.size() + 16 * count);
  size_t next = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    char follow = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '{' && follow == '}') {
      GOL_CHECK(next < count);
      out += args[next++].text();
      ++i;
    } else {
      out += c;
      if ((c == '{' && follow == '{') || (c == '}' && follow == '}')) ++i;
    }
  }
  GOL_CHECK(next == count);
  return out;
}

}  // namespace gol::diag
