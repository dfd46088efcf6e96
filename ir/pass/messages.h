// What -gcflags=-m calls things.
#pragma once

#include <functional>
#include <string>

#include "ir/func.h"

namespace gol::ir {

// Where the call stands that an inlined instruction came in by, at last.
Pos OutermostPos(const Func& func, int32_t inline_site);

// A function's name as the Go compiler's messages have it: "f", "(*T).m", "f.func1" of the package
// that is compiled, "fmt.Println" of others; instances with the shapes of their type arguments, or
// with these themselves.
std::string FuncText(const Func& func, const Module& module, bool with_shapes = true);

// The functions that Go inlines at a call of one that is written out here, separated by blanks: it
// has Go bodies for some of them. Empty where its compiler writes the call out, too.
std::string_view InlinedInstead(Intrinsic intrinsic);

// What a type parameter stands for, in the text of a type.
using TypeParamText = std::function<std::string(const types::TypeParam*)>;
// A type as the messages have it: names of the package with the path `local` stand bare.
std::string TypeText(types::Type* type, std::string_view local, const TypeParamText& param = {});
// A constant: its text, within its type unless the constant has that type anyway.
std::string ConstantText(const std::string& value, types::Type* type, std::string_view local);
// The value of a rune as a literal.
std::string RuneText(int64_t rune);

}  // namespace gol::ir
