// The functions, methods and types that a session has declared, with their texts: what must be
// compiled again when a name that they use is declared anew.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/source/source_manager.h"
#include "frontend/syntax/ast.h"
#include "frontend/types/package.h"

namespace gol::repl {

// The name of a receiver's type: T of T, *T, T[E].
std::string_view ReceiverName(syntax::Expr* e);
// The text of a type declaration, from "type" to its end.
std::string TypeText(const syntax::TypeDecl* decl, const SourceFile& file);

class Declarations {
 public:
  // Notes what a checked input declares: newer declarations replace those of the name.
  void Add(const types::Package& input, const SourceManager& sources);

  // The text of a declaration with the `//line` directive that keeps its place; empty: there is none of the name.
  std::string Find(const std::string& name) const {
    return declarations_.contains(name) ? TextOf({name}) : std::string();
  }

  // Names that an input declares: "f", "T", "T.M" for methods.
  static std::set<std::string> NamesIn(const syntax::File& file);

  // The declarations that use one of the names, directly or through others, and are none of them,
  // in the order in which they were declared. "T" stands for its methods too.
  std::vector<std::string> DependentsOf(const std::set<std::string>& names) const;

  // Their texts, one after the other, each behind a `//line` directive that keeps its place.
  std::string TextOf(const std::vector<std::string>& names) const;

 private:
  struct Declaration {
    int order = 0;
    std::string text;
    std::string place;               // "<input 3>:2:1"
    std::set<std::string> mentions;  // package-level names
  };
  std::map<std::string, Declaration> declarations_;
  int next_order_ = 0;
};

}  // namespace gol::repl
