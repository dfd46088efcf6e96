package main

import (
	"fmt"
	"math/bits"
)

var k [64]uint32

func init() {
	// Fractional parts of the cube roots of the first primes, by integer arithmetic.
	n := 0
	for p := uint64(2); n < 64; p++ {
		prime := true
		for d := uint64(2); d*d <= p; d++ {
			prime = prime && p%d != 0
		}
		if !prime {
			continue
		}
		// The root of p * 2^96 has 32 bits behind the point.
		lo, hi := uint64(0), uint64(1)<<36
		for hi-lo > 1 {
			m := (lo + hi) / 2
			h1, l1 := bits.Mul64(m, m)
			h2, l2 := bits.Mul64(l1, m)
			h3 := h1*m + h2
			_ = l2
			if h3 < p<<32 {
				lo = m
			} else {
				hi = m
			}
		}
		k[n] = uint32(lo)
		n++
	}
}

func block(h *[8]uint32, p []byte) {
	var w [64]uint32
	for i := range 16 {
		j := i * 4
		w[i] = uint32(p[j])<<24 | uint32(p[j+1])<<16 | uint32(p[j+2])<<8 | uint32(p[j+3])
	}
	for i := 16; i < 64; i++ {
		x, y := w[i-2], w[i-15]
		s1 := bits.RotateLeft32(x, -17) ^ bits.RotateLeft32(x, -19) ^ x>>10
		s0 := bits.RotateLeft32(y, -7) ^ bits.RotateLeft32(y, -18) ^ y>>3
		w[i] = s1 + w[i-7] + s0 + w[i-16]
	}
	a, b, c, d, e, f, g, hh := h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
	for i := range 64 {
		t1 := hh + (bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25)) +
			(e&f ^ ^e&g) + k[i] + w[i]
		t2 := (bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22)) +
			(a&b ^ a&c ^ b&c)
		hh, g, f, e, d, c, b, a = g, f, e, d+t1, c, b, a, t1+t2
	}
	h[0] += a
	h[1] += b
	h[2] += c
	h[3] += d
	h[4] += e
	h[5] += f
	h[6] += g
	h[7] += hh
}

func main() {
	h := [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
	data := make([]byte, 1<<20)
	for i := range data {
		data[i] = byte(i * 7)
	}
	for range 100 {
		for i := 0; i+64 <= len(data); i += 64 {
			block(&h, data[i:i+64])
		}
	}
	fmt.Printf("%08x\n", h)
}
