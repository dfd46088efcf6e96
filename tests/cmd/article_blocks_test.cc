// The article's blocks, unchanged, with the preludes of examples/article: each has the effect that it is
// about.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "support/program.h"

namespace gol::testing {
namespace {

namespace fs = std::filesystem;

const std::string kSeed = GOL_SOURCE_DIR "/tests/seed/";
const std::string kGdbScript = GOL_SOURCE_DIR "/cmd/gol/gol-gdb.py";
const std::string kPreludes = GOL_SOURCE_DIR "/examples/article";

CommandResult RunBlock(const std::string& name, const std::vector<std::string>& args = {},
                       const std::map<std::string, std::string>& env = {}) {
  std::vector<std::string> words{"run", "--prelude", kPreludes, kSeed + name};
  words.insert(words.end(), args.begin(), args.end());
  return RunGol(words, {}, env);
}

void ExpectBlock(const std::string& name, const std::string& out) {
  CommandResult r = RunBlock(name);
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(r.out, out);
}

// A folder in which `go` is gol, and a main.go.
std::string GoFolder(const std::string& main) {
  std::string folder = TempFolder();
  fs::create_symlink(GolPath(), folder + "/go");
  WriteFile(folder + "/main.go", main);
  return folder;
}

CommandResult RunShellBlock(const std::string& name, const std::string& folder) {
  const char* path = std::getenv("PATH");
  return RunCommand({"/bin/sh", kSeed + name},
                    {{"PATH", folder + ":" + (path != nullptr ? path : "/usr/bin:/bin")}}, folder);
}

constexpr char kAssign[] = R"(package main

func assign(m map[uint64]int, k uint64, v int) {
	m[k] = v
}

func main() {
	m := make(map[uint64]int)
	for i := uint64(0); i < 100; i++ {
		assign(m, i, int(i))
	}
	println(len(m))
}
)";

TEST(ArticleBlocks, TheCopiesAreTheSeed) {
  const fs::path seed = GOL_SOURCE_DIR "/../shared/seed/examples";
  const fs::path other = GOL_SOURCE_DIR "/../../shared/seed/examples";
  const fs::path folder = fs::exists(seed) ? seed : other;
  if (!fs::exists(folder)) GTEST_SKIP() << "the article's own folder is not on this machine";
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(ReadFile(kSeed + name), ReadFile(entry.path().string())) << name;
    files++;
  }
  EXPECT_EQ(files, 27);
  EXPECT_EQ(ReadFile(kSeed + "article.md"), ReadFile(folder.parent_path() / "article.md"));
}

// The program and script blocks as they stand in the article: the tests of this file run these very bytes.
struct BlockHash {
  const char* name;
  uint64_t hash;  // FNV-1a
};
constexpr BlockHash kBlocks[] = {
    {"01_release_delay.go", 0x350fd2ece973be18},
    {"02_hmap_hash.go", 0x9a620175dac1ea2a},
    {"02_rehash.mmd", 0x41c7b2c95e6e7de7},
    {"03_reflect_set.mmd", 0x74bfb6af051315e7},
    {"03_string_header.go", 0x31b11c9c705b8ee1},
    {"04_compile_S.sh", 0xc3f108e238b09bed},
    {"05_mapassign_fast64.s", 0x30506ec28c5b0e6f},
    {"06_pointer_value.go", 0xfa67fda03af927a5},
    {"06_roots.mmd", 0xd352b741cbfe4e53},
    {"07_barrier_paths.mmd", 0x8ce650e29e01fb0e},
    {"07_write_barrier.go", 0xea269402c41e548a},
    {"08_next_free_index.go", 0x89f78a56972b6d40},
    {"08_stw_chain.mmd", 0x2b1811fc7be4e176},
    {"09_mapdelete.go", 0x0ca36aaa25952b86},
    {"09_release_stages.mmd", 0x3c9ebb7234e2e54d},
    {"10_lock_path.mmd", 0x7e33842f574521e9},
    {"10_map_churn.go", 0xe1fdfef063bb3f13},
    {"11_heatmap_flow.mmd", 0xa182aa7bd6febd76},
    {"11_traced_map_assign.go", 0x6a47cdcfb009e763},
    {"12_mspan_state.gdb", 0xdfa6fe5156feac69},
    {"12_span_states.mmd", 0x1031b838bb3d8aea},
    {"13_godebug_run.sh", 0xba2ce88828a77972},
    {"14_free_os_memory.go", 0x094713147c69f0b5},
    {"15_user_escape.go", 0x26f4c9f1a5547140},
    {"16_compact_cache.go", 0x98e67064e0e7593b},
};

TEST(ArticleBlocks, TheBlocksAreUnchanged) {
  for (const BlockHash& block : kBlocks) {
    uint64_t hash = 0xcbf29ce484222325;
    for (unsigned char c : ReadFile(kSeed + block.name)) hash = (hash ^ c) * 0x100000001b3;
    EXPECT_EQ(hash, block.hash) << block.name;
  }
}

// All blocks of Go, one after another as the article has them: each does what the table of its tests says, and
// those that only declare something compile.
TEST(ArticleBlocks, AllGoBlocksRun) {
  const std::string folder = TempFolder();
  CommandResult r = RunGol({"run", kSeed + "article.md", "--prelude", kPreludes}, folder);
  EXPECT_EQ(r.exit_code, 0) << r.err;
  int blocks = 0;
  for (const std::string& line : Lines(r.err)) {
    std::smatch m;
    if (!std::regex_search(line, m, std::regex("article\\.md:\\d+: block (\\d+): (.*)$"))) continue;
    blocks++;
    EXPECT_EQ(m[2], "ok") << line;
  }
  EXPECT_EQ(blocks, 12) << r.err;
}

TEST(ArticleBlocks, Block02ReadsTheLiveHeader) {
  ExpectBlock("02_hmap_hash.go",
              "count 3 B 0\n"
              "mixed with the table's address: true\n"
              "seeds of two maps differ: true\n"
              "after growth: B 8 the seed is the same: true\n"
              "after clear the seed is the same: false\n");
}

TEST(ArticleBlocks, Block03HasStringHeader) {
  ExpectBlock("03_string_header.go", "5 true\nhello\n");
  CommandResult r = RunGol({"run", kSeed + "03_string_header.go"});
  EXPECT_EQ(r.out + r.err, "") << "p is not used";
  r = RunSource("package main\n\nimport \"unsafe\"\n\nvar h unsafe.StringHeader\n\nfunc main() {}\n");
  EXPECT_EQ(r.err, "main.go:5:14: undefined: unsafe.StringHeader\n") << "no script";
}

TEST(ArticleBlocks, Block04PrintsMachineCode) {
  const std::string folder = GoFolder(kAssign);
  CommandResult called = RunShellBlock("04_compile_S.sh", folder);
  ASSERT_EQ(called.exit_code, 0) << called.err;
  EXPECT_NE(called.out.find("main.assign:"), std::string::npos);
  EXPECT_NE(called.out.find("# main.go:4:"), std::string::npos) << "source lines";
  EXPECT_NE(called.out.find("callq\truntime.mapassign_fast64"), std::string::npos);
  // Without -l the path through the map stands in the function itself.
  CommandResult inlined = RunGol({"tool", "compile", "-S", "main.go"}, folder);
  ASSERT_EQ(inlined.exit_code, 0) << inlined.err;
  EXPECT_GT(inlined.out.find("pcmpeqb"), 0u);
  EXPECT_NE(inlined.out.find("pcmpeqb"), std::string::npos) << "eight tophashes compared at once";
}

// Block 05: the value goes to the slot with one store of eight bytes, addressed by the slot.
TEST(ArticleBlocks, Block05StoresTheValueToTheSlot) {
  const std::string folder = GoFolder(kAssign);
  CommandResult r = RunGol({"tool", "compile", "-S", "-l", "main.go"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const size_t from = r.out.find("\nmain.assign:"), call = r.out.find("runtime.mapassign_fast64", from);
  ASSERT_NE(call, std::string::npos);
  const std::string after = r.out.substr(call, r.out.find(".cfi_endproc", call) - call);
  EXPECT_TRUE(std::regex_search(after, std::regex(R"(movq\s+%r\w+, \(%r\w+\))"))) << after;
}

TEST(ArticleBlocks, Block06KeepsTheValue) { ExpectBlock("06_pointer_value.go", "7 7 true\n"); }

TEST(ArticleBlocks, Block07NeedsNoBarrier) {
  ExpectBlock("07_write_barrier.go",
              "words recorded by the block: 0\n"
              "while marking, values of int: few words: true\n"
              "while marking, values of *int: many words: true\n");
}

TEST(ArticleBlocks, Block08TakesSlotsOfALiveSpan) {
  ExpectBlock("08_next_free_index.go",
              "slots of 96 bytes, state 1\n"
              "taken in order: true all of them: true full: true\n"
              "some of them were in use: true\n");
}

TEST(ArticleBlocks, Block09ClearsTheSlotOnly) {
  ExpectBlock("09_mapdelete.go",
              "slot is emptyOne: true value is zero: true found: false len: 2\n"
              "old value's object allocated: true\n"
              "after a collection: false\n");
}

TEST(ArticleBlocks, Block10FillsTheMap) {
  ExpectBlock("10_map_churn.go",
              "1000000 entries; the map allocated more than 8 MB: true\n");
}

// The debugger runs the block as it stands, stops in runtime.mapdelete_fast64 and prints a span of the heap
// through the block's expression. gdb by itself takes no comment behind an expression: gol-gdb.py teaches it, given
// with -x or loaded by gdb itself from its folder of scripts.
TEST(ArticleBlocks, Block12StopsInMapdelete) {
  const std::string gdb = "/usr/bin/gdb";
  if (!fs::exists(gdb)) GTEST_SKIP() << "no gdb on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/main.go",
            "package main\n\nfunc main() {\n\tm := make(map[uint64]int)\n"
            "\tfor i := uint64(0); i < 100; i++ {\n\t\tm[i] = int(i)\n\t}\n"
            "\tfor i := uint64(0); i < 3; i++ {\n\t\tdelete(m, i)\n\t}\n\tprintln(len(m))\n}\n");
  const std::string scripts = folder + "/auto-load", command = fs::canonical(GolPath()).string();
  fs::create_directories(scripts + fs::path(command).parent_path().string());
  fs::copy(kGdbScript, scripts + command + "-gdb.py");
  for (const auto& [option, value] : {std::pair<std::string, std::string>{"-x", kGdbScript},
                                      {"-iex", "set auto-load scripts-directory " + scripts}}) {
    CommandResult r = RunCommand({gdb, "-nx", "-batch", "-iex", "set auto-load safe-path " + scripts, option, value,
                                  "-x", kSeed + "12_mspan_state.gdb", "-ex", "run", "--args", command, "run", "main.go"},
                                 {}, folder);
    if (r.out.find("Could not trace") != std::string::npos ||
        r.err.find("ptrace: Operation not permitted") != std::string::npos) {
      GTEST_SKIP() << "debuggers may not run here";
    }
    std::regex line(R"(mspan 0x[0-9a-f]+, state=1\n)");
    EXPECT_EQ(std::distance(std::sregex_iterator(r.out.begin(), r.out.end(), line),
                            std::sregex_iterator()),
              3)
        << option << r.out << r.err;
    EXPECT_NE((r.out + r.err).find("97\n"), std::string::npos) << option;
  }
  // Without a debugger the entry points are called as they are.
  EXPECT_EQ(RunGol({"run", "main.go"}, folder).err, "97\n");
}

// Only comments behind expressions go; what gdb means by a "#" elsewhere stays.
TEST(ArticleBlocks, GdbTakesCommentsBehindExpressions) {
  if (!fs::exists("/usr/bin/gdb")) GTEST_SKIP() << "no gdb on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/a.gdb",
            "break main\ncommands\nset $s = 1 # one\nset variable $c = '#' # a # b\nprintf \"# %d \\\" #\\n\", $s # it's\n"
            "echo text # more\\n\nif $s == 1 # two\n  print $c   # three\nend\nend\ninfo breakpoints\n");
  CommandResult r = RunCommand({"/usr/bin/gdb", "-nx", "-batch", "-x", kGdbScript, "-x", "a.gdb", GolPath()}, {}, folder);
  for (const char* line : {"        set $s = 1\n", "        set variable $c = '#'\n", "        printf \"# %d \\\" #\\n\", $s\n",
                           "        echo text # more\\n\n", "        if $s == 1\n", "          print $c\n"}) {
    EXPECT_NE(r.out.find(line), std::string::npos) << line << r.out << r.err;
  }
}

// As the shell writes it: the second switch carries the variable's name once more.
TEST(ArticleBlocks, Block13TakesBothSwitches) {
  const std::string folder = GoFolder(
      "package main\n\nimport \"runtime\"\n\nvar sink *[64]byte\n\nfunc main() {\n"
      "\tsink = new([64]byte)\n\truntime.GC()\n}\n");
  CommandResult r = RunShellBlock("13_godebug_run.sh", folder);
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_EQ(r.out, "");
  EXPECT_NE(r.err.find("./main.go:8:12: new([64]byte) escapes to heap\n"), std::string::npos) << r.err;
  // That both are seen: a line per collection says so of a third one.
  r = RunGol({"run", "main.go"}, folder, {{"GODEBUG", "madvdontneed=1,GODEBUG=gctrace=1"}});
  EXPECT_TRUE(r.err.starts_with("gc 1 ")) << r.err;
}

TEST(ArticleBlocks, Block14GivesPagesBack) {
  ExpectBlock("14_free_os_memory.go",
              "resident memory fell by most of 64 MB: true\n"
              "HeapReleased rose: true\n");
}

TEST(ArticleBlocks, Block15Escapes) {
  CommandResult r = RunGol({"run", "-gcflags=-m", kSeed + "15_user_escape.go"});
  EXPECT_EQ(r.exit_code, 0);
  EXPECT_NE(r.err.find("&User{...} escapes to heap\n"), std::string::npos)
      << r.err;
  ExpectBlock("15_user_escape.go", "1 1 1024 true\n");
}

TEST(ArticleBlocks, Block16MeasuresTheLayouts) {
  CommandResult r = RunBlock("16_compact_cache.go");
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_TRUE(std::regex_match(r.out, std::regex("200000 true\nbytes per entry: \\d+ and \\d+\n"
                                                 "the compact layout saves 30 %: (true|false)\n")))
      << r.out;
}

TEST(ArticleBlocks, TheArticleRuns) {
  CommandResult r = RunGol({"run", kSeed + "article.md", "--prelude", kPreludes, "--block", "9"});
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_TRUE(r.out.ends_with("after a collection: false\n")) << r.out;
  EXPECT_TRUE(r.err.ends_with("article.md:227: block 9: ok\n")) << r.err;
  r = RunGol({"run", kSeed + "article.md", "--block", "13"});
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_TRUE(r.err.ends_with("is not Go but sh\n")) << r.err;
}

TEST(Markdown, BlocksRunOneAfterAnother) {
  std::string folder = TempFolder();
  WriteFile(folder + "/a.md",
            "# Text\n\n```mermaid\ngraph\n```\n```go\nfmt.Println(\"one\")\n```\n"
            "~~~sh\n```go\n~~~\n  ```go title\nx := 1\nfmt.Println(y)\n  ```\n"
            "````go\npackage main\nfunc main() { panic(\"two\") }\n```\n````\n");
  CommandResult r = RunGol({"run", "a.md"}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_EQ(r.out, "one\n");
  EXPECT_TRUE(r.err.starts_with("a.md:7: block 1: ok\n"
                                "a.md:14:13: undefined: y\na.md:13: block 3: exit status 1\n"
                                "a.md:19:1: syntax error:"))
      << r.err;
  EXPECT_TRUE(r.err.ends_with("a.md:17: block 4: exit status 1\n")) << r.err;
}

TEST(Prelude, StandsInFront) {
  std::string folder = TempFolder();
  WriteFile(folder + "/p.gol", "n := 3\ndefer func() { fmt.Println(\"after\", total) }()\n");
  WriteFile(folder + "/b.go", "total := 0\nfor i := range n {\n\ttotal += i\n}\nfmt.Println(os.Args[1:])\n");
  for (int i = 0; i < 2; i++) {  // the second time from the cache
    CommandResult r = RunGol({"run", "--prelude", "p.gol", "b.go", "x"}, folder);
    EXPECT_EQ(r.out, "[x]\nafter 3\n") << r.err;
  }
  WriteFile(folder + "/p.gol", "n := 1.5\n");
  CommandResult r = RunGol({"run", "--prelude", "p.gol", "b.go"}, folder);
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_TRUE(r.err.starts_with("./b.go:2:16:") || r.err.starts_with("b.go:2:16:")) << r.err;
  r = RunGol({"run", "--prelude", "missing.gol", "b.go"}, folder);
  EXPECT_EQ(r.exit_code, 1);
}

TEST(Lab, LayoutsAreTheRuntimes) {
  CommandResult r = RunSource(R"(import "runtime/lab"
want, got := lab.RuntimeLayout(), lab.Layout()
fmt.Println(len(want) == len(got), len(want) > 50)
for i, f := range got {
	if i < len(want) && f != want[i] {
		fmt.Println(f, "in the runtime:", want[i])
	}
}
)",
                              {.file = "s.gol"});
  EXPECT_EQ(r.out, "true true\n") << r.err;
}

TEST(Lab, FindsWhatLives) {
  CommandResult r = RunSource(R"(import "runtime/lab"
m := map[int]string{}
for i := range 100 {
	m[i] = "v"
}
h := lab.MapOf(m)
fmt.Println(h.Len(), h.Log2Buckets(), h.IsGrowing(), lab.TypeOf(m) != nil)
n := 0
for range lab.Slots(m, false) {
	n++
}
fmt.Println(n)
p := new([40]byte)
s := lab.SpanOf(unsafe.Pointer(p))
slot := s.Index(uintptr(unsafe.Pointer(p)))
fmt.Println(s.ElemSize(), s.State(), s.HasPointers(), s.IsAllocated(slot), s.IsCached())
fmt.Println(lab.Cache().Span(2*s.SizeClass()+1) == s)
defer func() { fmt.Println(recover(), p[0]) }()
lab.MapOf(1)
)",
                              {.file = "s.gol", .env = {{"GOMAXPROCS", "1"}}});
  EXPECT_EQ(r.out, "100 4 false true\n100\n48 1 false true true\ntrue\nruntime/lab: not a map 0\n")
      << r.err;
}

TEST(Lab, OthersCannotBeJoined) {
  CommandResult r = RunSource("//gol:join runtime\nfmt.Println()\n", {.file = "s.gol"});
  EXPECT_EQ(r.exit_code, 1);
  EXPECT_EQ(r.err, "s.gol:1:1: package runtime cannot be joined: it has functions in C++\n");
  r = RunSource("//gol:join runtime/nothing\nfmt.Println()\n", {.file = "s.gol"});
  EXPECT_EQ(r.err, "s.gol:1:1: package runtime/nothing is not in std\n");
  r = RunSource("//gol:join runtime/lab\npackage main\nfunc main() {}\n", {.file = "s.go"});
  EXPECT_EQ(r.err, "s.go:1:1: only scripts can join a package\n");
}

}  // namespace
}  // namespace gol::testing
