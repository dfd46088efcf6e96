package utf8_test

import (
	"math/rand"
	"testing"
	want "unicode/utf8"

	got "golstd/unicode/utf8"
)

func check(t *testing.T, b []byte) {
	s := string(b)
	r1, n1 := got.DecodeRune(b)
	r2, n2 := want.DecodeRune(b)
	r3, n3 := got.DecodeRuneInString(s)
	if r1 != r2 || n1 != n2 || r3 != r2 || n3 != n2 {
		t.Fatalf("DecodeRune %x: %x %d, want %x %d", b, r1, n1, r2, n2)
	}
	r1, n1 = got.DecodeLastRune(b)
	r2, n2 = want.DecodeLastRune(b)
	r3, n3 = got.DecodeLastRuneInString(s)
	if r1 != r2 || n1 != n2 || r3 != r2 || n3 != n2 {
		t.Fatalf("DecodeLastRune %x: %x %d, want %x %d", b, r1, n1, r2, n2)
	}
	if g, w := got.FullRune(b), want.FullRune(b); g != w || got.FullRuneInString(s) != w {
		t.Fatalf("FullRune %x: %v", b, g)
	}
	if g, w := got.RuneCount(b), want.RuneCount(b); g != w || got.RuneCountInString(s) != w {
		t.Fatalf("RuneCount %x: %v", b, g)
	}
	if g, w := got.Valid(b), want.Valid(b); g != w || got.ValidString(s) != w {
		t.Fatalf("Valid %x: %v", b, g)
	}
}

func TestSequences(t *testing.T) {
	check(t, nil)
	edge := []byte{0, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF}
	for a := 0; a < 256; a++ {
		check(t, []byte{byte(a)})
		for b := 0; b < 256; b++ {
			check(t, []byte{byte(a), byte(b)})
		}
	}
	for _, a := range edge {
		for _, b := range edge {
			for _, c := range edge {
				check(t, []byte{a, b, c})
				for _, d := range edge {
					check(t, []byte{a, b, c, d})
				}
			}
		}
	}
	rnd := rand.New(rand.NewSource(1))
	for i := 0; i < 20000; i++ {
		b := make([]byte, rnd.Intn(12))
		for j := range b {
			b[j] = edge[rnd.Intn(len(edge))]
		}
		check(t, b)
	}
}

func TestRunes(t *testing.T) {
	for r := rune(-2); r < 0x110010; r++ {
		if got.RuneLen(r) != want.RuneLen(r) || got.ValidRune(r) != want.ValidRune(r) {
			t.Fatalf("%x", r)
		}
		g, w := got.AppendRune(nil, r), want.AppendRune(nil, r)
		var buf [4]byte
		n := got.EncodeRune(buf[:], r)
		if string(g) != string(w) || string(buf[:n]) != string(w) {
			t.Fatalf("encode %x: %x %x", r, g, w)
		}
	}
}
