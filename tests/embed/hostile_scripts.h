// Programs that use up what they can get. limits_test.cc runs them as programs, hostile_isolates_test.cc in isolates.
#pragma once

namespace gol::testing {

struct Script {
  const char* name;
  const char* text;
  bool lives_on = false;  // what it made can still be reached when its call has ended
};

// They never end by themselves.
inline constexpr Script kEndless[] = {
    {"Loop", "package main\nfunc main() { for {} }\n"},
    {"LoopWithRecover",
     "package main\nfunc f() { defer func() { recover(); for {} }(); for {} }\n"
     "func main() { for { f() } }\n"},
    {"Counting", "package main\nvar n int\nfunc main() { for { n++ } }\n"},
    {"Nested",
     "package main\nfunc main() { x := 0\n for i := 0; ; i++ { for j := 0; j < 1<<40; j++ { x ^= j } } }\n"},
    {"Allocating", "package main\nvar p *[64]int\nfunc main() { for { p = new([64]int) } }\n"},
    {"Exponential",
     "package main\nfunc fib(n int) int { if n < 2 { return n }\n return fib(n-1) + fib(n-2) }\n"
     "func main() { println(fib(90)) }\n"},
    {"PanicStorm",
     "package main\nfunc f() { defer func() { recover() }(); panic(1) }\nfunc main() { for { f() } }\n"},
    {"DeferStorm",
     "package main\nfunc f(n int) { for i := 0; i < n; i++ { defer func() {}() } }\n"
     "func main() { for { f(1000) } }\n"},
    {"CollectorLoop", "package main\nimport \"runtime\"\nfunc main() { for { runtime.GC() } }\n"},
    {"Goroutines",
     "package main\nfunc main() { for i := 0; i < 100; i++ { go func() { for {} }() }\n for {} }\n"},
    {"Sleeping", "package main\nimport \"time\"\nfunc main() { time.Sleep(time.Hour) }\n"},
    {"PingPong",
     "package main\nfunc main() { a, b := make(chan int), make(chan int)\n"
     " go func() { for v := range a { b <- v } }()\n for { a <- 1; <-b } }\n"},
    {"MapChurn",
     "package main\nfunc main() { m := map[int]int{}\n for i := 0; ; i++ { m[i%1000] = i; delete(m, (i+500)%1000) } }\n"},
    {"Timers",
     "package main\nimport \"time\"\nfunc main() { for i := 0; i < 10000; i++ { time.AfterFunc(time.Hour, func() {}) }\n"
     " select {} }\n",
     true},
    {"SleepingCollector",
     "package main\nimport \"runtime\"\nfunc main() { for i := 0; i < 4; i++ { go func() { for { runtime.GC() } }() }\n"
     " select {} }\n"},
    {"NestedPanics",
     "package main\nfunc f() { defer func() { defer func() { recover() }(); panic(2) }(); panic(1) }\n"
     "func main() { for { func() { defer func() { recover() }(); f() }() } }\n"},
    {"ReadingAPipe",
     "package main\nimport \"os\"\nfunc main() { r, w, _ := os.Pipe(); var b [1]byte; r.Read(b[:]); w.Close() }\n"},
    {"Coroutines",
     "package main\nimport \"iter\"\n"
     "func main() { next, _ := iter.Pull(func(yield func(int) bool) { for yield(1) {} })\n for { next() } }\n"},
    {"Mutex",
     "package main\nimport \"sync\"\nfunc main() { var mu sync.Mutex\n for i := 0; i < 4; i++ {\n"
     " go func() { for { mu.Lock(); mu.Unlock() } }() }\n for { mu.Lock(); mu.Unlock() } }\n"},
    {"BufferedChannel",
     "package main\nfunc main() { c := make(chan int, 1)\n for { c <- 1; <-c } }\n"},
    {"GoroutinesThatEnd", "package main\nfunc f() {}\nfunc main() { for { go f() } }\n"},
    {"ClosedChannel",
     "package main\nfunc main() { c := make(chan int); close(c)\n for range 1 << 60 { <-c } }\n"},
    {"Select",
     "package main\nfunc main() { a, b := make(chan int), make(chan int)\n"
     " go func() { for { select { case a <- 1: case b <- 1: } } }()\n"
     " for { select { case <-a: case <-b: default: } } }\n"},
    {"Sort",
     "package main\nimport \"sort\"\nfunc main() { s := make([]int, 1000000)\n"
     " for { for i := range s { s[i] = (i * 7919) % 1000003 }\n sort.Ints(s) } }\n"},
};

// They end when the memory does.
inline constexpr Script kGreedy[] = {
    {"DoublingSlice",
     "package main\nfunc main() { s := make([]byte, 1)\n for { s = append(s, s...) } }\n"},
    {"DoublingString", "package main\nfunc main() { s := \"x\"\n for { s += s } }\n"},
    {"HugeMake", "package main\nvar n = 1 << 40\nfunc main() { s := make([]byte, n); println(len(s)) }\n"},
    {"HugeMakeRecovered",
     "package main\nvar n = 1 << 40\nfunc main() { defer func() { recover(); for {} }()\n"
     " s := make([]byte, n); println(len(s)) }\n"},
    {"HugeMap",
     "package main\nfunc main() { m := map[int]int{}\n for i := 0; i < 100000000; i++ { m[i] = i } }\n"},
    {"HintedMap", "package main\nvar n = 1 << 33\nfunc main() { m := make(map[int]int, n); println(len(m)) }\n"},
    {"NanKeys",
     "package main\nimport \"math\"\nfunc main() { m := map[float64]int{}\n for { m[math.NaN()] = 1 } }\n"},
    {"List",
     "package main\ntype t struct { next *t; pad [10]int }\nfunc main() { var l *t\n for { l = &t{next: l} } }\n"},
    {"ChannelBuffers",
     "package main\nfunc main() { var all []chan [1024]int\n for { all = append(all, make(chan [1024]int, 64)) } }\n"},
    {"Closures",
     "package main\nfunc main() { var all []func() int\n for i := 0; ; i++ { all = append(all, func() int { return i }) } }\n"},
    {"Resurrection",
     "package main\nimport \"runtime\"\ntype t struct { pad [1000]int }\nvar kept []*t\n"
     "func main() { for { p := new(t)\n runtime.SetFinalizer(p, func(p *t) { kept = append(kept, p) }) } }\n",
     true},
    {"GoroutineBomb", "package main\nfunc main() { for { go func() { select {} }() } }\n"},
    {"GoroutineTree",
     "package main\nvar c chan int\nfunc f() { go f(); go f(); <-c }\nfunc main() { f() }\n"},
    {"TimerBomb",
     "package main\nimport \"time\"\nfunc main() { for { time.AfterFunc(time.Hour, func() {}) } }\n",
     true},
    {"TickerBomb",
     "package main\nimport \"time\"\nvar all []*time.Ticker\n"
     "func main() { for { all = append(all, time.NewTicker(time.Hour)) } }\n",
     true},
    {"Recursion",
     "package main\nfunc f(n int) int { return f(n+1) + 1 }\n"
     "func main() { defer func() { recover(); for {} }(); println(f(0)) }\n"},
    {"RecursionOfMany",
     "package main\nvar c chan int\nfunc f(n int) int { if n == 0 { <-c }\n return f(n-1) + 1 }\n"
     "func main() { for { go f(20000) } }\n"},
    {"DeferBomb", "package main\nfunc main() { for { defer func() {}() } }\n"},
    {"PullBomb",
     "package main\nimport \"iter\"\n"
     "func main() { for { next, _ := iter.Pull(func(yield func(int) bool) { yield(1) }); next() } }\n"},
    {"InGoroutine",
     "package main\nfunc eat() { var l [][]int\n for { l = append(l, make([]int, 1000)) } }\n"
     "func main() { go eat(); select {} }\n"},
};

}  // namespace gol::testing
