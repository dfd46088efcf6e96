#include "frontend/source/source_manager.h"

#include <gtest/gtest.h>

#include <string>

namespace gol {
namespace {

TEST(SourceManager, ResolvesLinesAndColumns) {
  SourceManager sources;
  SourceFile* a = sources.Add("a.go", "one\ntwo\n\nfour");
  SourceFile* b = sources.Add("b.go", "x");
  EXPECT_EQ(sources.Resolve(a->PosAt(0)).ToString(), "a.go:1:1");
  EXPECT_EQ(sources.Resolve(a->PosAt(3)).ToString(), "a.go:1:4");
  EXPECT_EQ(sources.Resolve(a->PosAt(4)).ToString(), "a.go:2:1");
  EXPECT_EQ(sources.Resolve(a->PosAt(8)).ToString(), "a.go:3:1");
  EXPECT_EQ(sources.Resolve(a->end()).ToString(), "a.go:4:5");
  EXPECT_EQ(sources.Resolve(b->PosAt(0)).ToString(), "b.go:1:1");
  EXPECT_EQ(sources.Resolve(Pos{}).ToString(), "-");
  EXPECT_EQ(sources.FileOf(a->end()), a);
  EXPECT_EQ(sources.FileOf(b->base()), b);
  EXPECT_EQ(a->LineText(a->PosAt(5)), "two");
  EXPECT_LT(a->end(), b->base());
}

TEST(SourceManager, SkipsByteOrderMark) {
  SourceManager sources;
  SourceFile* file = sources.Add("a.go", "\xEF\xBB\xBFxy\nz");
  EXPECT_EQ(file->text(), "xy\nz");
  EXPECT_EQ(sources.Resolve(file->PosAt(1)).ToString(), "a.go:1:5");
  EXPECT_EQ(sources.Resolve(file->PosAt(3)).ToString(), "a.go:2:1");
}

TEST(SourceManager, HonoursLineDirectives) {
  SourceManager sources;
  SourceFile* file = sources.Add("a.go", "ab\ncd\nef\ngh\n");
  file->AddLineDirective(file->PosAt(3), "b.y", 10, 0);
  file->AddLineDirective(file->PosAt(7), "", 20, 5);
  file->AddLineDirective(file->PosAt(3), "ignored", 1, 1);
  EXPECT_EQ(sources.Resolve(file->PosAt(1)).ToString(), "a.go:1:2");
  EXPECT_EQ(sources.Resolve(file->PosAt(4)).ToString(), "b.y:10");
  EXPECT_EQ(sources.Resolve(file->PosAt(6)).ToString(), "b.y:11");
  EXPECT_EQ(sources.Resolve(file->PosAt(8)).ToString(), "b.y:20:6");
  EXPECT_EQ(sources.Resolve(file->PosAt(9)).ToString(), "b.y:21:1");
  EXPECT_EQ(sources.ResolvePhysical(file->PosAt(9)).ToString(), "a.go:4:1");
}

TEST(SourceManager, LoadReportsMissingFile) {
  SourceManager sources;
  Result<SourceFile*> result = sources.Load("no/such/file.go");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "stat no/such/file.go: no such file or directory");
  EXPECT_FALSE(sources.Load("/").ok());
}

TEST(SourceManager, LoadReadsFile) {
  SourceManager sources;
  Result<SourceFile*> result = sources.Load(GOL_SOURCE_DIR "/CMakeLists.txt", "shown");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value()->name(), "shown");
  EXPECT_EQ(result.value()->text().data()[result.value()->text().size()], '\0');
}

}  // namespace
}  // namespace gol
