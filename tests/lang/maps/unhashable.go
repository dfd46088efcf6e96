// Keys that cannot be hashed: the text differs when the map is empty.
package main

import (
	"fmt"
	"runtime"
)

type pair struct {
	a int
	b any
}

func try(name string, f func()) {
	defer func() {
		r := recover()
		_, ok := r.(runtime.Error)
		fmt.Println(name, ok, r)
	}()
	f()
}

func main() {
	var none map[any]int
	empty := map[any]int{}
	full := map[any]int{1: 2}
	for i, m := range []map[any]int{none, empty, full} {
		for _, k := range []any{[]int{1}, func() {}, map[string]int{}, pair{1, []string{}}, [2]any{1, pair{b: func() {}}}, pair{}, 1.5} {
			try(fmt.Sprint(i, " find"), func() { fmt.Println(m[k]) })
			try(fmt.Sprint(i, " delete"), func() { delete(m, k) })
			if m != nil {
				try(fmt.Sprint(i, " assign"), func() { m[k]++; delete(m, k) })
			}
		}
	}
	structs := map[pair]bool{}
	arrays := map[[1]any]bool{}
	try("struct", func() { _ = structs[pair{b: []int{}}] })
	try("array", func() { _ = arrays[[1]any{pair{b: map[int]int{}}}] })
	structs[pair{1, 2}] = true
	arrays[[1]any{3}] = true
	try("struct", func() { _ = structs[pair{b: []int{}}] })
	try("array", func() { _ = arrays[[1]any{pair{b: map[int]int{}}}] })
}

// Output:
// 0 find true hash of unhashable type: []int
// 0 delete true hash of unhashable type: []int
// 0 find true hash of unhashable type: func()
// 0 delete true hash of unhashable type: func()
// 0 find true hash of unhashable type: map[string]int
// 0 delete true hash of unhashable type: map[string]int
// 0 find true hash of unhashable type: []string
// 0 delete true hash of unhashable type: []string
// 0 find true hash of unhashable type: func()
// 0 delete true hash of unhashable type: func()
// 0
// 0 find false <nil>
// 0 delete false <nil>
// 0
// 0 find false <nil>
// 0 delete false <nil>
// 1 find true hash of unhashable type: []int
// 1 delete true hash of unhashable type: []int
// 1 assign true runtime error: hash of unhashable type []int
// 1 find true hash of unhashable type: func()
// 1 delete true hash of unhashable type: func()
// 1 assign true runtime error: hash of unhashable type func()
// 1 find true hash of unhashable type: map[string]int
// 1 delete true hash of unhashable type: map[string]int
// 1 assign true runtime error: hash of unhashable type map[string]int
// 1 find true hash of unhashable type: []string
// 1 delete true hash of unhashable type: []string
// 1 assign true runtime error: hash of unhashable type []string
// 1 find true hash of unhashable type: func()
// 1 delete true hash of unhashable type: func()
// 1 assign true runtime error: hash of unhashable type func()
// 0
// 1 find false <nil>
// 1 delete false <nil>
// 1 assign false <nil>
// 0
// 1 find false <nil>
// 1 delete false <nil>
// 1 assign false <nil>
// 2 find true runtime error: hash of unhashable type []int
// 2 delete true runtime error: hash of unhashable type []int
// 2 assign true runtime error: hash of unhashable type []int
// 2 find true runtime error: hash of unhashable type func()
// 2 delete true runtime error: hash of unhashable type func()
// 2 assign true runtime error: hash of unhashable type func()
// 2 find true runtime error: hash of unhashable type map[string]int
// 2 delete true runtime error: hash of unhashable type map[string]int
// 2 assign true runtime error: hash of unhashable type map[string]int
// 2 find true runtime error: hash of unhashable type []string
// 2 delete true runtime error: hash of unhashable type []string
// 2 assign true runtime error: hash of unhashable type []string
// 2 find true runtime error: hash of unhashable type func()
// 2 delete true runtime error: hash of unhashable type func()
// 2 assign true runtime error: hash of unhashable type func()
// 0
// 2 find false <nil>
// 2 delete false <nil>
// 2 assign false <nil>
// 0
// 2 find false <nil>
// 2 delete false <nil>
// 2 assign false <nil>
// struct true hash of unhashable type: []int
// array true hash of unhashable type: map[int]int
// struct true runtime error: hash of unhashable type []int
// array true runtime error: hash of unhashable type map[int]int
