// Labels and branch statements: checks them and resolves their targets, one function at a time.
//
// Labels are visible in the whole function but a goto must not enter a block nor skip a variable
// declaration of its own block. One walk in source order does it: a block is a frame that knows its
// parent and the label that stands in front of it. A goto whose label has not been met waits in a
// list of forward gotos; leaving a block, those that are still waiting go on waiting in the parent.
// A label takes from the list of its own block what waits for it; whoever waits when the function
// ends named no label or one inside a block that was closed. Each variable declaration of a block
// marks the gotos waiting at that time: they would jump over it.
//
// Function literals have labels of their own and are checked when their bodies are parsed.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/syntax/parser_impl.h"
#include "frontend/syntax/printer.h"

namespace gol::syntax {

using enum diag::Kind;

namespace {

struct Block {
  const Block* parent;
  Pos start;
  LabeledStmt* label;  // in front of the block's statement, or null
};

struct Label {
  std::string_view name;
  LabeledStmt* stmt;
  const Block* block;  // that it stands in; may be dead, compared only
  Pos block_start;
  bool is_used = false;
};

struct Goto {
  BranchStmt* stmt;
  bool skips_var = false;  // a variable was declared behind it in the block now walked
};

// What break, continue and fallthrough mean at a place.
struct Context {
  Stmt* break_target = nullptr;
  Stmt* continue_target = nullptr;
  int clause = -1;  // index of the switch clause that directly holds the statements, or -1
};

class BranchChecker {
 public:
  BranchChecker(const SourceManager& sources, diag::Emitter* emitter)
      : sources_(sources), emitter_(emitter) {}

  void Check(BlockStmt* body) {
    WalkBlock(nullptr, {}, nullptr, body->pos, body->stmts);
    for (const Goto& g : gotos_) {
      Ident* name = g.stmt->label;
      if (Label* label = Find(name->name)) {
        label->is_used = true;
        emitter_->Error(name->pos, kGotoIntoBlock, name->name, PlaceOf(label->block_start));
      } else {
        emitter_->Error(name->pos, kLabelUndefined, name->name);
      }
    }
    for (const Label& label : labels_) {
      if (!label.is_used) emitter_->Error(label.stmt->label->pos, kLabelUnused, label.name);
    }
  }

 private:
  std::string PlaceOf(Pos pos) const { return sources_.Resolve(pos).ToString(); }

  Label* Find(std::string_view name) {
    auto it = label_index_.find(name);
    return it == label_index_.end() ? nullptr : &labels_[it->second];
  }

  // The statement in front of whose block, or one around it, the label stands.
  Stmt* EnclosingTarget(const Block* block, const Ident* name, bool* is_defined) {
    Label* label = Find(name->name);
    *is_defined = label != nullptr;
    if (label == nullptr) return nullptr;
    label->is_used = true;
    for (; block != nullptr; block = block->parent) {
      if (block->label == label->stmt) return label->stmt->stmt;
    }
    return nullptr;
  }

  void WalkBlock(const Block* parent, Context context, LabeledStmt* label, Pos start,
                 List<Stmt*> stmts) {
    Block block{parent, start, label};
    size_t first_goto = gotos_.size();
    Pos var_pos;
    std::string var_name;
    // Empty statements at the end do not count: fallthrough may stand in front of them.
    while (!stmts.empty() && Is<EmptyStmt>(stmts.back())) stmts = stmts.first(stmts.size() - 1);

    auto declare_var = [&](Pos pos, List<Expr*> lhs, List<Ident*> names) {
      if (gotos_.size() == first_goto) return;
      var_pos = pos;
      var_name = names.empty() ? ExprListString(lhs) : std::string(names[0]->name);
      for (size_t i = first_goto; i < gotos_.size(); ++i) gotos_[i].skips_var = true;
    };
    auto inner = [&](Context inner_context, LabeledStmt* inner_label, Pos inner_start,
                     List<Stmt*> list) {
      size_t before = gotos_.size();
      WalkBlock(&block, inner_context, inner_label, inner_start, list);
      // What it skipped inside its own block is of no matter further out.
      for (size_t i = before; i < gotos_.size(); ++i) gotos_[i].skips_var = false;
    };

    for (size_t i = 0; i < stmts.size(); ++i) {
      Stmt* stmt = stmts[i];
      LabeledStmt* own_label = nullptr;
      while (LabeledStmt* labeled = DynAs<LabeledStmt>(stmt)) {
        if (labeled->label->name != "_") {
          Declare(block, labeled, first_goto, var_pos, var_name);
          own_label = labeled;
        }
        stmt = labeled->stmt;
      }
      Context plain{context.break_target, context.continue_target, -1};
      switch (stmt->kind) {
        case NodeKind::kDeclStmt:
          for (Decl* decl : As<DeclStmt>(stmt)->decls) {
            if (VarDecl* var = DynAs<VarDecl>(decl)) {
              declare_var(var->pos, {}, var->names);
              break;
            }
          }
          break;
        case NodeKind::kAssignStmt:
          if (As<AssignStmt>(stmt)->is_define) {
            declare_var(stmt->pos, As<AssignStmt>(stmt)->lhs, {});
          }
          break;
        case NodeKind::kBranchStmt:
          WalkBranch(&block, context, As<BranchStmt>(stmt), i + 1 == stmts.size());
          break;
        case NodeKind::kBlockStmt:
          inner(plain, own_label, stmt->pos, As<BlockStmt>(stmt)->stmts);
          break;
        case NodeKind::kIfStmt: {
          IfStmt* s = As<IfStmt>(stmt);
          inner(plain, own_label, s->then->pos, s->then->stmts);
          if (s->else_stmt != nullptr) {
            inner(plain, own_label, s->else_stmt->pos, {&s->else_stmt, 1});
          }
          break;
        }
        case NodeKind::kForStmt: {
          BlockStmt* b = As<ForStmt>(stmt)->body;
          inner({stmt, stmt, -1}, own_label, b->pos, b->stmts);
          break;
        }
        case NodeKind::kRangeStmt: {
          BlockStmt* b = As<RangeStmt>(stmt)->body;
          inner({stmt, stmt, -1}, own_label, b->pos, b->stmts);
          break;
        }
        case NodeKind::kSwitchStmt:
        case NodeKind::kTypeSwitchStmt: {
          SwitchStmt* s = DynAs<SwitchStmt>(stmt);
          Context in_clause{stmt, context.continue_target, 0};
          for (CaseClause* c : s != nullptr ? s->clauses : As<TypeSwitchStmt>(stmt)->clauses) {
            inner(in_clause, own_label, c->pos, c->body);
            ++in_clause.clause;
          }
          break;
        }
        case NodeKind::kSelectStmt:
          for (CommClause* c : As<SelectStmt>(stmt)->clauses) {
            inner({stmt, context.continue_target, -1}, own_label, c->pos, c->body);
          }
          break;
        default:
          break;
      }
    }
  }

  void Declare(const Block& block, LabeledStmt* stmt, size_t first_goto, Pos var_pos,
               const std::string& var_name) {
    std::string_view name = stmt->label->name;
    Label* label = Find(name);
    if (label != nullptr) {
      emitter_->Error(stmt->label->pos, kLabelRedeclared, name, PlaceOf(label->stmt->label->pos));
    } else {
      label_index_[name] = labels_.size();
      labels_.push_back({name, stmt, &block, block.start});
      label = &labels_.back();
    }
    auto waiting = gotos_.begin() + static_cast<ptrdiff_t>(first_goto);
    auto rest = std::remove_if(waiting, gotos_.end(), [&](const Goto& g) {
      if (g.stmt->label->name != name) return false;
      g.stmt->target = stmt;
      label->is_used = true;
      if (g.skips_var) {
        emitter_->Error(g.stmt->label->pos, kGotoOverVar, name, var_name, PlaceOf(var_pos));
      }
      return true;
    });
    gotos_.erase(rest, gotos_.end());
  }

  void WalkBranch(const Block* block, const Context& context, BranchStmt* branch, bool is_last) {
    const Ident* name = branch->label;
    switch (branch->token) {
      case Token::kGoto: {
        if (Label* label = Find(name->name)) {
          label->is_used = true;
          for (const Block* b = block; b != nullptr; b = b->parent) {
            if (b == label->block && b->start == label->block_start) {
              branch->target = label->stmt;
              return;
            }
          }
        }
        gotos_.push_back({branch});
        return;
      }
      case Token::kFallthrough:
        CheckFallthrough(context, branch, is_last);
        return;
      case Token::kBreak: {
        if (name == nullptr) {
          branch->target = context.break_target;
          if (branch->target == nullptr) emitter_->Error(branch->pos, kBreakOutside);
          return;
        }
        bool is_defined;
        Stmt* target = EnclosingTarget(block, name, &is_defined);
        bool is_breakable = Is<ForStmt>(target) || Is<RangeStmt>(target) ||
                            Is<SwitchStmt>(target) || Is<TypeSwitchStmt>(target) ||
                            Is<SelectStmt>(target);
        if (!is_defined) emitter_->Error(name->pos, kBreakLabelUndefined, name->name);
        else if (!is_breakable) emitter_->Error(name->pos, kBreakLabelInvalid, name->name);
        else branch->target = target;
        return;
      }
      default: {
        if (name == nullptr) {
          branch->target = context.continue_target;
          if (branch->target == nullptr) emitter_->Error(branch->pos, kContinueOutside);
          return;
        }
        bool is_defined;
        Stmt* target = EnclosingTarget(block, name, &is_defined);
        bool is_loop = Is<ForStmt>(target) || Is<RangeStmt>(target);
        if (!is_defined) emitter_->Error(name->pos, kContinueLabelUndefined, name->name);
        else if (!is_loop) emitter_->Error(name->pos, kContinueLabelInvalid, name->name);
        else branch->target = target;
        return;
      }
    }
  }

  void CheckFallthrough(const Context& context, BranchStmt* branch, bool is_last) {
    const SwitchStmt* s = DynAs<SwitchStmt>(context.break_target);
    if (Is<TypeSwitchStmt>(context.break_target)) {
      emitter_->Error(branch->pos, kFallthroughTypeSwitch);
    } else if (s == nullptr || context.clause < 0 || !is_last) {
      emitter_->Error(branch->pos, kFallthroughMisplaced);
    } else if (static_cast<size_t>(context.clause) + 1 == s->clauses.size()) {
      emitter_->Error(branch->pos, kFallthroughFinal);
    }
  }

  const SourceManager& sources_;
  diag::Emitter* emitter_;
  std::vector<Label> labels_;
  std::unordered_map<std::string_view, size_t> label_index_;
  std::vector<Goto> gotos_;  // waiting for their labels; each block's behind its parent's
};

}  // namespace

void CheckBranches(BlockStmt* body, const SourceManager& sources, diag::Emitter* emitter) {
  BranchChecker(sources, emitter).Check(body);
}

}  // namespace gol::syntax
