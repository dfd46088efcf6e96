package cmplx_test

import (
	"math"
	golang "math/cmplx"
	"math/rand"
	"testing"

	own "golstd/math/cmplx"
)

func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

func TestFunctions(t *testing.T) {
	type fn = func(complex128) complex128
	funcs := map[string][2]fn{
		"Acos": {golang.Acos, own.Acos}, "Acosh": {golang.Acosh, own.Acosh}, "Asin": {golang.Asin, own.Asin},
		"Asinh": {golang.Asinh, own.Asinh}, "Atan": {golang.Atan, own.Atan}, "Atanh": {golang.Atanh, own.Atanh},
		"Conj": {golang.Conj, own.Conj}, "Cos": {golang.Cos, own.Cos}, "Cosh": {golang.Cosh, own.Cosh},
		"Cot": {golang.Cot, own.Cot}, "Exp": {golang.Exp, own.Exp}, "Log": {golang.Log, own.Log},
		"Log10": {golang.Log10, own.Log10}, "Sin": {golang.Sin, own.Sin}, "Sinh": {golang.Sinh, own.Sinh},
		"Sqrt": {golang.Sqrt, own.Sqrt}, "Tan": {golang.Tan, own.Tan}, "Tanh": {golang.Tanh, own.Tanh},
	}
	parts := []float64{0, math.Copysign(0, -1), 1, -1, 0.3, -0.3, 2.5, -1e-9, 1e300, -1e300, 40, 1e-310, math.Pi / 2,
		math.Inf(1), math.Inf(-1), math.NaN()}
	var inputs []complex128
	for _, re := range parts {
		for _, im := range parts {
			inputs = append(inputs, complex(re, im))
		}
	}
	rnd := rand.New(rand.NewSource(1))
	for range 2000 {
		inputs = append(inputs, complex(rnd.NormFloat64()*3, rnd.NormFloat64()*3))
	}
	for name, f := range funcs {
		bad := 0
		for _, z := range inputs {
			want, got := f[0](z), f[1](z)
			if !equal(got, want) {
				if bad++; bad < 5 {
					t.Errorf("%s(%v) = %v, want %v", name, z, got, want)
				}
			}
		}
	}
	for i, x := range inputs {
		y := inputs[(i*7+3)%len(inputs)]
		if !equal(own.Pow(x, y), golang.Pow(x, y)) {
			t.Errorf("Pow(%v, %v) = %v, want %v", x, y, own.Pow(x, y), golang.Pow(x, y))
		}
		if !same(golang.Abs(x), own.Abs(x)) || !same(golang.Phase(x), own.Phase(x)) ||
			golang.IsNaN(x) != own.IsNaN(x) || golang.IsInf(x) != own.IsInf(x) {
			t.Errorf("parts of %v differ", x)
		}
	}
}

func equal(a, b complex128) bool { return same(real(a), real(b)) && same(imag(a), imag(b)) }
