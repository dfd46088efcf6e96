package bits_test

import (
	"fmt"
	want "math/bits"
	"math/rand"
	"testing"

	got "golstd/math/bits"
)

func try(f func() []any) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint("panic: ", r)
		}
	}()
	return fmt.Sprint(f()...)
}

func TestBits(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	num := func() uint64 {
		x := rnd.Uint64() >> uint(rnd.Intn(65))
		if rnd.Intn(4) == 0 {
			x = ^x
		}
		return x
	}
	for i := 0; i < 100000; i++ {
		x, y, z := num(), num(), num()
		c := uint32(rnd.Intn(2))
		g := func() []any {
			a, b := got.Add32(uint32(x), uint32(y), c)
			d, e := got.Sub32(uint32(x), uint32(y), c)
			f, g := got.Mul32(uint32(x), uint32(y))
			return []any{got.Len64(x), got.Len32(uint32(x)), got.Len16(uint16(x)), got.Len8(uint8(x)), got.Len(uint(x)), got.Reverse64(x), got.Reverse32(uint32(x)), got.Reverse16(uint16(x)), got.Reverse8(uint8(x)), a, b, d, e, f, g}
		}
		w := func() []any {
			a, b := want.Add32(uint32(x), uint32(y), c)
			d, e := want.Sub32(uint32(x), uint32(y), c)
			f, g := want.Mul32(uint32(x), uint32(y))
			return []any{want.Len64(x), want.Len32(uint32(x)), want.Len16(uint16(x)), want.Len8(uint8(x)), want.Len(uint(x)), want.Reverse64(x), want.Reverse32(uint32(x)), want.Reverse16(uint16(x)), want.Reverse8(uint8(x)), a, b, d, e, f, g}
		}
		if a, b := try(g), try(w); a != b {
			t.Fatal(x, y, a, b)
		}
		a := try(func() []any { q, r := got.Div64(x, y, z); return []any{q, r} })
		b := try(func() []any { q, r := want.Div64(x, y, z); return []any{q, r} })
		if a != b {
			t.Fatal("Div64", x, y, z, a, b)
		}
		a = try(func() []any { q, r := got.Div32(uint32(x), uint32(y), uint32(z)); return []any{q, r} })
		b = try(func() []any { q, r := want.Div32(uint32(x), uint32(y), uint32(z)); return []any{q, r} })
		if a != b {
			t.Fatal("Div32", x, y, z, a, b)
		}
		a = try(func() []any { return []any{got.Rem64(x, y, z), got.Rem32(uint32(x), uint32(y), uint32(z))} })
		b = try(func() []any { return []any{want.Rem64(x, y, z), want.Rem32(uint32(x), uint32(y), uint32(z))} })
		if a != b {
			t.Fatal("Rem", x, y, z, a, b)
		}
	}
}
