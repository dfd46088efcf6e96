package path_test

import (
	"math/rand"
	want "path"
	"testing"

	got "golstd/path"
)

func TestPaths(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	pieces := []string{"/", "/", ".", "..", "a", "bc", "x.y", ".z"}
	for i := 0; i < 50000; i++ {
		p := ""
		for n := rnd.Intn(9); n > 0; n-- {
			p += pieces[rnd.Intn(len(pieces))]
		}
		d1, f1 := got.Split(p)
		d2, f2 := want.Split(p)
		if got.Clean(p) != want.Clean(p) || got.Base(p) != want.Base(p) || got.Dir(p) != want.Dir(p) || got.Ext(p) != want.Ext(p) || d1 != d2 || f1 != f2 || got.IsAbs(p) != want.IsAbs(p) {
			t.Fatalf("%q: %q, want %q", p, got.Clean(p), want.Clean(p))
		}
		if got.Join(p, f1, d1) != want.Join(p, f1, d1) || got.Join("", p) != want.Join("", p) {
			t.Fatalf("Join %q", p)
		}
	}
	mp := []string{"*", "?", "[", "]", "a", "b", "-", "^", "\\", "/", "é", "[a-b]", "[^a]", "\xff"}
	for i := 0; i < 200000; i++ {
		p, s := "", ""
		for n := rnd.Intn(6); n > 0; n-- {
			p += mp[rnd.Intn(len(mp))]
		}
		for n := rnd.Intn(5); n > 0; n-- {
			s += []string{"a", "b", "/", "é", "-", "\xff"}[rnd.Intn(6)]
		}
		a, e1 := got.Match(p, s)
		b, e2 := want.Match(p, s)
		if a != b || (e1 == nil) != (e2 == nil) {
			t.Fatalf("Match(%q, %q) = %v %v, want %v %v", p, s, a, e1, b, e2)
		}
	}
}
