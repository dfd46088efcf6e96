// Function literals with returns, defers and recovers of their own in the body of a range over a function.
package main

import "fmt"

func count(yield func(int) bool) {
	for i := 0; yield(i); i++ {
	}
}

func literals(limit int) (text string) {
	for i := range count {
		if i == limit {
			func() {
				defer func() { text += fmt.Sprint(" recovered ", recover()) }()
				panic(i)
			}()
			break
		}
		f := func(n int) int {
			if n > 1 {
				return n * 10
			}
			return n
		}
		text += fmt.Sprint(f(i), " ")
	}
	return text
}

func nested() (n int) {
	for i := range count {
		for j := range count {
			add := func() int {
				defer func() { n++ }()
				return i + j
			}
			n += add()
			if j == 2 {
				break
			}
		}
		if i == 3 {
			break
		}
	}
	return
}

func both() (text string) {
	defer func() { text += "!" }()
	for i := range count {
		func() {
			defer func() { text += fmt.Sprint("inner", i, " ") }()
		}()
		defer func() { text += fmt.Sprint("outer", i, " ") }()
		if i == 2 {
			return "returned "
		}
	}
	return "end"
}

func main() {
	fmt.Println(literals(3))
	fmt.Println(nested())
	fmt.Println(both())
}

// Output:
// 0 1 20  recovered 3
// 42
// returned outer2 outer1 outer0 !
