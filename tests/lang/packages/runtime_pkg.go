// Packages runtime, os and sync together: collections on request, memory statistics that move the
// right way, finalizer-free keep-alive, goroutine counts, callers, Once, Pool, RWMutex, Cond,
// atomic-free counters, environment variables, files.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

type block struct {
	next *block
	data [56]byte
}

// Many short lists: a word left over in some frame keeps one of them at most.
var sinks [100]*block

func alloc(n int) {
	for i := range n {
		at := i % len(sinks)
		sinks[at] = &block{next: sinks[at]}
	}
}

func drop() (count int) {
	for i := range sinks {
		for b := sinks[i]; b != nil; b = b.next {
			count++
		}
		sinks[i] = nil
	}
	return
}

func memory() {
	runtime.GC()
	var before, during, after runtime.MemStats
	runtime.ReadMemStats(&before)
	alloc(2000)
	runtime.ReadMemStats(&during)
	count := drop()
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Println(count, during.Mallocs-before.Mallocs >= 2000, during.TotalAlloc-before.TotalAlloc >= 2000*64)
	fmt.Println(after.NumGC >= before.NumGC+2, after.Frees-before.Frees >= 1800, after.HeapObjects < during.HeapObjects+1000)
	fmt.Println(before.HeapAlloc > 0, after.Sys > 0, after.HeapSys >= after.HeapInuse, after.NumForcedGC >= 2)
}

func where() string {
	_, file, line, ok := runtime.Caller(1)
	return fmt.Sprint(file[strings.LastIndexByte(file, '.')+1:], " ", line > 50, " ", ok)
}

func goroutines() {
	base := runtime.NumGoroutine()
	stop := make(chan bool)
	var wg sync.WaitGroup
	for range 10 {
		wg.Add(1)
		go func() { defer wg.Done(); <-stop }()
	}
	during := runtime.NumGoroutine()
	close(stop)
	wg.Wait()
	for i := 0; i < 1000 && runtime.NumGoroutine() > base; i++ {
		time.Sleep(time.Millisecond)
	}
	fmt.Println(base, during-base, runtime.NumGoroutine()-base, runtime.NumCPU() > 0, runtime.GOMAXPROCS(0) > 0, runtime.GOOS != "", runtime.GOARCH)
}

type cache struct {
	mu    sync.RWMutex
	items map[string]int
}

func (c *cache) get(k string) (int, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.items[k]
	return v, ok
}

func (c *cache) add(k string, v int) {
	c.mu.Lock()
	c.items[k] += v
	c.mu.Unlock()
}

func locks() {
	c := cache{items: map[string]int{}}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range 50 {
				c.add(fmt.Sprint("k", j%5), i)
				c.get("k1")
				if j%10 == 0 {
					runtime.Gosched()
				}
			}
		}()
	}
	wg.Wait()
	fmt.Println(c.items, c.mu.TryLock(), c.mu.TryRLock())

	var once sync.Once
	calls := 0
	for range 5 {
		once.Do(func() { calls++ })
	}
	lazy := sync.OnceValue(func() int { calls++; return calls * 10 })
	fmt.Println(calls)
	fmt.Println(lazy(), lazy())

	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	queue, got := []int{}, []int{}
	done := make(chan bool)
	go func() {
		mu.Lock()
		for len(got) < 5 {
			for len(queue) == 0 {
				cond.Wait()
			}
			got = append(got, queue[0])
			queue = queue[1:]
		}
		mu.Unlock()
		done <- true
	}()
	for i := range 5 {
		mu.Lock()
		queue = append(queue, i*i)
		mu.Unlock()
		cond.Signal()
	}
	<-done
	fmt.Println(got)
	p := sync.Pool{New: func() any { return new(strings.Builder) }}
	b := p.Get().(*strings.Builder)
	b.WriteString("pooled")
	fmt.Println(b.String())
	b.Reset()
	p.Put(b)
	var m sync.Map
	m.Store("a", 1)
	v, loaded := m.LoadOrStore("a", 2)
	_, missing := m.Load("b")
	m.Delete("a")
	_, gone := m.Load("a")
	fmt.Println(v, loaded, missing, gone)
	defer func() { fmt.Println("recovered", recover()) }()
	var neg sync.WaitGroup
	neg.Add(-1)
}

func files() {
	dir, err := os.MkdirTemp("", "gol-lang")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := dir + "/f.txt"
	fmt.Println(os.WriteFile(path, []byte("one\ntwo\n"), 0o644))
	data, err := os.ReadFile(path)
	fmt.Printf("%q %v\n", data, err)
	_, err = os.ReadFile(dir + "/none")
	var pe *os.PathError
	fmt.Println(os.IsNotExist(err), errors.Is(err, os.ErrNotExist), errors.As(err, &pe), pe.Op, pe.Err)
	os.Setenv("GOL_TEST_VAR", "v")
	v, ok := os.LookupEnv("GOL_TEST_VAR")
	os.Unsetenv("GOL_TEST_VAR")
	fmt.Println(v, ok, os.Getenv("GOL_TEST_VAR") == "", len(os.Args))
	fmt.Fprintln(os.Stdout, "direct", 1)
	fmt.Fprint(os.Stderr, "to standard error\n")
	os.Stdout.WriteString("raw\n")
}

func main() {
	memory()
	fmt.Println(where())
	goroutines()
	locks()
	files()
	x := new([100]int)
	runtime.KeepAlive(x)
}

// Output:
// 2000 true true
// true true true
// true true true true
// go true true
// 1 10 0 true true true amd64
// map[k0:280 k1:280 k2:280 k3:280 k4:280] true false
// 1
// 20 20
// [0 1 4 9 16]
// pooled
// 1 true false false
// recovered sync: negative WaitGroup counter
// <nil>
// "one\ntwo\n" <nil>
// true true true open no such file or directory
// v true true 1
// direct 1
// raw
