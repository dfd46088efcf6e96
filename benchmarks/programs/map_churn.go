package main

import "fmt"

func main() {
	m := map[int]int{}
	x := uint32(7)
	for i := range 6_000_000 {
		x = x*1664525 + 1013904223
		m[int(x>>12)] = i
		if i%3 == 0 {
			delete(m, int(x>>13))
		}
	}
	sum := 0
	for k, v := range m {
		sum += k ^ v
	}
	s := map[string]int{}
	for i := range 2_000_000 {
		s[fmt.Sprint(i%5000)] += i
	}
	fmt.Println(len(m), sum, len(s), s["77"])
}
