package rand_test

import (
	golang "math/rand/v2"
	"slices"
	"testing"

	own "golstd/math/rand/v2"
)

func same(t *testing.T, a *golang.Rand, b *own.Rand) {
	za, zb := golang.NewZipf(a, 1.5, 2, 1000), own.NewZipf(b, 1.5, 2, 1000)
	for i := range 5000 {
		ok := true
		switch i % 14 {
		case 0:
			ok = a.Int64() == b.Int64()
		case 1:
			ok = a.Uint32() == b.Uint32()
		case 2:
			ok = a.Uint64() == b.Uint64() && a.Uint() == b.Uint()
		case 3:
			ok = a.Int32() == b.Int32()
		case 4:
			ok = a.Int() == b.Int()
		case 5:
			ok = a.Int64N(int64(i)*1e12+1) == b.Int64N(int64(i)*1e12+1)
		case 6:
			ok = a.Int32N(int32(i)+1) == b.Int32N(int32(i)+1)
		case 7:
			ok = a.IntN(i+1) == b.IntN(i+1) && a.UintN(uint(i+1)) == b.UintN(uint(i+1))
		case 8:
			ok = a.Float64() == b.Float64()
		case 9:
			ok = a.Float32() == b.Float32()
		case 10:
			ok = slices.Equal(a.Perm(i%50), b.Perm(i%50))
		case 11:
			for range 200 {
				ok = ok && a.NormFloat64() == b.NormFloat64()
			}
		case 12:
			for range 200 {
				ok = ok && a.ExpFloat64() == b.ExpFloat64()
			}
		case 13:
			ok = za.Uint64() == zb.Uint64()
		}
		if !ok {
			t.Fatalf("step %d differs", i)
		}
	}
}

func TestPCG(t *testing.T) {
	same(t, golang.New(golang.NewPCG(1, 2)), own.New(own.NewPCG(1, 2)))
	p, q := golang.NewPCG(3, 4), own.NewPCG(3, 4)
	x, _ := p.MarshalBinary()
	y, _ := q.MarshalBinary()
	if !slices.Equal(x, y) || q.UnmarshalBinary(x) != nil || q.UnmarshalBinary(x[1:]) == nil {
		t.Error("encodings differ")
	}
}

func TestChaCha8(t *testing.T) {
	seed := [32]byte([]byte("chacha8: 32-byte seed for tests!"))
	same(t, golang.New(golang.NewChaCha8(seed)), own.New(own.NewChaCha8(seed)))
	p, q := golang.NewChaCha8(seed), own.NewChaCha8(seed)
	for i := range 3000 {
		a, b := make([]byte, i%29), make([]byte, i%29)
		p.Read(a)
		q.Read(b)
		if !slices.Equal(a, b) || p.Uint64() != q.Uint64() {
			t.Fatal("differ at", i)
		}
		x, _ := p.MarshalBinary()
		y, _ := q.MarshalBinary()
		if !slices.Equal(x, y) {
			t.Fatalf("encodings differ at %d: %x %x", i, x, y)
		}
		q = own.NewChaCha8([32]byte{})
		if err := q.UnmarshalBinary(x); err != nil {
			t.Fatal(err)
		}
	}
}
