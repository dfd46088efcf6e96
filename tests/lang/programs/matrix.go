// Matrices and number crunching: nested slices and arrays, floats, integers of all sizes.
package main

import (
	"fmt"
	"math"
)

type matrix [][]float64

func newMatrix(r, c int) matrix {
	m := make(matrix, r)
	cells := make([]float64, r*c)
	for i := range m {
		m[i] = cells[i*c : (i+1)*c : (i+1)*c]
	}
	return m
}

func (m matrix) mul(n matrix) matrix {
	out := newMatrix(len(m), len(n[0]))
	for i, row := range m {
		for j := range n[0] {
			var s float64
			for k, v := range row {
				s += v * n[k][j]
			}
			out[i][j] = s
		}
	}
	return out
}

func (m matrix) det() float64 {
	n := len(m)
	a := newMatrix(n, n)
	for i := range m {
		copy(a[i], m[i])
	}
	d := 1.0
	for c := 0; c < n; c++ {
		p := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[p][c]) {
				p = r
			}
		}
		if a[p][c] == 0 {
			return 0
		}
		if p != c {
			a[p], a[c] = a[c], a[p]
			d = -d
		}
		d *= a[c][c]
		for r := c + 1; r < n; r++ {
			f := a[r][c] / a[c][c]
			for k := c; k < n; k++ {
				a[r][k] -= f * a[c][k]
			}
		}
	}
	return d
}

type vec3 [3]float64

func (v vec3) add(w vec3) vec3      { return vec3{v[0] + w[0], v[1] + w[1], v[2] + w[2]} }
func (v vec3) scale(f float64) vec3 { return vec3{v[0] * f, v[1] * f, v[2] * f} }
func (v *vec3) normalize()          { *v = v.scale(1 / math.Sqrt(v.dot(*v))) }
func (v vec3) dot(w vec3) (s float64) {
	for i := range v {
		s += v[i] * w[i]
	}
	return
}

func sieve(n int) (primes []int) {
	composite := make([]bool, n+1)
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		primes = append(primes, i)
		for j := i * i; j <= n; j += i {
			composite[j] = true
		}
	}
	return
}

func collatz(n uint64) (steps int) {
	for ; n != 1; steps++ {
		if n&1 == 0 {
			n >>= 1
		} else {
			n = 3*n + 1
		}
	}
	return
}

func main() {
	m := matrix{{2, 1, 0}, {1, 3, 1}, {0, 1, 4}}
	id := matrix{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	fmt.Println(m.mul(m), m.mul(id), m.det())
	fmt.Println(matrix{{1, 2}, {2, 4}}.det())
	v := vec3{3, 4, 12}
	w := v
	w.normalize()
	fmt.Printf("%v %.4f %.3f\n", v, w, v.add(w).dot(v))
	p := sieve(1000)
	fmt.Println(len(p), p[:10], p[len(p)-1])
	best, at := 0, uint64(0)
	for n := uint64(1); n < 3000; n++ {
		if s := collatz(n); s > best {
			best, at = s, n
		}
	}
	fmt.Println(best, at)

	var i8 int8 = 127
	var u8 uint8 = 0
	var i16 int16 = math.MinInt16
	var u32 uint32 = math.MaxUint32
	var i64 int64 = math.MinInt64
	i8++
	u8--
	i16 = -i16
	u32 += 2
	fmt.Println(i8, u8, i16, u32, i64-1, -i64, i64/-1)
	fmt.Println(-7/2, -7%2, 7/-2, 7%-2, u8+100, i8/-1)
	x := 0x1234567890abcdef
	fmt.Printf("%x %x %x %x\n", uint8(x), uint16(x), uint32(x), int32(x))
	fmt.Println(x>>60, x<<60, uint(x)>>4&0xf, x&^0xff == x-0xef)
	var sh uint = 70
	fmt.Println(1<<sh == 0, int32(-1)>>sh, uint16(0xffff)<<(sh-60))
	f := 1e100
	fmt.Println(math.Inf(1), -f*f, math.NaN() == math.NaN(), int64(f/1e91), int(-f/1e99), float32(0.1), f)
	fmt.Println(math.Floor(-1.5), math.Ceil(1.2), math.Trunc(-1.7), math.Sqrt(2), math.MaxFloat32)
	c := complex(1, 2)
	d := c * complex(0, 1)
	fmt.Println(c, d, real(d), imag(d), c == complex(1, 2), c/d)
	fmt.Printf("%08b %o %#x %+d %e %g\n", 37, 64, 255, 5, 12345.678, 1e21)
}

// Output:
// [[5 5 1] [5 11 7] [1 7 17]] [[2 1 0] [1 3 1] [0 1 4]] 18
// 0
// [3 4 12] [0.2308 0.3077 0.9231] 182.000
// 168 [2 3 5 7 11 13 17 19 23 29] 997
// 216 2919
// -128 255 -32768 1 9223372036854775807 -9223372036854775808 -9223372036854775808
// -3 -1 -3 1 99 -128
// ef cdef 90abcdef -6f543211
// 1 -1152921504606846976 14 true
// true -1 64512
// +Inf -1e+200 false 999999999 -10 0.1 1e+100
// -2 2 -1 1.4142135623730951 3.4028234663852886e+38
// (1+2i) (-2+1i) -2 1 true (-0-1i)
// 00100101 100 0xff +5 1.234568e+04 1e+21
