// recover as the deferred function itself: it counts as called by the function that defers it.
package main

import "fmt"

func nothing() { fmt.Println("nothing", recover()) }

func squelched() {
	defer nothing()
	defer func() {
		defer recover()
	}()
	panic(5)
}

func afterAnother() {
	defer nothing()
	defer func() {
		defer recover()
		defer func() { fmt.Println("inner", recover()) }()
		panic(3)
	}()
	panic(2)
}

func tooDeep() {
	defer func() { fmt.Println("outer", recover()) }()
	defer func() {
		defer func() { fmt.Println("inner", recover()) }()
		defer recover()
		panic(3)
	}()
	panic(2)
}

func direct() {
	defer func() { fmt.Println("direct", recover()) }()
	defer recover()
	panic(7)
}

func main() {
	squelched()
	afterAnother()
	tooDeep()
	direct()
}

// Output:
// nothing <nil>
// inner 3
// nothing <nil>
// inner 3
// outer 2
// direct 7
