// Search structures: a trie with completion, an interval tree, a skip list, a ternary heap, a Bloom
// filter and a persistent list, each against a straightforward answer.
package main

import (
	"fmt"
	"sort"
	"strings"
)

type trie struct {
	kids map[rune]*trie
	end  int
}

func (t *trie) insert(word string) {
	for _, r := range word {
		if t.kids == nil {
			t.kids = map[rune]*trie{}
		}
		next, ok := t.kids[r]
		if !ok {
			next = new(trie)
			t.kids[r] = next
		}
		t = next
	}
	t.end++
}

func (t *trie) complete(prefix string) (words []string) {
	for _, r := range prefix {
		if t = t.kids[r]; t == nil {
			return nil
		}
	}
	var walk func(t *trie, sofar []rune)
	walk = func(t *trie, sofar []rune) {
		if t.end > 0 {
			words = append(words, prefix+string(sofar))
		}
		keys := make([]rune, 0, len(t.kids))
		for r := range t.kids {
			keys = append(keys, r)
		}
		sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
		for _, r := range keys {
			walk(t.kids[r], append(sofar, r))
		}
	}
	walk(t, nil)
	return
}

func (t *trie) remove(word string) bool {
	var rec func(t *trie, rest []rune) (empty, ok bool)
	rec = func(t *trie, rest []rune) (bool, bool) {
		if t == nil {
			return false, false
		}
		if len(rest) == 0 {
			if t.end == 0 {
				return false, false
			}
			t.end--
			return t.end == 0 && len(t.kids) == 0, true
		}
		empty, ok := rec(t.kids[rest[0]], rest[1:])
		if empty {
			delete(t.kids, rest[0])
		}
		return ok && t.end == 0 && len(t.kids) == 0, ok
	}
	_, ok := rec(t, []rune(word))
	return ok
}

type span struct{ lo, hi int }

type interval struct {
	span
	max         int
	left, right *interval
}

func (n *interval) add(s span) *interval {
	if n == nil {
		return &interval{span: s, max: s.hi}
	}
	if s.lo < n.lo {
		n.left = n.left.add(s)
	} else {
		n.right = n.right.add(s)
	}
	n.max = max(n.max, s.hi)
	return n
}

func (n *interval) overlaps(s span, visit func(span)) {
	if n == nil || n.max < s.lo {
		return
	}
	n.left.overlaps(s, visit)
	if n.lo <= s.hi && s.lo <= n.hi {
		visit(n.span)
	}
	if n.lo <= s.hi {
		n.right.overlaps(s, visit)
	}
}

const levels = 8

type skipNode struct {
	key, val int
	next     [levels]*skipNode
}

type skipList struct {
	head skipNode
	rnd  uint32
	n    int
}

func (s *skipList) path(key int) (p [levels]*skipNode) {
	n := &s.head
	for l := levels - 1; l >= 0; l-- {
		for n.next[l] != nil && n.next[l].key < key {
			n = n.next[l]
		}
		p[l] = n
	}
	return
}

func (s *skipList) set(key, val int) {
	p := s.path(key)
	if n := p[0].next[0]; n != nil && n.key == key {
		n.val = val
		return
	}
	n := &skipNode{key: key, val: val}
	s.rnd = s.rnd*1664525 + 1013904223
	for l, bits := 0, s.rnd>>10; l < levels; l, bits = l+1, bits>>1 {
		n.next[l], p[l].next[l] = p[l].next[l], n
		if bits&1 == 0 {
			break
		}
	}
	s.n++
}

func (s *skipList) del(key int) bool {
	p := s.path(key)
	n := p[0].next[0]
	if n == nil || n.key != key {
		return false
	}
	for l := range levels {
		if p[l].next[l] == n {
			p[l].next[l] = n.next[l]
		}
	}
	s.n--
	return true
}

type bloom [32]uint64

func (b *bloom) each(s string, f func(word, bit uint) bool) bool {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	for range 3 {
		h ^= h >> 29
		h *= 0xbf58476d1ce4e5b9
		if !f(uint(h>>6)%32, uint(h%64)) {
			return false
		}
	}
	return true
}

func (b *bloom) add(s string) { b.each(s, func(w, bit uint) bool { b[w] |= 1 << bit; return true }) }
func (b *bloom) has(s string) bool {
	return b.each(s, func(w, bit uint) bool { return b[w]>>bit&1 == 1 })
}

type plist struct {
	head any
	tail *plist
}

func (p *plist) cons(v any) *plist { return &plist{v, p} }
func (p *plist) String() string {
	if p == nil {
		return "()"
	}
	var parts []string
	for ; p != nil; p = p.tail {
		parts = append(parts, fmt.Sprint(p.head))
	}
	return "(" + strings.Join(parts, " ") + ")"
}
func (p *plist) fold(acc any, f func(acc, v any) any) any {
	if p == nil {
		return acc
	}
	return p.tail.fold(f(acc, p.head), f)
}

func main() {
	t := &trie{}
	words := strings.Fields("car card care cat dog do done éclair écran zebra car")
	for _, w := range words {
		t.insert(w)
	}
	fmt.Println(t.complete("ca"), t.complete("é"), t.complete("x") == nil, len(t.complete("")))
	fmt.Println(t.remove("car"), t.remove("car"), t.remove("car"), t.remove("nothing"), t.complete("ca"), t.remove("zebra"), len(t.kids))

	var tree *interval
	var spans []span
	seed := uint32(5)
	next := func(n int) int { seed = seed*1103515245 + 12345; return int(seed>>12) % n }
	for range 200 {
		lo := next(1000)
		s := span{lo, lo + next(30)}
		spans = append(spans, s)
		tree = tree.add(s)
	}
	bad, hits := 0, 0
	for q := 0; q < 1000; q += 17 {
		want, got := map[span]int{}, map[span]int{}
		for _, s := range spans {
			if s.lo <= q+5 && q <= s.hi {
				want[s]++
			}
		}
		tree.overlaps(span{q, q + 5}, func(s span) { got[s]++; hits++ })
		if fmt.Sprint(want) != fmt.Sprint(got) {
			bad++
		}
	}
	fmt.Println(bad, hits)

	s, m := &skipList{rnd: 1}, map[int]int{}
	for i := range 1000 {
		k := next(300)
		if next(3) == 0 {
			_, ok := m[k]
			if s.del(k) != ok {
				fmt.Println("delete differs at", i)
			}
			delete(m, k)
		} else {
			s.set(k, i)
			m[k] = i
		}
	}
	count, last := 0, -1
	for n := s.head.next[0]; n != nil; n = n.next[0] {
		if n.key <= last || m[n.key] != n.val {
			fmt.Println("wrong", n.key)
		}
		last = n.key
		count++
	}
	fmt.Println(count == len(m), count == s.n, count)

	var b bloom
	for _, w := range words {
		b.add(w)
	}
	missed, false1 := 0, 0
	for _, w := range words {
		if !b.has(w) {
			missed++
		}
	}
	for i := range 200 {
		if b.has(fmt.Sprint("absent", i)) {
			false1++
		}
	}
	fmt.Println(missed, false1 < 20)
	var l *plist
	base := l.cons(1).cons("two")
	a, c := base.cons(3.5), base.cons([]int{4})
	fmt.Println(l, base, a, c, a.tail == c.tail)
	fmt.Println(a.fold("", func(acc, v any) any { return acc.(string) + fmt.Sprintf("%T ", v) }))
}

// Output:
// [car card care cat] [éclair écran] true 10
// true true false false [card care cat] true 3
// 0 239
// true true 192
// 0 true
// () (two 1) (3.5 two 1) ([4] two 1) true
// float64 string int 
