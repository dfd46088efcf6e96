// Package sort: slices of basic types, sort.Slice, stable sorting, sort.Interface, Search in its
// forms, multi-key sorting, sorting of many elements with checksums.
package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

type person struct {
	name string
	age  int
	city string
}

type byAge []person

func (a byAge) Len() int           { return len(a) }
func (a byAge) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a byAge) Less(i, j int) bool { return a[i].age < a[j].age }

type lessFunc func(a, b *person) bool

type multi struct {
	people []person
	keys   []lessFunc
	swaps  int
}

func (m *multi) Len() int      { return len(m.people) }
func (m *multi) Swap(i, j int) { m.people[i], m.people[j] = m.people[j], m.people[i]; m.swaps++ }
func (m *multi) Less(i, j int) bool {
	p, q := &m.people[i], &m.people[j]
	for _, less := range m.keys {
		switch {
		case less(p, q):
			return true
		case less(q, p):
			return false
		}
	}
	return false
}

type lcg uint32

func (l *lcg) next(n int) int { *l = *l*1664525 + 1013904223; return int(*l>>8) % n }

func heapSort(a []int) {
	sift := func(lo, hi int) {
		for root := lo; ; {
			child := 2*root + 1
			if child >= hi {
				return
			}
			if child+1 < hi && a[child] < a[child+1] {
				child++
			}
			if a[root] >= a[child] {
				return
			}
			a[root], a[child] = a[child], a[root]
			root = child
		}
	}
	for i := len(a)/2 - 1; i >= 0; i-- {
		sift(i, len(a))
	}
	for i := len(a) - 1; i > 0; i-- {
		a[0], a[i] = a[i], a[0]
		sift(0, i)
	}
}

func mergeSort(a []int) []int {
	if len(a) < 2 {
		return a
	}
	l, r := mergeSort(a[:len(a)/2]), mergeSort(a[len(a)/2:])
	out := make([]int, 0, len(a))
	for len(l) > 0 && len(r) > 0 {
		if r[0] < l[0] {
			out, r = append(out, r[0]), r[1:]
		} else {
			out, l = append(out, l[0]), l[1:]
		}
	}
	return append(append(out, l...), r...)
}

func quick(a []int, depth int) int {
	if len(a) < 2 {
		return depth
	}
	p, i := a[len(a)/2], 0
	a[len(a)/2], a[len(a)-1] = a[len(a)-1], p
	for j := range a[:len(a)-1] {
		if a[j] < p {
			a[i], a[j] = a[j], a[i]
			i++
		}
	}
	a[i], a[len(a)-1] = a[len(a)-1], a[i]
	return max(quick(a[:i], depth+1), quick(a[i+1:], depth+1))
}

func sum(a []int) (h int) {
	for i, v := range a {
		h = (h*31 + v*i) % 1000000007
	}
	return
}

func main() {
	ints, fs, ss := []int{5, -2, 9, 0, 5}, []float64{2.5, math.Inf(-1), math.NaN(), -1}, []string{"pear", "Apple", "fig", ""}
	sort.Ints(ints)
	sort.Float64s(fs)
	sort.Strings(ss)
	fmt.Println(ints, fs, strings.Join(ss, "|"), sort.IntsAreSorted(ints), sort.StringsAreSorted([]string{"b", "a"}))
	sort.Sort(sort.Reverse(sort.IntSlice(ints)))
	fmt.Println(ints, sort.SearchInts([]int{1, 3, 5, 7}, 5), sort.SearchInts([]int{1, 3}, 4), sort.SearchStrings([]string{"a", "c"}, "b"))
	people := []person{{"Ann", 30, "Oslo"}, {"Bob", 25, "Rome"}, {"Cid", 30, "Rome"}, {"Dee", 25, "Oslo"}, {"Eve", 41, "Bern"}}
	sort.Stable(byAge(people))
	fmt.Println(people)
	sort.Slice(people, func(i, j int) bool { return people[i].name > people[j].name })
	fmt.Println(people)
	sort.SliceStable(people, func(i, j int) bool { return people[i].city < people[j].city })
	fmt.Println(people)
	m := &multi{people: people, keys: []lessFunc{
		func(a, b *person) bool { return a.age > b.age },
		func(a, b *person) bool { return a.name < b.name }}}
	sort.Sort(m)
	fmt.Println(m.people, sort.IsSorted(m))
	fmt.Println(sort.SliceIsSorted(people, func(i, j int) bool { return people[i].age > people[j].age }))

	i := sort.Search(1000, func(i int) bool { return i*i >= 5000 })
	j, found := sort.Find(len(ss), func(i int) int { return strings.Compare("fig", ss[i]) })
	fmt.Println(i, j, found, sort.Search(10, func(int) bool { return false }))

	r := lcg(7)
	data := make([]int, 2000)
	for i := range data {
		data[i] = r.next(500)
	}
	variants := make([][]int, 5)
	for i := range variants {
		variants[i] = append([]int(nil), data...)
	}
	sort.Ints(variants[0])
	sort.Slice(variants[1], func(i, j int) bool { return variants[1][i] < variants[1][j] })
	heapSort(variants[2])
	variants[3] = mergeSort(variants[3])
	depth := quick(variants[4], 0)
	fmt.Println(sum(variants[0]), sum(variants[1]), sum(variants[2]), sum(variants[3]), sum(variants[4]), depth < 80)
	type rec struct{ key, seq int }
	recs := make([]rec, 500)
	for i := range recs {
		recs[i] = rec{r.next(10), i}
	}
	sort.SliceStable(recs, func(i, j int) bool { return recs[i].key < recs[j].key })
	stable := true
	for i := 1; i < len(recs); i++ {
		if recs[i-1].key > recs[i].key || recs[i-1].key == recs[i].key && recs[i-1].seq > recs[i].seq {
			stable = false
		}
	}
	fmt.Println(stable, recs[0], recs[499])
	byLen := map[int][]string{}
	for _, w := range strings.Fields("sort the words by length and then by letter in each group of words") {
		byLen[len(w)] = append(byLen[len(w)], w)
	}
	var lens []int
	for l := range byLen {
		lens = append(lens, l)
	}
	sort.Ints(lens)
	for _, l := range lens {
		sort.Strings(byLen[l])
		fmt.Print(l, byLen[l], " ")
	}
	fmt.Println()
}

// Output:
// [-2 0 5 5 9] [NaN -Inf -1 2.5] |Apple|fig|pear true false
// [9 5 5 0 -2] 2 2 1
// [{Bob 25 Rome} {Dee 25 Oslo} {Ann 30 Oslo} {Cid 30 Rome} {Eve 41 Bern}]
// [{Eve 41 Bern} {Dee 25 Oslo} {Cid 30 Rome} {Bob 25 Rome} {Ann 30 Oslo}]
// [{Eve 41 Bern} {Dee 25 Oslo} {Ann 30 Oslo} {Cid 30 Rome} {Bob 25 Rome}]
// [{Eve 41 Bern} {Ann 30 Oslo} {Cid 30 Rome} {Bob 25 Rome} {Dee 25 Oslo}] true
// true
// 71 2 true 10
// 519879165 519879165 519879165 519879165 519879165 true
// true {0 10} {9 499}
// 2 [by by in of] 3 [and the] 4 [each sort then] 5 [group words words] 6 [length letter] 
