// Package regexp: what is found where, with groups, flags, invalid UTF-8 and empty matches.
package main

import (
	"fmt"
	"regexp"
	"strings"
)

func try(expr string, texts ...string) {
	re, err := regexp.Compile(expr)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range texts {
		fmt.Printf("%s %q: %v %v", expr, text, re.FindStringSubmatchIndex(text), re.FindAllStringIndex(text, -1))
		re.Longest()
		fmt.Println("", re.FindStringIndex(text))
		re = regexp.MustCompile(expr)
	}
}

func main() {
	try(``, "", "a☺", "\xff\xff")
	try(`a*`, "baac")
	try(`(a|ab)(c|bcd)(d*)`, "abcd")
	try(`(?i)straße|K`, "STRASSE straSSE StRaßE", "\u212a k K")
	try(`(?s).`, "a\n\xff\xe2\x98é")
	try(`.`, "a\n\xff\xe2\x98é")
	try(`[^a]`, "a\xffa\n")
	try(`\x{fffd}+`, "\ufffd\xff")
	try(`\B`, "x☺y", "☺☺", "a b", "\xffa")
	try(`\b`, "x☺y z")
	try(`^a|b$`, "ab\nab")
	try(`(?m)^a|b$`, "ab\nab")
	try(`\A\d+?\z`, "123", "123\n")
	try(`(a+?)(a*)`, "aaa")
	try(`(?U)a+(a*)`, "aaa")
	try(`(|a)*`, "aa")
	try(`(|a)+`, "aa")
	try(`(a|b)*?c`, "abac")
	try(`(?P<year>\d{4})-(?<month>\d\d)`, "on 2024-11, not 24-1")
	try(`[[:alpha:]_]+[^[:^digit:]]`, "ab_9 x1")
	try(`\pL\p{Greek}*`, "xαβγ yz")
	try(`(x{2}){3}`, strings.Repeat("x", 7))
	try(`a{2,3}?`, "aaaa")
	try(`\Qa.b\E|\.c`, "a.b.c")

	for _, bad := range []string{`(`, `)`, `a**`, `*a`, `[a`, `[b-a]`, `\`, `\8`, `(?z)`, `(?P<n`, `(?P<>x)`,
		`a{1001}`, `a{3,2}`, `(a{1000}){1000}`, `\pX`, `[[:nope:]]`, "\xff", `\C`, `(?i)(?`} {
		_, err := regexp.Compile(bad)
		fmt.Printf("%q\n", fmt.Sprint(err))
	}
	_, err := regexp.CompilePOSIX(`a??`)
	fmt.Println(err)
	func() {
		defer func() { fmt.Println(recover()) }()
		regexp.MustCompile("`(")
	}()

	re := regexp.MustCompile(`(?P<first>\w+)\s+(?P<second>\w+)`)
	fmt.Println(re.NumSubexp(), re.SubexpNames(), re.SubexpIndex("second"), re.SubexpIndex("third"), re)
	fmt.Printf("%q\n", re.FindStringSubmatch("  hello   world again"))
	fmt.Printf("%q\n", re.FindAllStringSubmatch("a b c d e", -1))
	fmt.Printf("%q\n", re.FindAllString("a b c d e", 1))
	fmt.Println(re.FindReaderSubmatchIndex(strings.NewReader("x: hello world")))
	fmt.Println(re.MatchReader(strings.NewReader("one")), re.MatchString("one two"))
	for _, expr := range []string{`abc`, `abc+`, `^abc$`, `^ab(c|d)$`, `(?i)abc`, `a.c`, ``} {
		p, full := regexp.MustCompile(expr).LiteralPrefix()
		fmt.Printf("%s %q %v\n", expr, p, full)
	}
	text, _ := re.MarshalText()
	var again regexp.Regexp
	fmt.Println(string(text), again.UnmarshalText(text), again.String(), again.UnmarshalText([]byte("(")))
}

// Output:
//  "": [0 0] [[0 0]] [0 0]
//  "a☺": [0 0] [[0 0] [1 1] [4 4]] [0 0]
//  "\xff\xff": [0 0] [[0 0] [1 1] [2 2]] [0 0]
// a* "baac": [0 0] [[0 0] [1 3] [4 4]] [0 0]
// (a|ab)(c|bcd)(d*) "abcd": [0 4 0 1 1 4 4 4] [[0 4]] [0 4]
// (?i)straße|K "STRASSE straSSE StRaßE": [16 23] [[16 23]] [16 23]
// (?i)straße|K "K k K": [0 3] [[0 3] [4 5] [6 7]] [0 3]
// (?s). "a\n\xff\xe2\x98é": [0 1] [[0 1] [1 2] [2 3] [3 4] [4 5] [5 7]] [0 1]
// . "a\n\xff\xe2\x98é": [0 1] [[0 1] [2 3] [3 4] [4 5] [5 7]] [0 1]
// [^a] "a\xffa\n": [1 2] [[1 2] [3 4]] [1 2]
// \x{fffd}+ "�\xff": [0 4] [[0 4]] [0 4]
// \B "x☺y": [] [] []
// \B "☺☺": [0 0] [[0 0] [3 3] [6 6]] [0 0]
// \B "a b": [] [] []
// \B "\xffa": [0 0] [[0 0]] [0 0]
// \b "x☺y z": [0 0] [[0 0] [1 1] [4 4] [5 5] [6 6] [7 7]] [0 0]
// ^a|b$ "ab\nab": [0 1] [[0 1] [4 5]] [0 1]
// (?m)^a|b$ "ab\nab": [0 1] [[0 1] [1 2] [3 4] [4 5]] [0 1]
// \A\d+?\z "123": [0 3] [[0 3]] [0 3]
// \A\d+?\z "123\n": [] [] []
// (a+?)(a*) "aaa": [0 3 0 1 1 3] [[0 3]] [0 3]
// (?U)a+(a*) "aaa": [0 1 1 1] [[0 1] [1 2] [2 3]] [0 3]
// (|a)* "aa": [0 0 0 0] [[0 0] [1 1] [2 2]] [0 2]
// (|a)+ "aa": [0 0 0 0] [[0 0] [1 1] [2 2]] [0 2]
// (a|b)*?c "abac": [0 4 2 3] [[0 4]] [0 4]
// (?P<year>\d{4})-(?<month>\d\d) "on 2024-11, not 24-1": [3 10 3 7 8 10] [[3 10]] [3 10]
// [[:alpha:]_]+[^[:^digit:]] "ab_9 x1": [0 4] [[0 4] [5 7]] [0 4]
// \pL\p{Greek}* "xαβγ yz": [0 7] [[0 7] [8 9] [9 10]] [0 7]
// (x{2}){3} "xxxxxxx": [0 6 4 6] [[0 6]] [0 6]
// a{2,3}? "aaaa": [0 2] [[0 2] [2 4]] [0 3]
// \Qa.b\E|\.c "a.b.c": [0 3] [[0 3] [3 5]] [0 3]
// "error parsing regexp: missing closing ): `(`"
// "error parsing regexp: unexpected ): `)`"
// "error parsing regexp: invalid nested repetition operator: `**`"
// "error parsing regexp: missing argument to repetition operator: `*`"
// "error parsing regexp: missing closing ]: `[a`"
// "error parsing regexp: invalid character class range: `b-a`"
// "error parsing regexp: trailing backslash at end of expression: ``"
// "error parsing regexp: invalid escape sequence: `\\8`"
// "error parsing regexp: invalid or unsupported Perl syntax: `(?z`"
// "error parsing regexp: invalid named capture: `(?P<n`"
// "error parsing regexp: invalid named capture: `(?P<>`"
// "error parsing regexp: invalid repeat count: `{1001}`"
// "error parsing regexp: invalid repeat count: `{3,2}`"
// "error parsing regexp: invalid repeat count: `{1000}`"
// "error parsing regexp: invalid character class range: `\\pX`"
// "error parsing regexp: invalid character class range: `[:nope:]`"
// "error parsing regexp: invalid UTF-8: `\xff`"
// "error parsing regexp: invalid escape sequence: `\\C`"
// "error parsing regexp: invalid or unsupported Perl syntax: `(?`"
// <nil>
// regexp: Compile("`("): error parsing regexp: missing closing ): ``(`
// 2 [ first second] 2 -1 (?P<first>\w+)\s+(?P<second>\w+)
// ["hello   world" "hello" "world"]
// [["a b" "a" "b"] ["c d" "c" "d"]]
// ["a b"]
// [3 14 3 8 9 14]
// false true
// abc "abc" true
// abc+ "abc" false
// ^abc$ "abc" true
// ^ab(c|d)$ "ab" false
// (?i)abc "" false
// a.c "a" false
//  "" true
// (?P<first>\w+)\s+(?P<second>\w+) <nil> (?P<first>\w+)\s+(?P<second>\w+) error parsing regexp: missing closing ): `(`
