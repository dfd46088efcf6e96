// Declarations and files. See format.cc for the overview.
#include <algorithm>

#include "frontend/format/comment_text.h"
#include "frontend/format/node_printer.h"

namespace gol::format {

using namespace syntax;  // NOLINT: the tree's names

namespace {

struct Values {
  std::vector<const Expr*> names;
  const Expr* type;
  std::vector<const Expr*> values;
};

Values ValuesOf(const Decl* spec) {
  auto of = [](const auto* d) {
    return Values{{d->names.begin(), d->names.end()},
                  d->type_expr,
                  {d->values.begin(), d->values.end()}};
  };
  return Is<ConstDecl>(spec) ? of(As<ConstDecl>(spec)) : of(As<VarDecl>(spec));
}

// Which specs of a group keep a column for types. In a run of specs with values, of which none
// has a type, the values move into that column.
std::vector<bool> TypeColumns(const std::vector<const Decl*>& specs) {
  std::vector<bool> kept(specs.size());
  size_t start = SIZE_MAX;
  bool has_type = false;
  auto end_run = [&](size_t end) {
    for (size_t i = start; has_type && i < end; ++i) kept[i] = true;
    start = SIZE_MAX;
  };
  for (size_t i = 0; i < specs.size(); ++i) {
    const Values v = ValuesOf(specs[i]);
    if (!v.values.empty() && start == SIZE_MAX) {
      start = i;
      has_type = false;
    } else if (v.values.empty() && start != SIZE_MAX) {
      end_run(i);
    }
    if (v.type != nullptr) has_type = true;
  }
  if (start != SIZE_MAX) end_run(specs.size());
  return kept;
}

// An import path in double quotes.
std::string ImportPath(std::string_view text) {
  if (text.size() < 3 || text[0] != '`') return std::string(text);
  const std::string_view path = text.substr(1, text.size() - 2);
  for (char c : path) {
    if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7f ||
        std::string_view("!\"#$%&'()*,:;<=>?[\\]^{|}").find(c) != std::string_view::npos) {
      return std::string(text);
    }
  }
  return '"' + std::string(path) + '"';
}

}  // namespace

void NodePrinter::PrintValueSpec(const Decl* spec, bool keep_type) {
  const Values v = ValuesOf(spec);
  PrintNames(v.names, false);
  int columns_left = 3;
  if (v.type != nullptr || keep_type) {
    Put(Space::kColumn);
    --columns_left;
  }
  if (v.type != nullptr) PrintExpr(v.type);
  if (!v.values.empty()) {
    Put(Space::kColumn);
    Put("=");
    Put(Space::kBlank);
    PrintList(kNowhere, v.values, 1, {}, kNowhere);
    --columns_left;
  }
  if (IsTrailingComment(End(spec))) {
    for (; columns_left > 0; --columns_left) Put(Space::kColumn);
  }
}

// count: of the specs in its group.
void NodePrinter::PrintSpec(const Decl* spec, size_t count, bool indents) {
  switch (spec->kind) {
    case NodeKind::kImportDecl: {
      const auto* d = As<ImportDecl>(spec);
      if (d->local_name != nullptr) {
        PrintExpr(d->local_name);
        Put(Space::kBlank);
      }
      At(At_(d->path->pos));
      PutLiteral(ImportPath(d->path->text), false);
      At(End(d));
      break;
    }
    case NodeKind::kTypeDecl: {
      const auto* d = As<TypeDecl>(spec);
      PrintExpr(d->name);
      if (!d->tparams.empty()) {
        const TokenSpan* close = index_.TokenFrom(End(d->tparams.back()));
        while (close->tok != Token::kRbrack) close = index_.TokenFrom(close->end);
        PrintParams(d->tparams, index_.TokenFrom(End(d->name))->begin, close->begin, true);
      }
      Put(count == 1 ? Space::kBlank : Space::kColumn);
      if (d->is_alias) {
        Put("=");
        Put(Space::kBlank);
      }
      PrintExpr(d->type_expr);
      break;
    }
    default: {
      const Values v = ValuesOf(spec);
      PrintNames(v.names, indents);
      if (v.type != nullptr) {
        Put(Space::kBlank);
        PrintExpr(v.type);
      }
      if (!v.values.empty()) {
        Put(Space::kBlank);
        Put("=");
        Put(Space::kBlank);
        PrintList(kNowhere, v.values, 1, {}, kNowhere);
      }
    }
  }
}

void NodePrinter::PrintGenDecl(const GenDecl& decl) {
  At(decl.begin);
  Put(TokenText(decl.keyword));
  Put(Space::kBlank);
  if (decl.lparen == kNowhere) {
    PrintSpec(decl.specs[0], 1, true);
    return;
  }
  At(decl.lparen);
  Put("(");
  const size_t n = decl.specs.size();
  if (n > 0) {
    PutSpaces(Space::kIndent, Space::kSectionEnd);
    const bool in_columns =
        n > 1 && (decl.keyword == Token::kConst || decl.keyword == Token::kVar);
    const std::vector<bool> type_columns =
        in_columns ? TypeColumns(decl.specs) : std::vector<bool>();
    uint32_t line = 0;
    for (size_t i = 0; i < n; ++i) {
      const Decl* spec = decl.specs[i];
      if (i > 0) BreakLine(BeginLine(spec), 1, Space::kIgnore, out_line() > line);
      NoteLine(&line);
      if (in_columns) PrintValueSpec(spec, type_columns[i]);
      else PrintSpec(spec, n, false);
    }
    PutSpaces(Space::kUnindent, Space::kSectionEnd);
  }
  At(decl.rparen);
  Put(")");
}

void NodePrinter::PrintFuncDecl(const FuncDecl* func) {
  const Offset begin = Begin(func);
  At(begin);
  Put("func");
  Put(Space::kBlank);
  // The blank is not written yet, but counts.
  const uint32_t column = out_column() - 5;
  if (func->recv != nullptr) {
    const TokenSpan* close = index_.TokenFrom(End(func->recv));
    if (close->tok == Token::kComma) close = index_.TokenFrom(close->end);
    const Field* receivers[] = {func->recv};
    PrintParams({const_cast<Field**>(receivers), 1}, index_.TokenFrom(begin + 4)->begin,
                close->begin, false);
    Put(Space::kBlank);
  } else if (const TokenSpan* open = index_.TokenFrom(begin + 4); open->tok == Token::kLparen) {
    // The receiver lacks.
    PrintParams({}, open->begin, index_.TokenFrom(open->end)->begin, false);
    Put(Space::kBlank);
  }
  PrintExpr(func->name);
  if (!func->tparams.empty()) {
    PrintParams(func->tparams, index_.TokenFrom(End(func->name))->begin,
                index_.TokenUpTo(At_(func->func_type->lparen))->begin, true);
  }
  PrintSignature(func->func_type);
  PrintBody(DistanceFrom(begin, column), Space::kColumn, func->body);
}

// --- Files ----------------------------------------------------------------------------------

std::vector<GenDecl> NodePrinter::GroupDecls(List<Decl*> decls) const {
  std::vector<GenDecl> out;
  const Group* group = nullptr;
  for (const Decl* d : decls) {
    if (d->group != nullptr && d->group == group) {
      out.back().specs.push_back(d);
      continue;
    }
    group = d->group;
    if (group != nullptr) {
      out.push_back({group->keyword, At_(group->keyword_pos), At_(group->lparen),
                     At_(group->rparen), {d}});
    } else if (Is<FuncDecl>(d)) {
      out.push_back({Token::kFunc, Begin(d), kNowhere, kNowhere, {d}});
    } else {
      const TokenSpan* keyword = index_.TokenUpTo(At_(d->pos));
      out.push_back({keyword->tok, keyword->begin, kNowhere, kNowhere, {d}});
    }
  }
  return out;
}

// Groups at top level without anything in them have no node.
std::vector<GenDecl> NodePrinter::EmptyGroups() const {
  std::vector<GenDecl> out;
  const std::vector<TokenSpan>& t = index_.tokens();
  int depth = 0;
  for (size_t i = 0; i + 2 < t.size(); ++i) {
    const Token tok = t[i].tok;
    if (tok == Token::kLparen || tok == Token::kLbrack || tok == Token::kLbrace) ++depth;
    if (tok == Token::kRparen || tok == Token::kRbrack || tok == Token::kRbrace) --depth;
    const bool is_keyword = tok == Token::kImport || tok == Token::kConst ||
                            tok == Token::kType || tok == Token::kVar;
    if (depth == 0 && is_keyword && t[i + 1].tok == Token::kLparen &&
        t[i + 2].tok == Token::kRparen) {
      out.push_back({tok, t[i].begin, t[i + 1].begin, t[i + 2].begin, {}});
    }
  }
  return out;
}

// Whether a comment ends on the line above.
bool NodePrinter::HasDoc(Offset decl) const {
  const CommentGroup* last = nullptr;
  for (const CommentGroup& group : index_.comments()) {
    if (group.list[0].begin > decl) break;
    last = &group;
  }
  return last != nullptr && Line(last->list.back().end) + 1 == Line(decl) &&
         (index_.TokenUpTo(decl) == nullptr ||
          index_.TokenUpTo(decl)->end <= last->list[0].begin) &&
         !last->is_trailing;
}

std::string NodePrinter::PrintFile(const File* file) {
  if (!file->is_script) {
    At(At_(file->pos));
    Put("package");
    Put(Space::kBlank);
    PrintExpr(file->package_name);
  }
  std::vector<GenDecl> decls = GroupDecls(file->decls);
  struct Item {
    Offset begin;
    const GenDecl* decl;
    const Stmt* stmt;
  };
  std::vector<Item> items;
  for (const GenDecl& d : decls) items.push_back({d.begin, &d, nullptr});
  std::vector<GenDecl> empty_groups = EmptyGroups();
  if (file->script_main != nullptr) {
    for (const Stmt* s : file->script_main->body->stmts) {
      const auto* declared = DynAs<DeclStmt>(s);
      if (declared == nullptr || !declared->decls.empty()) items.push_back({Begin(s), nullptr, s});
    }
  }
  for (const GenDecl& d : empty_groups) items.push_back({d.begin, &d, nullptr});
  std::sort(items.begin(), items.end(),
            [](const Item& a, const Item& b) { return a.begin < b.begin; });

  Token keyword = Token::kNoToken;
  uint32_t line = 0;
  for (const Item& item : items) {
    const Token previous = keyword;
    keyword = item.decl != nullptr ? item.decl->keyword : Token::kNoToken;
    if (item.decl == nullptr) {
      // A statement of a script: as in a block, but apart from functions.
      if (Is<EmptyStmt>(item.stmt)) continue;
      if (has_output()) {
        BreakLine(Line(item.begin), previous == Token::kNoToken ? 1 : 2, Space::kIgnore,
                  out_line() > line);
      }
      NoteLine(&line);
      PrintStmt(item.stmt, false);
      continue;
    }
    const FuncDecl* func =
        keyword == Token::kFunc ? As<FuncDecl>(item.decl->specs[0]) : nullptr;
    if (has_output()) {
      const int min = previous != keyword || HasDoc(item.begin) ? 2 : 1;
      BreakLine(Line(item.begin), min, Space::kIgnore,
                func != nullptr && EndLine(func) > Line(item.begin));
    }
    if (func != nullptr) PrintFuncDecl(func);
    else PrintGenDecl(*item.decl);
  }
  Put(Space::kNewline);
  Finish();
  FixBuildLines(&output(), go_build(), plus_build());
  return std::move(output());
}

std::string NodePrinter::PrintNode(const Node* node) {
  if (IsExprKind(node->kind)) {
    PrintExpr(static_cast<const Expr*>(node));
  } else {
    if (Is<LabeledStmt>(node)) Put(Space::kIndent);  // a label undoes it
    PrintStmt(static_cast<const Stmt*>(node), false);
  }
  Finish();
  return std::move(output());
}

}  // namespace gol::format
