package regexp_test

import (
	gol "golstd/regexp"
	"math/rand"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

var parts = []string{"a", "b", "c", "k", "é", "(", "(?:", "(?i)", "(?s:", "(?m)", "(?U)", "(?P<n>", ")", ")", "|",
	"*", "+", "?", "*?", "??", "{2}", "{0,2}", "[a-b]", "[^a]", `\d`, `\W`, `\pL`, "^", "$", `\b`, `\B`, ".", `\x{fffd}`, "ab"}

var texts = []string{"", "a", "abc", "aabbcc", "ABCabc", "xéyÉ\n", "a\nb\nc", "\u212aKk", "a\xffb", "\xff\xfe", "k k",
	"12 a 34", "\ufffda", "abababab", "☺a☻b"}

// The engine of gol without RE2 finds what Go's finds.
func TestMachine(t *testing.T) {
	rng := rand.New(rand.NewSource(7))
	compiled := 0
	for compiled < 5000 {
		expr := ""
		for range 1 + rng.Intn(7) {
			expr += parts[rng.Intn(len(parts))]
		}
		want, err1 := regexp.Compile(expr)
		got, err2 := gol.Compile(expr)
		if (err1 == nil) != (err2 == nil) || err1 != nil && err1.Error() != err2.Error() {
			t.Fatalf("%q: %v, want %v", expr, err2, err1)
		}
		if err1 != nil {
			continue
		}
		compiled++
		if rng.Intn(4) == 0 {
			want.Longest()
			got.Longest()
		}
		text := texts[rng.Intn(len(texts))] + texts[rng.Intn(len(texts))]
		check := func(what string, g, w any) {
			if !reflect.DeepEqual(g, w) {
				t.Errorf("%q on %q: %s: %q, want %q", expr, text, what, g, w)
			}
		}
		check("FindStringSubmatchIndex", got.FindStringSubmatchIndex(text), want.FindStringSubmatchIndex(text))
		check("FindAllStringSubmatch", got.FindAllStringSubmatch(text, -1), want.FindAllStringSubmatch(text, -1))
		check("FindAllIndex", got.FindAllIndex([]byte(text), 2), want.FindAllIndex([]byte(text), 2))
		check("MatchString", got.MatchString(text), want.MatchString(text))
		check("ReplaceAllString", got.ReplaceAllString(text, "<$1$n>"), want.ReplaceAllString(text, "<$1$n>"))
		check("Split", got.Split(text, 3), want.Split(text, 3))
		check("FindReaderSubmatchIndex", got.FindReaderSubmatchIndex(strings.NewReader(text)),
			want.FindReaderSubmatchIndex(strings.NewReader(text)))
		check("MatchReader", got.MatchReader(strings.NewReader(text)), want.MatchReader(strings.NewReader(text)))
		check("SubexpNames", got.SubexpNames(), want.SubexpNames())
		gp, gc := got.LiteralPrefix()
		wp, wc := want.LiteralPrefix()
		check("LiteralPrefix", []any{gp, gc}, []any{wp, wc})
		if t.Failed() {
			break
		}
	}
}

func TestQuoteMeta(t *testing.T) {
	for _, s := range append(texts, `[a.b]*\$é(`) {
		if g, w := gol.QuoteMeta(s), regexp.QuoteMeta(s); g != w {
			t.Errorf("QuoteMeta(%q) = %q, want %q", s, g, w)
		}
	}
}
