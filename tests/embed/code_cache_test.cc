// Storing, finding and eviction; the command's use of the cache is tested in tests/cmd.
#include "embed/code_cache.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace gol::embed {
namespace {

namespace fs = std::filesystem;

class CodeCacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/gol_cache_test_XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    Write("contents");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void Write(const std::string& text) { std::ofstream(folder_ + "/source.go") << text; }
  std::vector<Dependency> Dependencies() {
    const std::string path = folder_ + "/source.go";
    return {{Dependency::kFile, path, HashOfDependency(Dependency::kFile, path)}};
  }
  CodeCache Cache(const std::string& flags = "", int64_t max_bytes = 1 << 20) {
    return CodeCache(folder_ + "/cache", {{"source.go"}, flags}, max_bytes);
  }

  std::string folder_;
};

TEST_F(CodeCacheTest, FindsWhatWasStored) {
  EXPECT_FALSE(Cache().Find());
  Cache().Store(Dependencies(), {.std_packages = {"fmt", "os"}, .object = std::string("code\0more", 9)});
  auto entry = Cache().Find();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->std_packages, (std::vector<std::string>{"fmt", "os"}));
  EXPECT_EQ(entry->object, std::string("code\0more", 9));
  EXPECT_FALSE(Cache("other flags").Find());
  Write("changed");
  EXPECT_FALSE(Cache().Find());
  Write("contents");
  EXPECT_TRUE(Cache().Find());
}

TEST_F(CodeCacheTest, TheOldestGoWhenItGrows) {
  for (int i = 0; i < 20; i++) {
    Cache(std::to_string(i), 100'000).Store(Dependencies(), {.object = std::string(10'000, 'x')});
    // Later ones count as used later, on file systems with coarse times too.
    for (const auto& e : fs::directory_iterator(folder_ + "/cache")) {
      fs::last_write_time(e, fs::last_write_time(e) - std::chrono::seconds(10));
    }
  }
  int64_t bytes = 0;
  for (const auto& e : fs::directory_iterator(folder_ + "/cache")) {
    bytes += static_cast<int64_t>(e.file_size());
  }
  EXPECT_LE(bytes, 100'000);
  EXPECT_GE(bytes, 50'000);
  EXPECT_TRUE(Cache("19").Find());
  EXPECT_FALSE(Cache("0").Find());
}

}  // namespace
}  // namespace gol::embed
