// Complex numbers: arithmetic, comparison, both sizes, printing, polynomial roots, a small FFT.
package main

import (
	"fmt"
	"math"
)

type impedance complex128

func (z impedance) Parallel(w impedance) impedance { return z * w / (z + w) }

func abs(c complex128) float64 { return math.Hypot(real(c), imag(c)) }

func expi(t float64) complex128 { return complex(math.Cos(t), math.Sin(t)) }

func fft(a []complex128) {
	n := len(a)
	if n == 1 {
		return
	}
	even, odd := make([]complex128, n/2), make([]complex128, n/2)
	for i := range even {
		even[i], odd[i] = a[2*i], a[2*i+1]
	}
	fft(even)
	fft(odd)
	for i := range even {
		t := expi(-2*math.Pi*float64(i)/float64(n)) * odd[i]
		a[i], a[i+n/2] = even[i]+t, even[i]-t
	}
}

func mandel(c complex128) int {
	z := 0i
	for i := 0; i < 30; i++ {
		z = z*z + c
		if real(z)*real(z)+imag(z)*imag(z) > 4 {
			return i
		}
	}
	return 30
}

func eval(p []complex128, x complex128) (y complex128) {
	for i := len(p) - 1; i >= 0; i-- {
		y = y*x + p[i]
	}
	return
}

func roots(p []complex128) []complex128 {
	n := len(p) - 1
	r := make([]complex128, n)
	r[0] = 1
	for i := 1; i < n; i++ {
		r[i] = r[i-1] * (0.4 + 0.9i)
	}
	for step := 0; step < 100; step++ {
		for i := range r {
			d := p[n]
			for j := range r {
				if i != j {
					d *= r[i] - r[j]
				}
			}
			r[i] -= eval(p, r[i]) / d
		}
	}
	return r
}

func main() {
	a, b := 3+4i, complex(1, -2)
	fmt.Println(a+b, a-b, a*b, a/b, -a, a == b, a != b, a == complex(3, 4))
	fmt.Println(real(a), imag(a), abs(a), 1i*1i, a*2, a/2i)
	var c64 complex64 = complex64(a) / 3
	fmt.Println(c64, real(c64), complex128(c64) == a/3)
	fmt.Printf("%v %.2f %g %T %T %T\n", a, b, c64, a, c64, real(c64))
	fmt.Printf("%8.3f|%+v|%e\n", a, b, a)
	a += 1
	a *= 1i
	a -= b
	a /= 2
	fmt.Println(a)

	z := impedance(100 + 50i).Parallel(impedance(100 - 50i))
	fmt.Printf("%.3f %T\n", complex128(z), z)

	wave := make([]complex128, 8)
	for i := range wave {
		wave[i] = complex(math.Cos(2*math.Pi*float64(i)/8)*3+1, 0)
	}
	fft(wave)
	for i, w := range wave {
		fmt.Printf("%d:%.3f ", i, abs(w))
	}
	fmt.Println()

	for y := 1.0; y >= -1; y -= 0.5 {
		for x := -2.0; x <= 0.5; x += 0.125 {
			switch n := mandel(complex(x, y)); {
			case n == 30:
				fmt.Print("#")
			case n > 4:
				fmt.Print("+")
			default:
				fmt.Print(".")
			}
		}
		fmt.Println()
	}

	// (x-1)(x-2)(x²+1)
	for _, r := range roots([]complex128{2, -3, 3, -3, 1}) {
		re, im := math.Round(real(r)*1000)/1000+0, math.Round(imag(r)*1000)/1000+0
		fmt.Print(re, ",", im, " ")
	}
	fmt.Println()
	m := map[complex128]string{1i: "i", 1: "one"}
	fmt.Println(m[1i*1i*-1], m[complex(0, 1)], len(m))
	var zero complex128
	inf := complex(math.Inf(1), 0)
	fmt.Println(zero == 0, inf == inf, real(1/inf), complex(math.NaN(), 1) == complex(math.NaN(), 1))
	var e any = 2 + 3i
	if v, ok := e.(complex128); ok {
		fmt.Println(v*v, ok)
	}
	r, i := real(e.(complex128)), imag(e.(complex128))
	fmt.Println(r < i, [2]complex64{1, 2i}, struct{ Z complex128 }{1 - 1i})
}

// Output:
// (4+2i) (2+6i) (11-2i) (-1+2i) (-3-4i) false true true
// 3 4 5 (-1+0i) (6+8i) (2-1.5i)
// (1+1.3333334i) 1 false
// (3+4i) (1.00-2.00i) (1+1.3333334i) complex128 complex64 float32
// (   3.000  +4.000i)|(1-2i)|(3.000000e+00+4.000000e+00i)
// (-2.5+3i)
// (62.500+0.000i) main.impedance
// 0:8.000 1:12.000 2:0.000 3:0.000 4:0.000 5:0.000 6:0.000 7:12.000 
// ..............++#....
// ..........++#######+.
// ###################+.
// ..........++#######+.
// ..............++#....
// 1,0 2,0 0,1 0,-1 
// one i 2
// true true 0 false
// (-5+12i) true
// true [(1+0i) (0+2i)] {(1-1i)}
