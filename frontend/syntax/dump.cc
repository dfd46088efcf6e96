// Dumps of tokens and trees.
#include "frontend/syntax/dump.h"

#include "frontend/diag/emitter.h"
#include "frontend/syntax/scanner.h"
#include "frontend/syntax/walk.h"

namespace gol::syntax {
namespace {

class Dumper {
 public:
  Dumper(const SourceManager& sources, bool skip_positions)
      : sources_(sources), skip_positions_(skip_positions) {}

  std::string Take() { return std::move(out_); }

  void Dump(Node* n, int depth) {
    out_.append(static_cast<size_t>(depth) * 2, ' ');
    out_ += NodeKindName(n->kind);
    if (!skip_positions_ && n->pos.is_known()) Add(" ", Place(n->pos));
    AddFacts(n);
    out_ += '\n';
    ForEachChild(n, [&](Node* child) { Dump(child, depth + 1); });
  }

 private:
  std::string Place(Pos pos) const {
    Position p = sources_.ResolvePhysical(pos);
    return std::to_string(p.line) + ":" + std::to_string(p.column);
  }

  void Add(std::string_view label, std::string_view text) {
    out_ += label;
    out_ += text;
  }
  void AddFlag(bool is_set, std::string_view text) {
    if (is_set) Add(" ", text);
  }

  void AddFacts(const Node* n) {
    switch (n->kind) {
      case NodeKind::kIdent: return Add(" ", As<Ident>(n)->name);
      case NodeKind::kBasicLit: return Add(" ", As<BasicLit>(n)->text);
      case NodeKind::kUnaryExpr: return Add(" op=", OperatorText(As<UnaryExpr>(n)->op));
      case NodeKind::kBinaryExpr: return Add(" op=", OperatorText(As<BinaryExpr>(n)->op));
      case NodeKind::kCallExpr: return AddFlag(As<CallExpr>(n)->has_dots, "dots");
      case NodeKind::kSliceExpr: {
        const SliceExpr* slice = As<SliceExpr>(n);
        for (int i = 0; i < 3; ++i) AddFlag(slice->index[i] != nullptr, std::to_string(i));
        return AddFlag(slice->is_full, "full");
      }
      case NodeKind::kChanType:
        AddFlag(As<ChanType>(n)->dir == ChanDir::kSendOnly, "send");
        return AddFlag(As<ChanType>(n)->dir == ChanDir::kRecvOnly, "recv");
      case NodeKind::kFuncType: {
        const FuncType* type = As<FuncType>(n);
        Add(" params=", std::to_string(type->params.size()));
        return Add(" results=", std::to_string(type->results.size()));
      }
      case NodeKind::kField: return AddFlag(As<Field>(n)->shares_type, "same-type");
      case NodeKind::kAssignStmt: {
        const AssignStmt* assign = As<AssignStmt>(n);
        AddFlag(assign->is_define, "define");
        if (assign->op != Operator::kNone) Add(" op=", OperatorText(assign->op));
        return;
      }
      case NodeKind::kIncDecStmt: return Add(" op=", OperatorText(As<IncDecStmt>(n)->op));
      case NodeKind::kBranchStmt: {
        const BranchStmt* branch = As<BranchStmt>(n);
        Add(" ", TokenText(branch->token));
        if (branch->target == nullptr) return;
        Add(" target=", NodeKindName(branch->target->kind));
        if (!skip_positions_) Add("@", Place(branch->target->pos));
        return;
      }
      case NodeKind::kForStmt: {
        const ForStmt* stmt = As<ForStmt>(n);
        AddFlag(stmt->init != nullptr, "init");
        AddFlag(stmt->cond != nullptr, "cond");
        return AddFlag(stmt->post != nullptr, "post");
      }
      case NodeKind::kRangeStmt: return AddFlag(As<RangeStmt>(n)->is_define, "define");
      case NodeKind::kCaseClause: return AddFlag(As<CaseClause>(n)->is_default, "default");
      case NodeKind::kConstDecl:
        return Add(" iota=", std::to_string(As<ConstDecl>(n)->iota));
      case NodeKind::kTypeDecl: return AddFlag(As<TypeDecl>(n)->is_alias, "alias");
      case NodeKind::kFuncDecl: return AddFlag(As<FuncDecl>(n)->body_skipped, "skipped");
      case NodeKind::kFile: {
        AddFlag(As<File>(n)->is_script, "script");
        for (const ScriptVar& var : As<File>(n)->script_vars) Add(" var=", var.name->name);
        return;
      }
      default: return;
    }
  }

  const SourceManager& sources_;
  bool skip_positions_;
  std::string out_;
};

}  // namespace

std::string DumpAst(const Node* node, const SourceManager& sources, bool skip_positions) {
  Dumper dumper(sources, skip_positions);
  dumper.Dump(const_cast<Node*>(node), 0);
  return dumper.Take();
}

std::string DumpTokens(SourceFile* source) {
  SourceManager none;
  diag::Emitter errors(&none);
  Scanner scanner(source, &errors, false, false);
  std::string out;
  do {
    scanner.Next();
    Position p = source->PhysicalPosition(scanner.pos);
    out += std::to_string(p.line) + ":" + std::to_string(p.column) + " ";
    out += TokenText(scanner.tok);
    switch (scanner.tok) {
      case Token::kName:
      case Token::kLiteral:
      case Token::kSemi:
        out += " ";
        out += scanner.text;
        break;
      case Token::kOperator:
      case Token::kAssignOp:
      case Token::kIncOp:
        out += " ";
        out += OperatorText(scanner.op);
        break;
      default: break;
    }
    out += '\n';
  } while (scanner.tok != Token::kEof);
  return out;
}

}  // namespace gol::syntax
