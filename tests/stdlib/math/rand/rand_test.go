package rand_test

import (
	golang "math/rand"
	"slices"
	"testing"

	own "golstd/math/rand"
)

func TestSameSequences(t *testing.T) {
	for _, seed := range []int64{0, 1, 42, -7, 1<<31 - 1, 1 << 40, -1 << 63} {
		a, b := golang.New(golang.NewSource(seed)), own.New(own.NewSource(seed))
		za, zb := golang.NewZipf(a, 1.5, 2, 1000), own.NewZipf(b, 1.5, 2, 1000)
		for i := range 5000 {
			ok := true
			switch i % 17 {
			case 0:
				ok = a.Int63() == b.Int63()
			case 1:
				ok = a.Uint32() == b.Uint32()
			case 2:
				ok = a.Uint64() == b.Uint64()
			case 3:
				ok = a.Int31() == b.Int31()
			case 4:
				ok = a.Int() == b.Int()
			case 5:
				ok = a.Int63n(int64(i)*1e12+1) == b.Int63n(int64(i)*1e12+1)
			case 6:
				ok = a.Int31n(int32(i)+1) == b.Int31n(int32(i)+1)
			case 7:
				ok = a.Intn(i+1) == b.Intn(i+1)
			case 8:
				ok = a.Float64() == b.Float64()
			case 9:
				ok = a.Float32() == b.Float32()
			case 10:
				ok = slices.Equal(a.Perm(i%50), b.Perm(i%50))
			case 11:
				x, y := make([]int, 20), make([]int, 20)
				for i := range x {
					x[i], y[i] = i, i
				}
				a.Shuffle(20, func(i, j int) { x[i], x[j] = x[j], x[i] })
				b.Shuffle(20, func(i, j int) { y[i], y[j] = y[j], y[i] })
				ok = slices.Equal(x, y)
			case 12:
				x, y := make([]byte, i%23), make([]byte, i%23)
				a.Read(x)
				b.Read(y)
				ok = slices.Equal(x, y)
			case 13, 14:
				for range 200 {
					ok = ok && a.NormFloat64() == b.NormFloat64()
				}
			case 15:
				for range 200 {
					ok = ok && a.ExpFloat64() == b.ExpFloat64()
				}
			case 16:
				ok = za.Uint64() == zb.Uint64()
			}
			if !ok {
				t.Fatalf("seed %d, step %d differs", seed, i)
			}
		}
	}
}
