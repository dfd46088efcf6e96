// Floating point: both sizes, rounding, infinities, NaN and negative zero, comparison, conversion,
// mixed with package math.
package main

import (
	"fmt"
	"math"
)

func classify(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "+inf"
	case math.IsInf(f, -1):
		return "-inf"
	case f == 0 && math.Signbit(f):
		return "-0"
	case f == 0:
		return "0"
	case f < 0:
		return "negative"
	}
	return "positive"
}

func newton(x float64) (root float64, steps int) {
	root = x
	for {
		next := (root + x/root) / 2
		steps++
		if math.Abs(next-root) < 1e-12*root {
			return next, steps
		}
		root = next
	}
}

func simpson(f func(float64) float64, a, b float64, n int) float64 {
	h := (b - a) / float64(n)
	sum := f(a) + f(b)
	for i := 1; i < n; i++ {
		if i%2 == 0 {
			sum += 2 * f(a+float64(i)*h)
		} else {
			sum += 4 * f(a+float64(i)*h)
		}
	}
	return sum * h / 3
}

type kahan struct{ sum, c float64 }

func (k *kahan) add(x float64) {
	y := x - k.c
	t := k.sum + y
	k.c = (t - k.sum) - y
	k.sum = t
}

func main() {
	var zero float64
	values := []float64{1 / zero, -1 / zero, zero / zero, -zero, math.Copysign(0, -1), 5, -2.5}
	for _, v := range values {
		fmt.Print(classify(v), " ", v, "; ")
	}
	fmt.Println()
	nan := math.NaN()
	fmt.Println(nan == nan, nan != nan, nan < 1, nan > 1, nan <= nan, !(nan >= 1))
	fmt.Println(math.Inf(1) > math.MaxFloat64, zero == math.Copysign(0, -1), 1/math.Copysign(0, -1))

	var f32 float32 = 0.1
	var f64 float64 = 0.1
	fmt.Println(f32, f64, float64(f32), float32(f64) == f32, float64(f32) == f64)
	fmt.Println(f32*3, f64*3, f32+0.2, f64+0.2, float32(16777216)+1)
	fmt.Println(float32(zero+1e40) > math.MaxFloat32, float32(math.Inf(-1)), float64(float32(zero+1e-50)))
	fmt.Println(1e20, 1e21, 123456789.0, 1e-4, 1e-5, 0.000001234, 100000.0, float32(1e21), float32(3.4e38))

	fmt.Println(math.Sqrt(2), math.Floor(-1.5), math.Ceil(-1.5), math.Trunc(-1.7), math.Round(2.5), math.RoundToEven(2.5))
	fmt.Println(math.Pow(2, 10), math.Pow(2, -1), math.Hypot(3, 4), math.Mod(7, -3), math.Mod(-7, 3), math.Cbrt(27))
	fr, ex := math.Frexp(40)
	ip, fp := math.Modf(-3.25)
	fmt.Println(fr, ex, ip, fp, math.Ldexp(0.5, 5), math.Max(3, nan), math.Min(-0.0, 0), math.Dim(4, 9))
	fmt.Printf("%.10f %.10f %.10f %.10f\n", math.Sin(1), math.Cos(1), math.Exp(1), math.Log(10))
	fmt.Printf("%.8f %.8f %.8f %.8f\n", math.Atan2(1, -1), math.Log2(10), math.Log10(1000), math.Tan(0.5))
	fmt.Println(math.Float64bits(1.5), math.Float32bits(-2), math.Float64frombits(0x4009_21FB_5444_2D18))

	fmt.Println(newton(2))
	fmt.Println(newton(1e10))
	fmt.Printf("%.9f %.9f\n", simpson(math.Sin, 0, math.Pi, 100), simpson(func(x float64) float64 { return x * x * x }, 0, 2, 10))

	plain, k := 0.0, kahan{}
	for i := 0; i < 1000; i++ {
		plain += 0.1
		k.add(0.1)
	}
	fmt.Println(plain, k.sum, plain == 100, k.sum == 100)

	var ints = []int64{1 << 53, 1<<53 + 1, -1 << 63, 123456789}
	for _, i := range ints {
		fmt.Print(float64(i), " ", float32(i), " ", int64(float64(i)), "; ")
	}
	fmt.Println()
	var u uint64 = math.MaxUint64
	fmt.Println(float64(u), float32(u>>40), uint64(float64(u>>12)), int(-7.9+zero), uint8(200.7+zero))
	x := 10.0
	x /= 4
	x *= x
	x -= .25
	x++
	fmt.Println(x, -x, +x, x > 6 && x < 8)
	fmt.Println(min(3.5, nan), max(1, 2.5, x), min(math.Inf(-1), zero))
	m := map[float64]int{1.5: 1, nan: 2}
	m[nan] = 3
	m[zero] = 4
	m[math.Copysign(0, -1)] += 5
	_, ok := m[nan]
	fmt.Println(len(m), m[1.5], m[0], ok)
	ulp := math.Nextafter(1, 2) - 1
	fmt.Println(ulp, 1+ulp/2 == 1, math.FMA(2, 3, 4))
}

// Output:
// +inf +Inf; -inf -Inf; nan NaN; -0 -0; -0 -0; positive 5; negative -2.5; 
// false true false false false true
// true true -Inf
// 0.1 0.1 0.10000000149011612 true false
// 0.3 0.30000000000000004 0.3 0.30000000000000004 1.6777216e+07
// true -Inf 0
// 1e+20 1e+21 1.23456789e+08 0.0001 1e-05 1.234e-06 100000 1e+21 3.4e+38
// 1.4142135623730951 -2 -1 -1 3 2
// 1024 0.5 5 1 -1 3
// 0.625 6 -3 -0.25 16 NaN 0 0
// 0.8414709848 0.5403023059 2.7182818285 2.3025850930
// 2.35619449 3.32192809 3.00000000 0.54630249
// 4609434218613702656 3221225472 3.141592653589793
// 1.414213562373095 6
// 100000 22
// 2.000000011 4.000000000
// 99.9999999999986 100 false true
// 9.007199254740992e+15 9.007199e+15 9007199254740992; 9.007199254740992e+15 9.007199e+15 9007199254740992; -9.223372036854776e+18 -9.223372e+18 -9223372036854775808; 1.23456789e+08 1.2345679e+08 123456789; 
// 1.8446744073709552e+19 1.6777215e+07 4503599627370495 -7 200
// 7 -7 7 true
// NaN 7 -Inf
// 4 1 9 false
// 2.220446049250313e-16 true 10
