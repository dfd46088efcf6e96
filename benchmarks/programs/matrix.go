package main

import "fmt"

func product(a, b [][]float64) [][]float64 {
	n := len(a)
	c := make([][]float64, n)
	for i := range c {
		c[i] = make([]float64, n)
		for k := range n {
			x, row := a[i][k], b[k]
			for j := range row {
				c[i][j] += x * row[j]
			}
		}
	}
	return c
}

func main() {
	const n = 700
	a, b := make([][]float64, n), make([][]float64, n)
	for i := range n {
		a[i], b[i] = make([]float64, n), make([]float64, n)
		for j := range n {
			a[i][j], b[i][j] = float64(i-j)/n, float64(i+j)/n
		}
	}
	c := product(product(a, b), b)
	fmt.Printf("%.6f %.6f\n", c[3][5], c[n-1][n-2])
}
