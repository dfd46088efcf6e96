#include <gtest/gtest.h>

#include <string>

#include "syntax_test_util.h"

namespace gol::diag {
namespace {

TEST(Format, ReplacesArguments) {
  const Arg args[] = {Arg("a"), Arg(2), Arg('c')};
  EXPECT_EQ(Format("{} {{}} {}{}", args, 3), "a {} 2c");
}

class EmitterTest : public testing::Test {
 protected:
  SourceManager sources_;
  SourceFile* file_ = sources_.Add("a.go", "line one\n\tline two\nline three\n");
  Emitter emitter_{&sources_};
};

TEST_F(EmitterTest, SortsByPosition) {
  emitter_.Error(file_->PosAt(10), kUnknownEscape);
  emitter_.Error(file_->PosAt(2), kNewlineInString);
  EXPECT_EQ(emitter_.Render(), "a.go:1:3: newline in string\na.go:2:2: unknown escape\n");
}

TEST_F(EmitterTest, FarRightInOrderOfReport) {
  SourceFile* wide = sources_.Add("b.go", "\n" + std::string(600, 'x') + "\n");
  emitter_.Error(wide->PosAt(500), kUnknownEscape);
  emitter_.Error(wide->PosAt(400), kNewlineInString);
  EXPECT_EQ(emitter_.Render(), "b.go:2: unknown escape\nb.go:2: newline in string\n");
}

TEST_F(EmitterTest, OneSyntaxErrorPerLine) {
  emitter_.Error(file_->PosAt(0), kSyntaxError, "first");
  emitter_.Error(file_->PosAt(3), kSyntaxError, "second");
  emitter_.Error(file_->PosAt(9), kSyntaxError, "third");
  EXPECT_EQ(emitter_.Render(), "a.go:1:1: syntax error: first\na.go:2:1: syntax error: third\n");
}

TEST_F(EmitterTest, DropsEqualMessagesOfALine) {
  emitter_.Error(file_->PosAt(0), kUnknownEscape);
  emitter_.Error(file_->PosAt(19), kUnknownEscape);
  emitter_.Error(file_->PosAt(3), kUnknownEscape);
  emitter_.Error(file_->PosAt(4), kNewlineInString);
  EXPECT_EQ(emitter_.Render(),
            "a.go:1:1: unknown escape\na.go:1:5: newline in string\na.go:3:1: unknown escape\n");
}

TEST_F(EmitterTest, NotesAreContinuationLines) {
  emitter_.Error(file_->PosAt(9), kUnknownEscape)
      .AddNote(file_->PosAt(0), "other {} of {}", "declaration", "x")
      .AddNote(Pos{}, "no place");
  EXPECT_EQ(emitter_.Render(),
            "a.go:2:1: unknown escape\n\ta.go:1:1: other declaration of x\n\tno place\n");
}

TEST_F(EmitterTest, LimitCountsInOrderOfReport) {
  emitter_.Error(file_->PosAt(19), kUnknownEscape);
  emitter_.Error(file_->PosAt(10), kUnknownEscape);
  emitter_.Error(file_->PosAt(0), kUnknownEscape);
  EXPECT_EQ(emitter_.Render({.limit = 2}),
            "a.go:2:2: unknown escape\na.go:3:1: unknown escape\na.go:2:2: too many errors\n");
  EXPECT_EQ(emitter_.error_count(), 3u);
}

TEST_F(EmitterTest, ShowsSourceLine) {
  emitter_.Error(file_->PosAt(15), kUnknownEscape);
  EXPECT_EQ(emitter_.Render({.source_lines = true}),
            "a.go:2:7: unknown escape\n    2 | \tline two\n      | \t     ^\n");
}

// Every lexical and syntactic kind has an example that gets its message.
TEST(Kinds, ExamplesGetTheirMessage) {
  for (size_t i = 0; i < KindCount(); ++i) {
    Kind kind = KindAt(i);
    std::string_view example = KindExample(kind);
    if (kind > kFallthroughFinal) break;  // the rest are the type checker's
    if (example.empty()) continue;
    syntax::Parsed parsed{std::string(example)};
    bool found = false;
    for (const Diagnostic* d : parsed.emitter.Sorted()) found |= d->kind == kind;
    EXPECT_TRUE(found) << KindName(kind) << " in:\n" << example << "\ngot:\n" << parsed.Errors();
  }
}

}  // namespace
}  // namespace gol::diag
