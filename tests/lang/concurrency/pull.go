// iter.Pull: ends from either side, panics, Goexit, misuse, blocking in the sequence, nesting.
package main

import (
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"time"
)

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("count ends")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func try(f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("recovered:", r)
		}
	}()
	f()
}

func main() {
	fmt.Println(runtime.NumGoroutine())
	next, stop := iter.Pull(count(3))
	fmt.Println(runtime.NumGoroutine())
	for {
		v, ok := next()
		if !ok {
			break
		}
		fmt.Println(v, runtime.NumGoroutine())
	}
	fmt.Println(next())
	stop()
	fmt.Println(runtime.NumGoroutine())
	next, stop = iter.Pull(count(3))
	fmt.Println(next())
	stop()
	stop()
	fmt.Println(next())
	next, stop = iter.Pull(count(3))
	stop()
	fmt.Println(next())
	fmt.Println(runtime.NumGoroutine())
	next, stop = iter.Pull(func(yield func(int) bool) { yield(1); panic("in seq") })
	fmt.Println(next())
	try(func() { next() })
	fmt.Println(next())
	next, stop = iter.Pull(func(yield func(int) bool) { defer func() { panic("on stop") }(); yield(1) })
	fmt.Println(next())
	try(stop)
	try(stop)
	// Goexit in the sequence ends the caller.
	done := make(chan bool)
	go func() {
		defer close(done)
		next, _ := iter.Pull(func(yield func(int) bool) { runtime.Goexit() })
		next()
		fmt.Println("not reached")
	}()
	<-done
	var n2 func() (int, bool)
	n2, stop = iter.Pull(func(yield func(int) bool) { try(func() { n2() }); yield(2) })
	fmt.Println(n2())
	stop()
	var keep func(int) bool
	next, stop = iter.Pull(func(yield func(int) bool) { keep = yield; yield(2) })
	fmt.Println(next())
	try(func() { keep(3) })
	stop()
	fmt.Println(keep(3))
	next3, stop3 := iter.Pull2(slices.All([]string{"a", "b"}))
	fmt.Println(next3())
	fmt.Println(next3())
	fmt.Println(next3())
	stop3()
	// Blocking within; resumed by different goroutines.
	c := make(chan int)
	next, stop = iter.Pull(func(yield func(int) bool) {
		for v := range c {
			if !yield(v * 2) {
				return
			}
		}
	})
	go func() {
		for i := range 4 {
			time.Sleep(time.Millisecond)
			c <- i
		}
		close(c)
	}()
	var mu sync.Mutex
	var wg sync.WaitGroup
	sum := 0
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				mu.Lock()
				v, ok := next()
				mu.Unlock()
				if !ok {
					return
				}
				mu.Lock()
				sum += v
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println(sum)
	// Locked threads.
	runtime.LockOSThread()
	next, stop = iter.Pull(count(3))
	fmt.Println(next())
	fmt.Println(next())
	stop()
	runtime.UnlockOSThread()
	// Many, nested, with collections.
	nest := count(2000)
	total := 0
	next, stop = iter.Pull(func(yield func(int) bool) {
		inner, innerStop := iter.Pull(nest)
		defer innerStop()
		for {
			v, ok := inner()
			if !ok || !yield(v) {
				return
			}
		}
	})
	for {
		v, ok := next()
		if !ok {
			break
		}
		if v%500 == 0 {
			runtime.GC()
		}
		total += v
	}
	fmt.Println(total, runtime.NumGoroutine())
}

// Output:
// 1
// 2
// 0 2
// 1 2
// 2 2
// count ends
// 0 false
// 1
// 0 true
// count ends
// 0 false
// 0 false
// 1
// 1 true
// recovered: in seq
// 0 false
// 1 true
// recovered: on stop
// recovered: iter.Pull: next called again before yield
// 2 true
// 2 true
// recovered: iter.Pull: yield called again before next
// false
// 0 a true
// 1 b true
// 0  false
// 12
// 0 true
// 1 true
// count ends
// count ends
// 1999000 1
