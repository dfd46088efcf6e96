// Order of evaluation: calls, receives and operators from left to right; assignments in two
// phases; deferred arguments; short circuits; index and pointer operands before the assignment.
package main

import "fmt"

var trace []string

func t(name string, v int) int {
	trace = append(trace, name)
	return v
}

func flush(label string) {
	fmt.Println(label, trace)
	trace = nil
}

type obj struct {
	vals [4]int
	next *obj
}

func (o *obj) at(i int) *int { trace = append(trace, fmt.Sprint("at", i)); return &o.vals[i] }

func (o obj) with(i int) obj {
	trace = append(trace, fmt.Sprint("with", i))
	o.vals[0] += i
	return o
}

func getObj(o *obj) *obj { trace = append(trace, "obj"); return o }

func getSlice(s []int) []int { trace = append(trace, "slice"); return s }

func two() (int, int) { trace = append(trace, "two"); return 1, 2 }

func args(a, b, c int, rest ...int) int { trace = append(trace, "call"); return a + b + c + len(rest) }

func yes(name string) bool { trace = append(trace, name); return true }
func no(name string) bool  { trace = append(trace, name); return false }

func deferred() (r int) {
	x := 1
	defer func(n int) { trace = append(trace, fmt.Sprint("deferred ", n, x)); r += n }(t("arg", x))
	x = 50
	defer getObj(&obj{}).at(t("i", 2))
	x++
	return t("ret", x)
}

func named() (a, b int) {
	defer func() { a, b = b*10, a*10 }()
	a, b = 1, 2
	return b, a
}

func caught(f func()) {
	defer func() { fmt.Println("  recovered:", recover(), trace); trace = nil }()
	f()
}

func main() {
	_ = t("a", 1) + t("b", 2)*t("c", 3)
	flush("arith")
	_ = args(t("a", 1), t("b", 2), t("c", 3), t("d", 4), t("e", 5))
	flush("args")
	_ = yes("a") && no("b") && yes("c") || no("d") || yes("e") && !no("f")
	flush("short")
	o := &obj{}
	*getObj(o).at(t("i", 1)) = t("v", 7)
	flush("store")
	s := []int{1, 2, 3, 4}
	getSlice(s)[t("i", 0)], getSlice(s)[t("j", 1)] = t("x", 10), t("y", 20)
	flush("tuple")
	fmt.Println(s, o.vals)
	m := map[int]int{}
	m[t("k", 1)] += t("v", 2)
	m[t("k2", 2)], m[t("k3", 3)] = two()
	flush("map")
	fmt.Println(m)
	_ = []int{t("0", 0), t("1", 1), 3: t("3", 3)}
	_ = map[int]int{t("k", 5): t("v", 5)}
	_ = struct{ a, b int }{b: t("b", 1), a: t("a", 2)}
	flush("literals")
	_ = o.with(t("p", 1)).with(t("q", 2)).vals[t("idx", 0)]
	flush("chain")
	ch := make(chan int, 3)
	ch <- t("send", 1)
	ch <- 2
	ch <- 3
	_ = t("before", 1) + <-ch*<-ch - <-ch
	flush("recv")

	i := 0
	i, s[i] = 2, 99
	fmt.Println(i, s)
	s[0], s[s[0]%4], i = 1, 55, s[1]
	fmt.Println(i, s)
	a, b, c := 1, 2, 3
	a, b, c = c, a, b
	fmt.Println(a, b, c)
	x := []int{1, 2, 3}
	j := 0
	j, x[j] = 1, 2
	x[1], x[2] = x[2], x[1]
	x[0], x[0] = 10, 20
	fmt.Println(j, x)
	p := &obj{next: &obj{}}
	p.next.vals[0] = 5
	p.next, p.next.vals[1], p = nil, 8, p.next
	fmt.Println(p.vals, p.next == nil)
	var list *obj
	for k := range 3 {
		list, list = list, &obj{vals: [4]int{k}, next: list}
	}
	var prev *obj
	for list != nil {
		list.next, prev, list = prev, list, list.next
	}
	for ; prev != nil; prev = prev.next {
		fmt.Print(prev.vals[0], " ")
	}
	fmt.Println()

	fmt.Println(deferred())
	flush("defer")
	fmt.Println(named())
	arr := [3]int{1, 2, 3}
	for k, v := range arr {
		arr[2] = 100
		if k == 2 {
			fmt.Println("range copy", v)
		}
	}
	sl := arr[:]
	for k, v := range sl {
		sl[2] = 200
		if k == 2 {
			fmt.Println("range slice", v)
		}
	}
	switch t("tag", 2) {
	case t("c1", 1), t("c2", 2), t("c3", 3):
		flush("switch")
	case t("c4", 4):
	}
	for k := t("init", 0); k < t("cond", 2); k += t("post", 1) {
	}
	flush("for")

	caught(func() { var np *obj; np.vals[t("index", 1)] = t("value", 5) })
	caught(func() { var nm map[string]int; nm["k"] = t("value", 1) })
	caught(func() { var ns []int; ns[t("index", 3)] = t("value", 2) })
	caught(func() { _ = t("num", 4) / t("den", 0) })
	caught(func() { var f func(int); f(t("argument", 1)) })
	caught(func() { s[1], s[t("bad", 9)] = t("kept", 1), 2 })
	fmt.Println(s)
	var e any = "text"
	caught(func() { fmt.Println(e.(int), t("late", 1)) })
	k := 1
	inc := func() int { k++; return k }
	r := inc()*10 + inc()*100
	fmt.Println(r, k)
	y := [...]int{inc(), inc(), inc()}
	fmt.Println(y)
}

// Output:
// arith [a b c]
// args [a b c d e call]
// short [a b d e f]
// store [obj i at1 v]
// tuple [slice i slice j x y]
// [10 20 3 4] [0 7 0 0]
// map [k v k2 k3 two]
// map[1:2 2:1 3:2]
// literals [0 1 3 k v b a]
// chain [p with1 q with2 idx]
// recv [send before]
// 2 [99 20 3 4]
// 20 [1 20 3 55]
// 3 1 2
// 1 [20 3 2]
// [5 8 0 0] true
// 0 1 2 
// 52
// defer [arg obj i ret at2 deferred 1 51]
// 10 20
// range copy 3
// range slice 200
// switch [tag c1 c2]
// for [init cond post cond post cond]
//   recovered: runtime error: invalid memory address or nil pointer dereference [index value]
//   recovered: assignment to entry in nil map [value]
//   recovered: runtime error: index out of range [3] with length 0 [index value]
//   recovered: runtime error: integer divide by zero [num den]
//   recovered: runtime error: invalid memory address or nil pointer dereference [argument]
//   recovered: runtime error: index out of range [9] with length 4 [bad kept]
// [1 1 3 55]
//   recovered: interface conversion: interface {} is string, not int []
// 320 3
// [4 5 6]
