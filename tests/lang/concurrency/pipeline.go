// Goroutines and channels: pipelines, fan-in, select, closing, buffered channels, wait groups.
package main

import (
	"errors"
	"fmt"
	"sort"
	"sync"
	"time"
)

func generate(n int) <-chan int {
	c := make(chan int)
	go func() {
		defer close(c)
		for i := 1; i <= n; i++ {
			c <- i
		}
	}()
	return c
}

func square(in <-chan int) <-chan int {
	out := make(chan int, 4)
	go func() {
		for v := range in {
			out <- v * v
		}
		close(out)
	}()
	return out
}

func merge(cs ...<-chan int) <-chan int {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(len(cs))
	for _, c := range cs {
		go func() {
			defer wg.Done()
			for v := range c {
				out <- v
			}
		}()
	}
	go func() { wg.Wait(); close(out) }()
	return out
}

func primes(n int) []int {
	ch := make(chan int)
	go func(out chan<- int) {
		for i := 2; ; i++ {
			out <- i
		}
	}(ch)
	var list []int
	for range n {
		p := <-ch
		list = append(list, p)
		next := make(chan int)
		go func(in, out chan int) {
			for {
				if v := <-in; v%p != 0 {
					out <- v
				}
			}
		}(ch, next)
		ch = next
	}
	return list
}

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) add(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += n
}

type event struct {
	id   int
	body string
	err  error
}

func worker(id int, jobs <-chan int, results chan<- event, quit <-chan struct{}) {
	for {
		select {
		case j, ok := <-jobs:
			if !ok {
				return
			}
			e := event{id: j, body: fmt.Sprintf("job %d", j)}
			if j%4 == 0 {
				e.err = errors.New("multiple of four")
			}
			results <- e
		case <-quit:
			return
		}
	}
}

func main() {
	sum := 0
	for v := range square(square(generate(10))) {
		sum += v
	}
	fmt.Println(sum)
	var all []int
	for v := range merge(generate(5), square(generate(5)), generate(3)) {
		all = append(all, v)
	}
	sort.Ints(all)
	fmt.Println(all)
	fmt.Println(primes(25))

	acc := &account{}
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 20; j++ {
				acc.add(i - j)
			}
		}()
	}
	wg.Wait()
	fmt.Println(acc.balance)

	jobs, results, quit := make(chan int), make(chan event, 2), make(chan struct{})
	for w := range 3 {
		go worker(w, jobs, results, quit)
	}
	go func() {
		for j := 1; j <= 12; j++ {
			jobs <- j
		}
	}()
	events := map[int]event{}
	for len(events) < 12 {
		e := <-results
		events[e.id] = e
	}
	close(quit)
	failed := 0
	for id := 1; id <= 12; id++ {
		if events[id].err != nil {
			failed++
		}
	}
	fmt.Println(len(events), failed, events[5].body)

	c := make(chan string, 1)
	select {
	case s := <-c:
		fmt.Println("unexpected", s)
	default:
		fmt.Println("empty")
	}
	c <- "x"
	select {
	case c <- "y":
		fmt.Println("unexpected send")
	case s, ok := <-c:
		fmt.Println("got", s, ok)
	}
	close(c)
	s, ok := <-c
	fmt.Printf("%q %t %d %d\n", s, ok, len(c), cap(c))
	timeout := time.After(5 * time.Millisecond)
	never := make(chan int)
	select {
	case <-never:
		fmt.Println("never")
	case <-timeout:
		fmt.Println("timeout")
	}
	done := make(chan bool)
	var once sync.Once
	for range 5 {
		go func() {
			once.Do(func() { fmt.Println("once") })
			done <- true
		}()
	}
	for range 5 {
		<-done
	}
	var rw sync.RWMutex
	shared := map[int]int{}
	for i := range 8 {
		wg.Add(2)
		go func() { defer wg.Done(); rw.Lock(); shared[i] = i * i; rw.Unlock() }()
		go func() { defer wg.Done(); rw.RLock(); _ = shared[i]; rw.RUnlock() }()
	}
	wg.Wait()
	total := 0
	for _, v := range shared {
		total += v
	}
	fmt.Println(len(shared), total)
	cond := sync.NewCond(&sync.Mutex{})
	ready := 0
	for range 3 {
		go func() { cond.L.Lock(); ready++; cond.L.Unlock(); cond.Broadcast() }()
	}
	cond.L.Lock()
	for ready < 3 {
		cond.Wait()
	}
	cond.L.Unlock()
	start := time.Now()
	time.Sleep(2 * time.Millisecond)
	fmt.Println(ready, time.Since(start) >= 2*time.Millisecond)
	var nilc chan int
	go func() { nilc <- 1 }()
	panicked := make(chan any)
	go func() {
		defer func() { panicked <- recover() }()
		var m map[string]int
		m["x"]++
	}()
	fmt.Println(<-panicked)
}

// Output:
// 25333
// [1 1 1 2 2 3 3 4 4 5 9 16 25]
// [2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97]
// 15000
// 12 3 job 5
// empty
// got x true
// "" false 0 1
// timeout
// once
// 8 140
// 3 true
// assignment to entry in nil map
