// append of a made slice: values, capacities, room that is there, lengths that panic.
package main

import "fmt"

type big struct {
	p *int
	n [5]int
}

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

//go:noinline
func grow[T any](s []T, n int) []T { return append(s, make([]T, n)...) }

func main() {
	x := 7
	a := []int{1, 2, 3}
	b := append(a[:1], make([]int, 2)...)
	fmt.Println(a, b, len(b), cap(b))
	c := grow([]int{1, 2}, 5)
	fmt.Println(c, cap(c))
	d := grow([]big{{&x, [5]int{1}}}, 3)
	fmt.Println(len(d), cap(d), d[0].p == &x, d[1].p, d[3].n)
	full := make([]big, 4)
	for i := range full {
		full[i].p = &x
	}
	e := append(full[:1], make([]big, 3)...)
	fmt.Println(e[0].p == &x, e[1].p, full[3].p)
	for _, n := range []int{0, -1, -3, 1 << 62} {
		try(func() { fmt.Println(len(grow([]int{1, 2, 3, 4, 5}, n))) })
	}
	var m uint8 = 3
	fmt.Println(append([]byte("ab"), make([]byte, m)...), append([]string(nil), make([]string, 2)...))
	fmt.Println(append([]int(nil), make([]int, 0)...) == nil)
}

// Output:
// [1 0 0] [1 0 0] 3 3
// [1 2 0 0 0 0 0] 8
// 4 4 true <nil> [0 0 0 0 0]
// true <nil> <nil>
// 5
// <nil>
// runtime error: makeslice: len out of range
// runtime error: makeslice: len out of range
// runtime error: growslice: len out of range
// [97 98 0 0 0] [ ]
// true
