package fmt_test

import (
	want "fmt"
	"math/rand"
	"strings"
	"testing"

	got "golstd/fmt"
)

type targets struct {
	I   int
	I8  int8
	U   uint
	U16 uint16
	F   float64
	F32 float32
	S   string
	B   bool
	C   complex128
	By  []byte
	R   rune
	M   myInt
	Ms  myString
	X   struct{}
}

func (t *targets) ptrs(sel []int) []any {
	all := []any{&t.I, &t.I8, &t.U, &t.U16, &t.F, &t.F32, &t.S, &t.B, &t.C, &t.By, &t.R, &t.M, &t.Ms, &t.X, t.I}
	var out []any
	for _, i := range sel {
		out = append(out, all[i])
	}
	return out
}

func TestScan(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	ins := []string{"1", "-2", "300", "+5", "0x1F", "0b11", "017", "1_0", "3.5", "-1e3", "0x1p4", "1.5p3", "nan", "inf", "abc", "true", "f", "tru", "(1+2i)", "3-4i", "\"q\\n\"", "`raw`", "414243", "é", "U+0041", "%", ",", "x", "99999999999999999999"}
	seps := []string{" ", " ", " ", "", "\n", "\t", "\r\n", "  ", " \n "}
	forms := []string{"%d", "%d ", "%v", "%s", "%x", "%q", "%c", "%f", "%t", "%5s", "%2d", "%b", "%o", "%U", "%%", " ", "\n", ",", "x", "%", "%z", "%3c", "é", " \n", "%1d", "%e"}
	eq := func(what string, n1, n2 int, e1, e2 error, a, b targets) {
		t.Helper()
		x, y := want.Sprintf("%d %v %+v", n1, e1, a), want.Sprintf("%d %v %+v", n2, e2, b)
		if x != y {
			t.Errorf("%s:\n got %s\nwant %s", what, x, y)
		}
	}
	for i := 0; i < 40000 && !t.Failed(); i++ {
		in, form := "", ""
		for k := rnd.Intn(4); k > 0; k-- {
			in += ins[rnd.Intn(len(ins))] + seps[rnd.Intn(len(seps))]
		}
		for k := rnd.Intn(5); k > 0; k-- {
			form += forms[rnd.Intn(len(forms))]
		}
		var sel []int
		for k := rnd.Intn(4); k > 0; k-- {
			sel = append(sel, rnd.Intn(15))
		}
		var a, b targets
		n1, e1 := got.Sscan(in, a.ptrs(sel)...)
		n2, e2 := want.Sscan(in, b.ptrs(sel)...)
		eq(want.Sprintf("Sscan(%q) %v", in, sel), n1, n2, e1, e2, a, b)
		a, b = targets{}, targets{}
		n1, e1 = got.Sscanln(in, a.ptrs(sel)...)
		n2, e2 = want.Sscanln(in, b.ptrs(sel)...)
		eq(want.Sprintf("Sscanln(%q) %v", in, sel), n1, n2, e1, e2, a, b)
		a, b = targets{}, targets{}
		n1, e1 = got.Sscanf(in, form, a.ptrs(sel)...)
		n2, e2 = want.Sscanf(in, form, b.ptrs(sel)...)
		eq(want.Sprintf("Sscanf(%q, %q) %v", in, form, sel), n1, n2, e1, e2, a, b)
	}
	var x, y int
	r := strings.NewReader("12 34\n56")
	got.Fscan(r, &x)
	got.Fscan(r, &y)
	if x != 12 || y != 34 {
		t.Error(x, y)
	}
}
