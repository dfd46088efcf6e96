// Calls five million deep, three times: the second and third run on segments that are there.
package main

import "fmt"

//go:noinline
func deep(n int) int {
	if n == 0 {
		return 0
	}
	return deep(n-1) + n&1
}

func main() {
	const n = 5_000_000
	for range 3 {
		if got := deep(n); got != n/2 {
			panic(got)
		}
	}
	fmt.Println(n, "calls deep")
}
