// What counts as called by a deferred call: wrappers of methods, bodies of ranges over functions.
package main

import "fmt"

func callRecover() {
	if recover() != nil {
		fmt.Println("recovered")
	}
}

type T int

func (*T) M() { callRecover() }

type S struct{ *T }

var p = S{new(T)}
var fn = S.M

func must(f func()) {
	defer func() {
		r := recover()
		if r == nil {
			fmt.Println("didn't panic")
		}
	}()
	f()
}

func seq(yield func(int) bool) { yield(1) }
func seq2(yield func(int) bool) {
	defer func() { fmt.Println("it", recover() != nil) }()
	yield(1)
}

func inBody() {
	for range seq {
		fmt.Println("b", recover() != nil)
	}
}
func inBody2() {
	for range seq {
		for range seq {
			fmt.Println("b2", recover() != nil)
			return
		}
	}
}
func notDeferred() { inBody() }
func viaLit() {
	for range seq {
		func() { fmt.Println("lit", recover() != nil) }()
	}
	fmt.Println("after", recover() != nil)
}
func main() {
	must(func() {
		defer fn(p)
		panic("XXX")
	})
	must(func() {
		defer inBody()
		panic("XXX")
	})
	must(func() {
		defer inBody2()
		panic("XXX")
	})
	must(func() {
		defer notDeferred()
		panic("XXX")
	})
	must(func() {
		defer viaLit()
		panic("XXX")
	})
	must(func() {
		defer func() {
			for range seq2 {
				fmt.Println("x", recover() != nil)
			}
		}()
		panic("XXX")
	})
	must(func() {
		defer func() {
			for range seq2 {
				panic("YYY")
			}
		}()
		panic("XXX")
	})
}

// Output:
// b false
// b2 false
// b false
// lit false
// after true
// didn't panic
// x false
// it false
// it true
