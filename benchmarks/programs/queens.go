package main

import "fmt"

func place(n, row int, cols, up, down []bool) int {
	if row == n {
		return 1
	}
	count := 0
	for c := range n {
		if cols[c] || up[row+c] || down[row-c+n] {
			continue
		}
		cols[c], up[row+c], down[row-c+n] = true, true, true
		count += place(n, row+1, cols, up, down)
		cols[c], up[row+c], down[row-c+n] = false, false, false
	}
	return count
}

func main() {
	const n = 12
	fmt.Println(place(n, 0, make([]bool, n), make([]bool, 2*n), make([]bool, 2*n+1)))
}
