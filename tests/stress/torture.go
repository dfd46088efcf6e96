// Goroutines that change graphs of objects, own ones and shared ones, while collections of all
// kinds run. What the graphs hold is a function of the seed alone, so the last line is, too: it must
// be the same in every mode and with real Go.
//
// usage: torture [seed [rounds]]
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
)

type rng uint64

func (r *rng) next() uint64 {
	x := uint64(*r)
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*r = rng(x)
	return x
}

func mix(x uint64) uint64 {
	x ^= x >> 31
	x *= 0x9e3779b97f4a7c15
	return x ^ x>>29
}

type node struct {
	id, check   uint64
	left, right *node
	name        string
	kids        []*node
	any         any
	attrs       map[uint64]*node
}

// made returns a node whose every part tells its id.
func made(id uint64, r *rng) *node {
	n := &node{id: id, check: mix(id), name: strconv.FormatUint(id, 36)}
	switch r.next() % 5 {
	case 0:
		n.any = id
	case 1:
		n.any = &node{id: id, check: mix(id), name: n.name}
	case 2:
		n.kids = make([]*node, r.next()%40)
	case 3:
		n.attrs = map[uint64]*node{id: nil}
	}
	return n
}

func (n *node) verify(where string) {
	if n.check != mix(n.id) || n.name != strconv.FormatUint(n.id, 36) {
		panic(fmt.Sprintf("%s: node %d is damaged: check %x, name %q", where, n.id, n.check, n.name))
	}
	switch v := n.any.(type) {
	case uint64:
		if v != n.id {
			panic(where + ": damaged value in an interface")
		}
	case *node:
		if v.id != n.id {
			panic(where + ": damaged node in an interface")
		}
		v.verify(where)
	}
}

// sum walks a graph, each node once.
func sum(roots []*node) uint64 {
	seen := map[*node]bool{}
	stack := append([]*node(nil), roots...)
	total := uint64(0)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n == nil || seen[n] {
			continue
		}
		seen[n] = true
		n.verify("walk")
		total += mix(n.id + 1)
		stack = append(stack, n.left, n.right)
		stack = append(stack, n.kids...)
		for _, a := range n.attrs {
			stack = append(stack, a)
		}
	}
	return total
}

// A slot of the shared table; whoever holds its lock may change what it points to, never what hangs
// below it.
type slot struct {
	mu   sync.Mutex
	head *node
}

var table [64]slot

func worker(seed uint64, steps int) uint64 {
	r := rng(mix(seed) | 1)
	roots := make([]*node, 32)
	for i := 0; i < steps; i++ {
		a, b := r.next()%32, r.next()%32
		n := roots[a]
		switch k := r.next() % 12; {
		case n == nil || k == 0:
			roots[a] = made(r.next(), &r)
		case k == 1:
			n.left, n.right = roots[b], n.left
		case k == 2:
			fresh := made(r.next(), &r)
			fresh.left, fresh.right = n, roots[b]
			roots[a] = fresh
		case k == 3:
			roots[a], roots[b] = n.right, n
		case k == 4 && len(n.kids) > 0:
			n.kids[r.next()%uint64(len(n.kids))] = roots[b]
		case k == 5:
			n.kids = append(n.kids, roots[b])
			if len(n.kids) > 60 {
				n.kids = append([]*node(nil), n.kids[40:]...)
			}
		case k == 6 && n.attrs != nil:
			n.attrs[r.next()%50] = roots[b]
		case k == 7 && n.attrs != nil:
			delete(n.attrs, r.next()%50)
		case k == 8: // exchange with the table: the worker's own sums must not depend on it
			s := &table[r.next()%uint64(len(table))]
			own := made(seed<<32|uint64(i), &r)
			s.mu.Lock()
			other := s.head
			s.head = own
			s.mu.Unlock()
			if other != nil {
				other.verify("table")
			}
		case k == 9:
			roots[a] = nil
		case k == 10:
			n.verify("root")
		default:
			garbage := make([]byte, r.next()%3000)
			if len(garbage) > 0 {
				garbage[len(garbage)-1] = byte(i)
			}
		}
		if i%20000 == 19999 {
			for j := range roots {
				if j%2 == 0 {
					roots[j] = nil // keeps the graph from growing for ever
				}
			}
		}
	}
	return sum(roots)
}

func main() {
	seed, rounds := uint64(1), 3
	if len(os.Args) > 1 {
		seed, _ = strconv.ParseUint(os.Args[1], 10, 64)
	}
	if len(os.Args) > 2 {
		rounds, _ = strconv.Atoi(os.Args[2])
	}
	total := uint64(0)
	stop := make(chan bool)
	var background sync.WaitGroup
	background.Add(1)
	go func() { // changes how and when collections happen
		defer background.Done()
		r := rng(mix(seed+99) | 1)
		for {
			select {
			case <-stop:
				return
			default:
			}
			switch r.next() % 6 {
			case 0:
				runtime.GC()
			case 1:
				debug.SetGCPercent(int(10 + r.next()%200))
			case 2:
				debug.SetMemoryLimit(int64(16<<20 + r.next()%(64<<20)))
			case 3:
				debug.SetMemoryLimit(1 << 62)
			case 4:
				debug.FreeOSMemory()
			case 5:
				runtime.GOMAXPROCS(int(1 + r.next()%4))
			}
			for i := uint64(0); i < r.next()%64; i++ {
				runtime.Gosched()
			}
		}
	}()
	for round := 0; round < rounds; round++ {
		sums := make([]uint64, 8)
		var wg sync.WaitGroup
		for w := range sums {
			wg.Add(1)
			go func() {
				defer wg.Done()
				sums[w] = worker(seed*1000+uint64(round*8+w), 60000)
			}()
		}
		wg.Wait()
		for _, s := range sums {
			total = mix(total + s)
		}
	}
	close(stop)
	background.Wait()
	fmt.Printf("seed %d rounds %d: %016x\n", seed, rounds, total)
}
