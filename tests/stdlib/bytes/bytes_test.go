package bytes_test

import (
	want "bytes"
	"fmt"
	"math/rand"
	"testing"
	"unicode"

	got "golstd/bytes"
)

var pieces = []string{"a", "b", "ab", "A", " ", "\t", "\n", "é", "世", "\xff", "\xe4\xb8", "ß", "_", "1", "\u2028", "."}

func text(rnd *rand.Rand, n int) []byte {
	s := []byte{}
	for n = rnd.Intn(n + 1); n > 0; n-- {
		s = append(s, pieces[rnd.Intn(len(pieces))]...)
	}
	return s
}

func TestFunctions(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	upper := func(r rune) bool { return unicode.IsUpper(r) || r == ' ' }
	for i := 0; i < 8000; i++ {
		s, u, v := text(rnd, 12), text(rnd, 1), text(rnd, 2)
		n := rnd.Intn(6) - 1
		chk := func(name string, a, b any) {
			if x, y := fmt.Sprintf("%q", a), fmt.Sprintf("%q", b); x != y {
				t.Fatalf("%s(%q, %q, %q, %d) = %s, want %s", name, s, u, v, n, x, y)
			}
		}
		chk("Index", []int{got.Index(s, u), got.LastIndex(s, u), got.Count(s, u), got.Compare(s, u), got.IndexAny(s, string(u)), got.LastIndexFunc(s, upper)}, []int{want.Index(s, u), want.LastIndex(s, u), want.Count(s, u), want.Compare(s, u), want.IndexAny(s, string(u)), want.LastIndexFunc(s, upper)})
		chk("Split", got.SplitN(s, u, n), want.SplitN(s, u, n))
		chk("SplitAfter", got.SplitAfterN(s, u, n), want.SplitAfterN(s, u, n))
		chk("Fields", got.Fields(s), want.Fields(s))
		chk("FieldsFunc", got.FieldsFunc(s, upper), want.FieldsFunc(s, upper))
		chk("Trim", [][]byte{got.Trim(s, string(u)), got.TrimLeft(s, string(u)), got.TrimRight(s, string(u)), got.TrimSpace(s), got.TrimFunc(s, upper)}, [][]byte{want.Trim(s, string(u)), want.TrimLeft(s, string(u)), want.TrimRight(s, string(u)), want.TrimSpace(s), want.TrimFunc(s, upper)})
		chk("Case", [][]byte{got.ToUpper(s), got.ToLower(s), got.ToTitle(s), got.Title(s), got.ToValidUTF8(s, v)}, [][]byte{want.ToUpper(s), want.ToLower(s), want.ToTitle(s), want.Title(s), want.ToValidUTF8(s, v)})
		chk("Replace", got.Replace(s, u, v, n), want.Replace(s, u, v, n))
		chk("Join", got.Join(want.Fields(s), u), want.Join(want.Fields(s), u))
		var g got.Buffer
		var w want.Buffer
		for k := 0; k < 12; k++ {
			var a, b any
			switch rnd.Intn(9) {
			case 0, 1:
				g.Write(s)
				w.Write(s)
			case 2:
				x, e := g.ReadByte()
				y, f := w.ReadByte()
				a, b = fmt.Sprint(x, e), fmt.Sprint(y, f)
			case 3:
				x, n, e := g.ReadRune()
				y, m, f := w.ReadRune()
				a, b = fmt.Sprint(x, n, e), fmt.Sprint(y, m, f)
			case 4:
				a, b = fmt.Sprint(g.UnreadRune()), fmt.Sprint(w.UnreadRune())
			case 5:
				a, b = fmt.Sprint(g.UnreadByte()), fmt.Sprint(w.UnreadByte())
			case 6:
				x, e := g.ReadString('\n')
				y, f := w.ReadString('\n')
				a, b = fmt.Sprint(x, e), fmt.Sprint(y, f)
			case 7:
				p, q := make([]byte, 3), make([]byte, 3)
				x, e := g.Read(p)
				y, f := w.Read(q)
				a, b = fmt.Sprint(x, e, p), fmt.Sprint(y, f, q)
			case 8:
				a, b = string(g.Next(2)), string(w.Next(2))
			}
			chk("Buffer", fmt.Sprint(a, g.String()), fmt.Sprint(b, w.String()))
		}
	}
}
