// Many goroutines: parallel sums with a deterministic result, a concurrent tree walk, a barrier,
// a broadcast, panics inside goroutines, recursion in parallel, unbuffered hand-over in order.
package main

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
)

type tree struct {
	left, right *tree
	val         int
}

func build(lo, hi int) *tree {
	if lo > hi {
		return nil
	}
	mid := (lo + hi) / 2
	return &tree{build(lo, mid-1), build(mid+1, hi), mid}
}

func (t *tree) walk(c chan<- int) {
	if t == nil {
		return
	}
	t.left.walk(c)
	c <- t.val
	t.right.walk(c)
}

func same(a, b *tree) bool {
	ca, cb := make(chan int), make(chan int)
	go func() { a.walk(ca); close(ca) }()
	go func() { b.walk(cb); close(cb) }()
	for {
		x, okx := <-ca
		y, oky := <-cb
		if okx != oky || x != y {
			for range ca {
			}
			for range cb {
			}
			return false
		}
		if !okx {
			return true
		}
	}
}

func parallelSum(nums []int) int {
	if len(nums) <= 50 {
		s := 0
		for _, n := range nums {
			s += n
		}
		return s
	}
	mid := len(nums) / 2
	c := make(chan int, 2)
	go func() { c <- parallelSum(nums[:mid]) }()
	go func() { c <- parallelSum(nums[mid:]) }()
	return <-c + <-c
}

type barrier struct {
	mu    sync.Mutex
	cond  *sync.Cond
	n     int
	count int
	gen   int
}

func newBarrier(n int) *barrier {
	b := &barrier{n: n}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *barrier) wait() {
	b.mu.Lock()
	defer b.mu.Unlock()
	gen := b.gen
	if b.count++; b.count == b.n {
		b.gen++
		b.count = 0
		b.cond.Broadcast()
		return
	}
	for gen == b.gen {
		b.cond.Wait()
	}
}

func phases() {
	const workers, rounds = 6, 4
	b := newBarrier(workers)
	var grid [rounds][workers]int
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for r := range rounds {
				v := w
				if r > 0 {
					v = grid[r-1][(w+1)%workers] + grid[r-1][(w+workers-1)%workers]
				}
				grid[r][w] = v
				b.wait()
			}
		}()
	}
	wg.Wait()
	fmt.Println(grid[rounds-1])
}

type result struct {
	id  int
	val string
	err error
}

func tryAll(tasks []func() string) []result {
	out := make(chan result)
	for i, t := range tasks {
		go func() {
			r := result{id: i}
			defer func() {
				if e := recover(); e != nil {
					r.err = fmt.Errorf("task %d: %v", i, e)
				}
				out <- r
			}()
			r.val = t()
		}()
	}
	rs := make([]result, 0, len(tasks))
	for range tasks {
		rs = append(rs, <-out)
	}
	sort.Slice(rs, func(i, j int) bool { return rs[i].id < rs[j].id })
	return rs
}

type pubsub struct {
	mu   sync.Mutex
	subs map[string][]chan string
}

func (p *pubsub) subscribe(topic string) <-chan string {
	c := make(chan string, 8)
	p.mu.Lock()
	p.subs[topic] = append(p.subs[topic], c)
	p.mu.Unlock()
	return c
}

func (p *pubsub) publish(topic, msg string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.subs[topic] {
		c <- msg
	}
	return len(p.subs[topic])
}

func (p *pubsub) close() {
	for _, cs := range p.subs {
		for _, c := range cs {
			close(c)
		}
	}
}

func chain(n int) int {
	first := make(chan int)
	last := first
	for range n {
		next := make(chan int)
		go func(in <-chan int, out chan<- int) { out <- 1 + <-in }(last, next)
		last = next
	}
	first <- 0
	return <-last
}

func main() {
	fmt.Println(same(build(1, 60), build(1, 60)), same(build(1, 60), build(2, 61)), same(nil, nil))
	nums := make([]int, 3000)
	for i := range nums {
		nums[i] = i*7%101 - 50
	}
	seq := 0
	for _, n := range nums {
		seq += n
	}
	fmt.Println(parallelSum(nums) == seq, seq)
	phases()
	var empty []int
	var m map[string]int
	for _, r := range tryAll([]func() string{
		func() string { return "fine" },
		func() string { return fmt.Sprint(empty[3]) },
		func() string { m["x"] = 1; return "" },
		func() string { panic(errors.New("custom")) },
		func() string { return strings.Repeat("ab", 3) },
		func() string { var t *tree; return fmt.Sprint(t.val) },
	}) {
		fmt.Printf("%d %q %v\n", r.id, r.val, r.err)
	}
	ps := &pubsub{subs: map[string][]chan string{}}
	a, b, c := ps.subscribe("news"), ps.subscribe("news"), ps.subscribe("sport")
	fmt.Println(ps.publish("news", "n1"), ps.publish("sport", "s1"), ps.publish("none", "x"), ps.publish("news", "n2"))
	ps.close()
	for i, sub := range []<-chan string{a, b, c} {
		for msg := range sub {
			fmt.Print(i, ":", msg, " ")
		}
	}
	fmt.Println()
	fmt.Println(chain(1000))
	var wg sync.WaitGroup
	var mu sync.Mutex
	words := map[string]int{}
	for _, text := range []string{"a b a", "b c", "c c a", "d"} {
		wg.Add(1)
		go func(text string) {
			defer wg.Done()
			local := map[string]int{}
			for _, w := range strings.Fields(text) {
				local[w]++
			}
			mu.Lock()
			defer mu.Unlock()
			for w, n := range local {
				words[w] += n
			}
		}(text)
	}
	wg.Wait()
	fmt.Println(words)
	unbuffered, ack := make(chan int), make(chan bool)
	var seen []int
	go func() {
		for v := range unbuffered {
			seen = append(seen, v)
			ack <- true
		}
		close(ack)
	}()
	for i := range 10 {
		unbuffered <- i
		<-ack
	}
	close(unbuffered)
	<-ack
	fmt.Println(seen)
}

// Output:
// true false true
// true -93
// [24 14 22 18 26 16]
// 0 "fine" <nil>
// 1 "" task 1: runtime error: index out of range [3] with length 0
// 2 "" task 2: assignment to entry in nil map
// 3 "" task 3: custom
// 4 "ababab" <nil>
// 5 "" task 5: runtime error: invalid memory address or nil pointer dereference
// 2 1 0 2
// 0:n1 0:n2 1:n1 1:n2 2:s1 
// 1000
// map[a:3 b:2 c:3 d:1]
// [0 1 2 3 4 5 6 7 8 9]
