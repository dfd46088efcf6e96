// A B-tree with insertion, splitting, deletion by merging and borrowing, range scans and a check of
// its invariants after every phase.
package main

import "fmt"

const degree = 3

type item struct {
	key int
	val string
}

type node struct {
	items []item
	kids  []*node
}

type BTree struct {
	root *node
	size int
}

func (n *node) leaf() bool { return len(n.kids) == 0 }

func (n *node) find(key int) (int, bool) {
	lo, hi := 0, len(n.items)
	for lo < hi {
		if mid := (lo + hi) / 2; n.items[mid].key < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(n.items) && n.items[lo].key == key
}

func (n *node) split(i int) {
	child := n.kids[i]
	mid := child.items[degree-1]
	right := &node{items: append([]item(nil), child.items[degree:]...)}
	if !child.leaf() {
		right.kids = append([]*node(nil), child.kids[degree:]...)
		child.kids = child.kids[:degree:degree]
	}
	child.items = child.items[: degree-1 : degree-1]
	n.items = append(n.items, item{})
	copy(n.items[i+1:], n.items[i:])
	n.items[i] = mid
	n.kids = append(n.kids, nil)
	copy(n.kids[i+2:], n.kids[i+1:])
	n.kids[i+1] = right
}

func (t *BTree) Put(key int, val string) bool {
	if t.root == nil {
		t.root = &node{}
	}
	if len(t.root.items) == 2*degree-1 {
		t.root = &node{kids: []*node{t.root}}
		t.root.split(0)
	}
	n := t.root
	for {
		i, ok := n.find(key)
		switch {
		case ok:
			n.items[i].val = val
			return false
		case n.leaf():
			n.items = append(n.items, item{})
			copy(n.items[i+1:], n.items[i:])
			n.items[i] = item{key, val}
			t.size++
			return true
		case len(n.kids[i].items) == 2*degree-1:
			n.split(i)
		default:
			n = n.kids[i]
		}
	}
}

func (t *BTree) Get(key int) (string, bool) {
	for n := t.root; n != nil; {
		i, ok := n.find(key)
		if ok {
			return n.items[i].val, true
		}
		if n.leaf() {
			break
		}
		n = n.kids[i]
	}
	return "", false
}

func (n *node) scan(lo, hi int, visit func(item) bool) bool {
	i, _ := n.find(lo)
	for ; ; i++ {
		if !n.leaf() && !n.kids[i].scan(lo, hi, visit) {
			return false
		}
		if i == len(n.items) {
			return true
		}
		if n.items[i].key > hi || !visit(n.items[i]) {
			return false
		}
	}
}

// fill makes kid i have at least degree items; it returns the kid's index afterwards.
func (n *node) fill(i int) int {
	if len(n.kids[i].items) >= degree {
		return i
	}
	kid := n.kids[i]
	if i > 0 && len(n.kids[i-1].items) >= degree {
		left := n.kids[i-1]
		last := len(left.items) - 1
		kid.items = append([]item{n.items[i-1]}, kid.items...)
		n.items[i-1], left.items = left.items[last], left.items[:last]
		if !left.leaf() {
			kid.kids = append([]*node{left.kids[last+1]}, kid.kids...)
			left.kids = left.kids[:last+1]
		}
		return i
	}
	if i < len(n.items) && len(n.kids[i+1].items) >= degree {
		right := n.kids[i+1]
		kid.items = append(kid.items, n.items[i])
		n.items[i], right.items = right.items[0], right.items[1:]
		if !right.leaf() {
			kid.kids = append(kid.kids, right.kids[0])
			right.kids = right.kids[1:]
		}
		return i
	}
	if i == len(n.items) {
		i--
	}
	left, right := n.kids[i], n.kids[i+1]
	left.items = append(append(left.items, n.items[i]), right.items...)
	left.kids = append(left.kids, right.kids...)
	n.items = append(n.items[:i], n.items[i+1:]...)
	n.kids = append(n.kids[:i+1], n.kids[i+2:]...)
	return i
}

func (n *node) remove(key int) bool {
	i, ok := n.find(key)
	if n.leaf() {
		if ok {
			n.items = append(n.items[:i], n.items[i+1:]...)
		}
		return ok
	}
	if ok {
		if left := n.kids[i]; len(left.items) >= degree {
			p := left
			for !p.leaf() {
				p = p.kids[len(p.kids)-1]
			}
			n.items[i] = p.items[len(p.items)-1]
			return n.kids[i].remove(n.items[i].key)
		}
	}
	if j := n.fill(i); j != i || ok {
		return n.remove(key)
	}
	return n.kids[i].remove(key)
}

func (t *BTree) Delete(key int) bool {
	if t.root == nil || !t.root.remove(key) {
		return false
	}
	if len(t.root.items) == 0 && !t.root.leaf() {
		t.root = t.root.kids[0]
	}
	t.size--
	return true
}

func (n *node) check(isRoot bool, lo, hi int) (depth, count int) {
	if !isRoot && len(n.items) < degree-1 || len(n.items) > 2*degree-1 {
		panic(fmt.Sprint("bad fill ", len(n.items)))
	}
	for i, it := range n.items {
		if it.key <= lo || it.key >= hi || i > 0 && it.key <= n.items[i-1].key {
			panic(fmt.Sprint("out of order ", it.key))
		}
	}
	count = len(n.items)
	for i, k := range n.kids {
		l, h := lo, hi
		if i > 0 {
			l = n.items[i-1].key
		}
		if i < len(n.items) {
			h = n.items[i].key
		}
		d, c := k.check(false, l, h)
		if i > 0 && d+1 != depth {
			panic("uneven depth")
		}
		depth, count = d+1, count+c
	}
	return
}

func main() {
	t := &BTree{}
	seed := uint32(42)
	next := func() int { seed = seed*1664525 + 1013904223; return int(seed >> 20) }
	added := 0
	for range 1500 {
		k := next()
		if t.Put(k, fmt.Sprint("v", k)) {
			added++
		}
	}
	depth, count := t.root.check(true, -1, 1<<30)
	fmt.Println(added, t.size, depth, count)
	bad := 0
	for k := range 4096 {
		if v, ok := t.Get(k); ok && v != fmt.Sprint("v", k) {
			bad++
		}
	}
	fmt.Println("bad", bad)
	t.root.scan(1000, 1040, func(it item) bool { fmt.Print(it.key, "=", it.val, " "); return true })
	fmt.Println()
	first := 0
	t.root.scan(-5, 5000, func(it item) bool { first++; return first < 10 })
	fmt.Println(first)
	deleted := 0
	for range 3000 {
		if t.Delete(next()) {
			deleted++
		}
	}
	depth, count = t.root.check(true, -1, 1<<30)
	fmt.Println(deleted, t.size, depth, count, t.size == added-deleted)
	for k := range 4096 {
		t.Delete(k)
	}
	fmt.Println(t.size, len(t.root.items), t.root.leaf(), t.Delete(5))
}

// Output:
// 1241 1241 5 1241
// bad 0
// 1000=v1000 1010=v1010 1014=v1014 1022=v1022 1029=v1029 1031=v1031 1032=v1032 1033=v1033 1035=v1035 1037=v1037 1038=v1038 1039=v1039 
// 10
// 659 582 4 582 true
// 0 0 true false
