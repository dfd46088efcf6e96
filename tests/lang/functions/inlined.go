// Small functions, closures, methods through interfaces: inlined, with callers and results as without.
package main

import (
	"fmt"
	"runtime"
)

type S interface{ Area() int }
type Sq struct{ a, b int }

func (s Sq) Area() int { return s.a * s.b }

func where() string {
	_, _, l, _ := runtime.Caller(1)
	return fmt.Sprint("line ", l)
}
func small(x []int, i int) int { return x[i] }
func mid(x []int, i int) int   { return small(x, i) + 1 }
func two(a int) (int, string) {
	if a > 2 {
		return a, "big"
	}
	return a * 2, "small"
}
func agg(a int) (s Sq) {
	s.a = a
	s.b = a + 1
	if a > 3 {
		s.b = 9
	}
	return
}
func acc() func(int) int { t := 0; return func(d int) int { t += d; return t } }

func gen(n int) func(func(int) bool) {
	return func(y func(int) bool) {
		for i := 0; i < n; i++ {
			if !y(i) {
				return
			}
		}
	}
}
func inner() string { return where() }
func main() {
	fmt.Println(inner(), where())
	a, b := two(1)
	c, d := two(3)
	fmt.Println(a, b, c, d, agg(2), agg(5))
	var s S = Sq{3, 4}
	fmt.Println(s.Area())
	f := acc()
	f(2)
	fmt.Println(f(3))
	t := 0
	for i := range gen(10) {
		if i == 7 {
			break
		}
		t += i
	}
	fmt.Println(t)
	defer func() {
		r := recover()
		fmt.Println(r)

	}()
	fmt.Println(mid([]int{1, 2}, 3))
}

// Output:
// line 45 line 47
// 2 small 3 big {2 3} {5 9}
// 12
// 5
// 21
// runtime error: index out of range [3] with length 2
