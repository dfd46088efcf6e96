package syntax_test

import (
	gol "golstd/regexp/syntax"
	"math/rand"
	"regexp/syntax"
	"strings"
	"testing"
)

var parts = []string{"a", "b", "c", "k", "S", "é", "ſ", "(", "(?:", "(?i)", "(?i:", "(?s:", "(?-m:", "(?m)", "(?U)", "(?-i:",
	"(?P<n>", "(?<x>", ")", ")", "|", "|", "*", "+", "?", "*?", "??", "{2}", "{2,}", "{0,3}", "{1,1}?", "{", "}", "[a-z]",
	"[^a]", `[^\n]`, "[aA]", "[k]", `\d`, `\W`, `\pN`, `\p{Greek}`, `\P{^Lu}`, "[[:alpha:]]", "[[:^space:]x-]", `[\d\pN]`,
	`[^\x00-\x{10FFFF}]`, "^", "$", `\A`, `\z`, `\b`, `\B`, ".", `\Qa*\E`, `\x41`, `\x{1F600}`, `\101`, `\0`, `\n`, `\.`,
	"\xff", "[a-", "[b-a]", "[", "]", "-", "(?", "(?i", `\8`, `\pX`, `\C`, "ab", "abc", "abd", `\p{any}`, `\p{ASCII}`,
	`\p{Lowercase_Letter}`, `\p{lc}`}

var flags = []syntax.Flags{syntax.Perl, syntax.Perl, syntax.POSIX, syntax.Perl | syntax.FoldCase, syntax.MatchNL,
	syntax.Perl | syntax.DotNL | syntax.NonGreedy, syntax.Literal}

func compare(t *testing.T, expr string, f syntax.Flags) {
	want, err1 := syntax.Parse(expr, f)
	got, err2 := gol.Parse(expr, gol.Flags(f))
	if (err1 == nil) != (err2 == nil) || err1 != nil && err1.Error() != err2.Error() {
		t.Errorf("%.50q %x: %.100v, want %.100v", expr, f, err2, err1)
		return
	}
	if err1 != nil {
		return
	}
	if g, w := got.String(), want.String(); g != w {
		t.Errorf("%q %x: %s, want %s", expr, f, g, w)
	}
	want, got = want.Simplify(), got.Simplify()
	if g, w := got.String(), want.String(); g != w {
		t.Errorf("%q %x: simplified %s, want %s", expr, f, g, w)
	}
	prog, _ := syntax.Compile(want)
	golProg, _ := gol.Compile(got)
	if g, w := golProg.String(), prog.String(); g != w {
		t.Errorf("%q %x: program\n%s, want\n%s", expr, f, g, w)
	}
	wantPrefix, wantAll := prog.Prefix()
	gotPrefix, gotAll := golProg.Prefix()
	if gotPrefix != wantPrefix || gotAll != wantAll || uint8(golProg.StartCond()) != uint8(prog.StartCond()) {
		t.Errorf("%q %x: prefix %q %v %b, want %q %v %b", expr, f, gotPrefix, gotAll, golProg.StartCond(), wantPrefix,
			wantAll, prog.StartCond())
	}
}

func TestRandom(t *testing.T) {
	rng := rand.New(rand.NewSource(42))
	for range 5000 {
		expr := ""
		for range 1 + rng.Intn(9) {
			expr += parts[rng.Intn(len(parts))]
		}
		compare(t, expr, flags[rng.Intn(len(flags))])
		if t.Failed() {
			break
		}
	}
}

func TestLimits(t *testing.T) {
	for _, expr := range []string{
		strings.Repeat("(", 1000) + strings.Repeat(")", 1000), strings.Repeat("(", 999) + strings.Repeat(")", 999),
		strings.Repeat("(?:", 1000) + strings.Repeat(")*", 1000), "(?:" + strings.Repeat("(xx?)", 1500) + "){1000}",
		"((a{100}){100}){100}", "(a{10}){100}", "(a{10}){101}", "x{1000}", "x{1001}",
		strings.Repeat("(", 10000), "(?:" + strings.Repeat("x{2}", 100) + "){1000}", "((((((((((x{2}){2}){2}){2}){2}){2}){2}){2}){2}))",
		strings.Repeat("x{2}y", 2000), "(?:" + strings.Repeat("(x)", 4000) + "){1000}",
	} {
		compare(t, expr, syntax.Perl)
	}
}

func TestNames(t *testing.T) {
	for i := range 256 {
		if g, w := gol.Op(i).String(), syntax.Op(i).String(); g != w && w != "opPseudo" {
			t.Errorf("Op(%d) = %q, want %q", i, g, w)
		}
		if g, w := gol.InstOp(i).String(), syntax.InstOp(i).String(); g != w {
			t.Errorf("InstOp(%d) = %q, want %q", i, g, w)
		}
	}
}
