// Defer statements in loops and outside of them in one function, with collections in between: what only a
// deferred call refers to stays, and the calls come in the reverse order.
package main

import (
	"fmt"
	"runtime"
)

type note struct {
	text string
	next *note
}

func chain(n int, text string) *note {
	var first *note
	for i := 0; i < n; i++ {
		first = &note{text: fmt.Sprint(text, i), next: first}
	}
	return first
}

func (n *note) read() string {
	s := ""
	for ; n != nil; n = n.next {
		s += n.text + " "
	}
	return s
}

func say(n *note) { fmt.Println(n.read()) }

func churn() {
	for i := 0; i < 50; i++ {
		_ = chain(3, "garbage")
	}
	runtime.GC()
}

func mixed(rounds int, fails bool) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
		}
	}()
	before := chain(2, "before")
	defer say(before)
	for i := 0; i < rounds; i++ {
		defer say(chain(2, fmt.Sprint("first", i, ".")))
	}
	between := chain(2, "between")
	defer say(between)
	defer func() { fmt.Println("plain", between.text) }()
	for i := 0; i < rounds; i++ {
		n := chain(1, fmt.Sprint("second", i, "."))
		defer func() { fmt.Print("closure "); say(n) }()
	}
	if rounds > 2 {
		defer say(chain(1, "last"))
	}
	churn()
	if fails {
		panic(chain(1, "failure").read())
	}
	churn()
	return nil
}

func onlyLoops(n int) (sum int) {
	for i := 0; i < n; i++ {
		p := &note{text: "x"}
		defer func() { sum += len(p.text) * i }()
		if i == n/2 {
			churn()
		}
	}
	return 0
}

func nested(depth int) {
	for i := 0; i < 2; i++ {
		defer func() { fmt.Print(depth, ".", i, " ") }()
	}
	n := chain(1, "nested")
	defer func() { fmt.Print(n.text, depth, " ") }()
	if depth > 0 {
		nested(depth - 1)
	}
	churn()
}

func main() {
	for rounds := 0; rounds < 4; rounds++ {
		fmt.Println("rounds", rounds, mixed(rounds, false))
		fmt.Println("rounds", rounds, mixed(rounds, true))
	}
	fmt.Println(onlyLoops(200))
	nested(3)
	fmt.Println()
}

// Output:
// plain between1
// between1 between0 
// before1 before0 
// rounds 0 <nil>
// plain between1
// between1 between0 
// before1 before0 
// rounds 0 recovered: failure0 
// closure second0.0 
// plain between1
// between1 between0 
// first0.1 first0.0 
// before1 before0 
// rounds 1 <nil>
// closure second0.0 
// plain between1
// between1 between0 
// first0.1 first0.0 
// before1 before0 
// rounds 1 recovered: failure0 
// closure second1.0 
// closure second0.0 
// plain between1
// between1 between0 
// first1.1 first1.0 
// first0.1 first0.0 
// before1 before0 
// rounds 2 <nil>
// closure second1.0 
// closure second0.0 
// plain between1
// between1 between0 
// first1.1 first1.0 
// first0.1 first0.0 
// before1 before0 
// rounds 2 recovered: failure0 
// last0 
// closure second2.0 
// closure second1.0 
// closure second0.0 
// plain between1
// between1 between0 
// first2.1 first2.0 
// first1.1 first1.0 
// first0.1 first0.0 
// before1 before0 
// rounds 3 <nil>
// last0 
// closure second2.0 
// closure second1.0 
// closure second0.0 
// plain between1
// between1 between0 
// first2.1 first2.0 
// first1.1 first1.0 
// first0.1 first0.0 
// before1 before0 
// rounds 3 recovered: failure0 
// 19900
// nested00 0.1 0.0 nested01 1.1 1.0 nested02 2.1 2.0 nested03 3.1 3.0 
