#include "frontend/syntax/scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "frontend/syntax/dump.h"
#include "frontend/syntax/unicode.h"
#include "syntax_test_util.h"

namespace gol::syntax {
namespace {

// The texts of all tokens, "kind:text" for names and literals.
std::string Tokens(const std::string& text) {
  SourceManager sources;
  diag::Emitter emitter(&sources);
  Scanner s(sources.Add("x.go", text), &emitter, false, true);
  std::string out;
  for (s.Next(); s.tok != Token::kEof; s.Next()) {
    if (!out.empty()) out += ' ';
    switch (s.tok) {
      case Token::kName: out += "n:" + std::string(s.text); break;
      case Token::kLiteral:
        out += std::string(1, "ifjrs"[static_cast<int>(s.lit_kind)]) + ":" + std::string(s.text);
        break;
      case Token::kSemi: out += ";" + std::string(s.text.substr(0, 1)); break;
      case Token::kOperator: out += OperatorText(s.op); break;
      case Token::kAssignOp: out += std::string(OperatorText(s.op)) + "="; break;
      case Token::kIncOp: out += s.op == Operator::kAdd ? "++" : "--"; break;
      default: out += TokenText(s.tok);
    }
  }
  return out;
}

TEST(Scanner, OperatorsAndDelimiters) {
  EXPECT_EQ(Tokens("+ - * / % & | ^ << >> &^ += -= *= /= %= &= |= ^= <<= >>= &^= && || <- == < > "
                   "= ! ~ != <= >= := ... ( [ { , . : ;"),
            "+ - * / % & | ^ << >> &^ += -= *= /= %= &= |= ^= <<= >>= &^= && || <- == < > "
            "= ! ~ != <= >= := ... ( [ { , . : ;s");
  EXPECT_EQ(Tokens("a++b--"), "n:a ++ n:b -- ;E");
  EXPECT_EQ(Tokens("a<-b..c"), "n:a <- n:b . . n:c ;E");
}

TEST(Scanner, AllKeywords) {
  for (int t = static_cast<int>(Token::kBreak); t <= static_cast<int>(Token::kVar); ++t) {
    std::string_view text = TokenText(static_cast<Token>(t));
    EXPECT_EQ(LookupKeyword(text), static_cast<Token>(t));
    EXPECT_EQ(LookupKeyword(std::string(text) + "x"), Token::kNoToken);
  }
}

TEST(Scanner, Literals) {
  EXPECT_EQ(Tokens("0 1_000 0x1F 0b101 0o17 017 0X_f"),
            "i:0 i:1_000 i:0x1F i:0b101 i:0o17 i:017 i:0X_f ;E");
  EXPECT_EQ(Tokens("1. .5 1e3 1.5e-3 0x1p-2 0x.8P+1 08.5 1e+0"),
            "f:1. f:.5 f:1e3 f:1.5e-3 f:0x1p-2 f:0x.8P+1 f:08.5 f:1e+0 ;E");
  EXPECT_EQ(Tokens("1i 1.5i 0x1p0i 08i"), "j:1i j:1.5i j:0x1p0i j:08i ;E");
  EXPECT_EQ(Tokens(R"('a' '\n' '\'' '\x41' '\u00e9' '\U0001F600' '\101' 'é')"),
            R"(r:'a' r:'\n' r:'\'' r:'\x41' r:'\u00e9' r:'\U0001F600' r:'\101' r:'é' ;E)");
  EXPECT_EQ(Tokens("\"a\\\"b\" `raw\\\n\"x`"), "s:\"a\\\"b\" s:`raw\\\n\"x` ;E");
}

TEST(Scanner, AutomaticSemicolons) {
  EXPECT_EQ(Tokens("a\n1\n\"s\"\n)\n]\n}\n++\nreturn\nbreak\n"),
            "n:a ;n i:1 ;n s:\"s\" ;n ) ;n ] ;n } ;n ++ ;n return ;n break ;n");
  EXPECT_EQ(Tokens("+\n(\nif\n,\n"), "+ ( if ,");
  EXPECT_EQ(Tokens("a // c\nb /* d */ c /* e\n */ d /* f */\n"), "n:a ;n n:b n:c ;n n:d ;n");
  EXPECT_EQ(Tokens("a /* x"), "n:a ;E");
  EXPECT_EQ(Tokens("a\r\nb"), "n:a ;n n:b ;E");
}

TEST(Scanner, UnicodeNames) {
  EXPECT_EQ(Tokens("été 世界 _x9 Ǆ"), "n:été n:世界 n:_x9 n:Ǆ ;E");
  EXPECT_TRUE(IsUnicodeLetter(0xE9));
  EXPECT_FALSE(IsUnicodeLetter(0x2013));
  EXPECT_TRUE(IsUnicodeDigit(0x661));
}

TEST(Scanner, Directives) {
  Parsed parsed("//go:build go1.21\n\npackage p\n\n//go:noinline\nfunc f() {} //go:nothing here\n");
  EXPECT_EQ(parsed.Errors(), "");
  EXPECT_EQ(parsed.file->go_version, "go1.21");
  ASSERT_EQ(parsed.file->directives.size(), 3u);
  EXPECT_EQ(parsed.file->directives[1].text, "go:noinline");
  EXPECT_TRUE(parsed.file->directives[1].own_line);
  EXPECT_FALSE(parsed.file->directives[2].own_line);
  const FuncDecl* func = As<FuncDecl>(parsed.file->decls[0]);
  ASSERT_EQ(func->directives.size(), 1u);
  EXPECT_EQ(func->directives[0].text, "go:noinline");
}

TEST(Scanner, MisplacedDirectives) {
  Parsed parsed(
      "package p\n\n//go:noinline\nvar x int\n\nfunc f() {\n\t//go:nosplit\n\tx = 1\n}\n");
  EXPECT_EQ(parsed.Errors(),
            "3:3: misplaced compiler directive\n7:4: misplaced compiler directive\n");
}

TEST(Scanner, KeepsComments) {
  Parsed parsed("// one\npackage p // two\n/* three */\nfunc f() { /* four */ }\n", kKeepComments);
  ASSERT_EQ(parsed.file->comments.size(), 4u);
  EXPECT_EQ(parsed.file->comments[1].text, "// two");
  EXPECT_EQ(parsed.file->comments[3].text, "/* four */");
}

TEST(Scanner, DumpsTokens) {
  SourceManager sources;
  EXPECT_EQ(DumpTokens(sources.Add("x.go", "x += 1\n")),
            "1:1 name x\n1:3 op= +\n1:6 literal 1\n1:7 ; newline\n2:1 EOF\n");
}

TEST(Unicode, QuotesRunes) {
  EXPECT_EQ(QuoteRune('a'), "'a'");
  EXPECT_EQ(QuoteRune('\n'), "'\\n'");
  EXPECT_EQ(QuoteRune('\''), "'\\''");
  EXPECT_EQ(QuoteRune(0x200b), "'\\u200b'");
  EXPECT_EQ(DescribeRune('@'), "U+0040 '@'");
  EXPECT_EQ(DescribeRune(1), "U+0001");
}

TEST(Unicode, DecodesOnlyValidUtf8) {
  for (std::string_view bad : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                               "\xF4\x90\x80\x80", "\xF8", "\xE2\x82"}) {
    EXPECT_TRUE(DecodeRune(bad.data(), bad.data() + bad.size()).is_invalid());
  }
  std::string text;
  for (uint32_t r : {0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xFFFFu, 0x10000u, 0x10FFFFu}) {
    text.clear();
    AppendRune(&text, r);
    DecodedRune decoded = DecodeRune(text.data(), text.data() + text.size());
    EXPECT_EQ(decoded.rune, r);
    EXPECT_EQ(decoded.size, text.size());
  }
}

}  // namespace
}  // namespace gol::syntax
