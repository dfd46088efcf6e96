// Heap shapes that a broken collector would damage: long lists, deep and wide trees, cycles, maps
// of pointers, slices of slices, closures and interfaces as the only holders; checked by sums.
package main

import (
	"fmt"
	"runtime"
)

type node struct {
	next, prev *node
	val        int
	pad        [3]uint64
}

type tree struct {
	kids [3]*tree
	name string
	sum  int
}

type graph struct {
	edges map[string]*graph
	name  string
	back  []*graph
}

type holder interface{ value() int }
type small struct{ v int }
type large struct {
	pad [100]int
	p   *small
}

func (s small) value() int  { return s.v }
func (l *large) value() int { return l.p.v }

func garbage(n int) (total int) {
	for i := range n {
		b := make([]byte, 16+i%64)
		b[i%16] = 1
		total += len(b)
	}
	return
}

func ring(n int) *node {
	head := &node{val: 0}
	head.next, head.prev = head, head
	for i := 1; i < n; i++ {
		nd := &node{val: i, next: head, prev: head.prev}
		head.prev.next = nd
		head.prev = nd
		if i%100 == 0 {
			garbage(10)
		}
	}
	return head
}

func (n *node) check() (sum int) {
	for p := n.next; p != n; p = p.next {
		if p.next.prev != p || p.prev.next != p || p.pad != [3]uint64{} {
			panic("broken ring")
		}
		sum += p.val
	}
	return
}

func grow(depth int, name string) *tree {
	t := &tree{name: name}
	if depth > 0 {
		for i := range t.kids {
			t.kids[i] = grow(depth-1, name+string(rune('a'+i)))
		}
	}
	garbage(1)
	return t
}

func (t *tree) total() int {
	if t == nil {
		return 0
	}
	n := len(t.name)
	for _, k := range t.kids {
		n += k.total()
	}
	t.sum = n
	return n
}

func (t *tree) prune(depth int) {
	if t == nil {
		return
	}
	if depth == 0 {
		t.kids = [3]*tree{}
		return
	}
	t.kids[depth%3] = nil
	for _, k := range t.kids {
		k.prune(depth - 1)
	}
}

func build(n int) *graph {
	all := make([]*graph, n)
	for i := range all {
		all[i] = &graph{edges: map[string]*graph{}, name: fmt.Sprint("g", i)}
	}
	for i, g := range all {
		for _, step := range []int{1, 7, 13} {
			to := all[(i+step)%n]
			g.edges[to.name] = to
			to.back = append(to.back, g)
		}
	}
	return all[0]
}

func reach(g *graph, seen map[*graph]bool) int {
	if seen[g] {
		return 0
	}
	seen[g] = true
	n := len(g.back)
	for name, to := range g.edges {
		if to.name != name {
			panic("wrong edge")
		}
		n += reach(to, seen)
	}
	return n
}

func closures(n int) []func() int {
	var fs []func() int
	for i := range n {
		data := make([]int, 5)
		data[i%5] = i
		var prev func() int
		if i > 0 && i%10 != 0 {
			prev = fs[i-1]
		}
		fs = append(fs, func() int {
			if prev != nil {
				return data[i%5] + prev()
			}
			return data[i%5]
		})
	}
	return fs
}

func main() {
	r := ring(1500)
	runtime.GC()
	fmt.Println(r.check())
	for p := r.next; p != r; p = p.next {
		if p.val%3 == 0 {
			p.prev.next, p.next.prev = p.next, p.prev
		}
	}
	garbage(500)
	runtime.GC()
	fmt.Println(r.check())

	t := grow(6, "r")
	runtime.GC()
	fmt.Println(t.total())
	t.prune(5)
	garbage(200)
	runtime.GC()
	fmt.Println(t.total(), t.kids[0].sum, t.kids[2] == nil)

	g := build(60)
	runtime.GC()
	fmt.Println(reach(g, map[*graph]bool{}))

	fs := closures(200)
	garbage(200)
	runtime.GC()
	sum := 0
	for _, f := range fs {
		sum += f()
	}
	fmt.Println(sum)

	hs := make([]holder, 0, 10)
	for i := range 300 {
		if i%2 == 0 {
			hs = append(hs, small{i})
		} else {
			hs = append(hs, &large{p: &small{i}})
		}
	}
	runtime.GC()
	sum = 0
	for _, h := range hs {
		sum += h.value()
	}
	fmt.Println(sum)

	strs := map[string][]string{}
	for i := range 400 {
		k := fmt.Sprint("key", i%37)
		strs[k] = append(strs[k], k+fmt.Sprint("-", i))
		if i%90 == 0 {
			runtime.GC()
		}
	}
	h := uint32(0)
	for i := range 37 {
		for _, s := range strs[fmt.Sprint("key", i)] {
			for j := range len(s) {
				h = h*16777619 ^ uint32(s[j])
			}
		}
	}
	fmt.Println(len(strs), h)
	rows := make([][]*int, 50)
	for i := range rows {
		rows[i] = make([]*int, i)
		for j := range rows[i] {
			v := i * j
			rows[i][j] = &v
		}
	}
	inner := &rows[49][10:20][5]
	rows = rows[:40]
	garbage(300)
	runtime.GC()
	sum = **inner
	for _, row := range rows {
		for _, p := range row {
			sum += *p
		}
	}
	fmt.Println(sum)
	ch := make(chan *node, 100)
	for i := range 100 {
		ch <- &node{val: i, next: &node{val: i * i}}
	}
	garbage(100)
	runtime.GC()
	close(ch)
	sum = 0
	for n := range ch {
		sum += n.val + n.next.val
	}
	fmt.Println(sum)
}

// Output:
// 1124250
// 750000
// 7108
// 321 160 true
// 180
// 107800
// 44850
// 37 1158053457
// 294665
// 333300
