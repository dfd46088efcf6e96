package sort_test

import (
	"fmt"
	"math"
	"math/rand"
	"reflect"
	want "sort"
	"testing"

	got "golstd/sort"
)

type pair struct{ k, v int }
type pairs []pair

func (p pairs) Len() int           { return len(p) }
func (p pairs) Less(i, j int) bool { return p[i].k < p[j].k }
func (p pairs) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

func make1(rnd *rand.Rand, n, kind int) pairs {
	p := make(pairs, n)
	for i := range p {
		k := 0
		switch kind {
		case 0:
			k = rnd.Intn(1 << 20)
		case 1:
			k = rnd.Intn(8)
		case 2:
			k = i
		case 3:
			k = n - i
		case 4:
			k = i % 17
		case 5:
			k = i
			if rnd.Intn(50) == 0 {
				k = rnd.Intn(n)
			}
		case 6:
			k = min(i, n-i)
		case 7:
			k = (n - i) / 4
		case 8: // bad for medians: forces scatter and heap sort
			k = i ^ (i >> 1)
			if i%2 == 1 {
				k = n + i
			}
		case 9:
			k = (i * 7919) % (n/3 + 1)
		}
		p[i] = pair{k, i}
	}
	return p
}

// antiQuick makes an adversary that forces heap sort.
type killer struct {
	ks    []int
	solid int
	cand  int
}

func (a *killer) Len() int { return len(a.ks) }
func (a *killer) Less(i, j int) bool {
	gas := len(a.ks) - 1
	if a.ks[i] == gas && a.ks[j] == gas {
		if i == a.cand {
			a.ks[i] = a.solid
		} else {
			a.ks[j] = a.solid
		}
		a.solid++
	}
	if a.ks[i] == gas {
		a.cand = i
	} else if a.ks[j] == gas {
		a.cand = j
	}
	return a.ks[i] < a.ks[j]
}
func (a *killer) Swap(i, j int) { a.ks[i], a.ks[j] = a.ks[j], a.ks[i] }

func TestSameOrder(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	for round := 0; round < 400; round++ {
		n := 1 + rnd.Intn(60)
		if round%3 == 0 {
			n = 1 + rnd.Intn(3000)
		}
		kind := round % 10
		a := make1(rnd, n, kind)
		b := append(pairs(nil), a...)
		c, d, e := append(pairs(nil), a...), append(pairs(nil), a...), append(pairs(nil), a...)
		got.Sort(a)
		want.Sort(b)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("Sort kind %d n %d", kind, n)
		}
		got.Slice(c, func(i, j int) bool { return c[i].k < c[j].k })
		if !reflect.DeepEqual(c, b) {
			t.Fatalf("Slice kind %d n %d", kind, n)
		}
		got.SliceStable(d, func(i, j int) bool { return d[i].k < d[j].k })
		want.Stable(e)
		if !reflect.DeepEqual(d, e) || !got.IsSorted(d) {
			t.Fatalf("Stable kind %d n %d", kind, n)
		}
		got.Sort(got.Reverse(d))
		want.Sort(want.Reverse(e))
		if !reflect.DeepEqual(d, e) {
			t.Fatalf("Reverse kind %d n %d", kind, n)
		}
	}
	mk := func() *killer {
		k := &killer{ks: make([]int, 2000)}
		for i := range k.ks {
			k.ks[i] = len(k.ks) - 1
		}
		return k
	}
	a, b := mk(), mk()
	got.Sort(a)
	want.Sort(b)
	if !reflect.DeepEqual(a, b) {
		t.Fatal("killer")
	}
}

func TestBasics(t *testing.T) {
	f := []float64{3, math.NaN(), -1, math.Inf(1), 2, math.NaN(), math.Inf(-1)}
	g := append([]float64(nil), f...)
	got.Float64s(f)
	want.Float64s(g)
	if fmt.Sprint(f) != fmt.Sprint(g) || !got.Float64sAreSorted(f) {
		t.Error(f, g)
	}
	s := []string{"b", "", "a", "abc", "ab"}
	got.Strings(s)
	x := []int{5, 2, 9, -1}
	got.Ints(x)
	if fmt.Sprint(s, x) != "[ a ab abc b] [-1 2 5 9]" || !got.StringsAreSorted(s) || !got.IntsAreSorted(x) {
		t.Error(s, x)
	}
	for v := -2; v < 12; v++ {
		if got.SearchInts(x, v) != want.SearchInts(x, v) {
			t.Error(v)
		}
		i, ok := got.Find(len(x), func(i int) int { return v - x[i] })
		j, ok2 := want.Find(len(x), func(i int) int { return v - x[i] })
		if i != j || ok != ok2 {
			t.Error("Find", v)
		}
	}
	if got.SearchStrings(s, "ab") != 2 || got.SearchFloat64s([]float64{1, 2}, 1.5) != 1 {
		t.Error("search")
	}
}
