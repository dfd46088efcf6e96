package slices_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand"
	want "slices"
	"testing"

	got "golstd/slices"
)

func TestSlices(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	type pair struct{ k, v int }
	by := func(a, b pair) int { return cmp.Compare(a.k, b.k) }
	for i := 0; i < 600; i++ {
		n := rnd.Intn(40)
		if i%3 == 0 {
			n = rnd.Intn(1500)
		}
		a := make([]pair, n)
		f := make([]float64, n)
		for k := range a {
			key := rnd.Intn(n/3 + 1)
			if i%4 == 1 {
				key = min(k, n-k)
			}
			a[k] = pair{key, k}
			f[k] = float64(key)
			if key == 3 {
				f[k] = math.NaN()
			}
		}
		b, c, d := want.Clone(a), got.Clone(a), want.Clone(a)
		got.SortFunc(a, by)
		want.SortFunc(b, by)
		got.SortStableFunc(c, by)
		want.SortStableFunc(d, by)
		if !got.Equal(c, d) {
			t.Fatal("stable", n, i)
		}
		if !want.Equal(a, b) || !got.IsSortedFunc(a, by) {
			t.Fatal("sort", n, i)
		}
		g := want.Clone(f)
		got.Sort(f)
		want.Sort(g)
		if fmt.Sprint(f) != fmt.Sprint(g) || !got.IsSorted(f) {
			t.Fatal("Sort", f, g)
		}
		x := float64(rnd.Intn(20))
		i1, o1 := got.BinarySearch(f, x)
		i2, o2 := want.BinarySearch(f, x)
		if i1 != i2 || o1 != o2 {
			t.Fatal("BinarySearch")
		}
	}
	try := func(f func() any) (s string) {
		defer func() {
			if r := recover(); r != nil {
				s = fmt.Sprint("panic: ", r)
			}
		}()
		return fmt.Sprint(f())
	}
	for i := 0; i < 20000; i++ {
		s := make([]int, rnd.Intn(7), 12)
		for k := range s {
			s[k] = rnd.Intn(3)
		}
		u := append(make([]int, 0, 12), s...)
		if rnd.Intn(2) == 0 {
			s = append(make([]int, 0, 20), s...)
			u = append(make([]int, 0, 20), u...)
		}
		p, q := rnd.Intn(8)-1, rnd.Intn(8)-1
		v := make([]int, rnd.Intn(4))
		for k := range v {
			v[k] = 7 + k
		}
		ops := []struct {
			name string
			g, w func() any
		}{
			{"Insert", func() any { return got.Insert(s, p, v...) }, func() any { return want.Insert(u, p, v...) }},
			{"Delete", func() any { return got.Delete(s, p, q) }, func() any { return want.Delete(u, p, q) }},
			{"Replace", func() any { return got.Replace(s, p, q, v...) }, func() any { return want.Replace(u, p, q, v...) }},
			{"Compact", func() any { return got.Compact(s) }, func() any { return want.Compact(u) }},
			{"DeleteFunc", func() any { return got.DeleteFunc(s, func(x int) bool { return x == 1 }) }, func() any { return want.DeleteFunc(u, func(x int) bool { return x == 1 }) }},
			{"Index", func() any { return got.Index(s, 2) }, func() any { return want.Index(u, 2) }},
			{"Min", func() any { return got.Min(s) }, func() any { return want.Min(u) }},
			{"Max", func() any { return got.Max(s) }, func() any { return want.Max(u) }},
			{"Repeat", func() any { return got.Repeat(s, p) }, func() any { return want.Repeat(u, p) }},
			{"Chunk", func() any { return want.Collect(got.Chunk(s, p)) }, func() any { return want.Collect(want.Chunk(u, p)) }},
			{"Concat", func() any { return got.Concat(s, v, s) }, func() any { return want.Concat(u, v, u) }},
			{"Compare", func() any { return got.Compare(s, v) }, func() any { return want.Compare(u, v) }},
		}
		o := ops[rnd.Intn(len(ops))]
		a, b := try(o.g), try(o.w)
		if a != b || fmt.Sprint(s) != fmt.Sprint(u) {
			t.Fatalf("%s %d %d %v: %s %v, want %s %v", o.name, p, q, v, a, s, b, u)
		}
	}
}
