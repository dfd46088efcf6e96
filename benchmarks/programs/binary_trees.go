package main

import "fmt"

type node struct{ left, right *node }

func build(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{build(depth - 1), build(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	const most = 16
	long := build(most)
	for d := 4; d <= most; d += 4 {
		rounds := 1 << (most - d + 4)
		check := 0
		for range rounds {
			check += build(d).count()
		}
		fmt.Println(rounds, "trees of depth", d, "check", check)
	}
	fmt.Println(long.count())
}
