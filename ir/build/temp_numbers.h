// The names of the variables that Go's compiler makes for the results of calls in lists.
#pragma once

#include <string>
#include <unordered_map>

#include "frontend/syntax/ast.h"
#include "frontend/types/object.h"

namespace gol::ir {

class TempNumbers {
 public:
  // Of the body's function. is_instance: of a generic function, which has a parameter more.
  TempNumbers(const types::FuncInfo* info, bool is_instance);

  // ".autotmp_7": the variable of a result of the call f in g(f()), which is given as g's argument;
  // empty where there is none.
  std::string NameOf(const syntax::Expr* call, size_t result) const;

 private:
  void Visit(syntax::Node* node);
  void Declare(syntax::Expr* name);
  void Take(const syntax::Expr* call);

  int num_vars_ = 0;  // that the function has so far, in the order of the source
  std::unordered_map<const syntax::Expr*, int> first_;
};

}  // namespace gol::ir
