package main

import (
	"cmp"
	"fmt"
)

type heap[T any] struct {
	items []T
	less  func(a, b T) bool
}

func (h *heap[T]) push(x T) {
	h.items = append(h.items, x)
	for i := len(h.items) - 1; i > 0; {
		p := (i - 1) / 2
		if !h.less(h.items[i], h.items[p]) {
			break
		}
		h.items[i], h.items[p] = h.items[p], h.items[i]
		i = p
	}
}

func (h *heap[T]) pop() T {
	top := h.items[0]
	n := len(h.items) - 1
	h.items[0] = h.items[n]
	h.items = h.items[:n]
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			break
		}
		if c+1 < n && h.less(h.items[c+1], h.items[c]) {
			c++
		}
		if !h.less(h.items[c], h.items[i]) {
			break
		}
		h.items[i], h.items[c] = h.items[c], h.items[i]
		i = c
	}
	return top
}

func mapTo[T, U any](s []T, f func(T) U) []U {
	out := make([]U, 0, len(s))
	for _, x := range s {
		out = append(out, f(x))
	}
	return out
}

func reduce[T, A any](s []T, a A, f func(A, T) A) A {
	for _, x := range s {
		a = f(a, x)
	}
	return a
}

func largest[T cmp.Ordered](s []T) T {
	m := s[0]
	for _, x := range s[1:] {
		m = max(m, x)
	}
	return m
}

func main() {
	h := heap[int]{less: func(a, b int) bool { return a < b }}
	x := uint32(1)
	total := 0
	for range 2_000_000 {
		x = x*1664525 + 1013904223
		h.push(int(x >> 8))
		if len(h.items) > 1000 {
			total += h.pop()
		}
	}
	s := make([]int, 10_000)
	for i := range s {
		s[i] = i * 37 % 1001
	}
	for range 500 {
		f := mapTo(s, func(i int) float64 { return float64(i) / 2 })
		total += int(reduce(f, 0.0, func(a, b float64) float64 { return a + b })) + largest(s)
	}
	fmt.Println(total)
}
