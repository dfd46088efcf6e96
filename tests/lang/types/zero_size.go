// Variables and objects of size 0.
package main

import "fmt"

type empty struct{}

var x, y [0]int
var p, q = new([0]int), new([0]int)

type withEmpty struct {
	a int32
	e empty
}

func main() {
	fmt.Println(p == q, &x == p, &y == q)
	m := map[string]struct{}{"a": {}, "b": {}}
	fmt.Println(len(m))
	s := make([]empty, 1<<40)
	s = append(s, empty{})
	fmt.Println(len(s))
	c := make(chan empty, 3)
	c <- empty{}
	c <- empty{}
	fmt.Println(len(c), <-c)
	var w withEmpty
	w.e = s[5]
	fmt.Println(w)
	n := 0
	for range s[:3] {
		n++
	}
	var e any = empty{}
	fmt.Println(n, e == any(empty{}), [0]string{} == [0]string{})
}

// Output:
// true true true
// 2
// 1099511627777
// 2 {}
// {0 {}}
// 3 true true
