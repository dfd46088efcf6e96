// Arbitrary precision arithmetic on slices of digits: addition, multiplication, division, powers,
// factorials, Fibonacci numbers, square roots, conversion of bases, decimals of pi and e.
package main

import (
	"errors"
	"fmt"
	"strings"
)

const base = 1_000_000_000

// Nat is a natural number in base 10⁹, least digit first, without leading zeros.
type Nat []uint32

var errDivide = errors.New("division by zero")

func FromInt(n uint64) (z Nat) {
	for ; n > 0; n /= base {
		z = append(z, uint32(n%base))
	}
	return
}

func Parse(s string) (z Nat, err error) {
	for i := len(s); i > 0; i -= 9 {
		var d uint32
		for _, c := range s[max(0, i-9):i] {
			if c < '0' || c > '9' {
				return nil, fmt.Errorf("bad digit %q in %.10s", c, s)
			}
			d = d*10 + uint32(c-'0')
		}
		z = append(z, d)
	}
	return z.norm(), nil
}

func (x Nat) norm() Nat {
	for len(x) > 0 && x[len(x)-1] == 0 {
		x = x[:len(x)-1]
	}
	return x
}

func (x Nat) String() string {
	if len(x) == 0 {
		return "0"
	}
	var b strings.Builder
	fmt.Fprint(&b, x[len(x)-1])
	for i := len(x) - 2; i >= 0; i-- {
		fmt.Fprintf(&b, "%09d", x[i])
	}
	return b.String()
}

func (x Nat) Cmp(y Nat) int {
	if len(x) != len(y) {
		if len(x) < len(y) {
			return -1
		}
		return 1
	}
	for i := len(x) - 1; i >= 0; i-- {
		if x[i] < y[i] {
			return -1
		} else if x[i] > y[i] {
			return 1
		}
	}
	return 0
}

func (x Nat) Add(y Nat) Nat {
	if len(x) < len(y) {
		x, y = y, x
	}
	z := make(Nat, 0, len(x)+1)
	var carry uint32
	for i, d := range x {
		d += carry
		if i < len(y) {
			d += y[i]
		}
		carry = d / base
		z = append(z, d%base)
	}
	if carry > 0 {
		z = append(z, carry)
	}
	return z
}

func (x Nat) Sub(y Nat) Nat {
	z := append(Nat(nil), x...)
	var borrow int64
	for i := range z {
		d := int64(z[i]) - borrow
		if i < len(y) {
			d -= int64(y[i])
		}
		borrow = 0
		if d < 0 {
			d, borrow = d+base, 1
		}
		z[i] = uint32(d)
	}
	if borrow != 0 {
		panic("negative result")
	}
	return z.norm()
}

func (x Nat) Mul(y Nat) Nat {
	z := make(Nat, len(x)+len(y))
	for i, a := range x {
		var carry uint64
		for j, b := range y {
			t := uint64(a)*uint64(b) + uint64(z[i+j]) + carry
			z[i+j], carry = uint32(t%base), t/base
		}
		z[i+len(y)] += uint32(carry)
	}
	return z.norm()
}

func (x Nat) divSmall(d uint32) (q Nat, r uint32) {
	q = make(Nat, len(x))
	var rem uint64
	for i := len(x) - 1; i >= 0; i-- {
		rem = rem*base + uint64(x[i])
		q[i], rem = uint32(rem/uint64(d)), rem%uint64(d)
	}
	return q.norm(), uint32(rem)
}

func (x Nat) Div(y Nat) (q, r Nat, err error) {
	if len(y) == 0 {
		return nil, nil, errDivide
	}
	q = make(Nat, len(x))
	for i := len(x) - 1; i >= 0; i-- {
		r = append(Nat{x[i]}, r...).norm()
		lo, hi := uint64(0), uint64(base)
		for hi-lo > 1 {
			if mid := (lo + hi) / 2; y.Mul(FromInt(mid)).Cmp(r) <= 0 {
				lo = mid
			} else {
				hi = mid
			}
		}
		q[i] = uint32(lo)
		r = r.Sub(y.Mul(FromInt(lo)))
	}
	return q.norm(), r, nil
}

func (x Nat) Pow(n uint) Nat {
	z := FromInt(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			z = z.Mul(x)
		}
		x = x.Mul(x)
	}
	return z
}

func (x Nat) Sqrt() Nat {
	r := FromInt(10).Pow(uint(len(x.String())+1) / 2)
	for {
		q, _, _ := x.Div(r)
		next, _ := r.Add(q).divSmall(2)
		if next.Cmp(r) >= 0 {
			return r
		}
		r = next
	}
}

func (x Nat) Hex() (s string) {
	for len(x) > 0 {
		var d uint32
		x, d = x.divSmall(16)
		s = string("0123456789abcdef"[d]) + s
	}
	return
}

func pi(digits uint) string {
	one := FromInt(10).Pow(digits + 10)
	arctan := func(n uint32) Nat {
		term, _ := one.divSmall(n)
		pos, neg := term, Nat(nil)
		for k := uint32(3); len(term) > 0; k += 2 {
			term, _ = term.divSmall(n * n)
			t, _ := term.divSmall(k)
			if k%4 == 3 {
				neg = neg.Add(t)
			} else {
				pos = pos.Add(t)
			}
		}
		return pos.Sub(neg)
	}
	s := arctan(5).Mul(FromInt(16)).Sub(arctan(239).Mul(FromInt(4))).String()
	return s[:1] + "." + s[1:digits+1]
}

func main() {
	f := FromInt(1)
	for i := uint64(2); i <= 60; i++ {
		f = f.Mul(FromInt(i))
	}
	fmt.Println(f)
	a, b := FromInt(0), FromInt(1)
	for range 250 {
		a, b = b, a.Add(b)
	}
	fmt.Println(a, FromInt(0), FromInt(1<<64-1))
	fmt.Println(FromInt(2).Pow(200), FromInt(2).Pow(200).Hex())
	x, _ := Parse("123456789012345678901234567890123456789")
	y, _ := Parse("000987654321098765432109")
	q, r, err := x.Div(y)
	fmt.Println(q, r, err, q.Mul(y).Add(r).Cmp(x))
	_, _, err = x.Div(Nat{})
	_, perr := Parse("12x4")
	fmt.Println(err == errDivide, perr, x.Sub(x), y.Cmp(x))
	fmt.Println(FromInt(2).Mul(FromInt(10).Pow(80)).Sqrt())
	fmt.Println(pi(100))
	fact, e := FromInt(10).Pow(60), Nat(nil)
	for k := uint32(1); len(fact) > 0; k++ {
		e = e.Add(fact)
		fact, _ = fact.divSmall(k)
	}
	fmt.Println(e.String()[:55])
	defer func() { fmt.Println(recover()) }()
	y.Sub(x)
}

// Output:
// 8320987112741390144276341183223364380754172606361245952449277696409600000000000000
// 7896325826131730509282738943634332893686268675876375 0 18446744073709551615
// 1606938044258990275541962092341162602522202993782792835301376 100000000000000000000000000000000000000000000000000
// 124999998860937500 14172067901781269289 <nil> 0
// true bad digit 'x' in 12x4 0 -1
// 14142135623730950488016887242096980785696
// 3.1415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679
// 2718281828459045235360287471352662497757247093699959574
// negative result
