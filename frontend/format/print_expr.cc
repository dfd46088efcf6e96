// Expressions. See format.cc for the overview.
//
// Blanks around binary operators tell how tightly they bind: the deeper an operator stands, and
// the higher its precedence among the others of its expression, the sooner its blanks go: a*b +
// c, f(a+b, c). The blanks of an expression are decided by a cutoff: operators of a precedence
// below it have them.
//
// Lists (arguments, elements, names) keep the line breaks of the source. Keys of elements on
// consecutive lines line up as long as their sizes are small or alike.
#include <algorithm>
#include <cmath>

#include "frontend/format/node_printer.h"

namespace gol::format {

using namespace syntax;  // NOLINT: the tree's names

namespace {

constexpr int kUnaryPrec = 6;
constexpr int kHighestPrec = 7;
constexpr size_t kInfinity = 1000000;

bool IsBinary(const Expr* x) { return Is<BinaryExpr>(x); }

// What the operators of an expression want of each other.
struct Operators {
  bool has4 = false;   // additive ones
  bool has5 = false;   // multiplicative ones
  int problem = 0;     // the highest precedence whose operator would run into its right operand
};

Operators OperatorsOf(const BinaryExpr* e) {
  Operators o;
  const int prec = Precedence(e->op);
  o.has4 = prec == 4;
  o.has5 = prec == 5;
  auto join = [&](const Operators& part) {
    o.has4 |= part.has4;
    o.has5 |= part.has5;
    o.problem = std::max(o.problem, part.problem);
  };
  if (const auto* left = DynAs<BinaryExpr>(e->x); left && Precedence(left->op) >= prec) {
    join(OperatorsOf(left));
  }
  if (const auto* right = DynAs<BinaryExpr>(e->y)) {
    if (Precedence(right->op) > prec) join(OperatorsOf(right));
  } else if (Is<StarExpr>(e->y)) {
    if (e->op == Operator::kDiv) o.problem = 5;
  } else if (const auto* unary = DynAs<UnaryExpr>(e->y)) {
    std::string both(OperatorText(e->op));
    both += OperatorText(unary->op);
    if (both == "&&" || both == "&^") o.problem = 5;
    if (both == "++" || both == "--") o.problem = std::max(o.problem, 4);
  }
  return o;
}

int CutoffOf(const BinaryExpr* e, int depth) {
  const Operators o = OperatorsOf(e);
  if (o.problem > 0) return o.problem + 1;
  if (o.has4 && o.has5) return depth == 1 ? 5 : 4;
  return depth == 1 ? 6 : 4;
}

int Reduced(int depth) { return std::max(depth - 1, 1); }

// A number in its usual spelling: prefixes and exponents in lower case, no useless zeros before an
// imaginary number.
std::string NormalNumber(std::string_view text) {
  std::string s(text);
  if (s.size() < 2) return s;
  if (s[0] == '0' && (s[1] | 0x20) == 'x') {
    s[1] = 'x';
    const size_t p = s.find('P');
    if (p != std::string::npos) s[p] = 'p';
    return s;
  }
  if (s[0] == '0' && ((s[1] | 0x20) == 'b' || (s[1] | 0x20) == 'o')) {
    s[1] = static_cast<char>(s[1] | 0x20);
    return s;
  }
  const size_t e = s.find('E');
  if (e != std::string::npos) s[e] = 'e';
  if (s.back() == 'i' && s.find_first_of(".e") == std::string::npos) {
    s.erase(0, std::min(s.find_first_not_of("0_"), s.size()));
    if (s == "i") s = "0i";
  }
  return s;
}

}  // namespace

void NodePrinter::PrintLiteral(const BasicLit* x) {
  switch (x->lit_kind) {
    case LitKind::kRune:
    case LitKind::kString: {
      std::string text(x->text);
      if (text[0] == '`') std::erase(text, '\r');
      PutLiteral(text, false);
      break;
    }
    default:
      PutLiteral(NormalNumber(x->text), x->lit_kind == LitKind::kInt);
  }
}

void NodePrinter::PrintExprIn(const Expr* x, int outer_prec, int depth) {
  At(Begin(x));
  switch (x->kind) {
    case NodeKind::kIdent:
      PutName(As<Ident>(x)->name);
      break;
    case NodeKind::kBasicLit:
      PrintLiteral(As<BasicLit>(x));
      break;
    case NodeKind::kBinaryExpr: {
      const auto* binary = As<BinaryExpr>(x);
      PrintBinary(binary, CutoffOf(binary, depth), depth);
      break;
    }
    case NodeKind::kKeyValueExpr: {
      const auto* pair = As<KeyValueExpr>(x);
      PrintExpr(pair->key);
      PutAt(pair->pos, ":");
      Put(Space::kBlank);
      PrintExpr(pair->val);
      break;
    }
    case NodeKind::kStarExpr:
      Put("*");
      PrintExpr(As<StarExpr>(x)->x);
      break;
    case NodeKind::kUnaryExpr:
      Put(OperatorText(As<UnaryExpr>(x)->op));
      PrintExprIn(As<UnaryExpr>(x)->x, kUnaryPrec, depth);
      break;
    case NodeKind::kParenExpr: {
      const auto* paren = As<ParenExpr>(x);
      if (Is<ParenExpr>(paren->x)) {  // one pair is enough
        PrintExpr(paren->x, depth);
        break;
      }
      Put("(");
      PrintExpr(paren->x, Reduced(depth));
      PutAt(paren->rparen, ")");
      break;
    }
    case NodeKind::kFuncLit: {
      const auto* lit = As<FuncLit>(x);
      Put("func");
      const uint32_t column = out_column() - 4;
      const Offset begin = Begin(x);
      PrintSignature(lit->func_type);
      PrintBody(DistanceFrom(begin, column), Space::kBlank, lit->body);
      break;
    }
    case NodeKind::kSelectorExpr:
      PrintSelector(As<SelectorExpr>(x), depth, false);
      break;
    case NodeKind::kTypeAssertExpr: {
      const auto* assertion = As<TypeAssertExpr>(x);
      PrintExprIn(assertion->x, kHighestPrec, depth);
      Put(".");
      At(index_.TokenFrom(At_(x->pos) + 1)->begin);
      Put("(");
      PrintExpr(assertion->type_expr);
      PutAt(assertion->rparen, ")");
      break;
    }
    case NodeKind::kTypeSwitchGuard: {
      const auto* guard = As<TypeSwitchGuard>(x);
      if (guard->lhs != nullptr) {
        // Laid out as an assignment of the guard without its variable.
        const Offset define = index_.TokenFrom(End(guard->lhs))->begin;
        PrintExpr(guard->lhs);
        Put(Space::kBlank);
        At(define);
        Put(":=");
        Put(Space::kBlank);
        TypeSwitchGuard value = *guard;
        value.lhs = nullptr;
        PrintList(define, {&value}, 1, {}, kNowhere);
        sizes_->erase(&value);
        break;
      }
      PrintExprIn(guard->x, kHighestPrec, depth);
      Put(".");
      At(index_.TokenFrom(At_(x->pos) + 1)->begin);
      Put("(");
      Put("type");
      PutAt(guard->rparen, ")");
      break;
    }
    case NodeKind::kIndexExpr: {
      const auto* index = As<IndexExpr>(x);
      PrintExprIn(index->x, kHighestPrec, 1);
      PutAt(index->pos, "[");
      if (index->indices.size() == 1) {
        PrintExpr(index->indices[0], depth + 1);
      } else {
        PrintList(At_(index->pos), {index->indices.begin(), index->indices.end()}, depth + 1,
                  {.ends_with_comma = true}, At_(index->rbrack));
      }
      PutAt(index->rbrack, "]");
      break;
    }
    case NodeKind::kSliceExpr:
      PrintSlice(As<SliceExpr>(x), depth);
      break;
    case NodeKind::kCallExpr:
      PrintCall(As<CallExpr>(x), depth);
      break;
    case NodeKind::kCompositeLit:
      PrintCompositeLit(As<CompositeLit>(x), depth);
      break;
    default:
      PrintType(x);
  }
}

void NodePrinter::PrintBinary(const BinaryExpr* x, int cutoff, int depth) {
  const int prec = Precedence(x->op);
  bool blanks = prec < cutoff;
  auto nested_depth = [&](const Expr* operand) {
    const auto* binary = DynAs<BinaryExpr>(operand);
    return depth + (binary == nullptr || Precedence(binary->op) != prec ? 1 : 0);
  };
  PrintExprIn(x->x, prec, nested_depth(x->x));
  if (blanks) Put(Space::kBlank);
  const uint32_t line = place().line;  // the operator may be on the next one
  const uint32_t right_line = BeginLine(x->y);
  PutAt(x->pos, OperatorText(x->op));
  Space space = Space::kIndent;
  if (line != right_line && BreakLine(right_line, 1, space, true) > 0) {
    space = Space::kIgnore;
    blanks = false;
  }
  if (blanks) Put(Space::kBlank);
  PrintExprIn(x->y, prec + 1, depth + 1);
  if (space == Space::kIgnore) Put(Space::kUnindent);
}

// Returns whether the indentation of a line break behind the dot is left for the caller to close.
bool NodePrinter::PrintSelector(const SelectorExpr* x, int depth, bool is_called) {
  PrintExprIn(x->x, kHighestPrec, depth);
  Put(".");
  const Offset sel = At_(x->sel->pos);
  const bool breaks = place().line < Line(sel);
  if (breaks) PutSpaces(Space::kIndent, Space::kNewline);
  At(sel);
  PutName(x->sel->name);
  if (breaks && !is_called) Put(Space::kUnindent);
  return breaks;
}

void NodePrinter::PrintSlice(const SliceExpr* x, int depth) {
  PrintExprIn(x->x, kHighestPrec, 1);
  PutAt(x->pos, "[");
  const size_t count = x->index[2] != nullptr ? 3 : 2;
  size_t present = 0;
  bool has_binary = false;
  for (size_t i = 0; i < count; ++i) {
    if (x->index[i] == nullptr) continue;
    ++present;
    has_binary |= IsBinary(x->index[i]);
  }
  const bool blanks = depth <= 1 && present > 1 && has_binary;
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) {
      if (x->index[i - 1] != nullptr && blanks) Put(Space::kBlank);
      Put(":");
      if (x->index[i] != nullptr && blanks) Put(Space::kBlank);
    }
    if (x->index[i] != nullptr) PrintExpr(x->index[i], depth + 1);
  }
  PutAt(x->rbrack, "]");
}

void NodePrinter::PrintCall(const CallExpr* x, int depth) {
  if (x->args.size() > 1) ++depth;
  bool was_indented = false;
  if (const auto* selector = DynAs<SelectorExpr>(x->fun)) {
    was_indented = PrintSelector(selector, depth, true);
  } else {
    PrintExprIn(x->fun, kHighestPrec, depth);
  }
  const Offset lparen = At_(x->pos), rparen = At_(x->rparen);
  PutAt(x->pos, "(");
  const std::vector<const Expr*> args(x->args.begin(), x->args.end());
  if (x->has_dots) {
    const TokenSpan* dots = index_.TokenFrom(End(x->args.back()));
    PrintList(lparen, args, depth, {}, dots->begin);
    At(dots->begin);
    Put("...");
    if (Line(dots->begin) < Line(rparen)) {
      Put(",");
      Put(Space::kSectionEnd);
    }
  } else {
    PrintList(lparen, args, depth, {.ends_with_comma = true}, rparen);
  }
  PutAt(x->rparen, ")");
  if (was_indented) Put(Space::kUnindent);
}

void NodePrinter::PrintCompositeLit(const CompositeLit* x, int depth) {
  if (x->type_expr != nullptr) PrintExprIn(x->type_expr, kHighestPrec, depth);
  ++literal_level;
  PutAt(x->pos, "{");
  PrintList(At_(x->pos), {x->elems.begin(), x->elems.end()}, 1, {.ends_with_comma = true},
            At_(x->rbrace));
  // A comment before the brace stays on its line: a line break there would need a comma.
  const bool outer_break = no_extra_break, outer_blank = no_extra_blank;
  PutSpaces(Space::kIndent, Space::kUnindent);  // for lone comments
  no_extra_break = !outer_break;
  if (!x->elems.empty()) no_extra_blank = !outer_blank;
  PutAt(x->rbrace, "}");
  no_extra_break = outer_break;
  no_extra_blank = outer_blank;
  --literal_level;
}

void NodePrinter::PrintNames(const std::vector<const Expr*>& names, bool indents) {
  PrintList(kNowhere, names, 1, {.no_indent = !indents}, kNowhere);
}

// before, behind: where the brackets around the list stand, or kNowhere.
void NodePrinter::PrintList(Offset before, const std::vector<const Expr*>& list, int depth,
                            ListStyle style, Offset behind) {
  if (list.empty()) return;
  const uint32_t before_line = before == kNowhere ? 0 : Line(before);
  const uint32_t behind_line = behind == kNowhere ? 0 : Line(behind);
  uint32_t line = BeginLine(list[0]);
  if (before_line != 0 && before_line == line && line == EndLine(list.back())) {
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) {
        At(Begin(list[i]));
        Put(",");
        Put(Space::kBlank);
      }
      PrintExpr(list[i], depth);
    }
    return;
  }

  // Line breaks are those of the source. space is the indentation still to open.
  Space space = style.no_indent ? Space::kIgnore : Space::kIndent;
  size_t last_break = SIZE_MAX;  // the element behind the last line break
  if (before_line != 0 && before_line < line && BreakLine(line, 0, space, true) > 0) {
    space = Space::kIgnore;
    last_break = 0;
  }
  size_t size = 0;        // of the element or its key, if that is on one line
  double log_sum = 0;     // of the sizes in this group of lines
  size_t count = 0;
  uint32_t previous_line = before_line;
  for (size_t i = 0; i < list.size(); ++i) {
    const Expr* x = list[i];
    line = BeginLine(x);
    const size_t previous_size = size;
    const auto* pair = DynAs<KeyValueExpr>(x);
    size = SizeOf(x, kInfinity);
    if (size <= kInfinity && before_line != 0 && behind_line != 0) {
      if (pair != nullptr) size = SizeOf(pair->key, kInfinity);
    } else {
      size = 0;
    }
    // Columns go on while the sizes are small, or not too far from their geometric mean.
    bool new_section = true;
    if (previous_size > 0 && size > 0) {
      constexpr size_t kSmall = 40;
      if (count == 0 || (previous_size <= kSmall && size <= kSmall)) {
        new_section = false;
      } else {
        constexpr double kRatio = 2.5;
        const double mean = std::exp(log_sum / static_cast<double>(count));
        const double ratio = static_cast<double>(size) / mean;
        new_section = kRatio * ratio <= 1 || kRatio <= ratio;
      }
    }
    const bool needs_break = 0 < previous_line && previous_line < line;
    if (i > 0) {
      if (!needs_break) At(Begin(x));
      Put(",");
      bool needs_blank = true;
      if (needs_break) {
        const bool several_on_line = last_break == SIZE_MAX ? i > 0 : last_break + 1 < i;
        const int breaks = BreakLine(line, 0, space, new_section || several_on_line);
        if (breaks > 0) {
          space = Space::kIgnore;
          last_break = i;
          needs_blank = false;
        }
        if (breaks > 1) {
          log_sum = 0;
          count = 0;
        }
      }
      if (needs_blank) Put(Space::kBlank);
    }
    if (list.size() > 1 && pair != nullptr && size > 0 && needs_break) {
      // A key at the beginning of a line: the values line up.
      PrintExpr(pair->key);
      PutAt(pair->pos, ":");
      Put(Space::kColumn);
      PrintExpr(pair->val);
    } else {
      PrintExpr(x, depth);
    }
    if (size > 0) {
      log_sum += std::log(static_cast<double>(size));
      ++count;
    }
    previous_line = line;
  }
  const bool indented = space == Space::kIgnore && !style.no_indent;
  if (style.ends_with_comma && behind_line != 0 && place().line < behind_line) {
    Put(",");
    if (indented) Put(Space::kUnindent);
    Put(Space::kSectionEnd);
    return;
  }
  if (indented) Put(Space::kUnindent);
}

// Whether the results of a return need indentation: more than one of them spans lines, or one
// begins on a line of its own.
bool NodePrinter::NeedsIndent(const std::vector<const Expr*>& list) const {
  if (list.size() < 2) return false;
  uint32_t line = BeginLine(list[0]);
  if (line >= EndLine(list.back())) return false;
  int spanning = 0;
  for (const Expr* x : list) {
    const uint32_t begin = BeginLine(x), end = EndLine(x);
    if (line < begin) return true;
    if (begin < end) ++spanning;
    line = end;
  }
  return spanning > 1;
}

size_t NodePrinter::SizeOf(const Node* node, size_t max) {
  auto [it, is_new] = sizes_->emplace(node, max + 1);
  if (!is_new) return it->second;
  const std::string text =
      StripColumns(NodePrinter(index_, false, sizes_).PrintNode(node));
  size_t size = max + 1;
  if (text.find('\n') == std::string::npos && text.size() <= max) size = text.size();
  return (*sizes_)[node] = size;
}

}  // namespace gol::format
