// Closures of which one captured variable leaks and another stays in the frame, functions known through
// captures, deferred literals with pointers as arguments, fields that change places in one object.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"strings"
)

var kept [][]string

// rec and depth stay here, s goes to visit, which keeps it.
func permutations(s []string, visit func([]string)) int {
	depth := new(int)
	var rec func(int)
	rec = func(k int) {
		*depth++
		if k == len(s) {
			visit(append([]string(nil), s...))
			return
		}
		for i := k; i < len(s); i++ {
			s[k], s[i] = s[i], s[k]
			rec(k + 1)
			s[k], s[i] = s[i], s[k]
		}
	}
	rec(0)
	return *depth
}

type node struct {
	name string
	next *node
}

// head leaks through the result of the closure, tail through the closure that it makes, n not at all.
func chain(names ...string) (func() *node, func() func() string, int) {
	n := 0
	count := func(s string) int { n += len(s); return n }
	var head, tail *node
	for _, s := range names {
		head = &node{s + strings.Repeat("!", len(s)), head}
		if tail == nil {
			tail = head
		}
		count(s)
	}
	first := func() *node { return head }
	last := func() func() string { return func() string { return tail.name } }
	return first, last, n
}

// double is known in the literals; the list that they share lives as long as they do.
func shared(n int) (add func(int), sum func() int) {
	double := func(x int) int { return 2 * x }
	list := make([]*int, 0, 1)
	add = func(x int) {
		v := double(x)
		list = append(list, &v)
	}
	sum = func() int {
		total := 0
		for _, p := range list {
			total += double(*p)
		}
		return total + double(n)
	}
	return add, sum
}

func deferred(n int) (out []string) {
	defer func(p *[]string, s string) { *p = append(*p, s) }(&out, strings.Repeat("d", n))
	words := &node{name: strings.Repeat("w", n)}
	defer func(w *node) { w.name += "." }(words)
	defer func(p *[]string, w *node) { *p = append(*p, w.name) }(&out, words)
	runtime.GC()
	return []string{"r"}
}

type queue struct {
	buf         []*node
	front, back *node
	text        string
}

func (q *queue) push(n *node) { q.buf = append(q.buf, n); q.back = n; q.text += n.name }
func (q *queue) shift()       { q.front = q.back; q.buf = q.buf[1:]; q.text = q.text[1:] }
func (q *queue) turn()        { q.front, q.back = q.back, q.front }

func rounds(n int) string {
	var q queue
	for i := range n {
		q.push(&node{name: string(rune('a'+i)) + "-"})
		if i%3 == 2 {
			q.shift()
			q.turn()
		}
		if i%5 == 0 {
			runtime.GC()
		}
	}
	out := q.text + q.front.name + q.back.name
	for _, b := range q.buf {
		out += b.name
	}
	return out
}

func main() {
	calls := permutations(strings.Split("abc", ""), func(p []string) { kept = append(kept, p) })
	runtime.GC()
	fmt.Println(calls, kept)
	first, last, n := chain("a", "bb", "ccc")
	runtime.GC()
	fmt.Println(first().name, first().next.name, last()(), n)
	add, sum := shared(5)
	for i := range 10 {
		add(i)
		if i%4 == 0 {
			runtime.GC()
		}
	}
	fmt.Println(sum())
	fmt.Println(deferred(3))
	fmt.Println(rounds(14))
	words := strings.Fields("the quick brown fox jumps over the lazy dog")
	lengths := map[string]int{}
	sort.SliceStable(words, func(i, j int) bool {
		lengths[words[i]] = len(words[i])
		return len(words[i]) < len(words[j])
	})
	sort.Slice(kept, func(i, j int) bool { return strings.Join(kept[i], "") > strings.Join(kept[j], "") })
	fmt.Println(words, len(lengths), kept)
}

// Output:
// 16 [[a b c] [a c b] [b a c] [b c a] [c b a] [c a b]]
// ccc!!! bb!! a! 6
// 190
// [r www ddd]
// c-d-e-f-g-h-i-j-k-l-m-n-l-n-e-f-g-h-i-j-k-l-m-n-
// [the fox the dog over lazy quick brown jumps] 8 [[c b a] [c a b] [b c a] [b a c] [a c b] [a b c]]
