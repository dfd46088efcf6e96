// Parameters that are passed on the stack, and whose address is taken: they refer to objects as long
// as they are used.
package main

import (
	"fmt"
	"runtime"
)

type item struct {
	name string
	next *item
}

//go:noinline
func waste() {
	for i := range 20 {
		_ = fmt.Sprint("waste ", i)
	}
	runtime.GC()
}

//go:noinline
func rename(p **item, s *string, to string) {
	waste()
	*p = &item{name: *s + " " + to, next: *p}
	*s = to
}

//go:noinline
func many(a, b, c, d, e, f int, p *item, s string, q *item, t string) string {
	waste()
	rename(&p, &s, fmt.Sprint("p", a+b))
	waste()
	rename(&q, &t, fmt.Sprint("q", c+d))
	waste()
	out := fmt.Sprint(e, f)
	for _, x := range []*item{p, q} {
		for ; x != nil; x = x.next {
			out += " " + x.name
		}
	}
	return out + " " + s + " " + t
}

//go:noinline
func deep(n int, a, b, c, d, e int, p *item, s []string) int {
	if n == 0 {
		waste()
		return len(p.name)
	}
	q, r := &p, &s
	return deep(n-1, a, b, c, d, e, &item{name: (*q).name + (*r)[0], next: p}, []string{s[0]}) + len((*q).name)
}

func main() {
	for i := range 3 {
		fmt.Println(many(i, 1, 2, 3, 4, 5, &item{name: fmt.Sprint("a", i)}, fmt.Sprint("s", i),
			&item{name: fmt.Sprint("b", i)}, fmt.Sprint("t", i)))
	}
	fmt.Println(deep(50, 1, 2, 3, 4, 5, &item{name: fmt.Sprint("x")}, []string{fmt.Sprint("y")}))
}

// Output:
// 4 5 s0 p1 a0 t0 q5 b0 p1 q5
// 4 5 s1 p2 a1 t1 q5 b1 p2 q5
// 4 5 s2 p3 a2 t2 q5 b2 p3 q5
// 1326
