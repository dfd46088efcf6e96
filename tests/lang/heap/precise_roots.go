// What is dead after its last use is collected at the next collection: variables, temporaries,
// fields of structs in the frame, results, arguments, closures, what deferred calls used.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

type node struct {
	next *node
	data [4]int
}

// A counter of objects that died.
type counter = *atomic.Int64

//go:noinline
func track(c counter, n *node) *node {
	runtime.SetFinalizer(n, func(*node) { c.Add(1) })
	return n
}

//go:noinline
func use(n *node) int { return n.data[0] }

// collected runs a collection and tells whether c reaches want, no more. Finalizers have seconds to run: on a
// busy machine their thread may not get a processor for long.
func collected(c counter, want int64) bool {
	runtime.GC()
	for i := 0; i < 50000 && c.Load() < want; i++ {
		time.Sleep(50 * time.Microsecond)
	}
	return c.Load() == want
}

//go:noinline
func variable(i int) bool {
	c := new(atomic.Int64)
	p := new(node)
	p.data[0] = i
	track(c, p)
	if use(p) != i {
		return false
	}
	return collected(c, 1)
}

type pair struct {
	a, b *node
	n    int
}

//go:noinline
func fill(c counter, p *pair, i int) {
	p.a = track(c, &node{data: [4]int{i}})
	p.b = track(c, &node{data: [4]int{i + 1}})
}

//go:noinline
func total(p *pair) int { return use(p.a) + use(p.b) }

// The struct's address is taken, but not used after total.
//
//go:noinline
func structure(i int) bool {
	c := new(atomic.Int64)
	var p pair
	fill(c, &p, i)
	if total(&p) != 2*i+1 {
		return false
	}
	return collected(c, 2)
}

// The callee uses the caller's variable to the end, then it is dead.
//
//go:noinline
func inCallee(p *pair, i int) bool {
	c := new(atomic.Int64)
	fill(c, p, i)
	runtime.GC()
	runtime.GC()
	if c.Load() != 0 || total(p) != 2*i+1 {
		return false
	}
	return collected(c, 2)
}

//go:noinline
func three(c counter, i int) (*node, []*node, error) {
	return track(c, &node{data: [4]int{i}}), []*node{track(c, &node{}), track(c, &node{})}, nil
}

//go:noinline
func results(i int) bool {
	c := new(atomic.Int64)
	n, list, err := three(c, i)
	runtime.GC()
	if err != nil || use(n) != i || len(list) != 2 || c.Load() != 0 {
		return false
	}
	// n is dead, list is not.
	if !collected(c, 1) {
		return false
	}
	if use(list[0])+use(list[1]) != 0 {
		return false
	}
	return collected(c, 3)
}

//go:noinline
func closure(i int) bool {
	c := new(atomic.Int64)
	n := track(c, &node{data: [4]int{i}})
	get := func() int { return use(n) }
	runtime.GC()
	if get() != i || c.Load() != 0 {
		return false
	}
	return collected(c, 1)
}

//go:noinline
func deferred(i int) (ok bool) {
	c := new(atomic.Int64)
	n := track(c, &node{data: [4]int{i}})
	defer func() {
		recover()
		ok = ok && use(n) == i
	}()
	m := track(c, &node{data: [4]int{i}})
	runtime.GC()
	if use(m) != i {
		return false
	}
	ok = collected(c, 1) // m; n waits for the deferred call
	panic("recovered")
}

//go:noinline
func parked(i int) bool {
	c := new(atomic.Int64)
	ch, done := make(chan int), make(chan int)
	go func() {
		n := track(c, &node{data: [4]int{i}})
		v := use(n)
		ch <- v
		<-ch // n is dead while this waits
		done <- v
	}()
	v := <-ch
	time.Sleep(20 * time.Millisecond) // until it waits again
	ok := collected(c, 1)
	ch <- 0
	return ok && <-done == v
}

func main() {
	check := func(name string, times int, f func(i int) bool) {
		good := 0
		for i := range times {
			if f(i) {
				good++
			}
		}
		fmt.Println(name, good, "of", times)
	}
	check("variable", 1000, variable)
	check("structure", 20, structure)
	check("callee", 20, func(i int) bool {
		var p pair
		return inCallee(&p, i)
	})
	check("results", 20, results)
	check("closure", 20, closure)
	check("deferred", 20, deferred)
	check("parked", 20, parked)
}

// Output:
// variable 1000 of 1000
// structure 20 of 20
// callee 20 of 20
// results 20 of 20
// closure 20 of 20
// deferred 20 of 20
// parked 20 of 20
