package fmt_test

import (
	"errors"
	want "fmt"
	"math"
	"math/rand"
	real "reflect"
	"strings"
	"testing"
	"unsafe"

	got "golstd/fmt"
	gotreflect "golstd/reflect"
)

type myInt int
type myString string
type stringer struct{ s string }

func (s stringer) String() string { return "<" + s.s + ">" }

type ptrStringer struct{ n int }

func (s *ptrStringer) String() string { return want.Sprint("P", s.n) }

type goStringer int

func (goStringer) GoString() string { return "GO!" }

type panics struct{ x any }

func (p panics) String() string { panic(p.x) }

type errType struct{ a int }

func (e errType) Error() string { return "err" }

type formatter int

// Both libraries hand in a State of their own.
func (f formatter) Format(s want.State, verb rune) {
	w, wok := s.Width()
	p, pok := s.Precision()
	s.Write([]byte(want.Sprint("F", w, wok, p, pok, string(verb))))
	for _, c := range "+-# 0" {
		if s.Flag(int(c)) {
			s.Write([]byte{byte(c)})
		}
	}
}

type point struct {
	X, Y int
}
type nested struct {
	A point
	B *point
	C []point
	D map[string]int
	E any
	f any
	g stringer
	H stringer
	I error
	j func()
}
type bytesType []byte
type byteArray [3]byte
type rec struct{ Next *rec }

var ptr = new(int)
var samples = []any{nil, true, false, 0, 1, -1, 42, -42, 12345, int8(-128), uint8(200), uint16(7), int64(math.MinInt64), uint64(math.MaxUint64), uintptr(0xdeadbeef), 'x', '世', rune(0x1F600), rune(-1), 0x110000,
	0.0, 1.0, -1.5, 3.14159265358979, 1e6, 1e20, 1e21, 1e22, 123456789.0, 1e-5, 1e-4, 5e-324, math.Inf(1), math.Inf(-1), math.NaN(), float32(0.1), float32(16777216), math.Copysign(0, -1), 100000.0, 1234567.0,
	1 + 2i, complex64(-1.5 - 0.25i), complex(math.Inf(1), math.NaN()), "", "hello", "héllo, 世界", "a\x00\xff\n\"`", "\u2028", "back`q", []byte(nil), []byte{}, []byte("abc\xff"), bytesType("xyz"), byteArray{1, 2, 3}, &byteArray{4, 5, 6},
	[]int(nil), []int{}, []int{1, -2, 3}, [2]bool{true, false}, []string{"a", "b c"}, []any{1, "x", nil, 2.5}, map[string]int(nil), map[string]int{"b": 2, "a": 1}, map[int]string{3: "c", -1: "z"}, map[float64]bool{math.NaN(): true, 1: false, math.Inf(-1): true},
	map[bool]int{true: 1, false: 0}, map[point]string{{2, 1}: "b", {1, 9}: "a"}, map[[2]string]int{{"b", "a"}: 1, {"a", "z"}: 2}, map[any]int{1: 1, 5: 2}, point{1, 2}, &point{3, 4}, (*point)(nil), struct{}{}, &struct{ a, b any }{nil, 3},
	nested{B: nil, C: []point{{1, 2}}, D: map[string]int{"k": 1}, E: point{5, 6}, f: stringer{"f"}, g: stringer{"g"}, H: stringer{"H"}, I: errType{1}},
	myInt(5), myString("my"), stringer{"s"}, &stringer{"p"}, (*stringer)(nil), ptrStringer{1}, &ptrStringer{2}, (*ptrStringer)(nil), goStringer(3), []goStringer{1, 2}, panics{"oops"}, panics{errors.New("e")}, panics{stringer{"q"}}, panics{nil}, []any{panics{1}},
	errors.New("an error"), errType{1}, &errType{2}, []error{errors.New("x"), nil}, formatter(1), []formatter{1, 2}, (func())(nil), (chan int)(nil), unsafe.Pointer(nil), (*int)(nil), unsafe.Pointer(ptr), ptr, rec{&rec{}}, [0]int{}, [][]int{{1}, nil, {2, 3}}, struct{ A, b *int }{nil, nil},
	[]rune("héy"), [3]string{}, struct{ error }{errType{3}}, real.ValueOf(point{7, 8}), real.Value{}, want.Errorf("w: %w", errType{9}), &[]int{1}, &map[string]int{"a": 1}, []*int{nil}, [1]any{[]byte("z")}}

// mine returns the operands with gol's reflect.Values for Go's.
func mine(args []any) []any {
	out := append([]any(nil), args...)
	for i, a := range out {
		if v, ok := a.(real.Value); ok {
			if v.IsValid() {
				out[i] = gotreflect.ValueOf(v.Interface())
			} else {
				out[i] = gotreflect.Value{}
			}
		}
	}
	return out
}

func check(t *testing.T, format string, args ...any) {
	t.Helper()
	if g, w := got.Sprintf(format, mine(args)...), want.Sprintf(format, args...); g != w {
		t.Errorf("Sprintf(%q, %T...) = %q, want %q", format, args[:min(1, len(args))], g, w)
	}
}

func TestVerbs(t *testing.T) {
	verbs := "vdbooOxXcqUeEfFgGstpTwz%世"
	mods := []string{"", "+", "-", "#", " ", "0", "8", "-8", "08", "+8", "-08", "+-8", "# 8", ".0", ".1", ".3", "8.3", "-8.3", "08.3", "+08.3", "#.3", "# x", "+.2", "20.10", "020", "-020", " 020", "+020", "#020", "#-20", "+#20.5", "# +", "0-8", ".", "8."}
	for _, s := range samples {
		for _, m := range mods {
			for _, v := range verbs {
				check(t, "%"+m+string(v), s)
			}
		}
		if t.Failed() {
			t.Logf("sample %T", s)
			return
		}
	}
}

func TestFormats(t *testing.T) {
	for _, f := range []string{"", "%", "%!", "abc%", "%d", "%d %d", "%[2]d %[1]d", "%[1]d %d", "%[3]d", "%[x]d", "%[", "%[]d", "%[1", "%[-1]d", "%*d", "%-*d", "%.*d", "%*.*f", "%[3]*.[2]*[1]f", "%[2]*[1]d", "%[1]2d", "%[1].2d", "%.[1]d", "%6.[2]*[1]d", "%[5]d %d", "%1000001d", "%.1000001d", "%99999999999d", "%s%s%s", "%%%d%%", "%+d % d %#x", "%é", "%\xff", "%[2]*.[1]*d", "%[1]*d", "%v %T", "%*", "%0*d", "%0-5d|", "%-05d|", "%[0]d", "%[1]d %[1]d", "%[1]v%[3]v", "%.-1d", "%-", "%.d|%.f|%.s"} {
		for _, a := range [][]any{nil, {1}, {1, 2}, {5, 3, 4}, {"a", 1, nil}, {2.5, -7}, {-9, 12}, {int8(4), uint16(3), 7.0}, {nil, nil}, {uint64(math.MaxUint64), 3}, {1000001, 2}, {errors.New("x"), stringer{"y"}, point{1, 2}, []int{3}}} {
			check(t, f, a...)
		}
	}
}

func TestRandomFormats(t *testing.T) {
	rnd := rand.New(rand.NewSource(4))
	pieces := []string{"%", "%v", "%d", "%s", "+", "-", "#", " ", "0", "5", "12", ".", ".4", "*", "[1]", "[2]", "[3]", "v", "d", "x", "q", "s", "f", "g", "e", "U", "c", "t", "p", "T", "X", "b", "text", "世"}
	for i := 0; i < 60000 && !t.Failed(); i++ {
		f := "%"
		for n := rnd.Intn(7); n >= 0; n-- {
			f += pieces[rnd.Intn(len(pieces))]
		}
		var a []any
		for n := rnd.Intn(4); n > 0; n-- {
			a = append(a, samples[rnd.Intn(len(samples))])
		}
		check(t, f, a...)
	}
}

func TestPrint(t *testing.T) {
	rnd := rand.New(rand.NewSource(5))
	for i := 0; i < 5000; i++ {
		var a []any
		for n := rnd.Intn(5); n > 0; n-- {
			a = append(a, samples[rnd.Intn(len(samples))])
		}
		if g, w := got.Sprint(mine(a)...), want.Sprint(a...); g != w {
			t.Fatalf("Sprint %q, want %q", g, w)
		}
		if g, w := got.Sprintln(mine(a)...), want.Sprintln(a...); g != w {
			t.Fatalf("Sprintln %q, want %q", g, w)
		}
		if g, w := string(got.Append([]byte("x"), mine(a)...)), string(want.Append([]byte("x"), a...)); g != w {
			t.Fatalf("Append %q, want %q", g, w)
		}
	}
	var b strings.Builder
	n, err := got.Fprintf(&b, "%d-%s", 5, "x")
	if n != 3 || err != nil || b.String() != "5-x" {
		t.Error(n, err, b.String())
	}
}

func TestErrorf(t *testing.T) {
	e1, e2 := errors.New("one"), errType{2}
	for _, f := range []string{"plain", "%v", "%w", "a %w b %w", "%[2]w %[1]w", "%[1]w %[1]w", "%w %d", "%d", "%+w", "%s"} {
		for _, a := range [][]any{nil, {e1}, {e1, e2}, {5}, {nil}, {e2, 3}, {3, e2}} {
			g, w := got.Errorf(f, a...), want.Errorf(f, a...)
			if g.Error() != w.Error() || want.Sprintf("%T", g) != strings.Replace(want.Sprintf("%T", w), "*fmt", "*fmt", 1) && !strings.Contains(want.Sprintf("%T", g), "errorString") {
				t.Errorf("%q %v: %T %v, want %T %v", f, a, g, g, w, w)
			}
			if errors.Unwrap(g) != errors.Unwrap(w) || errors.Is(g, e1) != errors.Is(w, e1) || errors.Is(g, e2) != errors.Is(w, e2) {
				t.Errorf("%q %v: unwrap", f, a)
			}
		}
	}
}
