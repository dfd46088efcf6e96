// Terminating statements (spec, "Terminating statements"): a statement is one if it leaves the
// function, jumps away, loops for ever without a break, or is a block or branching statement all of
// whose paths end in one.
#include "frontend/types/terminating.h"

#include "frontend/types/check_flags.h"

namespace gol::types {

using syntax::As;
using syntax::NodeKind;

namespace {

// Whether s contains a break that leaves the statement labelled `label` (empty: none). implicit:
// an unlabelled break leaves it, too.
bool HasBreak(const syntax::Stmt* s, std::string_view label, bool implicit);

bool HasBreak(std::span<syntax::Stmt* const> list, std::string_view label, bool implicit) {
  for (const syntax::Stmt* s : list) {
    if (HasBreak(s, label, implicit)) return true;
  }
  return false;
}

template <typename Clause>
bool ClausesBreak(std::span<Clause* const> clauses, std::string_view label) {
  for (const Clause* clause : clauses) {
    if (HasBreak(clause->body, label, false)) return true;
  }
  return false;
}

bool HasBreak(const syntax::Stmt* s, std::string_view label, bool implicit) {
  if (s == nullptr) return false;
  switch (s->kind) {
    case NodeKind::kLabeledStmt:
      return HasBreak(As<syntax::LabeledStmt>(s)->stmt, label, implicit);
    case NodeKind::kBranchStmt: {
      const auto* branch = As<syntax::BranchStmt>(s);
      if (branch->token != syntax::Token::kBreak) return false;
      return branch->label == nullptr ? implicit : branch->label->name == label;
    }
    case NodeKind::kBlockStmt:
      return HasBreak(As<syntax::BlockStmt>(s)->stmts, label, implicit);
    case NodeKind::kIfStmt: {
      const auto* branch = As<syntax::IfStmt>(s);
      return HasBreak(branch->then, label, implicit) ||
             HasBreak(branch->else_stmt, label, implicit);
    }
    // Inside of these an unlabelled break is theirs.
    case NodeKind::kSwitchStmt:
      return !label.empty() &&
             ClausesBreak<syntax::CaseClause>(As<syntax::SwitchStmt>(s)->clauses, label);
    case NodeKind::kTypeSwitchStmt:
      return !label.empty() &&
             ClausesBreak<syntax::CaseClause>(As<syntax::TypeSwitchStmt>(s)->clauses, label);
    case NodeKind::kSelectStmt:
      return !label.empty() &&
             ClausesBreak<syntax::CommClause>(As<syntax::SelectStmt>(s)->clauses, label);
    case NodeKind::kForStmt:
      return !label.empty() && HasBreak(As<syntax::ForStmt>(s)->body, label, false);
    case NodeKind::kRangeStmt:
      return !label.empty() && HasBreak(As<syntax::RangeStmt>(s)->body, label, false);
    default:
      return false;
  }
}

bool Terminates(const syntax::Stmt* s, std::string_view label);

bool ListTerminates(std::span<syntax::Stmt* const> list) {
  // Trailing empty statements do not count.
  while (!list.empty() && syntax::Is<syntax::EmptyStmt>(list.back())) {
    list = list.first(list.size() - 1);
  }
  return !list.empty() && Terminates(list.back(), "");
}

template <typename Clause>
bool ClausesTerminate(std::span<Clause* const> clauses, std::string_view label) {
  for (const Clause* clause : clauses) {
    if (!ListTerminates(clause->body) || HasBreak(clause->body, label, true)) return false;
  }
  return true;
}

bool HasDefault(std::span<syntax::CaseClause* const> clauses) {
  for (const syntax::CaseClause* clause : clauses) {
    if (clause->is_default) return true;
  }
  return false;
}

bool Terminates(const syntax::Stmt* s, std::string_view label) {
  switch (s->kind) {
    case NodeKind::kReturnStmt:
      return true;
    case NodeKind::kExprStmt: {
      const auto* call = syntax::DynAs<syntax::CallExpr>(
          static_cast<const syntax::Node*>(syntax::Unparen(As<syntax::ExprStmt>(s)->x)));
      return call != nullptr && (call->check_flags & kIsPanicCall) != 0;
    }
    case NodeKind::kBranchStmt: {
      syntax::Token token = As<syntax::BranchStmt>(s)->token;
      return token == syntax::Token::kGoto || token == syntax::Token::kFallthrough;
    }
    case NodeKind::kLabeledStmt: {
      const auto* labeled = As<syntax::LabeledStmt>(s);
      return Terminates(labeled->stmt, labeled->label->name);
    }
    case NodeKind::kBlockStmt:
      return ListTerminates(As<syntax::BlockStmt>(s)->stmts);
    case NodeKind::kIfStmt: {
      const auto* branch = As<syntax::IfStmt>(s);
      return branch->else_stmt != nullptr && Terminates(branch->then, "") &&
             Terminates(branch->else_stmt, "");
    }
    case NodeKind::kForStmt: {
      const auto* loop = As<syntax::ForStmt>(s);
      return loop->cond == nullptr && !HasBreak(loop->body, label, true);
    }
    case NodeKind::kSwitchStmt: {
      const auto* sw = As<syntax::SwitchStmt>(s);
      return HasDefault(sw->clauses) && ClausesTerminate<syntax::CaseClause>(sw->clauses, label);
    }
    case NodeKind::kTypeSwitchStmt: {
      const auto* sw = As<syntax::TypeSwitchStmt>(s);
      return HasDefault(sw->clauses) && ClausesTerminate<syntax::CaseClause>(sw->clauses, label);
    }
    case NodeKind::kSelectStmt:
      return ClausesTerminate<syntax::CommClause>(As<syntax::SelectStmt>(s)->clauses, label);
    default:
      return false;
  }
}

}  // namespace

bool IsTerminating(const syntax::Stmt* s) { return Terminates(s, ""); }

}  // namespace gol::types
