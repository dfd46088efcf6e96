// Loops that leave optimised code with addresses behind, before or in the middle of an array as
// its only use of it, while collections run and freed memory is used again. An array that is lost meanwhile
// shows in the sums.
package main

import (
	"fmt"
	"runtime"
)

type cell struct {
	v    int
	next *cell
}

var sink []*cell

//go:noinline
func churn(i int) int {
	list := make([]*cell, 8)
	for k := range list {
		list[k] = &cell{v: -1 << 40}
	}
	sink = list
	if i%16 == 0 {
		runtime.GC()
	}
	return 0
}

//go:noinline
func numbers(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i + 1
	}
	return s
}

//go:noinline
func upwards(n int) (sum int) {
	for i, v := range numbers(n) {
		sum += v + churn(i)
	}
	return sum
}

//go:noinline
func downwards(n int) (sum int) {
	s := numbers(n)
	for i := len(s) - 1; i >= 0; i-- {
		sum += s[i] + churn(i)
	}
	return sum
}

//go:noinline
func fromTheEnd(n int) (sum int) {
	s := numbers(n)
	end := len(s)
	for i := 1; i <= end; i++ {
		sum += s[end-i] + churn(i)
	}
	return sum
}

//go:noinline
func shrinking(n int) (sum int) {
	for s := numbers(n); len(s) > 0; s = s[1:] {
		sum += s[0] + churn(len(s))
	}
	return sum
}

//go:noinline
func two(n int) (sum int) {
	a, b := numbers(n), numbers(n)
	for i := range a {
		p := &a[i]
		if i%2 == 0 {
			p = &b[n-1-i]
		}
		churn(i)
		sum += *p
	}
	return sum
}

type row struct {
	pad  [5]int
	list [3]*cell
	last int
}

//go:noinline
func rows(n int) (sum int) {
	table := make([]row, n)
	for i := range table {
		for k := range table[i].list {
			table[i].list[k] = &cell{v: i + k}
		}
		table[i].last = i
	}
	for i := n - 1; i >= 0; i -= 2 {
		r := &table[i]
		churn(i)
		for k := range r.list {
			sum += r.list[k].v
		}
		sum += r.last
	}
	return sum
}

//go:noinline
func field(n int) (sum int) {
	var ends []*int
	for i := range n {
		ends = append(ends, &(&row{last: i}).last)
	}
	churn(0)
	for i, p := range ends {
		sum += *p + churn(i)
	}
	return sum
}

//go:noinline
func text(n int) (sum int) {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + i%26)
	}
	s := string(b)
	for len(s) > 3 {
		churn(len(s))
		sum += int(s[0]) + int(s[len(s)-1])
		s = s[1 : len(s)-1]
	}
	return sum
}

//go:noinline
func matrix(n int) (sum int) {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		for k := range m[i] {
			m[i][k] = float64(i * k)
		}
	}
	for i := range m {
		r := m[i]
		t := 0.0
		for k := range r {
			t += r[k]
		}
		churn(i)
		for k := len(r) - 1; k > 0; k-- {
			t += r[k] - r[k-1]
		}
		sum += int(t)
	}
	return sum
}

func main() {
	fmt.Println("up", upwards(300))
	fmt.Println("down", downwards(300))
	fmt.Println("end", fromTheEnd(300))
	fmt.Println("shrink", shrinking(300))
	fmt.Println("two", two(300))
	fmt.Println("rows", rows(200))
	fmt.Println("field", field(200))
	fmt.Println("text", text(200))
	fmt.Println("matrix", matrix(60))
}

// Output:
// up 45150
// down 45150
// end 45150
// shrink 45150
// two 45300
// rows 40300
// field 19900
// text 21591
// matrix 3237330
