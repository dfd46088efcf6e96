// Package regexp: replacing, splitting, expanding, quoting; regexp/syntax: trees and programs.
package main

import (
	"bytes"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

func main() {
	re := regexp.MustCompile(`a(x*)b(?P<n>y)?`)
	for _, repl := range []string{"T", "$1", "$1W", "${1}W", "$n", "${n}.", "$$", "$x", "$", "${1", "$01", "é$1"} {
		fmt.Printf("%s %q %q\n", repl, re.ReplaceAllString("-ab-axxby-", repl), re.ReplaceAll([]byte("-ab-"), []byte(repl)))
	}
	fmt.Println(re.ReplaceAllLiteralString("-ab-axxb-", "$1"), string(re.ReplaceAllLiteral([]byte("-ab-"), []byte("$"))))
	fmt.Println(re.ReplaceAllStringFunc("-ab-axxb-", strings.ToUpper))
	fmt.Println(string(re.ReplaceAllFunc([]byte("-ab-axxb-"), bytes.ToUpper)))
	fmt.Printf("%q\n", regexp.MustCompile(`a*`).ReplaceAllString("baaac☺", "x"))
	fmt.Printf("%q\n", regexp.MustCompile(`[^ -~]`).ReplaceAllString("a\xff☺\xe2\x98b", "?"))
	fmt.Printf("%q\n", regexp.MustCompile(`x`).ReplaceAll(nil, []byte("y")))
	for _, n := range []int{-1, 0, 1, 2, 3} {
		fmt.Printf("%q %q\n", regexp.MustCompile(`a`).Split("banana", n), regexp.MustCompile(``).Split("abc", n))
	}
	fmt.Printf("%q\n", regexp.MustCompile(`z+`).Split("pizza", -1))
	m := re.FindStringSubmatchIndex("axxby")
	fmt.Printf("%s\n", re.ExpandString([]byte("got "), "$n-$1-$2-$3", "axxby", m))
	fmt.Println(regexp.QuoteMeta(`[a.b]*\$é`))

	for _, expr := range []string{`abc|abd|x`, `(?i)ab[c-e](?-i:f)`, `a{2,4}(b*?)+`, `(?m)^a$|(?s).\z`, `[^\n]|[aA]`, `(?:)|a|`} {
		tree, err := syntax.Parse(expr, syntax.Perl)
		if err != nil {
			fmt.Println(err)
			continue
		}
		simple := tree.Simplify()
		fmt.Println(expr, tree, tree.Op, simple)
		prog, _ := syntax.Compile(simple)
		fmt.Print(prog)
		prefix, full := prog.Prefix()
		fmt.Printf("%q %v %b\n", prefix, full, prog.StartCond())
	}
}

// Output:
// T "-T-T-" "-T-"
// $1 "--xx-" "--"
// $1W "---" "--"
// ${1}W "-W-xxW-" "-W-"
// $n "--y-" "--"
// ${n}. "-.-y.-" "-.-"
// $$ "-$-$-" "-$-"
// $x "---" "--"
// $ "-$-$-" "-$-"
// ${1 "-${1-${1-" "-${1-"
// $01 "---" "--"
// é$1 "-é-éxx-" "-é-"
// -$1-$1- -$-
// -AB-AXXB-
// -AB-AXXB-
// "xbxcx☺x"
// "a????b"
// ""
// ["b" "n" "n" ""] ["a" "b" "c"]
// [] []
// ["banana"] ["abc"]
// ["b" "nana"] ["a" "bc"]
// ["b" "n" "na"] ["a" "b" "c"]
// ["pi" "a"]
// got y-xx-y-
// \[a\.b\]\*\\\$é
// abc|abd|x ab[cd]|x Alternate ab[cd]|x
//   0	fail
//   1	rune1 "a" -> 2
//   2	rune1 "b" -> 3
//   3	rune "cd" -> 6
//   4	rune1 "x" -> 6
//   5*	alt -> 1, 4
//   6	match
// "" false 0
// (?i)ab[c-e](?-i:f) (?i:AB)[C-Ec-e]f Concat (?i:AB)[C-Ec-e]f
//   0	fail
//   1*	rune "A"/i -> 2
//   2	rune "B"/i -> 3
//   3	rune "CEce" -> 4
//   4	rune1 "f" -> 5
//   5	match
// "" false 0
// a{2,4}(b*?)+ a{2,4}(b*?)+ Concat aa(?:aa?)?(b*?)+
//   0	fail
//   1*	rune1 "a" -> 2
//   2	rune1 "a" -> 6
//   3	rune1 "a" -> 5
//   4	rune1 "a" -> 7
//   5	alt -> 4, 7
//   6	alt -> 3, 7
//   7	cap 2 -> 9
//   8	rune1 "b" -> 9
//   9	alt -> 10, 8
//  10	cap 3 -> 11
//  11	alt -> 7, 12
//  12	match
// "aa" false 0
// (?m)^a$|(?s).\z (?ms:^a$|.\z) Alternate (?ms:^a$|.\z)
//   0	fail
//   1	empty 1 -> 2
//   2	rune1 "a" -> 3
//   3	empty 2 -> 7
//   4	any -> 5
//   5	empty 8 -> 7
//   6*	alt -> 1, 4
//   7	match
// "" false 0
// [^\n]|[aA] (?-s:.) AnyCharNotNL (?-s:.)
//   0	fail
//   1*	anynotnl -> 2
//   2	match
// "" false 0
// (?:)|a| (?:)|a|(?:) Alternate (?:)|a|(?:)
//   0	fail
//   1	nop -> 6
//   2	rune1 "a" -> 6
//   3	alt -> 1, 2
//   4	nop -> 6
//   5*	alt -> 3, 4
//   6	match
// "" false 0
