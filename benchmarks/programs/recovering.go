package main

import (
	"errors"
	"fmt"
)

var errOdd = errors.New("odd")

func work(depth, i int) int {
	if depth == 0 {
		if i%2 == 1 {
			panic(errOdd)
		}
		return i
	}
	return work(depth-1, i) + 1
}

func guarded(i int) (r int, err error) {
	defer func() {
		if x := recover(); x != nil {
			err = x.(error)
		}
	}()
	return work(5, i), nil
}

func main() {
	total, failed := 0, 0
	for i := range 1_000_000 {
		r, err := guarded(i)
		if err != nil {
			failed++
		}
		total += r
	}
	fmt.Println(total, failed)
}
