package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
	"unsafe"
)

var global struct{ a, b int }

type node struct {
	next *node
	data [10]int
}

func try(what string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			_, isRuntime := r.(runtime.Error)
			fmt.Printf("%s: %v (%T %v)\n", what, r, r, isRuntime)
		}
	}()
	f()
	fmt.Println(what, "ok")
}

//go:noinline
func garbage(n int) {
	var list *node
	for range n {
		list = &node{next: list}
	}
	runtime.KeepAlive(list)
}

func stats() {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	garbage(10000)
	runtime.ReadMemStats(&b)
	fmt.Println(b.Mallocs-a.Mallocs >= 10000, b.TotalAlloc-a.TotalAlloc >= 10000*88, b.Sys > 0, b.HeapSys >= b.HeapInuse, b.HeapAlloc == b.Alloc, b.HeapObjects == b.Mallocs-b.Frees)
	fmt.Println(b.HeapIdle+b.HeapInuse == b.HeapSys, b.StackInuse > 0, b.NextGC > 0, b.EnableGC, b.DebugGC, len(b.BySize), b.BySize[1].Size, b.BySize[60].Size)
	fmt.Println(b.MSpanInuse > 0, b.MSpanSys >= b.MSpanInuse, b.MCacheInuse > 0, b.MCacheSys >= b.MCacheInuse, b.GCSys > 0, b.Lookups)
	fmt.Println(b.Sys == b.HeapSys+b.StackSys+b.MSpanSys+b.MCacheSys+b.BuckHashSys+b.GCSys+b.OtherSys)
	runtime.GC()
	runtime.ReadMemStats(&a)
	fmt.Println(a.NumGC > b.NumGC, a.NumForcedGC > b.NumForcedGC, a.LastGC > 0, a.PauseTotalNs > b.PauseTotalNs, a.PauseNs[(a.NumGC+255)%256] > 0, a.Frees > b.Frees)
	var g debug.GCStats
	g.PauseQuantiles = make([]time.Duration, 3)
	debug.ReadGCStats(&g)
	fmt.Println(g.NumGC >= int64(a.NumGC), len(g.Pause) > 0, len(g.Pause) == len(g.PauseEnd), g.PauseQuantiles[0] <= g.PauseQuantiles[2], time.Since(g.LastGC) < time.Minute, g.PauseEnd[0].Equal(g.LastGC) || true)
}

func finalizers() {
	var x *int
	_ = x
	runtime.SetFinalizer(&global, func(*struct{ a, b int }) {})
	runtime.SetFinalizer(&global.b, func(*int) {})
	p := new(node)
	runtime.SetFinalizer(p, func(*node) {})
	runtime.SetFinalizer(p, nil)
	runtime.SetFinalizer(p, func(any) {})
	runtime.SetFinalizer(p, nil)
	done := make(chan string, 10)
	func() {
		for i := range 3 {
			b := new(byte)
			*b = byte(i)
			runtime.SetFinalizer(b, func(b *byte) int { return int(*b) })
		}
	}()
	try("nil", func() { runtime.AddCleanup((*int)(nil), func(int) {}, 1) })
	q := new(node)
	try("equal", func() { runtime.AddCleanup(q, func(*node) {}, q) })
	try("within", func() { runtime.AddCleanup(q, func(*[10]int) {}, &q.data) })
	try("closes", func() { runtime.AddCleanup(q, func(int) { q.data[0] = 1 }, 1) })
	try("global", func() { runtime.AddCleanup(&global, func(int) {}, 1).Stop() })
	try("arg", func() { runtime.AddCleanup(q, func(s string) { done <- s }, "done").Stop() })
	runtime.KeepAlive(q)
	var pin runtime.Pinner
	try("pin nil", func() { pin.Pin(nil) })
	try("pin int", func() { pin.Pin(1) })
	try("pin", func() { pin.Pin(q); pin.Pin(unsafe.Pointer(q)); pin.Unpin(); pin.Unpin() })
}

func settings() {
	fmt.Println(debug.SetMaxStack(1<<28), debug.SetMaxStack(1<<29) == 1<<28, debug.SetMaxThreads(5000), debug.SetMaxThreads(10000))
	fmt.Println(debug.SetPanicOnFault(true), debug.SetPanicOnFault(false), debug.SetGCPercent(200) > 0, debug.SetGCPercent(-1), debug.SetGCPercent(100))
	fmt.Println(debug.SetMemoryLimit(-1), debug.SetMemoryLimit(1<<40), debug.SetMemoryLimit(1<<62))
	debug.SetTraceback("all")
	debug.SetTraceback("single")
	debug.FreeOSMemory()
	fmt.Println(runtime.GOMAXPROCS(0) == runtime.GOMAXPROCS(-1), runtime.NumCPU() > 0, runtime.NumGoroutine(), runtime.NumCgoCall(), runtime.GOOS, runtime.GOARCH, runtime.Compiler)
	n, ok := runtime.GoroutineProfile(nil)
	fmt.Println(n, ok)
	records := make([]runtime.StackRecord, 10)
	n, ok = runtime.GoroutineProfile(records)
	fmt.Println(n, ok, len(records[0].Stack()) > 0)
	n, ok = runtime.ThreadCreateProfile(nil)
	fmt.Println(n > 0, ok)
	try("cpu", func() { runtime.CPUProfile() })
	bi, ok := debug.ReadBuildInfo()
	fmt.Println(ok, bi.Path, bi.GoVersion == runtime.Version())
	for _, t := range []string{"go\t1.2\npath\tx\nmod\ta\tb\n", "mod\ta\n", "dep\ta\tb\tc\n=>\td\te\tf\n", "=>\td\te\tf\n", "build\tx\n", "build\t=x\n",
		"build\t\"a b\"=`c d`\n", "build\tx=\"y\n", "dep\ta\n", "=>\ta\n", "build\ta b=c\n", "build\ta=b c\n", "build\t\"a\n", "build\t\"a\"\n", "build\t\"a\"x\n", "build\ta=b", "x\n\n"} {
		b, err := debug.ParseBuildInfo(t)
		fmt.Printf("%q %v\n", b, err)
	}
	debug.SetPanicOnFault(true)
	try("fault", func() {
		p := (*int)(unsafe.Pointer(uintptr(0x12345678000)))
		*p = 1
	})
}

func main() {
	stats()
	finalizers()
	settings()
}

// Output:
// true true true true true true
// true true true true false 61 8 18432
// true true true true true 0
// true
// true true true true true true
// true true true true true true
// nil: runtime.AddCleanup: ptr is nil (string false)
// equal: runtime.AddCleanup: ptr is equal to arg, cleanup will never run (string false)
// within: runtime.AddCleanup: ptr is within arg, cleanup will never run (string false)
// closes: runtime.AddCleanup: cleanup function closes over ptr, cleanup will never run (string false)
// global ok
// arg ok
// pin nil: runtime error: runtime.Pinner: argument is nil (runtime.errorString true)
// pin int: runtime error: runtime.Pinner: argument is not a pointer: int (runtime.errorString true)
// pin ok
// 1000000000 true 10000 5000
// false true true 200 -1
// 9223372036854775807 9223372036854775807 1099511627776
// true true 1 0 linux amd64 gc
// 1 false
// 1 true true
// true false
// cpu: CPUProfile no longer available (string false)
// true command-line-arguments true
// "path\tx\nmod\ta\tb\t\n" <nil>
// <nil> could not parse Go build info: line 1: expected 2 or 3 columns; got 1
// "dep\ta\tb\n=>\td\te\tf\n\n" <nil>
// <nil> could not parse Go build info: line 1: replacement with no module on previous line
// <nil> could not parse Go build info: line 1: build line missing '=' after key
// <nil> could not parse Go build info: line 1: build line with missing key
// "build\t\"a b\"=\"c d\"\n" <nil>
// <nil> could not parse Go build info: line 1: invalid quoted value in build line
// <nil> could not parse Go build info: line 1: expected 2 or 3 columns; got 1
// <nil> could not parse Go build info: line 1: expected 3 columns for replacement; got 1
// <nil> could not parse Go build info: line 1: unquoted key "a b" must be quoted
// <nil> could not parse Go build info: line 1: unquoted value "b c" must be quoted
// <nil> could not parse Go build info: line 1: invalid quoted key in build line
// <nil> could not parse Go build info: line 1: build line missing '=' after quoted key
// <nil> could not parse Go build info: line 1: unexpected character after quoted key: 'x'
// "" <nil>
// "" <nil>
// fault: runtime error: invalid memory address or nil pointer dereference (runtime.errorAddressString true)
