// What becomes of watched objects: package runtime/lab's Watch, gol lab lifecycle, the tasks of traces.
#include <gtest/gtest.h>

#include <regex>

#include "browser.h"
#include "support/program.h"
#include "support/sanitizers.h"

namespace gol::testing {
namespace {

const std::string kChurn = GOL_SOURCE_DIR "/tests/cmd/lifecycle/churn.gol";

constexpr char kFew[] = R"(import "runtime/lab"

type Node struct {
	next *Node
	pad  [6]uint64
}

live := map[int]*Node{}
for i := range 40 {
	n := &Node{}
	live[i] = n
	lab.Watch(n)
}
for i := range 20 {
	delete(live, i)
}
runtime.GC()
for i := range 20000 {
	live[100+i%50] = &Node{}
}
for i := range 20 {
	delete(live, 20+i)
}
big := make([]byte, 1<<20)
lab.Watch(big)
big = nil
runtime.GC()
debug.FreeOSMemory()
fmt.Println(len(live))
)";

void ExpectChurn(const std::string& rounds, const std::string& godebug) {
  CommandResult r = RunGol({"run", kChurn, rounds}, {}, {{"GODEBUG", godebug}});
  EXPECT_EQ(r.exit_code, 0) << godebug << "\n" << r.err;
  EXPECT_EQ(r.out,
            "1000 1000 1000 1000 1000\n"
            "deletes seen: 500\n"
            "reused or freed: true\n")
      << godebug << "\n" << r.err;
}

TEST(Lifecycle, AThousandObjectsUnderChurn) {
  ExpectChurn("200000", "");
  ExpectChurn("200000", "gcstoptheworld=2");
  ExpectChurn("100000", "verifyheap=1,gccheckmark=1,clobberfree=1");
}

TEST(Lifecycle, AThousandObjectsUnderGcstress) {
  ExpectChurn("2000", "gcstress=50");
  ExpectChurn("500", "gcstress=1");
}

TEST(Lifecycle, FinalizersReviveOnce) {
  if (kAddressSanitizer) GTEST_SKIP() << kKeepsGarbage;
  CommandResult r = RunSource(R"(import "runtime/lab"

type T struct{ a, b [4]int }

done := make(chan bool)
make1 := func() int {
	p := &T{}
	runtime.SetFinalizer(p, func(*T) { done <- true })
	return lab.Watch(p)
}
id := make1()
runtime.GC()
<-done
l := lab.LifeOf(id)
_, dead := l.Stage(lab.Swept)
fmt.Println(dead)
for range 5 {
	runtime.GC()
}
l = lab.LifeOf(id)
_, dead = l.Stage(lab.Swept)
unmarked, _ := l.Stage(lab.Unmarked)
fmt.Println(dead, unmarked.Gc > 1, l.Type)
)",
                              {.file = "s.gol"});
  EXPECT_EQ(r.out, "false\ntrue true *main.T\n") << r.err;
}

// A variable holds the object for longer than the map does: the drop is not said to be the delete.
TEST(Lifecycle, ADropLiesBetweenTwoTimes) {
  if (kAddressSanitizer) GTEST_SKIP() << kKeepsGarbage;
  CommandResult r = RunSource(R"(import "runtime/lab"

type T struct{ a, b [4]int }

m := map[int]*T{1: {}}
before := time.Now()
id := lab.Watch(m[1])
start := time.Now()
runtime.GC()
hold := func() (deleted, last time.Time) {
	t := m[1]
	delete(m, 1)
	deleted = time.Now()
	time.Sleep(20 * time.Millisecond)
	t.a[0]++
	return deleted, time.Now()
}
deleted, last := hold()
runtime.GC()
collected := time.Now()
l := lab.LifeOf(id)
d, _ := l.Stage(lab.Dropped)
u, _ := l.Stage(lab.Unmarked)
after, ns := time.Duration(d.After), time.Duration(d.Ns)
fmt.Println(after <= deleted.Sub(before), ns >= last.Sub(start), ns <= collected.Sub(before), d.Ns <= u.Ns, u.Gc)
fmt.Println(d.Where[strings.LastIndex(d.Where, "/")+1:])

var p *T
id = func() int { p = new(T); return lab.Watch(p) }()
marked := time.Now()
runtime.GC()
runtime.KeepAlive(p)
p = nil
runtime.GC()
l = lab.LifeOf(id)
d, _ = l.Stage(lab.Dropped)
fmt.Println(l.Survived, time.Duration(d.After) >= marked.Sub(start), d.Where == "" || strings.Contains(d.Where, "s.gol:33 "))
)",
                              {.file = "s.gol"});
  EXPECT_EQ(r.out,
            "true true true true 2\n"
            "s.gol:12 main.main.func1\n"
            "1 true true\n")
      << r.err;
}

TEST(Lifecycle, WatchNeedsAnObject) {
  CommandResult r = RunSource(R"(import "runtime/lab"
try := func(p any) {
	defer func() { fmt.Println(recover()) }()
	fmt.Println(lab.Watch(p))
}
try(nil)
try(7)
try("constant")
try(map[string]int{"a": 1})
try(make([]int, 100))
try(make(chan int))
try(lab.LifeOf)
func() {
	defer func() { fmt.Println(recover()) }()
	lab.LifeOf(99)
}()
fmt.Println(len(lab.Lives()))
)",
                              {.file = "s.gol"});
  EXPECT_EQ(r.out,
            "runtime/lab: Watch of nil\n"
            "runtime/lab: Watch of a int, which is no reference\n"
            "runtime/lab: Watch of a string that is not on the heap\n"
            "1\n<nil>\n2\n<nil>\n3\n<nil>\n"
            "runtime/lab: Watch of a func(int) lab.Life that is not on the heap\n"
            "runtime/lab: no watched object has this number\n"
            "3\n")
      << r.err;
}

TEST(Lifecycle, SamplesAreWatchedFromTheirAllocation) {
  CommandResult r = RunSource(R"(import "runtime/lab"
lab.WatchEvery(10, 50)
var keep []*[100]int
for range 1000 {
	keep = append(keep, new([100]int))
}
n := 0
for _, l := range lab.Lives() {
	s, ok := l.Stage(lab.Allocated)
	if l.Sampled && ok && l.SlotSize == 896 && strings.HasSuffix(s.Where, "s.gol:5 main.main") {
		n++
	}
}
fmt.Println(n > 40, n <= 51, len(keep))
)",
                              {.file = "s.gol"});
  EXPECT_EQ(r.out, "true true 1000\n") << r.err;
}

TEST(Lifecycle, TableAndPicture) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/few.gol", kFew);
  CommandResult r = RunGol({"lab", "lifecycle", "-finish", "-svg", "l.svg", "-json", "l.json", "few.gol"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  const std::vector<std::string> lines = Lines(r.out);
  ASSERT_GT(lines.size(), 45u) << r.out;
  EXPECT_EQ(lines[0], "50");
  EXPECT_TRUE(lines[1].starts_with("41 objects watched; times in ms; dropped: ")) << lines[1];
  // The first object: made in line 10, deleted, its slot taken by one of line 19.
  EXPECT_TRUE(std::regex_match(
      lines[3], std::regex(R"( +1 \*main\.Node +few\.gol:10 +\d+ +6 +[\d.]+ +[\d.]+-[\d.]+ few\.gol:15 +1 +[\d.]+  slot reused [\d.]+ few\.gol:19)")))
      << lines[3];
  EXPECT_TRUE(std::regex_search(r.out, std::regex("reached: allocated 41, watched 41, dropped 41, unmarked 41, "
                                                  "swept 41, slot reused \\d+, span freed \\d+, pages returned \\d+")))
      << r.out;
  EXPECT_NE(ReadFile(folder + "/l.json").find("\"name\":\"pages returned\""), std::string::npos);
  EXPECT_NE(ReadFile(folder + "/l.svg").find("xmlns=\"http://www.w3.org/2000/svg\""), std::string::npos);
  const std::string page = ReadFile(folder + "/lifecycle.html");
  EXPECT_EQ(std::regex_replace(page, std::regex("http://www.w3.org/2000/svg"), "").find("http"), std::string::npos)
      << "nothing comes from the network";
  const std::string browser = BrowserPath();
  if (browser.empty()) GTEST_SKIP() << "no browser on this machine";
  for (int width : {1280, 400}) {
    OpenedPage opened = OpenPage(browser, folder + "/lifecycle.html", width, "g[data-tip]");
    ASSERT_TRUE(opened.ok);
    EXPECT_EQ(opened.console, "");
    EXPECT_TRUE(opened.tip.starts_with("object 1 *main.Node\nspan 0x")) << opened.tip;
    EXPECT_FALSE(opened.is_wider) << width;
  }
}

TEST(Lifecycle, ATraceShowsEachObjectAsATask) {
  if (GoPath().empty()) GTEST_SKIP() << "no Go on this machine";
  const std::string folder = TempFolder();
  WriteFile(folder + "/few.gol", kFew);
  CommandResult r = RunGol({"run", "-trace", "t.out", "few.gol"}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err;
  r = RunCommand({GoPath(), "tool", "trace", "-d=parsed", "t.out"}, {}, folder);
  ASSERT_EQ(r.exit_code, 0) << r.err.substr(0, 2000);
  auto count = [&](const std::string& pattern) {
    std::regex re(pattern);
    return std::distance(std::sregex_iterator(r.out.begin(), r.out.end(), re), std::sregex_iterator());
  };
  EXPECT_EQ(count("TaskBegin .*Type=\"object \\d+ [^\"]*\""), 41);
  for (const char* stage : {"watched: span 0x", "dropped", "unmarked by gc \\d", "swept"}) {
    EXPECT_EQ(count("Category=\"lifecycle\" Message=\"" + std::string(stage)), 41) << stage;
  }
  EXPECT_GE(count("TaskEnd"), 30);
}

}  // namespace
}  // namespace gol::testing
