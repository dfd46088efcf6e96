// Strings: indexing, slicing, comparing, ranging over valid and invalid UTF-8, conversions between
// strings, bytes and runes, escapes, concatenation.
package main

import (
	"fmt"
	"unicode/utf8"
)

type name string

func (n name) first() rune {
	for _, r := range n {
		return r
	}
	return -1
}

func reverse(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func isPalindrome(s string) bool {
	var letters []byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if 'a' <= c && c <= 'z' {
			letters = append(letters, c)
		}
	}
	for i := range letters {
		if letters[i] != letters[len(letters)-1-i] {
			return false
		}
	}
	return true
}

func dump(s string) {
	for i, r := range s {
		fmt.Printf("%d:%U ", i, r)
	}
	fmt.Println(len(s), utf8.RuneCountInString(s), utf8.ValidString(s))
}

func rot13(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z':
			b[i] = 'a' + (c-'a'+13)%26
		case c >= 'A' && c <= 'Z':
			b[i] = 'A' + (c-'A'+13)%26
		}
	}
	return string(b)
}

func compress(s string) (out string) {
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		out += string(s[i])
		if j-i > 1 {
			out += fmt.Sprint(j - i)
		}
		i = j
	}
	return
}

func main() {
	s := "héllo, 世界 🎉"
	dump(s)
	dump("")
	dump("\xff\xfeabc\xc3")
	dump("a\xe4\xb8b\xf0\x9f\x8e")
	dump("\xed\xa0\x80\xc0\x80\xf4\x90\x80\x80")
	dump("ok\x00z\u00ff\U0010ffff")

	fmt.Println(s[1], s[1:3], s[7:], s[:0] == "", len(s), s[len(s)-4:])
	fmt.Println(reverse(s), reverse("ab\xffc") == "c\ufffdba")
	fmt.Println([]byte("é€"), []rune("é€\xff"), string([]rune{72, 105, 0x1F600, -1, 0xD800}))
	fmt.Println(string([]byte{104, 105}), string(rune(65)), string(rune(0x110000)) == "\ufffd", string('世'))

	b := []byte("immutable")
	t := string(b)
	b[0] = 'I'
	fmt.Println(t, string(b), string(b[2:5]))
	u := "abc"
	v := u
	u += "def"
	fmt.Println(u, v, u > v, "Z" < "a", "" < "a", "abc" < "abd", "b" > "abc", "x" == "x\x00")
	fmt.Println(name("Ünal").first(), name("").first(), string(name("ab")[1]), name("a")+"b")

	fmt.Println("tab\tquote\"back\\slash \x41\101\u0041\U00000041", `raw\n"string"`, `a
b`)
	fmt.Println('\n', '\'', '"', '\\', '\x7f', '\377', '\u1234')
	fmt.Println(rot13("Hello, World!"), rot13(rot13("round")), compress("aaabccddddde"))
	fmt.Println(isPalindrome("A man, a plan, a canal: Panama"), isPalindrome("nope"))

	for i := range "añb" {
		fmt.Print(i, " ")
	}
	n := 0
	for range "añb\xf0" {
		n++
	}
	fmt.Println(n)
	for i, c := range []byte("añ") {
		fmt.Print(i, ":", c, " ")
	}
	fmt.Println()

	counts := map[rune]int{}
	for _, r := range "mississippi" {
		counts[r]++
	}
	fmt.Println(counts['s'], counts['i'], counts['p'], counts['m'], counts['z'])
	bs := append([]byte("pre-"), "suffix"...)
	k := copy(bs[4:], "SUF")
	fmt.Printf("%q %d %q %q\n", bs, k, append(bs[:3], s[:2]...), bs)
	var parts [3]string
	for i := range parts {
		parts[i] = string(rune('a'+i)) + fmt.Sprint(i)
	}
	joined := parts[0] + "-" + parts[1] + "-" + parts[2]
	fmt.Println(joined, len(joined), joined[3] == '-', joined == "a0-b1-c2")
	switch joined[:2] {
	case "b1":
		fmt.Println("no")
	case "a" + "0":
		fmt.Println("yes")
	}
	r, size := utf8.DecodeRuneInString("€uro")
	r2, size2 := utf8.DecodeLastRuneInString("eur€")
	r3, size3 := utf8.DecodeRuneInString("\xff")
	fmt.Println(r, size, r2, size2, r3, size3, utf8.RuneLen('世'), utf8.RuneLen(-1), utf8.AppendRune(nil, 'é'))
	m := map[string]int{"k": 1}
	key := []byte("k")
	m[string(key)]++
	key[0] = 'x'
	fmt.Println(m["k"], m[string(key)], len(m))
	long := ""
	for i := 0; i < 200; i++ {
		long += string(rune('a' + i%26))
	}
	h := 0
	for _, c := range long {
		h = h*31 + int(c)
		h %= 1000003
	}
	fmt.Println(len(long), h, long[100:110])
}

// Output:
// 0:U+0068 1:U+00E9 3:U+006C 4:U+006C 5:U+006F 6:U+002C 7:U+0020 8:U+4E16 11:U+754C 14:U+0020 15:U+1F389 19 11 true
// 0 0 true
// 0:U+FFFD 1:U+FFFD 2:U+0061 3:U+0062 4:U+0063 5:U+FFFD 6 6 false
// 0:U+0061 1:U+FFFD 2:U+FFFD 3:U+0062 4:U+FFFD 5:U+FFFD 6:U+FFFD 7 7 false
// 0:U+FFFD 1:U+FFFD 2:U+FFFD 3:U+FFFD 4:U+FFFD 5:U+FFFD 6:U+FFFD 7:U+FFFD 8:U+FFFD 9 9 false
// 0:U+006F 1:U+006B 2:U+0000 3:U+007A 4:U+00FF 6:U+10FFFF 10 6 true
// 195 é  世界 🎉 true 19 🎉
// 🎉 界世 ,olléh true
// [195 169 226 130 172] [233 8364 65533] Hi😀��
// hi A true 世
// immutable Immutable mut
// abcdef abc true true true true true false
// 220 -1 b ab
// tab	quote"back\slash AAAA raw\n"string" a
// b
// 10 39 34 92 127 255 4660
// Uryyb, Jbeyq! round a3bc2d5e
// true false
// 0 1 3 4
// 0:97 1:195 2:177 
// 4 4 2 1 0
// "preh\xc3UFfix" 3 "preh\xc3" "preh\xc3UFfix"
// a0-b1-c2 8 false true
// yes
// 8364 3 8364 3 65533 1 3 -1 [195 169]
// 2 0 1
// 200 362168 wxyzabcdef
