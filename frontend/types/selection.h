// Selection: what a selector expression x.f denotes, when x is not a package.
#pragma once

#include <cstdint>
#include <span>

#include "frontend/types/object.h"

namespace gol::types {

enum class SelectionKind : uint8_t {
  kFieldVal,    // x.f is a struct field
  kMethodVal,   // x.f is a method value, or the function of a call x.f()
  kMethodExpr,  // T.f
};

struct Selection {
  SelectionKind kind;
  bool indirect = false;      // a pointer is followed on the way from x to f
  Type* recv = nullptr;       // type of x, or T
  Object* obj = nullptr;      // field (Var) or method (Func)
  // Path from x to f: indices of embedded fields, then that of the field in its struct, of the
  // method in its named type, or of the method in its interface's type set.
  std::span<int> index;
};

}  // namespace gol::types
