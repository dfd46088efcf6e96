// Package strings (and a little of bytes and unicode): searching, splitting, trimming, mapping,
// replacing, Builder, Reader, Fields, Cut, EqualFold, Compare.
package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
)

func wrap(text string, width int) []string {
	var lines []string
	var b strings.Builder
	for _, w := range strings.Fields(text) {
		if b.Len() > 0 && b.Len()+1+len(w) > width {
			lines = append(lines, b.String())
			b.Reset()
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return append(lines, b.String())
}

func title(s string) string {
	up := true
	return strings.Map(func(r rune) rune {
		defer func() { up = unicode.IsSpace(r) }()
		if r == '!' {
			return -1
		}
		if up {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, s)
}

func main() {
	s := "The quick brown fox, the lazy dog"
	fmt.Println(strings.Contains(s, "fox"), strings.Contains(s, ""), strings.ContainsRune(s, 'z'), strings.ContainsAny(s, "XYZ,"))
	fmt.Println(strings.Index(s, "the"), strings.LastIndex(s, "o"), strings.Index(s, "none"), strings.IndexByte(s, 'q'), strings.IndexAny(s, "xyz"), strings.IndexRune("chicken", 'k'), strings.IndexFunc(s, unicode.IsPunct), strings.LastIndexByte(s, 'T'))
	fmt.Println(strings.HasPrefix(s, "The"), strings.HasSuffix(s, "dog"), strings.Count(s, "o"), strings.Count("five", ""), strings.EqualFold("GoLang É", "gOLANG é"))
	fmt.Printf("%q %q %q %q\n", strings.Split("a,b,,c", ","), strings.Split("", ","), strings.Split("héy", ""), strings.SplitN("a-b-c-d", "-", 2))
	fmt.Printf("%q %q %q %q\n", strings.SplitAfter("a,b,c", ","), strings.Fields("  a \t b\nc  "), strings.FieldsFunc("1x22y333", func(r rune) bool { return r == 'x' || r == 'y' }), strings.SplitN("a,b,c", ",", 0))
	fmt.Println(strings.Join([]string{"x", "y", "z"}, "--"), strings.Join(nil, ","), strings.Repeat("ab", 3), strings.Repeat("x", 0) == "")
	fmt.Printf("%q %q %q %q %q\n", strings.TrimSpace(" \t x y \n"), strings.Trim("xxhixx", "x"), strings.TrimLeft("aabc", "ab"), strings.TrimRight("abcc", "c"), strings.TrimFunc("123abc456", unicode.IsDigit))
	fmt.Printf("%q %q %q\n", strings.TrimPrefix("prefix-body", "prefix-"), strings.TrimSuffix("body.go", ".go"), strings.TrimPrefix("body", "nope"))
	fmt.Println(strings.ToUpper("héllo ß"), strings.ToLower("ÀÉÎ İ"), strings.Title("hello"), title("hELLO wORLD! again"))
	fmt.Println(strings.Replace("aaaa", "a", "b", 2), strings.ReplaceAll("aaaa", "aa", "b"), strings.ReplaceAll("abc", "", "-"), strings.Replace("x", "x", "yy", -1))
	before, after, ok := strings.Cut("key=value=x", "=")
	b2, a2, ok2 := strings.Cut("none", "=")
	rest, ok3 := strings.CutPrefix("unhappy", "un")
	fmt.Println(before, after, ok, b2, a2 == "", ok2, rest, ok3)
	fmt.Println(strings.Compare("a", "b"), strings.Compare("b", "a"), strings.Compare("x", "x"), strings.ToTitle("abc"))
	r := strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;")
	fmt.Println(r.Replace("<a & b>"), strings.NewReplacer("a", "1", "ab", "2", "b", "3").Replace("abcab"))

	for i, l := range wrap("Sphinx of black quartz, judge my vow; pack my box with five dozen liquor jugs.", 20) {
		fmt.Printf("%d|%-20s|\n", i, l)
	}
	var b strings.Builder
	for i := 3; i >= 1; i-- {
		fmt.Fprintf(&b, "%d...", i)
	}
	b.WriteRune('🚀')
	b.WriteByte('!')
	b.Grow(100)
	fmt.Println(b.String(), b.Len(), b.Cap() >= 100)
	b.Reset()
	fmt.Println(b.Len(), b.String() == "")

	rd := strings.NewReader("reading é")
	buf := make([]byte, 4)
	for {
		n, err := rd.Read(buf)
		fmt.Printf("%d %q %v; ", n, buf[:n], err)
		if err == io.EOF {
			break
		}
	}
	rd.Seek(-2, io.SeekEnd)
	ru, size, err := rd.ReadRune()
	fmt.Println(string(ru), size, err, rd.Len())

	var bb bytes.Buffer
	bb.WriteString("line one\nline two\nlast")
	for {
		l, err := bb.ReadString('\n')
		fmt.Printf("%q ", l)
		if err != nil {
			fmt.Println(err)
			break
		}
	}
	x, y := []byte("abc"), []byte("abd")
	fmt.Println(bytes.Compare(x, y), bytes.Equal(x, []byte("abc")), bytes.Contains(x, []byte("bc")), string(bytes.ToUpper(x)), bytes.IndexByte(y, 'd'))
	fmt.Printf("%s %q\n", bytes.Join([][]byte{x, y}, []byte("+")), bytes.Split([]byte("1 2 3"), []byte(" ")))

	letters, digits, spaces, other := 0, 0, 0, 0
	for _, r := range "Ünï 123 ٣ \u00a0 _x!" {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case unicode.IsSpace(r):
			spaces++
		default:
			other++
		}
	}
	fmt.Println(letters, digits, spaces, other, unicode.IsUpper('É'), unicode.ToUpper('ß') == 'ß', string(unicode.ToLower('Σ')))
	lines := strings.Split("b 2\na 1\nc 3", "\n")
	kv := map[string]string{}
	for _, l := range lines {
		if k, v, ok := strings.Cut(l, " "); ok {
			kv[k] = v
		}
	}
	fmt.Println(kv, strings.Map(func(r rune) rune { return r + 1 }, "HAL"), strings.IndexByte("", 'x'), strings.LastIndexAny("go gopher", "go"))
}

// Output:
// true true true true
// 21 31 -1 4 18 4 19 0
// true true 3 5 true
// ["a" "b" "" "c"] [""] ["h" "é" "y"] ["a" "b-c-d"]
// ["a," "b," "c"] ["a" "b" "c"] ["1" "22" "333"] []
// x--y--z  ababab true
// "x y" "hi" "c" "ab" "abc"
// "body" "body" "body"
// HÉLLO ß àéî i Hello Hello World Again
// bbaa bb -a-b-c- yy
// key value=x true none true false happy true
// -1 1 0 ABC
// &lt;a &amp; b&gt; 13c13
// 0|Sphinx of black     |
// 1|quartz, judge my    |
// 2|vow; pack my box    |
// 3|with five dozen     |
// 4|liquor jugs.        |
// 3...2...1...🚀! 17 true
// 0 true
// 4 "read" <nil>; 4 "ing " <nil>; 2 "é" <nil>; 0 "" EOF; é 2 <nil> 0
// "line one\n" "line two\n" "last" EOF
// -1 true true ABC 2
// abc+abd ["1" "2" "3"]
// 4 4 5 2 true true σ
// map[a:1 b:2 c:3] IBM -1 4
