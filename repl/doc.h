// What sources say of names: declarations and the comments in front of them.
#pragma once

#include <string>
#include <string_view>

namespace gol::repl {

// Of a standard package ("strings", "encoding/json"), or of what it declares ("strings.Split", "strings.Builder.Grow"). Empty:
// there is no such name.
std::string DocOfStd(std::string_view name);

// Of a declaration by its text: a function without its body.
std::string DocOfText(const std::string& text);

}  // namespace gol::repl
