// defer, panic, recover: order, arguments, named results, loops, nesting, re-panics, run-time errors.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

func order() {
	for i := 0; i < 3; i++ {
		defer fmt.Println("loop", i)
	}
	x := 1
	defer fmt.Println("argument", x)
	defer func() { fmt.Println("closure", x) }()
	x = 2
}

func named() (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
			n *= 2
		}
	}()
	n = 21
	panic("boom")
}

func double(f func() int) (r int) {
	defer func() { r *= 2 }()
	return f()
}

func tryAll(fs ...func()) {
	for i, f := range fs {
		func() {
			defer func() {
				r := recover()
				if err, ok := r.(error); ok {
					fmt.Printf("%d error %v\n", i, err)
				} else {
					fmt.Printf("%d value %v\n", i, r)
				}
			}()
			f()
		}()
	}
}

type point struct{ x, y int }

func nested() {
	defer fmt.Println("nested done")
	defer func() {
		defer func() { fmt.Println("inner", recover()) }()
		fmt.Println("outer", recover())
		panic("second")
	}()
	panic("first")
}

func rethrow() (s string) {
	defer func() { s = fmt.Sprint("outer got ", recover()) }()
	defer func() {
		r := recover()
		panic(fmt.Sprint("again ", r))
	}()
	panic("once")
}

func helper() any { return recover() }

func notDirect() (r any) {
	defer func() { r = recover() }()
	defer func() { helper() }()
	panic("seen by the first")
}

func conditional(n int) {
	if n > 0 {
		defer fmt.Println("positive", n)
	}
	for i := range n {
		if i%2 == 0 {
			defer func() { fmt.Print("even ", i, "; ") }()
		}
	}
	if n > 3 {
		return
	}
	defer fmt.Println("small", n)
}

type res struct{ name string }

func (r *res) Close() error {
	fmt.Println("close", r.name)
	return errors.New("closed " + r.name)
}

func resources() (err error) {
	for _, n := range []string{"a", "b"} {
		r := &res{n}
		defer func() { err = errors.Join(err, r.Close()) }()
	}
	r := &res{"method"}
	defer r.Close()
	r = &res{"replaced"}
	return nil
}

func deep(n int) int {
	defer func() {
		if n%250 == 0 {
			fmt.Print(n, " ")
		}
	}()
	if n == 0 {
		panic("bottom")
	}
	return deep(n-1) + 1
}

func main() {
	order()
	fmt.Println(named())
	fmt.Println(double(func() int { return 21 }))
	var nilMap map[string]int
	var nilPtr *point
	var nilFunc func()
	zero := 0
	s := []int{1, 2, 3}
	idx := 5
	var e any = "text"
	tryAll(
		func() { panic("plain") },
		func() { panic(errors.New("an error")) },
		func() { panic(point{1, 2}) },
		func() { fmt.Println(s[idx]) },
		func() { fmt.Println(s[idx:]) },
		func() { fmt.Println(1 / zero) },
		func() { nilMap["a"] = 1 },
		func() { fmt.Println(nilPtr.x) },
		func() { nilFunc() },
		func() { fmt.Println(e.(int)) },
		func() { fmt.Println(strings.Repeat("x", -1)) },
		func() { _ = make([]int, idx-10) },
		func() { var c chan int; close(c) },
		func() { c := make(chan int); close(c); close(c) },
		func() { c := make(chan int); close(c); c <- 1 },
		func() { fmt.Println([3]int(s[:2])) },
		func() { panic(nil) },
		func() { fmt.Println("abc"[idx]) },
		func() { _ = s[:idx] },
		func() {},
	)
	nested()
	fmt.Println(rethrow())
	fmt.Println(notDirect())
	conditional(5)
	fmt.Println()
	conditional(1)
	fmt.Println(resources())
	func() {
		defer func() { fmt.Println(recover()) }()
		fmt.Println(deep(1000))
	}()
	defer os.Exit(4)
	defer fmt.Println("last words")
	panic("swallowed by exit")
}

// Exit: 4
// Output:
// closure 2
// argument 1
// loop 2
// loop 1
// loop 0
// 42 recovered: boom
// 42
// 0 value plain
// 1 error an error
// 2 value {1 2}
// 3 error runtime error: index out of range [5] with length 3
// 4 error runtime error: slice bounds out of range [5:3]
// 5 error runtime error: integer divide by zero
// 6 error assignment to entry in nil map
// 7 error runtime error: invalid memory address or nil pointer dereference
// 8 error runtime error: invalid memory address or nil pointer dereference
// 9 error interface conversion: interface {} is string, not int
// 10 value strings: negative Repeat count
// 11 error runtime error: makeslice: len out of range
// 12 error close of nil channel
// 13 error close of closed channel
// 14 error send on closed channel
// 15 error runtime error: cannot convert slice with length 2 to array or pointer to array with length 3
// 16 error panic called with nil argument
// 17 error runtime error: index out of range [5] with length 3
// 18 error runtime error: slice bounds out of range [:5] with capacity 3
// 19 value <nil>
// outer first
// inner second
// nested done
// outer got again once
// seen by the first
// even 4; even 2; even 0; positive 5
//
// small 1
// even 0; positive 1
// close method
// close b
// close a
// closed b
// closed a
// 0 250 500 750 1000 bottom
// last words
