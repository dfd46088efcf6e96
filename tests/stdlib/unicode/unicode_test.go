package unicode_test

import (
	"testing"
	want "unicode"

	got "golstd/unicode"
)

func TestAll(t *testing.T) {
	g := []func(rune) bool{got.IsUpper, got.IsLower, got.IsTitle, got.IsLetter, got.IsDigit, got.IsNumber, got.IsPunct, got.IsControl, got.IsMark, got.IsSymbol, got.IsSpace, got.IsGraphic, got.IsPrint}
	w := []func(rune) bool{want.IsUpper, want.IsLower, want.IsTitle, want.IsLetter, want.IsDigit, want.IsNumber, want.IsPunct, want.IsControl, want.IsMark, want.IsSymbol, want.IsSpace, want.IsGraphic, want.IsPrint}
	for r := rune(-2); r < 0x110003; r++ {
		for i := range g {
			if g[i](r) != w[i](r) {
				t.Fatalf("test %d of %x", i, r)
			}
		}
		if got.ToUpper(r) != want.ToUpper(r) || got.ToLower(r) != want.ToLower(r) || got.ToTitle(r) != want.ToTitle(r) || got.SimpleFold(r) != want.SimpleFold(r) || got.TurkishCase.ToUpper(r) != want.TurkishCase.ToUpper(r) || got.TurkishCase.ToLower(r) != want.TurkishCase.ToLower(r) {
			t.Fatalf("case of %x", r)
		}
	}
	for name, m := range want.Scripts {
		for r := rune(0); r < 0x110000; r += 7 {
			if want.Is(m, r) != got.Is(got.Scripts[name], r) {
				t.Fatal(name, r)
			}
		}
	}
	if len(got.Categories) != len(want.Categories) || len(got.Properties) != len(want.Properties) || !got.Is(got.Han, '世') || got.Version != want.Version {
		t.Error("tables")
	}
}
