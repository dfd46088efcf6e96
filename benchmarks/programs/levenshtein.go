package main

import "fmt"

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		prev := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			prev, row[j] = row[j], min(row[j]+1, row[j-1]+1, prev+cost)
		}
	}
	return row[len(b)]
}

func main() {
	a, b := make([]byte, 2000), make([]byte, 2200)
	for i := range a {
		a[i] = 'a' + byte(i*i%23)
	}
	for i := range b {
		b[i] = 'a' + byte(i*7%19)
	}
	total := 0
	for i := range 60 {
		total += distance(string(a[i:]), string(b[2*i:]))
	}
	fmt.Println(total)
}
