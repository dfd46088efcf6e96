// SourceIndex. See source_index.h.
#include "frontend/format/source_index.h"

#include <algorithm>

#include "base/check.h"
#include "frontend/diag/emitter.h"
#include "frontend/syntax/scanner.h"

namespace gol::format {

using syntax::As;
using syntax::Node;
using syntax::NodeKind;
using syntax::Token;

namespace {

// Whether a newline behind the token is a semicolon.
bool LetsLineEnd(const TokenSpan& t, std::string_view text) {
  switch (t.tok) {
    case Token::kName: case Token::kLiteral: case Token::kRparen: case Token::kRbrack:
    case Token::kRbrace: case Token::kBreak: case Token::kContinue: case Token::kFallthrough:
    case Token::kReturn: case Token::kIncOp:
      return true;
    default:
      return false;
  }
}

}  // namespace

SourceIndex::SourceIndex(SourceFile* source)
    : text_(source->text()), base_(source->base().offset) {
  line_starts_.push_back(0);
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(static_cast<Offset>(i + 1));
  }
  SourceManager unused;
  diag::Emitter emitter(&unused);
  syntax::Scanner scanner(source, &emitter, true, false);
  scanner.Seek(syntax::BehindInterpreterLine(*source));
  for (scanner.Next(); scanner.tok != Token::kEof; scanner.Next()) {
    if (scanner.tok == Token::kSemi && scanner.text != "semicolon") continue;
    tokens_.push_back({scanner.tok, OffsetOf(scanner.pos), OffsetOf(scanner.end())});
  }
  std::vector<CommentText> all;
  for (const syntax::Comment& c : scanner.comments) {
    const Offset begin = OffsetOf(c.pos);
    CommentText comment{begin, begin + static_cast<Offset>(c.text.size()), std::string(c.text)};
    std::erase(comment.text, '\r');
    all.push_back(std::move(comment));
  }
  GroupComments(all);
}

uint32_t SourceIndex::LineOf(Offset at) const {
  auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
  return static_cast<uint32_t>(next - line_starts_.begin());
}

Place SourceIndex::PlaceOf(Offset at) const {
  if (at == kNowhere) return {};
  const uint32_t line = LineOf(at);
  return {at, line, at - line_starts_[line - 1] + 1};
}

void SourceIndex::MergeLines(Offset from, Offset to) {
  const uint32_t first = LineOf(from) + 1, last = LineOf(to);
  if (last <= first) return;
  line_starts_.erase(line_starts_.begin() + first, line_starts_.begin() + last);
}

const TokenSpan* SourceIndex::TokenFrom(Offset at) const {
  auto it = std::lower_bound(tokens_.begin(), tokens_.end(), at,
                             [](const TokenSpan& t, Offset o) { return t.begin < o; });
  return it == tokens_.end() ? nullptr : &*it;
}

const TokenSpan& SourceIndex::TokenAt(Offset at) const {
  const TokenSpan* t = TokenFrom(at);
  GOL_CHECK(t != nullptr && t->begin == at);
  return *t;
}

const TokenSpan* SourceIndex::TokenUpTo(Offset at) const {
  auto it = std::upper_bound(tokens_.begin(), tokens_.end(), at,
                             [](Offset o, const TokenSpan& t) { return o < t.end; });
  return it == tokens_.begin() ? nullptr : &*std::prev(it);
}

// Comments behind a token on its line are a group; then each run of comments without a blank line
// in between is one.
void SourceIndex::GroupComments(const std::vector<CommentText>& all) {
  size_t i = 0;
  uint32_t end_line = 0;
  auto take = [&](uint32_t gap, bool stops_at_newline) {
    CommentGroup group;
    const uint32_t first_line = LineOf(all[i].begin);
    const TokenSpan* next = TokenFrom(all[i].begin);
    end_line = first_line;
    while (i < all.size() && LineOf(all[i].begin) <= end_line + gap &&
           TokenFrom(all[i].begin) == next) {
      const CommentText& c = all[i++];
      end_line = LineOf(c.end);
      const bool spans_lines = c.text.find('\n') != std::string::npos;
      group.has_newline |= c.is_line() || spans_lines || LineOf(c.begin) != first_line;
      group.list.push_back(c);
      if (spans_lines && stops_at_newline) break;
    }
    comments_.push_back(std::move(group));
    return next;
  };
  while (i < all.size()) {
    const TokenSpan* before = TokenUpTo(all[i].begin);
    const TokenSpan* next = TokenFrom(all[i].begin);
    if (before != nullptr && LineOf(before->begin) == LineOf(all[i].begin)) {
      take(0, LetsLineEnd(*before, text_));
      comments_.back().is_trailing = next == nullptr || LineOf(next->begin) != end_line;
    }
    while (i < all.size() && TokenFrom(all[i].begin) == next) take(1, false);
  }
}

// --- The extent of nodes --------------------------------------------------------------------

namespace {

Offset KeywordBefore(const SourceIndex& index, Offset at, Token keyword) {
  const TokenSpan* t = index.TokenUpTo(at);
  return t != nullptr && t->tok == keyword ? t->begin : at;
}

}  // namespace

Offset BeginOf(const SourceIndex& index, const Node* n) {
  for (;;) {
    const Node* first = nullptr;
    const Offset at = index.OffsetOf(n->pos);
    switch (n->kind) {
      case NodeKind::kCompositeLit: first = As<syntax::CompositeLit>(n)->type_expr; break;
      case NodeKind::kKeyValueExpr: first = As<syntax::KeyValueExpr>(n)->key; break;
      case NodeKind::kSelectorExpr: first = As<syntax::SelectorExpr>(n)->x; break;
      case NodeKind::kIndexExpr: first = As<syntax::IndexExpr>(n)->x; break;
      case NodeKind::kSliceExpr: first = As<syntax::SliceExpr>(n)->x; break;
      case NodeKind::kTypeAssertExpr: first = As<syntax::TypeAssertExpr>(n)->x; break;
      case NodeKind::kTypeSwitchGuard: {
        const auto* guard = As<syntax::TypeSwitchGuard>(n);
        first = guard->lhs != nullptr ? guard->lhs : guard->x;
        break;
      }
      case NodeKind::kBinaryExpr: first = As<syntax::BinaryExpr>(n)->x; break;
      case NodeKind::kCallExpr: first = As<syntax::CallExpr>(n)->fun; break;
      case NodeKind::kFuncType: return KeywordBefore(index, at, Token::kFunc);
      case NodeKind::kChanType:
        if (As<syntax::ChanType>(n)->dir != syntax::ChanDir::kRecvOnly) return at;
        return index.TokenAt(at).tok == Token::kChan ? KeywordBefore(index, at, Token::kArrow) : at;
      case NodeKind::kField: {
        const auto* field = As<syntax::Field>(n);
        first = field->name != nullptr ? static_cast<const Node*>(field->name) : field->type_expr;
        break;
      }
      case NodeKind::kLabeledStmt: first = As<syntax::LabeledStmt>(n)->label; break;
      case NodeKind::kExprStmt: first = As<syntax::ExprStmt>(n)->x; break;
      case NodeKind::kSendStmt: first = As<syntax::SendStmt>(n)->chan; break;
      case NodeKind::kAssignStmt: first = As<syntax::AssignStmt>(n)->lhs[0]; break;
      case NodeKind::kIncDecStmt: first = As<syntax::IncDecStmt>(n)->x; break;
      case NodeKind::kFuncDecl: return KeywordBefore(index, at, Token::kFunc);
      default: break;
    }
    if (first == nullptr) return at;
    n = first;
  }
}

namespace {

template <typename T>
const Node* LastIn(syntax::List<T*> list) {
  return list.empty() ? nullptr : list.back();
}

// Behind the results in parentheses, or behind the type of the one result.
Offset EndOfResults(const SourceIndex& index, const syntax::FuncType* type) {
  const Offset end = index.OffsetOf(type->rparen) + 1;
  if (type->results.empty()) return end;
  Offset at = EndOf(index, type->results.back());
  const TokenSpan* open = index.TokenFrom(end);
  if (open->tok != Token::kLparen) return at;
  const TokenSpan* t = index.TokenFrom(at);
  if (t->tok == Token::kComma) t = index.TokenFrom(t->end);
  return t->end;
}

}  // namespace

Offset EndOf(const SourceIndex& index, const Node* n) {
  auto behind = [&](Pos bracket) { return index.OffsetOf(bracket) + 1; };
  for (;;) {
    const Node* last = nullptr;
    switch (n->kind) {
      case NodeKind::kCompositeLit: return behind(As<syntax::CompositeLit>(n)->rbrace);
      case NodeKind::kKeyValueExpr: last = As<syntax::KeyValueExpr>(n)->val; break;
      case NodeKind::kFuncLit: last = As<syntax::FuncLit>(n)->body; break;
      case NodeKind::kParenExpr: return behind(As<syntax::ParenExpr>(n)->rparen);
      case NodeKind::kSelectorExpr: last = As<syntax::SelectorExpr>(n)->sel; break;
      case NodeKind::kIndexExpr: return behind(As<syntax::IndexExpr>(n)->rbrack);
      case NodeKind::kSliceExpr: return behind(As<syntax::SliceExpr>(n)->rbrack);
      case NodeKind::kTypeAssertExpr: return behind(As<syntax::TypeAssertExpr>(n)->rparen);
      case NodeKind::kTypeSwitchGuard: return behind(As<syntax::TypeSwitchGuard>(n)->rparen);
      case NodeKind::kStarExpr: last = As<syntax::StarExpr>(n)->x; break;
      case NodeKind::kUnaryExpr: last = As<syntax::UnaryExpr>(n)->x; break;
      case NodeKind::kBinaryExpr: last = As<syntax::BinaryExpr>(n)->y; break;
      case NodeKind::kCallExpr: return behind(As<syntax::CallExpr>(n)->rparen);
      case NodeKind::kArrayType: last = As<syntax::ArrayType>(n)->elem; break;
      case NodeKind::kSliceType: last = As<syntax::SliceType>(n)->elem; break;
      case NodeKind::kDotsType: last = As<syntax::DotsType>(n)->elem; break;
      case NodeKind::kStructType: return behind(As<syntax::StructType>(n)->rbrace);
      case NodeKind::kInterfaceType: return behind(As<syntax::InterfaceType>(n)->rbrace);
      case NodeKind::kFuncType: return EndOfResults(index, As<syntax::FuncType>(n));
      case NodeKind::kMapType: last = As<syntax::MapType>(n)->val; break;
      case NodeKind::kChanType: last = As<syntax::ChanType>(n)->elem; break;
      case NodeKind::kField: {
        const auto* field = As<syntax::Field>(n);
        last = field->type_expr;
        if (last == nullptr) last = field->name;
        if (field->tag != nullptr) last = field->tag;
        break;
      }
      case NodeKind::kLabeledStmt: last = As<syntax::LabeledStmt>(n)->stmt; break;
      case NodeKind::kBlockStmt: return behind(As<syntax::BlockStmt>(n)->rbrace);
      case NodeKind::kExprStmt: last = As<syntax::ExprStmt>(n)->x; break;
      case NodeKind::kSendStmt: last = As<syntax::SendStmt>(n)->val; break;
      case NodeKind::kDeclStmt: last = LastIn(As<syntax::DeclStmt>(n)->decls); break;
      case NodeKind::kAssignStmt: last = LastIn(As<syntax::AssignStmt>(n)->rhs); break;
      case NodeKind::kIncDecStmt: return behind(n->pos) + 1;
      case NodeKind::kBranchStmt: last = As<syntax::BranchStmt>(n)->label; break;
      case NodeKind::kGoStmt: last = As<syntax::GoStmt>(n)->call; break;
      case NodeKind::kDeferStmt: last = As<syntax::DeferStmt>(n)->call; break;
      case NodeKind::kReturnStmt: last = LastIn(As<syntax::ReturnStmt>(n)->results); break;
      case NodeKind::kIfStmt:
        last = As<syntax::IfStmt>(n)->else_stmt;
        if (last == nullptr) last = As<syntax::IfStmt>(n)->then;
        break;
      case NodeKind::kForStmt: last = As<syntax::ForStmt>(n)->body; break;
      case NodeKind::kRangeStmt: last = As<syntax::RangeStmt>(n)->body; break;
      case NodeKind::kSwitchStmt: return behind(As<syntax::SwitchStmt>(n)->rbrace);
      case NodeKind::kTypeSwitchStmt: return behind(As<syntax::TypeSwitchStmt>(n)->rbrace);
      case NodeKind::kSelectStmt: return behind(As<syntax::SelectStmt>(n)->rbrace);
      case NodeKind::kCaseClause:
        last = LastIn(As<syntax::CaseClause>(n)->body);
        if (last == nullptr) return behind(As<syntax::CaseClause>(n)->colon);
        break;
      case NodeKind::kCommClause:
        last = LastIn(As<syntax::CommClause>(n)->body);
        if (last == nullptr) return behind(As<syntax::CommClause>(n)->colon);
        break;
      case NodeKind::kImportDecl: last = As<syntax::ImportDecl>(n)->path; break;
      case NodeKind::kConstDecl: {
        const auto* d = As<syntax::ConstDecl>(n);
        last = !d->values.empty() ? LastIn(d->values) : d->type_expr;
        if (last == nullptr) last = LastIn(d->names);
        break;
      }
      case NodeKind::kVarDecl: {
        const auto* d = As<syntax::VarDecl>(n);
        last = !d->values.empty() ? LastIn(d->values) : d->type_expr;
        break;
      }
      case NodeKind::kTypeDecl: last = As<syntax::TypeDecl>(n)->type_expr; break;
      case NodeKind::kFuncDecl:
        last = As<syntax::FuncDecl>(n)->body;
        if (last == nullptr) last = As<syntax::FuncDecl>(n)->func_type;
        break;
      case NodeKind::kEmptyStmt: {
        // One that was written has a semicolon.
        const Offset at = index.OffsetOf(n->pos);
        const TokenSpan* t = index.TokenFrom(at);
        return t != nullptr && t->begin == at && t->tok == Token::kSemi ? at + 1 : at;
      }
      default: break;
    }
    if (last == nullptr) return index.TokenAt(index.OffsetOf(n->pos)).end;
    n = last;
  }
}

}  // namespace gol::format
