// Weak pointers and unique values.
package main

import (
	"fmt"
	"runtime"
	"unique"
	"weak"
)

type T struct {
	a, b int
	c    [100]int
}

var g T

func main() {
	p := new(T)
	w := weak.Make(p)
	fmt.Println(w == weak.Make(p), w == weak.Make(&T{}), w.Value() == p)
	runtime.GC()
	fmt.Println(w.Value() == p)
	fmt.Println(weak.Make(&g).Value() == &g, weak.Make(&g) == weak.Make(&g))
	runtime.KeepAlive(p)
	var ws []weak.Pointer[T]
	for range 100 {
		ws = append(ws, weak.Make(new(T)))
	}
	runtime.GC()
	runtime.GC()
	n := 0
	for _, w := range ws {
		if w.Value() == nil {
			n++
		}
	}
	fmt.Println(n > 90)
	a, b := unique.Make("abc"), unique.Make("ab"+string([]byte{'c'}))
	fmt.Println(a == b, a.Value(), unique.Make(1) == unique.Make(2))
	runtime.GC()
	runtime.GC()
	fmt.Println(a == unique.Make("abc"))
}

// Output:
// true false true
// true
// true true
// true
// true abc false
// true
