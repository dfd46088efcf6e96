package math_test

import (
	want "math"
	"math/rand"
	"testing"

	got "golstd/math"
)

var one = map[string][2]func(float64) float64{
	"Exp": {got.Exp, want.Exp}, "Exp2": {got.Exp2, want.Exp2}, "Expm1": {got.Expm1, want.Expm1}, "Log": {got.Log, want.Log}, "Log2": {got.Log2, want.Log2}, "Log10": {got.Log10, want.Log10}, "Log1p": {got.Log1p, want.Log1p},
	"Sin": {got.Sin, want.Sin}, "Cos": {got.Cos, want.Cos}, "Tan": {got.Tan, want.Tan}, "Asin": {got.Asin, want.Asin}, "Acos": {got.Acos, want.Acos}, "Atan": {got.Atan, want.Atan},
	"Sinh": {got.Sinh, want.Sinh}, "Cosh": {got.Cosh, want.Cosh}, "Tanh": {got.Tanh, want.Tanh}, "Asinh": {got.Asinh, want.Asinh}, "Acosh": {got.Acosh, want.Acosh}, "Atanh": {got.Atanh, want.Atanh},
	"Cbrt": {got.Cbrt, want.Cbrt}, "Gamma": {got.Gamma, want.Gamma}, "Round": {got.Round, want.Round}, "Logb": {got.Logb, want.Logb},
	"Ilogb":  {func(x float64) float64 { return float64(got.Ilogb(x)) }, func(x float64) float64 { return float64(want.Ilogb(x)) }},
	"Frexp":  {func(x float64) float64 { f, e := got.Frexp(x); return f + float64(e)*4 }, func(x float64) float64 { f, e := want.Frexp(x); return f + float64(e)*4 }},
	"ModfI":  {func(x float64) float64 { i, _ := got.Modf(x); return i }, func(x float64) float64 { i, _ := want.Modf(x); return i }},
	"ModfF":  {func(x float64) float64 { _, f := got.Modf(x); return f }, func(x float64) float64 { _, f := want.Modf(x); return f }},
	"Sincos": {func(x float64) float64 { s, c := got.Sincos(x); return s + 3*c }, func(x float64) float64 { s, c := want.Sincos(x); return s + 3*c }},
}
var two = map[string][2]func(x, y float64) float64{
	"Pow": {got.Pow, want.Pow}, "Atan2": {got.Atan2, want.Atan2}, "Hypot": {got.Hypot, want.Hypot}, "Max": {got.Max, want.Max}, "Min": {got.Min, want.Min}, "Dim": {got.Dim, want.Dim}, "Nextafter": {got.Nextafter, want.Nextafter},
	"Ldexp":       {func(x, y float64) float64 { return got.Ldexp(x, int(want.Mod(y, 3000))) }, func(x, y float64) float64 { return want.Ldexp(x, int(want.Mod(y, 3000))) }},
	"Nextafter32": {func(x, y float64) float64 { return float64(got.Nextafter32(float32(x), float32(y))) }, func(x, y float64) float64 { return float64(want.Nextafter32(float32(x), float32(y))) }},
}

func same(a, b float64) bool {
	return want.Float64bits(a) == want.Float64bits(b) || a != a && b != b
}

func inputs() []float64 {
	rnd := rand.New(rand.NewSource(1))
	v := []float64{0, want.Copysign(0, -1), 1, -1, 0.5, -0.5, 2, -2, 3, -3, 0.1, 10, 100, 1e10, 1e300, -1e300, 5e-324, 1e-310, want.MaxFloat64, want.Inf(1), want.Inf(-1), want.NaN(), 1 << 53, 1<<53 + 2, 0.25, 0.7, 709.5, 710, -745, -746, 1023.5, 1024, -1074, -1075, 2.5, -2.5, 33.5, 170.5, 172, -33.5, -170.5, 0.49999999999999994, 4503599627370495.5, 1e-9, -1e-10}
	for i := 0; i < 30000; i++ {
		switch i % 6 {
		case 0:
			v = append(v, want.Float64frombits(rnd.Uint64()))
		case 1:
			v = append(v, rnd.NormFloat64())
		case 2:
			v = append(v, rnd.NormFloat64()*100)
		case 3:
			v = append(v, rnd.Float64()*2-1)
		case 4:
			v = append(v, float64(rnd.Intn(400)-200)/4)
		case 5:
			v = append(v, rnd.ExpFloat64()*want.Pow(10, float64(rnd.Intn(24)-6)))
		}
	}
	return v
}

func TestBits(t *testing.T) {
	in := inputs()
	for name, f := range one {
		bad := 0
		for _, x := range in {
			if a, b := f[0](x), f[1](x); !same(a, b) {
				if bad == 0 {
					t.Errorf("%s(%b) = %v, want %v", name, x, a, b)
				}
				bad++
			}
		}
		if bad > 0 {
			t.Errorf("%s: %d of %d", name, bad, len(in))
		}
	}
	for name, f := range two {
		bad := 0
		for i, x := range in {
			y := in[(i*7919+13)%len(in)]
			if i < 40 {
				for _, y := range in[:40] {
					if a, b := f[0](x, y), f[1](x, y); !same(a, b) {
						t.Errorf("%s(%v, %v) = %v, want %v", name, x, y, a, b)
					}
				}
			}
			if a, b := f[0](x, y), f[1](x, y); !same(a, b) {
				if bad == 0 {
					t.Errorf("%s(%v, %v) = %v, want %v", name, x, y, a, b)
				}
				bad++
			}
		}
		if bad > 0 {
			t.Errorf("%s: %d of %d", name, bad, len(in))
		}
	}
	for n := -400; n < 400; n++ {
		if !same(got.Pow10(n), want.Pow10(n)) {
			t.Error("Pow10", n)
		}
	}
	for _, x := range in {
		if a, b := got.Erfinv(x), want.Erfinv(x); want.Abs(a-b) > 1e-13*want.Abs(b) {
			t.Errorf("Erfinv(%v) = %v, want %v", x, a, b)
			break
		}
		if a, b := got.Erfcinv(x), want.Erfcinv(x); want.Abs(a-b) > 1e-13*want.Abs(b) {
			t.Errorf("Erfcinv(%v) = %v, want %v", x, a, b)
			break
		}
		_, a := got.Lgamma(x)
		_, b := want.Lgamma(x)
		if a != b {
			t.Errorf("Lgamma(%v)", x)
		}
	}
}
