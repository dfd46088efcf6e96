package main

import "fmt"

func counter(step int) func() int {
	n := 0
	return func() int {
		n += step
		return n
	}
}

func apply(s []int, f func(int) int) {
	for i, v := range s {
		s[i] = f(v)
	}
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func main() {
	total := 0
	for i := range 2_000_000 {
		c := counter(i)
		c()
		total += c()
	}
	s := make([]int, 1000)
	f := compose(func(x int) int { return x + 1 }, func(x int) int { return x * 3 }, func(x int) int { return x ^ total })
	for range 20_000 {
		apply(s, f)
	}
	fmt.Println(total, s[3])
}
