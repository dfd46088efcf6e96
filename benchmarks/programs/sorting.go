package main

import (
	"fmt"
	"slices"
	"sort"
)

type rng uint64

func (r *rng) next() uint64 {
	*r ^= *r << 13
	*r ^= *r >> 7
	*r ^= *r << 17
	return uint64(*r)
}

func quicksort(s []int) {
	for len(s) > 12 {
		p := s[len(s)/2]
		i, j := 0, len(s)-1
		for i <= j {
			for s[i] < p {
				i++
			}
			for s[j] > p {
				j--
			}
			if i <= j {
				s[i], s[j] = s[j], s[i]
				i++
				j--
			}
		}
		quicksort(s[:j+1])
		s = s[i:]
	}
	for i := 1; i < len(s); i++ {
		for j := i; j > 0 && s[j] < s[j-1]; j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
}

func main() {
	r := rng(88172645463325252)
	fill := func() []int {
		s := make([]int, 1_000_000)
		for i := range s {
			s[i] = int(r.next() >> 20)
		}
		return s
	}
	a, b, c := fill(), fill(), fill()
	for range 3 {
		quicksort(slices.Clone(a))
	}
	quicksort(a)
	slices.Sort(b)
	sort.Slice(c, func(i, j int) bool { return c[i] < c[j] })
	fmt.Println(sort.IntsAreSorted(a), slices.IsSorted(b), slices.IsSorted(c), a[10] > 0)
}
