package strings_test

import (
	"fmt"
	"io"
	"math/rand"
	"slices"
	want "strings"
	"testing"
	"unicode"

	got "golstd/strings"
	gotunicode "golstd/unicode"
)

var pieces = []string{"a", "b", "ab", "A", " ", "\t", "\n", "é", "世", "\xff", "\xe4\xb8", "ß", "İ", "ı", "K", "K", "ǅ", "_", "1", "\u2028", "\u00a0", ".", "x"}

func text(rnd *rand.Rand, n int) string {
	s := ""
	for n = rnd.Intn(n + 1); n > 0; n-- {
		s += pieces[rnd.Intn(len(pieces))]
	}
	return s
}

func try(f func() any) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint("panic: ", r)
		}
	}()
	return fmt.Sprintf("%#v", f())
}

func TestFunctions(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	upper := func(r rune) bool { return unicode.IsUpper(r) || r == ' ' }
	mapping := func(r rune) rune {
		switch r {
		case 'a':
			return -1
		case 'b':
			return '世'
		case 'é':
			return 'e'
		}
		return r
	}
	for i := 0; i < 8000; i++ {
		s, u, v := text(rnd, 12), text(rnd, 2), text(rnd, 2)
		if i%2 == 0 {
			u = text(rnd, 1)
		}
		n := rnd.Intn(6) - 1
		c := byte(rnd.Intn(256))
		r := []rune(text(rnd, 1) + "q")[0]
		chk := func(name string, a, b any) {
			if x, y := fmt.Sprintf("%#v", a), fmt.Sprintf("%#v", b); x != y {
				t.Fatalf("%s(%q, %q, %q, %d, %q, %q) = %s, want %s", name, s, u, v, n, c, r, x, y)
			}
		}
		chk("Index", got.Index(s, u), want.Index(s, u))
		chk("LastIndex", got.LastIndex(s, u), want.LastIndex(s, u))
		chk("IndexAny", got.IndexAny(s, u), want.IndexAny(s, u))
		chk("LastIndexAny", got.LastIndexAny(s, u), want.LastIndexAny(s, u))
		chk("IndexRune", got.IndexRune(s, r), want.IndexRune(s, r))
		chk("IndexByte", got.IndexByte(s, c), want.IndexByte(s, c))
		chk("LastIndexByte", got.LastIndexByte(s, c), want.LastIndexByte(s, c))
		chk("IndexFunc", got.IndexFunc(s, upper), want.IndexFunc(s, upper))
		chk("LastIndexFunc", got.LastIndexFunc(s, upper), want.LastIndexFunc(s, upper))
		chk("Contains", []bool{got.Contains(s, u), got.ContainsAny(s, u), got.ContainsRune(s, r), got.ContainsFunc(s, upper)}, []bool{want.Contains(s, u), want.ContainsAny(s, u), want.ContainsRune(s, r), want.ContainsFunc(s, upper)})
		chk("Count", got.Count(s, u), want.Count(s, u))
		chk("Compare", got.Compare(s, u), want.Compare(s, u))
		chk("EqualFold", got.EqualFold(s, want.ToUpper(s)+u), want.EqualFold(s, want.ToUpper(s)+u))
		chk("EqualFold2", got.EqualFold(u, v), want.EqualFold(u, v))
		chk("Split", got.Split(s, u), want.Split(s, u))
		chk("SplitN", got.SplitN(s, u, n), want.SplitN(s, u, n))
		chk("SplitAfter", got.SplitAfter(s, u), want.SplitAfter(s, u))
		chk("SplitAfterN", got.SplitAfterN(s, u, n), want.SplitAfterN(s, u, n))
		chk("Fields", got.Fields(s), want.Fields(s))
		chk("FieldsFunc", got.FieldsFunc(s, upper), want.FieldsFunc(s, upper))
		chk("Join", got.Join(want.Fields(s), u), want.Join(want.Fields(s), u))
		chk("Trim", got.Trim(s, u), want.Trim(s, u))
		chk("TrimLeft", got.TrimLeft(s, u), want.TrimLeft(s, u))
		chk("TrimRight", got.TrimRight(s, u), want.TrimRight(s, u))
		chk("TrimSpace", got.TrimSpace(s), want.TrimSpace(s))
		chk("TrimFunc", got.TrimFunc(s, upper), want.TrimFunc(s, upper))
		chk("TrimPrefix", got.TrimPrefix(s, u)+got.TrimSuffix(s, u), want.TrimPrefix(s, u)+want.TrimSuffix(s, u))
		chk("Map", got.Map(mapping, s), want.Map(mapping, s))
		chk("ToUpper", got.ToUpper(s), want.ToUpper(s))
		chk("ToLower", got.ToLower(s), want.ToLower(s))
		chk("ToTitle", got.ToTitle(s), want.ToTitle(s))
		chk("Special", got.ToUpperSpecial(gotunicode.TurkishCase, s), want.ToUpperSpecial(unicode.TurkishCase, s))
		chk("Title", got.Title(s), want.Title(s))
		chk("ToValidUTF8", got.ToValidUTF8(s, v), want.ToValidUTF8(s, v))
		chk("Replace", got.Replace(s, u, v, n), want.Replace(s, u, v, n))
		chk("ReplaceAll", got.ReplaceAll(s, u, v), want.ReplaceAll(s, u, v))
		a1, b1, c1 := got.Cut(s, u)
		a2, b2, c2 := want.Cut(s, u)
		chk("Cut", []any{a1, b1, c1}, []any{a2, b2, c2})
		p := []string{u, v, text(rnd, 2), text(rnd, 1), text(rnd, 1), "Z", "a", "<A>"}
		chk("Replacer", got.NewReplacer(p...).Replace(s), want.NewReplacer(p...).Replace(s))
		chk("Lines", slices.Collect(got.Lines(s)), slices.Collect(want.Lines(s)))
		chk("SplitSeq", slices.Collect(got.SplitSeq(s, u)), slices.Collect(want.SplitSeq(s, u)))
		chk("FieldsSeq", slices.Collect(got.FieldsSeq(s)), slices.Collect(want.FieldsSeq(s)))
	}
	for n := -2; n < 40; n++ {
		if a, b := try(func() any { return got.Repeat("ab", n) }), try(func() any { return want.Repeat("ab", n) }); a != b {
			t.Error(a, b)
		}
	}
}

func TestBuilderReader(t *testing.T) {
	var b got.Builder
	b.Grow(10)
	b.WriteString("héllo")
	b.WriteByte('!')
	b.WriteRune('世')
	b.Write([]byte("x"))
	if b.String() != "héllo!世x" || b.Len() != 11 {
		t.Error(b.String())
	}
	if s := try(func() any { c := b; c.WriteByte('x'); return 0 }); s != "panic: strings: illegal use of non-zero Builder copied by value" {
		t.Error(s)
	}
	rnd := rand.New(rand.NewSource(2))
	for i := 0; i < 3000; i++ {
		s := text(rnd, 8)
		g, w := got.NewReader(s), want.NewReader(s)
		for k := 0; k < 12; k++ {
			var a, b any
			op := rnd.Intn(8)
			n, m := rnd.Intn(6), rnd.Intn(12)-4
			p, q := make([]byte, n), make([]byte, n)
			e := func(err error) string { return fmt.Sprint(err) }
			switch op {
			case 0:
				x, e1 := g.Read(p)
				y, e2 := w.Read(q)
				a, b = fmt.Sprint(x, e(e1), p), fmt.Sprint(y, e(e2), q)
			case 1:
				x, e1 := g.ReadByte()
				y, e2 := w.ReadByte()
				a, b = fmt.Sprint(x, e(e1)), fmt.Sprint(y, e(e2))
			case 2:
				a, b = e(g.UnreadByte()), e(w.UnreadByte())
			case 3:
				x, s1, e1 := g.ReadRune()
				y, s2, e2 := w.ReadRune()
				a, b = fmt.Sprint(x, s1, e(e1)), fmt.Sprint(y, s2, e(e2))
			case 4:
				a, b = e(g.UnreadRune()), e(w.UnreadRune())
			case 5:
				x, e1 := g.Seek(int64(m), n)
				y, e2 := w.Seek(int64(m), n)
				a, b = fmt.Sprint(x, e(e1)), fmt.Sprint(y, e(e2))
			case 6:
				x, e1 := g.ReadAt(p, int64(m))
				y, e2 := w.ReadAt(q, int64(m))
				a, b = fmt.Sprint(x, e(e1), p), fmt.Sprint(y, e(e2), q)
			case 7:
				var o1, o2 want.Builder
				if k < 10 {
					continue
				}
				x, e1 := g.WriteTo(&o1)
				y, e2 := w.WriteTo(&o2)
				a, b = fmt.Sprint(x, e(e1), o1.String()), fmt.Sprint(y, e(e2), o2.String())
			}
			if a != b || g.Len() != w.Len() || g.Size() != w.Size() {
				t.Fatalf("op %d on %q: %v, want %v", op, s, a, b)
			}
		}
	}
	_ = io.EOF
}
