package strconv_test

import (
	"fmt"
	"math"
	"math/rand"
	want "strconv"
	"testing"
	"unicode"

	got "golstd/strconv"
)

func text(err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprintf("%T %v", err, err)[1:]
}

func sameErr(a, b error) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Error() == b.Error())
}

func TestInts(t *testing.T) {
	ins := []string{"", "0", "+", "-", "+0", "-0", "7", "-7", "0x", "0xg", "0x1F", "-0X1f", "0b101", "0o17", "017", "08", "_1", "1_000", "1__0", "1_", "0_1", "0x_1F", "0_x1", "0b_1_0",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "99999999999999999999999", "zz", "ZZ", "1 ", " 1", "127", "128", "-128", "-129", "255", "256", "12a", "123456789012345678", "1234567890123456789", "-1234567890123456789", "1e3", "é", "+-1"}
	for _, s := range ins {
		for _, base := range []int{-1, 0, 1, 2, 8, 10, 16, 36, 37} {
			for _, size := range []int{-1, 0, 1, 8, 16, 32, 64, 65} {
				a, e1 := got.ParseInt(s, base, size)
				b, e2 := want.ParseInt(s, base, size)
				if a != b || !sameErr(e1, e2) {
					t.Errorf("ParseInt(%q,%d,%d) = %d %v, want %d %v", s, base, size, a, e1, b, e2)
				}
				c, e1 := got.ParseUint(s, base, size)
				d, e2 := want.ParseUint(s, base, size)
				if c != d || !sameErr(e1, e2) {
					t.Errorf("ParseUint(%q,%d,%d) = %d %v, want %d %v", s, base, size, c, e1, d, e2)
				}
			}
		}
		a, e1 := got.Atoi(s)
		b, e2 := want.Atoi(s)
		if a != b || !sameErr(e1, e2) {
			t.Errorf("Atoi(%q) = %d %v, want %d %v", s, a, e1, b, e2)
		}
		c, e1 := got.ParseBool(s)
		d, e2 := want.ParseBool(s)
		if c != d || !sameErr(e1, e2) {
			t.Errorf("ParseBool(%q)", s)
		}
	}
	rnd := rand.New(rand.NewSource(2))
	for i := 0; i < 20000; i++ {
		v := int64(rnd.Uint64()) >> uint(rnd.Intn(64))
		base := 2 + rnd.Intn(35)
		if i%2 == 0 {
			base = 10
		}
		if g, w := got.FormatInt(v, base), want.FormatInt(v, base); g != w || string(got.AppendInt([]byte("x"), v, base)) != "x"+w {
			t.Fatalf("FormatInt %d %d: %s", v, base, g)
		}
		if g, w := got.FormatUint(uint64(v), base), want.FormatUint(uint64(v), base); g != w || string(got.AppendUint([]byte("x"), uint64(v), base)) != "x"+w {
			t.Fatalf("FormatUint %d %d: %s", v, base, g)
		}
	}
}

func floats(n int) []float64 {
	v := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 100, 123456, 1e20, 1e21, 1e22, 1e23, 123456789, 1234567.8, 0.0001, 0.00001, 5e-324, math.MaxFloat64, math.MaxFloat32, math.SmallestNonzeroFloat32, math.Inf(1), math.Inf(-1), math.NaN(), 0.5, 1.5, 2.5, 0.05, 9.995, 99.5, 0.3, 2.0 / 3, 1 << 53, 1<<53 + 2, 4503599627370497.5, 1e-7, 3.4e38, 16777216, 0.000001, 999999, 1000000, 9999995}
	rnd := rand.New(rand.NewSource(3))
	for i := 0; i < n; i++ {
		switch i % 4 {
		case 0:
			v = append(v, math.Float64frombits(rnd.Uint64()))
		case 1:
			v = append(v, rnd.NormFloat64()*math.Pow(10, float64(rnd.Intn(20)-8)))
		case 2:
			v = append(v, float64(rnd.Intn(1000000))/float64([]int{1, 10, 100, 1000, 8}[rnd.Intn(5)]))
		case 3:
			v = append(v, float64(math.Float32frombits(rnd.Uint32())))
		}
	}
	return v
}

func TestFormatFloat(t *testing.T) {
	for _, f := range floats(4000) {
		for _, size := range []int{32, 64} {
			for _, c := range []byte("beEfgGxXq") {
				for _, p := range []int{-1, 0, 1, 2, 5, 6, 13, 17, 20} {
					if g, w := got.FormatFloat(f, c, p, size), want.FormatFloat(f, c, p, size); g != w {
						t.Fatalf("FormatFloat(%b, %c, %d, %d) = %q, want %q", f, c, p, size, g, w)
					}
				}
			}
		}
	}
	for _, f := range floats(40) {
		for _, c := range []byte("efg") {
			for _, p := range []int{100, 400, 1100, 1500} {
				if g, w := got.FormatFloat(f, c, p, 64), want.FormatFloat(f, c, p, 64); g != w {
					t.Fatalf("FormatFloat(%b, %c, %d) = %q, want %q", f, c, p, g, w)
				}
			}
		}
	}
}

func TestParseFloat(t *testing.T) {
	ins := []string{"", "1", "+1", "1x", "1.1.", "1e23", "1E23", "100000000000000000000000", "1e-100", "123456700", "99999999999999974834176", "100000000000000000000001", "100000000000000016777215", "-1", "-0.1", "-0", "1e-20", "625e-3",
		"0x1p0", "0x1p1", "0x1p-1", "0x1ep-1", "-0x1ep-1", "-0x1_p1", "0x", "0xep", "0x1.", "0x1p", "0x.p0", "0x1p-1074", "0x1p-1075", "0x1.8p-1074", "0x1p-1076", "0x1.fffffffffffff8p1023", "0x1.fffffffffffff7p1023", "0x1p1024", "0x1.00000000000008p0", "0x1.00000000000018p0", "0x1.00000000000008000000000000001p0", "0x12345678901234567890.5p-20", "0x1.fffffep127", "0x1.ffffffp127", "0x1p-149", "0x1p-150", "0x1.8p-150", "0X1.1P+3",
		"nan", "NaN", "+nan", "inf", "-Inf", "+INF", "-Infinity", "infinit", "infi", "INFINITY", "1e309", "-1e309", "1e-400", "1e400000", "1e-400000", "1e1000000000000", ".e1", "1.", ".5", ".", "1e", "1e+", "e1", "1_000", "1_0e1_0", "0_1", "0x_1p0", "0x1_.8p0", "0b1", "0o1", "0b_1", "0o_1", "1e1_0", "0x1p1_0", "1.7976931348623157e308", "1.7976931348623159e308", "1.797693134862315808e308", "3.4028235e38", "3.4028236e38", "3.5e38", "1e-46", "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "1 ", "0", "00000000000000000000000001", "0.00000000000000000000000000000000001", "1.00000000000000011102230246251565404236316680908203125", "1.00000000000000011102230246251565404236316680908203124", "1.00000000000000011102230246251565404236316680908203126", "0e400000", "0x0p99999"}
	for _, f := range floats(4000) {
		ins = append(ins, want.FormatFloat(f, 'g', -1, 64), want.FormatFloat(f, 'e', 25, 64), want.FormatFloat(f, 'x', -1, 64), want.FormatFloat(f, 'x', 7, 64))
	}
	for _, s := range ins {
		for _, size := range []int{32, 64} {
			a, e1 := got.ParseFloat(s, size)
			b, e2 := want.ParseFloat(s, size)
			if math.Float64bits(a) != math.Float64bits(b) && (a == a || b == b) || !sameErr(e1, e2) {
				t.Errorf("ParseFloat(%q,%d) = %v %v, want %v %v", s, size, a, e1, b, e2)
			}
		}
	}
	cs := []string{"1+2i", "(1+2i)", "1", "2i", "-2i", "+2i", "i", "1+i", "(1", "1)", "()", "1+2", "1++2i", "1+-2i", "1-2i", "-1-2i", "NaN+NaNi", "Inf-Infi", "1e400+2i", "1+1e400i", "1e39+1e39i", "infi", "nani", "(3i)", "0x1p1+0x1p-1i", "1 + 2i", "1+2ii", "--1", "1-+2i", "3+4I"}
	for _, s := range cs {
		for _, size := range []int{64, 128} {
			a, e1 := got.ParseComplex(s, size)
			b, e2 := want.ParseComplex(s, size)
			if fmt.Sprint(a) != fmt.Sprint(b) || !sameErr(e1, e2) {
				t.Errorf("ParseComplex(%q,%d) = %v %v, want %v %v", s, size, a, e1, b, e2)
			}
		}
	}
	for _, c := range []complex128{0, 1 + 2i, complex(math.Inf(1), math.NaN()), complex(-1.5, -2.25), complex(1e30, -1e-30)} {
		if g, w := got.FormatComplex(c, 'g', -1, 128), want.FormatComplex(c, 'g', -1, 128); g != w {
			t.Errorf("%s %s", g, w)
		}
	}
}

func TestQuote(t *testing.T) {
	for r := rune(-1); r <= unicode.MaxRune+1; r++ {
		if got.IsPrint(r) != want.IsPrint(r) || got.IsGraphic(r) != want.IsGraphic(r) {
			t.Fatalf("IsPrint %x", r)
		}
		if r < 0x3000 || r%97 == 0 || r > 0xE0000 {
			if got.QuoteRune(r) != want.QuoteRune(r) || got.QuoteRuneToASCII(r) != want.QuoteRuneToASCII(r) || got.QuoteRuneToGraphic(r) != want.QuoteRuneToGraphic(r) {
				t.Fatalf("QuoteRune %x %s", r, got.QuoteRune(r))
			}
		}
	}
	ins := []string{"", "a", "\"", "'", "`", "a\x00b", "\xff\xfe", "é世界\U0001F600", "\u00a0\u2028\ufeff", "tab\t\n\r\v\f\a\b\\", "\x7f", "\xed\xa0\x80", "\ufffd", "back`tick"}
	for _, s := range ins {
		if got.Quote(s) != want.Quote(s) || got.QuoteToASCII(s) != want.QuoteToASCII(s) || got.QuoteToGraphic(s) != want.QuoteToGraphic(s) {
			t.Errorf("Quote %q: %s", s, got.Quote(s))
		}
		if got.CanBackquote(s) != want.CanBackquote(s) {
			t.Errorf("CanBackquote %q", s)
		}
	}
	lits := []string{"", `"`, `""`, `"a"`, `'a'`, `'ab'`, `''`, "``", "`a\r\nb`", "`a", `"a`, `"\n\x41\101\u1234\U0001F600"`, `"\'"`, `'\''`, `'\"'`, `"\""`, `"\400"`, `"\8"`, `"\x4"`, `"\ud800"`, `"\U00110000"`, `"a"b`, `'é'`, `"é` + "\xff" + `"`, "'\xff'", "\"\n\"", "'\n'", `"\q"`, `"\`, `'\x80'`, `"\x80"`, `'\u00e9'`, `"a\tb"c`, "`x`y", `'''`, `'\`, "\"a\\\n\"", `'a`, `"a" `, `'\400'`}
	for _, s := range lits {
		a, e1 := got.Unquote(s)
		b, e2 := want.Unquote(s)
		if a != b || !sameErr(e1, e2) {
			t.Errorf("Unquote(%q) = %q %v, want %q %v", s, a, e1, b, e2)
		}
		a, e1 = got.QuotedPrefix(s)
		b, e2 = want.QuotedPrefix(s)
		if a != b || !sameErr(e1, e2) {
			t.Errorf("QuotedPrefix(%q) = %q %v, want %q %v", s, a, e1, b, e2)
		}
		for _, q := range []byte{0, '\'', '"'} {
			r1, m1, t1, e1 := got.UnquoteChar(s, q)
			r2, m2, t2, e2 := want.UnquoteChar(s, q)
			if r1 != r2 || m1 != m2 || t1 != t2 || !sameErr(e1, e2) {
				t.Errorf("UnquoteChar(%q,%q) = %q %v %q %v, want %q %v %q %v", s, q, r1, m1, t1, e1, r2, m2, t2, e2)
			}
		}
	}
}
