// Values of the session's program as text, read from memory by their type descriptors: no code of
// the program runs.
#pragma once

#include <string>

#include "runtime/abi/rtype.h"

namespace gol::repl {

struct PrintOptions {
  int width = 80;           // columns; what is longer is laid out over several lines
  int max_elements = 100;   // of one array, slice or map
  int max_string = 4096;    // bytes of one string
  int max_depth = 6;        // nesting through pointers, interfaces, elements
};

// As a Go expression of the value, more or less: `Point{X: 1, Y: 2}`, `[]string{"a", "b"}`,
// `&Node{next: nil}`. Names of package main stand without it. Requires: the program stands still.
std::string PrintValue(const rt::Type* type, const void* address, const PrintOptions& options = {});

// The type's name as the session's program would write it.
std::string PrintType(const rt::Type* type);

}  // namespace gol::repl
