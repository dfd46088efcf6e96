// Elements that a statement names several times: found once, where nothing came in between.
package main

import (
	"fmt"
	"maps"
	"slices"
)

type point struct{ x, y int }

func show[K int | string, V any](m map[K]V) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		fmt.Print(k, ":", m[k], " ")
	}
	fmt.Println(len(m))
}

func count(m map[int]int, k int)               { m[k] = m[k] + 1 }
func highest(m map[string]int, k string, v int) { m[k] = max(m[k], v) }

func raise(m map[string]int, k string, v int) {
	if m[k] < v {
		m[k] = v
	}
}

func twice(m map[int]int, k int) int { return m[k] + m[k] }

func late(m, n map[int]int, k int) (r int) {
	r = m[k]
	m = n
	return r*100 + m[k]
}

func steps(m map[int]int, k int) (r int) {
	r = m[k]
	k++
	r = r*100 + m[k]
	m[k] = 7
	return r*100 + m[k]
}

func deleted(m map[int]int, k int) (a, b int, ok bool) {
	a = m[k]
	delete(m, k)
	b, ok = m[k]
	return
}

func inserted(m map[int]int, k int) (a, b int) {
	a = m[k]
	m[k+1] = 1
	m[k] = a + 5
	b = m[k]
	return
}

func alias(m, n map[int]int, k int) int {
	a := m[k]
	n[k] = a + 1
	return m[k]
}

func grow(m map[int]int, k int) int { m[1000+k] = k; return m[k] + 1 }

func withCall(m map[int]int, k int) { m[k] = m[k] + grow(m, k) }

func assignedNil() (text any) {
	defer func() { text = recover() }()
	var m map[int]int
	m[3] = m[3] + 1
	return
}

func order(m map[int][]int, k int) (text any) {
	defer func() { text = recover() }()
	m[k] = append(m[k], m[k][5])
	return
}

func main() {
	m := map[int]int{}
	for i := range 2000 {
		count(m, i%700)
	}
	fmt.Println(len(m), m[0], m[599], m[600], m[699], twice(m, 5), twice(m, -5))

	s := map[string]int{}
	for i := range 300 {
		key := fmt.Sprint("a rather long key number ", i%5)
		highest(s, key[:5+i%20%7], i*37%101)
		raise(s, key[3:], i*53%97)
	}
	show(s)

	a, b := map[int]int{1: 1, 2: 2}, map[int]int{1: 11}
	fmt.Println(late(a, b, 1), late(a, nil, 2), steps(a, 1))
	fmt.Println(deleted(a, 1))
	fmt.Println(inserted(a, 50))
	fmt.Println(alias(a, a, 2), alias(a, b, 2))
	for k := range 12 {
		withCall(a, k)
	}
	show(a)
	fmt.Println(assignedNil())
	fmt.Println(order(map[int][]int{1: {1}}, 1))

	// While the table grows, and with the entries being moved.
	g := map[int]int{}
	for i := range 5000 {
		g[i] = g[i] + i
		g[i/2] = g[i/2] + 1
		if g[i/3] > 0 {
			g[i/3] = g[i/3] * 3 % 1009
		}
	}
	sum := 0
	for k, v := range g {
		sum += k * v
	}
	fmt.Println(len(g), sum)

	// Elements of several words, with pointers, and large ones.
	p := map[string]point{}
	l := map[int][]string{}
	big := map[int][40]int{}
	for i := range 100 {
		k := fmt.Sprint(i % 7)
		p[k] = point{p[k].x + 1, p[k].y + i}
		l[i%5] = append(l[i%5], k)
		v := big[i%3]
		v[i%40] += big[i%3][i%40] + 1
		big[i%3] = v
	}
	show(p)
	show(l)
	fmt.Println(big[0][9], big[1][4], big[2][2], big[3][3])

	// Changed while iterated over.
	it := map[int]int{1: 1, 2: 2, 3: 3, 4: 4}
	for k := range it {
		it[k] = it[k] + it[k]
	}
	show(it)

	// Deleted and put in again, between two looks.
	for k := range it {
		v := it[k]
		delete(it, k)
		it[k] = v + it[k]
	}
	show(it)
	clear(it)
	it[1] = it[1] + 1
	show(it)
}

// Output:
// 700 3 3 2 2 6 0
// a rat:99 a rath:99 a rathe:99 a rather:100 a rather :100 a rather l:100 a rather lo:86 ather long key number 0:96 ather long key number 1:96 ather long key number 2:95 ather long key number 3:96 ather long key number 4:95 12
// 111 200 10207
// 1 0 false
// 0 5
// 8 8
// 0:1 1:1 2:17 3:1 4:1 5:1 6:1 7:1 8:1 9:1 10:1 11:1 50:5 51:1 1000:0 1001:1 1002:2 1003:3 1004:4 1005:5 1006:6 1007:7 1008:8 1009:9 1010:10 1011:11 26
// assignment to entry in nil map
// runtime error: index out of range [5] with length 1
// 5000 40813151155
// 0:{15 735} 1:{15 750} 2:{14 665} 3:{14 679} 4:{14 693} 5:{14 707} 6:{14 721} 7
// 0:[0 5 3 1 6 4 2 0 5 3 1 6 4 2 0 5 3 1 6 4] 1:[1 6 4 2 0 5 3 1 6 4 2 0 5 3 1 6 4 2 0 5] 2:[2 0 5 3 1 6 4 2 0 5 3 1 6 4 2 0 5 3 1 6] 3:[3 1 6 4 2 0 5 3 1 6 4 2 0 5 3 1 6 4 2 0] 4:[4 2 0 5 3 1 6 4 2 0 5 3 1 6 4 2 0 5 3 1] 5
// 1 1 1 0
// 1:2 2:4 3:6 4:8 4
// 1:2 2:4 3:6 4:8 4
// 1:1 1
