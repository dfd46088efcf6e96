// Deferred calls that need no record: checks that panic while they are pending, recovery, order, results.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
)

type lock struct{ held, times int }

func (l *lock) lock()   { l.held++ }
func (l *lock) unlock() { l.held--; l.times++ }

//go:noinline
func one(l *lock, x int) int {
	l.lock()
	defer l.unlock()
	return x + l.held
}

//go:noinline
func two(l *lock, x int) (r int) {
	defer func() { r *= 2 }()
	l.lock()
	defer l.unlock()
	if x%7 == 0 {
		return 1
	}
	return x
}

//go:noinline
func idx(s []int, i int, l *lock) (r int, err error) {
	l.lock()
	defer l.unlock()
	defer func() {
		if e := recover(); e != nil {
			err = e.(error)
		}
	}()
	r = 5
	r = s[i]
	r += 100 / s[0]
	return r, nil
}

//go:noinline
func pan(k int) (s string) {
	defer func() { s += fmt.Sprint(" rec ", recover()) }()
	s = "a"
	if k == 1 {
		panic("boom")
	}
	if k == 2 {
		panic(errors.New("err"))
	}
	s = "b"
	return s + "c"
}

//go:noinline
func cond(k int) (s string) {
	if k > 0 {
		defer func() { s += "x" }()
	}
	defer func() { s += "y" }()
	return "r"
}

//go:noinline
func loop(k int) (s string) {
	for i := range k {
		defer func() { s += fmt.Sprint(i) }()
	}
	return "r"
}

//go:noinline
func order(p *int, m map[string]int) {
	defer fmt.Println("1")
	defer fmt.Println("2")
	*p = 3
	m["a"]++
}

var mu sync.Mutex
var cnt int

//go:noinline
func mutex(p *int) {
	mu.Lock()
	defer mu.Unlock()
	*p++
}

func nested() (s string) {
	defer func() {
		defer func() { s += fmt.Sprint(" inner:", recover()) }()
		var a []int
		_ = a[3]
	}()
	var p *lock
	p.held = 1
	return "no"
}

func rerec() {
	defer func() { fmt.Println("outer", recover()) }()
	defer func() { panic("second") }()
	var p *lock
	p.held = 1
}

type big struct{ a [20]int }

func aggr(k int, b []int) (r big, e error) {
	defer func() {
		if x := recover(); x != nil {
			e = x.(error)
		}
	}()
	r.a[3] = 9
	r.a[4] = b[k]
	return r, nil
}

func callers() {
	defer func() {
		recover()
		var pcs [20]uintptr
		n := runtime.Callers(0, pcs[:])
		fs := runtime.CallersFrames(pcs[:n])
		for {
			f, more := fs.Next()
			fmt.Print(f.Function, " ")
			if !more {
				break
			}
		}
		fmt.Println()
	}()
	var p *lock
	p.times++
}

func evalArgs(x int) (s string) {
	defer func(y int) { s += fmt.Sprint(" deferred ", y, x) }(x)
	x = 9
	s = "e"
	return s
}

func main() {
	l := &lock{}
	fmt.Println(one(l, 3), two(l, 7), two(l, 8), *l)
	fmt.Println(idx([]int{1, 2}, 1, l))
	fmt.Println(idx([]int{1, 2}, 2, l))
	fmt.Println(idx([]int{0, 2}, 1, l))
	fmt.Println(idx(nil, -1, l))
	fmt.Println(*l)
	fmt.Println(pan(0), pan(1), pan(2))
	fmt.Println(cond(0), cond(1), loop(3))
	var p int
	order(&p, map[string]int{})
	func() {
		defer func() { fmt.Println(recover()) }()
		order(nil, nil)
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		mutex(nil)
	}()
	mutex(&cnt)
	mu.Lock()
	mu.Unlock()
	func() {
		defer func() { fmt.Println(recover()) }()
		fmt.Println(cnt, nested())
	}()
	rerec()
	fmt.Println(aggr(1, []int{1, 2}))
	fmt.Println(aggr(2, []int{1, 2}))
	callers()
	fmt.Println(evalArgs(4))
	func() {
		defer func() { fmt.Println(recover()) }()
		one(nil, 3)
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		two(nil, 3)
	}()

}

// Output:
// 4 2 16 {0 3}
// 102 <nil>
// 5 runtime error: index out of range [2] with length 2
// 2 runtime error: integer divide by zero
// 5 runtime error: index out of range [-1]
// {0 7}
// bc rec <nil> a rec boom a rec err
// ry ryx r210
// 2
// 1
// 2
// 1
// runtime error: invalid memory address or nil pointer dereference
// runtime error: invalid memory address or nil pointer dereference
// runtime error: invalid memory address or nil pointer dereference
// outer second
// {[0 0 0 9 2 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0]} <nil>
// {[0 0 0 9 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0]} runtime error: index out of range [2] with length 2
// runtime.Callers main.callers.func1 runtime.gopanic runtime.panicmem runtime.sigpanic main.callers main.main runtime.main runtime.goexit 
// e deferred 4 9
// runtime error: invalid memory address or nil pointer dereference
// runtime error: invalid memory address or nil pointer dereference
