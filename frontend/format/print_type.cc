// Types: structs, interfaces, parameters. See format.cc for the overview.
#include "frontend/format/node_printer.h"

namespace gol::format {

using namespace syntax;  // NOLINT: the tree's names

namespace {

const Expr* Bare(const Expr* x) {
  while (const auto* paren = DynAs<ParenExpr>(x)) x = paren->x;
  return x;
}

bool IsTypeElement(const Expr* x) {
  switch (x->kind) {
    case NodeKind::kArrayType:
    case NodeKind::kSliceType:
    case NodeKind::kStructType:
    case NodeKind::kFuncType:
    case NodeKind::kInterfaceType:
    case NodeKind::kMapType:
    case NodeKind::kChanType:
      return true;
    case NodeKind::kBinaryExpr:
      return IsTypeElement(As<BinaryExpr>(x)->x) || IsTypeElement(As<BinaryExpr>(x)->y);
    case NodeKind::kUnaryExpr:
      return As<UnaryExpr>(x)->op == Operator::kTilde;
    case NodeKind::kParenExpr:
      return IsTypeElement(As<ParenExpr>(x)->x);
    default:
      return false;
  }
}

// Whether "[P x]" could be read as an array length: P *x, P (x). A comma tells them apart.
bool JoinsWithName(const Expr* x) {
  switch (x->kind) {
    case NodeKind::kStarExpr: return !IsTypeElement(As<StarExpr>(x)->x);
    case NodeKind::kBinaryExpr:
      return JoinsWithName(As<BinaryExpr>(x)->x) && !IsTypeElement(As<BinaryExpr>(x)->y);
    case NodeKind::kParenExpr: return !IsTypeElement(As<ParenExpr>(x)->x);
    default: return false;
  }
}

// The end of the run of fields that share the type of list[first].
size_t EndOfRun(List<Field*> list, size_t first) {
  size_t end = first + 1;
  while (end < list.size() && list[end]->shares_type) ++end;
  return end;
}

std::vector<const Expr*> NamesOf(List<Field*> list, size_t first, size_t end) {
  std::vector<const Expr*> names;
  for (size_t i = first; i < end; ++i) {
    if (list[i]->name != nullptr) names.push_back(list[i]->name);
  }
  return names;
}

size_t CharactersOf(std::string_view s) {
  size_t n = 0;
  for (char c : s) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return n;
}

}  // namespace

void NodePrinter::PrintType(const Expr* x) {
  switch (x->kind) {
    case NodeKind::kArrayType: {
      const auto* array = As<ArrayType>(x);
      Put("[");
      if (array->len != nullptr) {
        PrintExpr(array->len);
      } else {
        At(index_.TokenFrom(At_(x->pos) + 1)->begin);
        Put("...");
      }
      Put("]");
      PrintExpr(array->elem);
      break;
    }
    case NodeKind::kSliceType:
      Put("[");
      Put("]");
      PrintExpr(As<SliceType>(x)->elem);
      break;
    case NodeKind::kDotsType:
      Put("...");
      PrintExpr(As<DotsType>(x)->elem);
      break;
    case NodeKind::kStructType:
      Put("struct");
      PrintStruct(As<StructType>(x));
      break;
    case NodeKind::kInterfaceType:
      Put("interface");
      PrintInterface(As<InterfaceType>(x));
      break;
    case NodeKind::kFuncType:
      Put("func");
      PrintSignature(As<FuncType>(x));
      break;
    case NodeKind::kMapType:
      Put("map");
      Put("[");
      PrintExpr(As<MapType>(x)->key);
      Put("]");
      PrintExpr(As<MapType>(x)->val);
      break;
    case NodeKind::kChanType: {
      const auto* chan = As<ChanType>(x);
      if (chan->dir == ChanDir::kRecvOnly) Put("<-");
      Put("chan");
      if (chan->dir == ChanDir::kSendOnly) {
        At(index_.TokenFrom(At_(x->pos) + 1)->begin);
        Put("<-");
      }
      Put(Space::kBlank);
      PrintExpr(chan->elem);
      break;
    }
    default:
      GOL_UNREACHABLE("a node that is no expression");
  }
}

// --- Fields ---------------------------------------------------------------------------------

// Whether a comment stands behind what ends there, and nothing else on that line: it gets a column.
bool NodePrinter::IsTrailingComment(Offset end) const {
  const TokenSpan* next = index_.TokenFrom(end);
  if (next != nullptr && next->tok == Token::kSemi) {
    end = next->end;
    next = index_.TokenFrom(end);
  }
  for (const CommentGroup& group : index_.comments()) {
    if (group.list[0].begin < end) continue;
    return group.is_trailing && (next == nullptr || group.list[0].begin < next->begin) &&
           Line(group.list[0].begin) == Line(end);
  }
  return false;
}

// One field, or a method, that is short enough for a line together with its braces.
bool NodePrinter::IsShortField(List<Field*> list) {
  if (list.empty() || EndOfRun(list, 0) != list.size()) return false;
  if (list[0]->tag != nullptr || IsTrailingComment(End(list.back()))) return false;
  constexpr size_t kMax = 30;
  size_t names = 0;
  for (size_t i = 0; i < list.size() && list[i]->name != nullptr && names < kMax; ++i) {
    if (i > 0) names += 2;
    names += CharactersOf(list[i]->name->name);
  }
  if (names > 0) names = 1;  // a blank before the type; the names do not count
  return names + SizeOf(list[0]->type_expr, kMax) <= kMax;
}

void NodePrinter::PrintStruct(const StructType* type) {
  const List<Field*> list = type->fields;
  const Offset lbrace = At_(type->lbrace), rbrace = At_(type->rbrace);
  const bool has_comments = CommentBefore(index_.PlaceOf(rbrace));
  if (!has_comments && Line(lbrace) == Line(rbrace)) {
    if (list.empty()) {
      PutAt(type->lbrace, "{");
      PutAt(type->rbrace, "}");
      return;
    }
    if (IsShortField(list)) {
      PutAt(type->lbrace, "{");
      Put(Space::kBlank);
      for (size_t i = 0; i < list.size() && list[i]->name != nullptr; ++i) {
        if (i > 0) {
          Put(",");
          Put(Space::kBlank);
        }
        PrintExpr(list[i]->name);
      }
      if (list[0]->name != nullptr) Put(Space::kBlank);
      PrintExpr(list[0]->type_expr);
      Put(Space::kBlank);
      PutAt(type->rbrace, "}");
      return;
    }
  }
  Put(Space::kBlank);
  PutAt(type->lbrace, "{");
  Put(Space::kIndent);
  if (has_comments || !list.empty()) Put(Space::kSectionEnd);
  const Space separator =
      !list.empty() && EndOfRun(list, 0) == list.size() ? Space::kBlank : Space::kColumn;
  uint32_t line = 0;
  for (size_t i = 0; i < list.size();) {
    const size_t end = EndOfRun(list, i);
    if (i > 0) BreakLine(BeginLine(list[i]), 1, Space::kIgnore, out_line() - line > 0);
    NoteLine(&line);
    PrintStructField(list, i, end, separator);
    i = end;
  }
  PutSpaces(Space::kUnindent, Space::kSectionEnd);
  PutAt(type->rbrace, "}");
}

// Name, type, tag and comment have a column each.
void NodePrinter::PrintStructField(List<Field*> list, size_t first, size_t end, Space separator) {
  const Field* field = list[first];
  int columns_left = 2;
  if (field->name != nullptr) {
    PrintNames(NamesOf(list, first, end), false);
    Put(separator);
    --columns_left;
  }
  PrintExpr(field->type_expr);
  if (field->tag != nullptr) {
    if (field->name != nullptr && separator == Space::kColumn) Put(separator);
    Put(separator);
    PrintExpr(field->tag);
    columns_left = 0;
  }
  if (IsTrailingComment(End(list[end - 1]))) {
    for (; columns_left > 0; --columns_left) Put(separator);
  }
}

void NodePrinter::PrintInterface(const InterfaceType* type) {
  const List<Field*> list = type->methods;
  const Offset lbrace = At_(type->lbrace), rbrace = At_(type->rbrace);
  const bool has_comments = CommentBefore(index_.PlaceOf(rbrace));
  auto print = [&](const Field* field) {
    if (field->name == nullptr) {
      PrintExpr(field->type_expr);
      return;
    }
    PrintExpr(field->name);
    PrintSignature(As<FuncType>(field->type_expr));
  };
  if (!has_comments && Line(lbrace) == Line(rbrace)) {
    if (list.empty()) {
      PutAt(type->lbrace, "{");
      PutAt(type->rbrace, "}");
      return;
    }
    if (IsShortField(list)) {
      PutAt(type->lbrace, "{");
      Put(Space::kBlank);
      print(list[0]);
      Put(Space::kBlank);
      PutAt(type->rbrace, "}");
      return;
    }
  }
  Put(Space::kBlank);
  PutAt(type->lbrace, "{");
  Put(Space::kIndent);
  if (has_comments || !list.empty()) Put(Space::kSectionEnd);
  uint32_t line = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) BreakLine(BeginLine(list[i]), 1, Space::kIgnore, out_line() - line > 0);
    NoteLine(&line);
    print(list[i]);
  }
  PutSpaces(Space::kUnindent, Space::kSectionEnd);
  PutAt(type->rbrace, "}");
}

// --- Functions ------------------------------------------------------------------------------

void NodePrinter::PrintParams(List<Field*> list, Offset open, Offset close, bool is_type_params) {
  At(open);
  Put(is_type_params ? "[" : "(");
  if (!list.empty()) {
    uint32_t previous_line = Line(open);
    Space space = Space::kIndent;
    for (size_t i = 0; i < list.size();) {
      const size_t end = EndOfRun(list, i);
      const Offset begin = Begin(list[i]);
      const uint32_t line = Line(begin);
      const bool needs_break = previous_line < line;
      if (i > 0) {
        if (!needs_break) At(begin);
        Put(",");
      }
      if (needs_break && BreakLine(line, 0, space, true) > 0) {
        space = Space::kIgnore;
      } else if (i > 0) {
        Put(Space::kBlank);
      }
      const std::vector<const Expr*> names = NamesOf(list, i, end);
      if (!names.empty()) {
        // Names on several lines are indented once, here or there.
        PrintNames(names, space == Space::kIndent);
        Put(Space::kBlank);
      }
      PrintExpr(Bare(list[i]->type_expr));
      previous_line = EndLine(list[i]->type_expr);
      i = end;
    }
    if (previous_line < Line(close)) {
      Put(",");
      BreakLine(Line(close), 0, Space::kIgnore, true);
    } else if (is_type_params && list.size() == 1 && JoinsWithName(Bare(list[0]->type_expr))) {
      Put(",");
    }
    if (space == Space::kIgnore) Put(Space::kUnindent);
  }
  At(close);
  Put(is_type_params ? "]" : ")");
}

void NodePrinter::PrintSignature(const FuncType* type) {
  PrintParams(type->params, At_(type->lparen), At_(type->rparen), false);
  if (type->results.empty()) return;
  Put(Space::kBlank);
  if (type->results.size() == 1 && type->results[0]->name == nullptr) {
    PrintExpr(Bare(type->results[0]->type_expr));
    return;
  }
  const Offset open = index_.TokenFrom(At_(type->rparen) + 1)->begin;
  PrintParams(type->results, open, End(type) - 1, false);
}

}  // namespace gol::format
