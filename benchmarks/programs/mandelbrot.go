package main

import "fmt"

func main() {
	const n, limit = 900, 200
	inside := 0
	for y := range n {
		for x := range n {
			cr, ci := 2*float64(x)/n-1.5, 2*float64(y)/n-1
			zr, zi := 0.0, 0.0
			k := 0
			for ; k < limit && zr*zr+zi*zi <= 4; k++ {
				zr, zi = zr*zr-zi*zi+cr, 2*zr*zi+ci
			}
			if k == limit {
				inside++
			}
		}
	}
	fmt.Println(inside)
}
