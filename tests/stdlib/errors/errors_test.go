package errors_test

import (
	want "errors"
	"io/fs"
	"os"
	"testing"

	got "golstd/errors"
)

type coded struct{ n int }

func (c coded) Error() string { return "coded" }

type wraps struct {
	msg string
	err error
}

func (w *wraps) Error() string { return w.msg + ": " + w.err.Error() }
func (w *wraps) Unwrap() error { return w.err }

type isAny struct{}

func (isAny) Error() string   { return "isAny" }
func (isAny) Is(t error) bool { return t.Error() == "magic" }
func (isAny) As(t any) bool {
	p, ok := t.(*coded)
	if ok {
		p.n = 99
	}
	return ok
}

type uncomparable struct{ f []int }

func (uncomparable) Error() string { return "unc" }

func panicText(f func()) (s any) {
	defer func() { s = recover() }()
	f()
	return nil
}

func TestIsAs(t *testing.T) {
	base := want.New("base")
	errs := []error{nil, base, want.New("magic"), coded{1}, coded{2}, &wraps{"w", base}, &wraps{"w", coded{2}},
		isAny{}, uncomparable{}, got.Join(base, nil, coded{3}), want.Join(isAny{}, &wraps{"x", coded{5}}),
		&fs.PathError{Op: "open", Path: "x", Err: os.ErrNotExist}}
	for i, e := range errs {
		for j, target := range errs {
			if g, w := got.Is(e, target), want.Is(e, target); g != w {
				t.Errorf("Is %d %d: %v, want %v", i, j, g, w)
			}
		}
		var c1, c2 coded
		if g, w := got.As(e, &c1), want.As(e, &c2); g != w || c1 != c2 {
			t.Errorf("As %d: %v %v, want %v %v", i, g, c1, w, c2)
		}
		var w1, w2 *wraps
		if g, w := got.As(e, &w1), want.As(e, &w2); g != w || w1 != w2 {
			t.Errorf("As wraps %d: %v", i, g)
		}
		var i1, i2 interface{ Is(error) bool }
		if g, w := got.As(e, &i1), want.As(e, &i2); g != w || i1 != i2 {
			t.Errorf("As iface %d: %v", i, g)
		}
		if g, w := got.Unwrap(e), want.Unwrap(e); g != w {
			t.Errorf("Unwrap %d", i)
		}
	}
	var nilp *coded
	var x int
	for _, target := range []any{nil, nilp, 3, &x} {
		g := panicText(func() { got.As(base, target) })
		w := panicText(func() { want.As(base, target) })
		if g != w {
			t.Errorf("panic %v, want %v", g, w)
		}
	}
}

func TestJoin(t *testing.T) {
	a, b := got.New("a"), got.New("b")
	if got.Join(nil, nil) != nil || got.Join() != nil {
		t.Error("nil join")
	}
	if s := got.Join(a, nil, b).Error(); s != "a\nb" {
		t.Errorf("%q", s)
	}
	if got.New("a") == a {
		t.Error("equal texts must differ")
	}
	if got.ErrUnsupported.Error() != want.ErrUnsupported.Error() {
		t.Error("ErrUnsupported")
	}
}
