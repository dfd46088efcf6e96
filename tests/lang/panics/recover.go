// Recover: where it works and where it does not, named results, nested and repeated panics, panics
// in deferred functions, Goexit, recover through methods and interfaces, runtime.Error values.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
)

type failure struct {
	op  string
	err error
}

func (f *failure) Error() string { return f.op + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

var errBase = errors.New("base")

func helper() any { return recover() }

func indirect() (r any) {
	defer func() {
		r = recover()
	}()
	defer func() {
		func() {
			if recover() != nil {
				fmt.Println("nested recover must not work")
			}
		}()
	}()
	defer helper()
	panic("through helper")
}

func notHelper() (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	defer func() { _ = fmt.Sprint(helper()) }()
	panic("kept")
}

func result() (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n *= 2
			err = fmt.Errorf("wrapped: %w", r.(error))
		}
	}()
	n = 21
	panic(&failure{"op", errBase})
}

func unnamed() int {
	defer func() { recover() }()
	panic(1)
}

func replace() (s string) {
	defer func() { s = fmt.Sprint("got ", recover(), " then ", recover()) }()
	defer func() { panic("second") }()
	panic("first")
}

func rethrow(depth int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			if depth < 3 {
				panic(fmt.Sprint(r, "<", depth))
			}
			err = errors.New(fmt.Sprint(r))
		}
	}()
	if depth == 0 {
		panic("bottom")
	}
	return rethrow(depth - 1)
}

func inner() {
	defer func() {
		defer func() { fmt.Println("inner deferred recover:", recover()) }()
		panic("in defer")
	}()
	panic("outer")
}

func loopDefers(n int) (s string) {
	for i := range n {
		defer func(j int) {
			if r := recover(); r != nil {
				s += fmt.Sprint(i, j, r, ";")
				if i > 1 {
					panic(i)
				}
			}
		}(i * 10)
	}
	panic("x")
}

type closer struct{ name string }

func (c closer) Close() {
	if r := recover(); r != nil {
		fmt.Println(c.name, "recovered", r)
	}
}

func byMethod() {
	defer closer{"value"}.Close()
	panic("m")
}

func byInterface() {
	var c interface{ Close() } = &closer{"iface"}
	defer c.Close()
	panic("i")
}

func byMethodValue() {
	f := closer{"bound"}.Close
	defer f()
	panic("v")
}

func runtimeErr(f func()) {
	defer func() {
		r := recover()
		re, ok := r.(runtime.Error)
		if !ok {
			fmt.Println("not a runtime error:", r)
			return
		}
		var te *runtime.TypeAssertionError
		fmt.Println(re, errors.As(re, &te))
	}()
	f()
}

func goexit() {
	var wg sync.WaitGroup
	var log []string
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer func() { log = append(log, fmt.Sprint("recover in goexit: ", recover())) }()
		func() {
			defer func() { log = append(log, "inner defer") }()
			runtime.Goexit()
		}()
		log = append(log, "not reached")
	}()
	wg.Wait()
	fmt.Println(strings.Join(log, ", "))
}

func deep(n int) int {
	if n == 0 {
		panic("deep")
	}
	defer func() {}()
	return deep(n-1) + 1
}

type custom int

func (c custom) String() string { return "custom" }

func main() {
	fmt.Println(indirect(), notHelper(), unnamed(), replace())
	n, err := result()
	var f *failure
	fmt.Println(n, err, errors.Is(err, errBase), errors.As(err, &f), f.op)
	fmt.Println(rethrow(5))
	func() {
		defer func() { fmt.Println("main got", recover()) }()
		inner()
	}()
	func() {
		defer func() { fmt.Println("loop", recover()) }()
		fmt.Println(loopDefers(2))
		fmt.Println(loopDefers(4))
	}()
	byMethod()
	byInterface()
	byMethodValue()
	var np *failure
	var e any = custom(3)
	zero := 0
	arr := []int{1}
	runtimeErr(func() { _ = np.op })
	runtimeErr(func() { _ = e.(string) })
	runtimeErr(func() { _ = e.(fmt.Stringer).(error) })
	runtimeErr(func() { _ = e.(interface{ Missing() }) })
	runtimeErr(func() { _ = any(nil).(int) })
	runtimeErr(func() { _ = error(nil).(*failure) })
	runtimeErr(func() { _ = 1 / zero })
	runtimeErr(func() { _ = arr[zero-1] })
	runtimeErr(func() { arr = arr[2:] })
	runtimeErr(func() { panic(custom(4)) })
	runtimeErr(func() { panic(fmt.Sprint("text")) })
	runtimeErr(func() { var m map[string]int; m["x"]++ })
	runtimeErr(func() { var c chan int; close(c) })
	runtimeErr(func() { panic(nil) })
	goexit()
	func() {
		defer func() { fmt.Println(recover()) }()
		deep(200)
	}()
	fmt.Println(recover())
	done := make(chan string)
	go func() {
		defer func() { done <- fmt.Sprint("goroutine: ", recover()) }()
		var p *closer
		fmt.Println(p.name)
	}()
	fmt.Println(<-done)
	defer fmt.Println("not printed: os.Exit runs no deferred calls")
	defer func() {
		recover()
		fmt.Println("exiting")
		os.Exit(3)
	}()
	panic("last")
}

// Exit: 3
// Output:
// <nil> kept 0 got second then <nil>
// 42 wrapped: op: base true true op
// bottom<0<1<2
// inner deferred recover: in defer
// main got outer
// 1 10x;
// 3 30x;2 20 3;1 10 2;
// loop <nil>
// value recovered m
// iface recovered i
// bound recovered v
// runtime error: invalid memory address or nil pointer dereference false
// interface conversion: interface {} is main.custom, not string true
// interface conversion: main.custom is not error: missing method Error true
// interface conversion: main.custom is not interface { Missing() }: missing method Missing true
// interface conversion: interface {} is nil, not int true
// interface conversion: error is nil, not *main.failure true
// runtime error: integer divide by zero false
// runtime error: index out of range [-1] false
// runtime error: slice bounds out of range [2:1] false
// not a runtime error: custom
// not a runtime error: text
// assignment to entry in nil map false
// close of nil channel false
// panic called with nil argument false
// inner defer, recover in goexit: <nil>
// deep
// <nil>
// goroutine: runtime error: invalid memory address or nil pointer dereference
// exiting
