// See messages.h.
#include "ir/pass/messages.h"

#include "frontend/types/package.h"

namespace gol::ir {
namespace {

// "[int,main.T]" as Go's compiler has it: an instance is compiled once per shape.
std::string ShapesText(std::string_view args) {
  std::string out = "[";
  std::string_view rest = args.substr(1, args.size() - 2);
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i <= rest.size(); i++) {
    if (i < rest.size()) {
      if (rest[i] == '[' || rest[i] == '(' || rest[i] == '{') depth++;
      if (rest[i] == ']' || rest[i] == ')' || rest[i] == '}') depth--;
      if (rest[i] != ',' || depth != 0) continue;
    }
    std::string_view arg = rest.substr(start, i - start);
    start = i + 1;
    if (out.size() > 1) out += ",";
    // All pointers have one shape.
    out += arg.starts_with("*") ? "go.shape.*uint8" : "go.shape." + std::string(arg);
  }
  return out + "]";
}

}  // namespace

Pos OutermostPos(const Func& func, int32_t inline_site) {
  Pos pos;
  for (; inline_site >= 0; inline_site = func.inline_sites[static_cast<size_t>(inline_site)].outer) {
    pos = func.inline_sites[static_cast<size_t>(inline_site)].call_pos;
  }
  return pos;
}

std::string FuncText(const Func& func, const Module& module) {
  std::string name(func.name);
  const std::string_view path = func.pkg != nullptr ? func.pkg->path : std::string_view();
  if (!path.empty() && name.starts_with(path) && name.size() > path.size() &&
      name[path.size()] == '.') {
    name = name.substr(path.size() + 1);
    if (path != module.name) name = std::string(func.pkg->name) + "." + name;
  }
  if (const size_t open = name.find('['); func.is_instance && open != std::string::npos) {
    size_t close = open;
    for (int depth = 0; close < name.size(); close++) {
      if (name[close] == '[') depth++;
      if (name[close] == ']' && --depth == 0) break;
    }
    if (close < name.size()) {
      name = name.substr(0, open) + ShapesText(std::string_view(name).substr(open, close - open + 1)) +
             name.substr(close + 1);
    }
  }
  return name;
}

}  // namespace gol::ir
