// The laboratory of gol repl: what its commands say, as text and as JSON.
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "support/command.h"

namespace gol::testing {
namespace {

constexpr char kList[] =
    "type Node struct{ name string; next *Node; kids map[string]*Node }\n"
    "type List struct{ head *Node; all []*Node }\n"
    "var list = &List{}\n"
    "for i := 0; i < 5; i++ {\n"
    "\tn := &Node{name: \"n\" + strconv.Itoa(i), next: list.head, kids: map[string]*Node{}}\n"
    "\tlist.head = n; list.all = append(list.all, n)\n"
    "}\n";

CommandResult Lab(const std::string& input) {
  const std::string folder = TempFolder();
  WriteFile(folder + "/input.txt", input);
  return RunCommand({"sh", "-c", "exec '" + GolPath() + "' repl < input.txt"}, {{"GOLCACHE", "off"}},
                    folder);
}

void ExpectMatch(const std::string& input, const std::string& pattern) {
  CommandResult r = Lab(input);
  EXPECT_TRUE(std::regex_match(r.out, std::regex(pattern))) << r.out << r.err;
  EXPECT_EQ(r.exit_code, 0) << r.err;
}

TEST(ReplLab, GcSaysWhatItFreed) {
  ExpectMatch(":set gcpercent=off\np := new([1 << 20]byte)\n:gc\np = nil\n:gc\n",
              "collection 1\nfreed +\\d+ objects[^]*"
              "collection 2\nfreed +1 object +1\\.0 MB\nlive +[\\d,]+ objects +\\d+\\.\\d KB\n"
              "stopped +[\\d.]+ us\nnext +when asked for\n");
}

TEST(ReplLab, HeapByType) {
  ExpectMatch(std::string(kList) + "var a any = list\n:heap\n",
              "objects +bytes +share +type\n[^]*"
              " +5 +240 B +\\d+ % +map\\[string\\]\\*Node\n[^]*"
              " +5 +160 B +\\d+ % +Node\n[^]*"
              " +1 +64 B +\\d+ % +\\[\\]\\*Node\n[^]*"
              "reachable +\\d+ +[\\d.]+ K?B\n[^]*");
}

TEST(ReplLab, WhySaysTheWay) {
  ExpectMatch(std::string(kList) +
                  "list.head.next.kids[\"x\"] = &Node{name: \"kid\"}\n"
                  ":why list.head.next.kids[\"x\"]\n",
              "list\\.head\\.next\\.kids\\[\"x\"\\]\n"
              "step +leads to +bytes +at\n"
              "variable list +List +\\d+ +0x[0-9a-f]+\n"
              "\\.head +Node +32 +0x[0-9a-f]+\n"
              "\\.next +Node +32 +0x[0-9a-f]+\n"
              "\\.kids +map\\[string\\]\\*Node +48 +0x[0-9a-f]+\n"
              "\\(inside\\) +map\\[string\\]\\*Node buckets +208 +0x[0-9a-f]+\n"
              "\\[\"x\"\\] +Node +32 +0x[0-9a-f]+\n");
  ExpectMatch(":why new([5]int)\n", "nothing leads to it: the next collection frees it\n");
  ExpectMatch("type T struct{ v any }\nt := T{v: []*int{nil, new(int)}}\n:why t.v.([]*int)[1]\n",
              "t\\.v\\.\\(\\[\\]\\*int\\)\\[1\\]\n[^]*");
  ExpectMatch("type N struct{ s string }\nc := make(chan *N, 2)\nc <- &N{\"1\"}\nn := &N{\"2\"}\nc <- n\nq := n\nn = nil\n"
              "var p *N = q; q = nil; w := p; p = nil\n:why -json w\n",
              "\\{\"reachable\":true,\"path\":\"w\",\"root\":\"variable\",\"steps\":\\[\\{[^]*\\}\\],\"shared\":false\\}\n");
  // Objects on stacks only.
  ExpectMatch("type N struct{ s string }\nc := make(chan *N)\nstop := make(chan int)\n"
              "go func() { n := &N{\"x\"}; c <- n; <-stop; println(n.s) }()\n"
              "at := uintptr(unsafe.Pointer(<-c))\n:why unsafe.Pointer(at)\n",
              "goroutine \\d+ \\[chan receive\\] in main[^ ]*, <input 4>:1\n[^]*");
  EXPECT_EQ(Lab("x := 1\n:why x\n").err, "gol: x does not lead to the heap\n");
}

TEST(ReplLab, DiffSaysWhatChanged) {
  ExpectMatch("type T struct{ a, b *int }\ns := make([]*T, 100)\n:diff\n"
              "for i := range s { s[i] = &T{} }\n:diff\n",
              "noted; the next :diff tells what changed\n"
              "objects +bytes +now +type\n"
              " +\\+100 +\\+1600 B +1600 B +T\n"
              "reachable: \\+100 objects, \\+1600 B; 10\\d made meanwhile\n");
  ExpectMatch(":diff x := make([]int, 1000)\nlen(x)\n",
              "objects +bytes +now +type\n +\\+1 +\\+8192 B +8192 B +\\[\\]int\n[^]*1000 \\(int\\)\n");
}

TEST(ReplLab, WatchTellsAsItHappens) {
  ExpectMatch("type T struct{ a [100]int }\nt := &T{}\n:watch t\nt = nil\n:gc -json\n",
              "object 1 \\(T\\): slot \\d+ of span 0x[0-9a-f]+, 896 bytes\n"
              "\\{[^\n]*\\}\n"
              "object 1 \\(T\\): dropped at <input 3>:1 or later\n"
              "object 1 \\(T\\): unmarked by collection 1\n"
              "object 1 \\(T\\): swept\n[^]*");
  EXPECT_EQ(Lab(":watch 1\n").err, "gol: 1 does not lead to the heap\n");
}

TEST(ReplLab, ACollectionByHand) {
  ExpectMatch("type N struct{ next *N }\nvar l *N\nfor i := 0; i < 3; i++ { l = &N{l} }\nx := &N{}\nx = nil\n"
              ":gc step roots\n:gc step drain 1000000\n:gc step\n:gc step finish\n",
              "collection 1: the write barrier is on, new objects are black, \\d+ root jobs done\n"
              "white \\d+ \\([^\n]*\\), grey [1-9]\\d*, black \\d+\n"
              "next: :gc step scans grey objects\n"
              "scanned +bytes +at +way\n"
              "[^]*N +\\d+ +0x[0-9a-f]+ +l\n"
              "[^]*N +\\d+ +0x[0-9a-f]+ +l\\.next\n"
              "[^]*N +\\d+ +0x[0-9a-f]+ +l\\.next\\.next\n"
              "[^]*white [1-9]\\d* \\([^\n]*\\), grey 0, black \\d+\n"
              "next: :gc step ends marking\n"
              "collection 1: marking has ended, the barrier is off; [^\n]*\n"
              "next: :gc step sweeps one of \\d+ spans\n"
              "span +slot +slots +objects +freed[^]*"
              "next: :gc step begins a collection\n");
  // What the program does between the steps is seen by the barrier; a collection that it asks for ends the stepped one.
  ExpectMatch(":set verifyheap=1 gccheckmark=1\ntype N struct{ next *N; v int }\nl := &N{&N{nil, 7}, 1}\n:gc step roots -json\n"
              "m := l.next; l.next = nil\nfor i := 0; i < 1000; i++ { l.next = &N{l.next, i} }\n:gc step -json\n"
              "runtime.GC()\nm.v\nl.next.v\n:gc -json\n",
              "\\{[^\n]*\n\\{[^\n]*\n7 \\(int\\)\n999 \\(int\\)\n\\{\"collection\":3,[^\n]*\n");
  EXPECT_EQ(Lab(":gc step sweep\n:gc step terminate\n").err,
            "gol: marking has not begun; :gc step roots does\n");
}

TEST(ReplLab, Settings) {
  ExpectMatch(":set gcpercent=50 memorylimit=64MB\n:pacer -json\n",
              "\\{\"gcPercent\":50,\"memoryLimit\":67108864,[^\n]*\\}\n");
  CommandResult r = Lab(":set gctrace=1\nruntime.GC()\n:set gctrace=0\nruntime.GC()\n");
  EXPECT_TRUE(std::regex_match(r.err, std::regex("gc 1 @[^\n]*\\(forced\\)\n"))) << r.err;
  EXPECT_EQ(Lab(":set gcpercent=x\n").err, "gol: gcpercent=x: not a number, nor off\n");
  EXPECT_EQ(Lab(":set nothing=1\n").err, "gol: no setting nothing; :set lists them\n");
  EXPECT_EQ(Lab(":set schedseed=1\n").err,
            "gol: schedseed=1: looked at when a program starts; GODEBUG=schedseed=1 gol\n");
  ExpectMatch(":set gcstress=1\nfmt.Sprint(1)\n:set gcstress=0\n:set gcstoptheworld=1\n:gc -json\n",
              "\"1\" \\(string\\)\n\\{\"collection\":\\d+,[^\n]*\\}\n");
}

TEST(ReplLab, BarriersByLine) {
  ExpectMatch(":barriers on\nvar s [10]*int\nvar a int\n"
              "for i := range s {\n\ts[i] = &a\n}\nclear(s[:])\n:barriers\n",
              "stores of pointers are counted from now on\n"
              "pointers +while marking +line +function\n"
              "[^]*10 +0 +<input 3>:2 +main\\.main\n[^]*");
}

TEST(ReplLab, AMapsBuckets) {
  ExpectMatch(":map map[int]string{1: \"a\", 2: \"b\"}\n",
              "map\\[int\\]string\nentries +2\nbuckets +1 +B=0, 208 bytes each\nload +2\\.00 +[^\n]*\n"
              "overflow +0 [^\n]*\nhash0 +[0-9a-f]{8}\nbucket +entries +tophash of each slot\n"
              " +0 +2 +[0-9a-f]{2} [0-9a-f]{2}( +\\.){6}\n");
  ExpectMatch(":map map[int]int(nil)\n", "nil\n");
  EXPECT_EQ(Lab(":map 1\n").err, "gol: 1 is not a map\n");
}

// Every command of the laboratory, its answer one line that reads as an object.
TEST(ReplLab, Json) {
  for (const char* command : {":gc", ":gc step", ":heap", ":heap classes", ":diff", ":diff x := 1", ":why s", ":watch",
                              ":watch s", ":spans", ":spans 48", ":map m", ":pacer", ":assist", ":barriers",
                              ":barriers on", ":pauses", ":set"}) {
    ExpectMatch("s := make([]*int, 5)\nm := map[string]int{\"a\": 1}\n" + std::string(command) + " -json\n",
                "\\{\"[^\n]*\\}\n");
  }
  EXPECT_EQ(Lab(":vars -json\n").err, "");
}

}  // namespace
}  // namespace gol::testing
