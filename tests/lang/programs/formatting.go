// Text layout: a table writer, word wrapping with justification, number formatting, roman numerals,
// number words, a template expander, a diff of lines, a calendar.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

type align int

const (
	left align = iota
	right
	center
)

type column struct {
	title string
	align align
}

type table struct {
	cols []column
	rows [][]string
}

func (t *table) add(cells ...any) *table {
	row := make([]string, len(t.cols))
	for i := range row {
		if i < len(cells) {
			row[i] = fmt.Sprint(cells[i])
		}
	}
	t.rows = append(t.rows, row)
	return t
}

func pad(s string, width int, a align) string {
	n := width - utf8.RuneCountInString(s)
	if n <= 0 {
		return s
	}
	switch a {
	case right:
		return strings.Repeat(" ", n) + s
	case center:
		return strings.Repeat(" ", n/2) + s + strings.Repeat(" ", n-n/2)
	}
	return s + strings.Repeat(" ", n)
}

func (t *table) WriteTo(w io.Writer) (total int64, err error) {
	widths := make([]int, len(t.cols))
	for i, c := range t.cols {
		widths[i] = utf8.RuneCountInString(c.title)
		for _, r := range t.rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(r[i]))
		}
	}
	line := func(cells []string, sep string) {
		for i, c := range cells {
			cells[i] = pad(c, widths[i], t.cols[i].align)
		}
		n, e := fmt.Fprintf(w, "%s%s%[1]s\n", sep, strings.Join(cells, sep))
		total += int64(n)
		if e != nil && err == nil {
			err = e
		}
	}
	titles, rules := []string{}, []string{}
	for i, c := range t.cols {
		titles = append(titles, c.title)
		rules = append(rules, strings.Repeat("─", widths[i]))
	}
	line(titles, "│")
	line(rules, "┼")
	for _, r := range t.rows {
		line(append([]string(nil), r...), "│")
	}
	return
}

type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		n, _ := l.w.Write(p[:l.left])
		l.left = 0
		return n, io.ErrShortWrite
	}
	l.left -= len(p)
	return l.w.Write(p)
}

func justify(text string, width int) (lines []string) {
	words := strings.Fields(text)
	for len(words) > 0 {
		n, length := 1, len(words[0])
		for n < len(words) && length+1+len(words[n]) <= width {
			length += 1 + len(words[n])
			n++
		}
		line := words[:n]
		words = words[n:]
		if len(words) == 0 || n == 1 {
			lines = append(lines, strings.Join(line, " "))
			continue
		}
		spaces := width - length + n - 1
		var b strings.Builder
		for i, w := range line {
			b.WriteString(w)
			if gaps := n - 1 - i; gaps > 0 {
				k := (spaces + gaps - 1) / gaps
				b.WriteString(strings.Repeat(" ", k))
				spaces -= k
			}
		}
		lines = append(lines, b.String())
	}
	return
}

func roman(n int) (s string) {
	for _, d := range [...]struct {
		v int
		s string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= d.v; n -= d.v {
			s += d.s
		}
	}
	return
}

func group(n int64) string {
	s := fmt.Sprint(n)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "-" + s
	}
	return s
}

var ones = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
var tens = []string{2: "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}

func words(n int) string {
	switch {
	case n < 0:
		return "minus " + words(-n)
	case n < 20:
		return ones[n]
	case n < 100:
		if n%10 == 0 {
			return tens[n/10]
		}
		return tens[n/10] + "-" + ones[n%10]
	}
	for _, u := range []struct {
		size int
		name string
	}{{1e9, "billion"}, {1e6, "million"}, {1000, "thousand"}, {100, "hundred"}} {
		if n >= u.size {
			s := words(n/u.size) + " " + u.name
			if n%u.size != 0 {
				s += " " + words(n%u.size)
			}
			return s
		}
	}
	panic("unreachable")
}

func expand(tmpl string, vars map[string]any) (out string) {
	for {
		before, rest, ok := strings.Cut(tmpl, "{")
		out += before
		if !ok {
			return
		}
		expr, after, closed := strings.Cut(rest, "}")
		if !closed {
			return out + "{" + rest
		}
		name, format, has := strings.Cut(expr, ":")
		if !has {
			format = "v"
		}
		if v, ok := vars[name]; ok {
			out += fmt.Sprintf("%"+format, v)
		} else {
			out += "<" + name + "?>"
		}
		tmpl = after
	}
}

func diff(a, b []string) (out []string) {
	if len(a) == 0 || len(b) == 0 {
		for _, l := range a {
			out = append(out, "-"+l)
		}
		for _, l := range b {
			out = append(out, "+"+l)
		}
		return
	}
	if a[0] == b[0] {
		return append([]string{" " + a[0]}, diff(a[1:], b[1:])...)
	}
	x, y := diff(a[1:], b), diff(a, b[1:])
	if len(x) <= len(y) {
		return append([]string{"-" + a[0]}, x...)
	}
	return append([]string{"+" + b[0]}, y...)
}

func calendar(year int, month time.Month) string {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	s := pad(fmt.Sprint(month, " ", year), 20, center) + "\nMo Tu We Th Fr Sa Su\n"
	col := (int(first.Weekday()) + 6) % 7
	s += strings.Repeat("   ", col)
	for d := first; d.Month() == month; d = d.AddDate(0, 0, 1) {
		s += fmt.Sprintf("%2d", d.Day())
		if col = (col + 1) % 7; col == 0 {
			s += "\n"
		} else {
			s += " "
		}
	}
	return s
}

func main() {
	t := &table{cols: []column{{"name", left}, {"größe", right}, {"note", center}}}
	t.add("ant", 12.5, "x").add("Élan", 3, nil).add("snow man ☃", -100).add()
	n, err := t.WriteTo(os.Stdout)
	fmt.Println(n, err)
	n, err = t.WriteTo(&limited{os.Stdout, 30})
	fmt.Println(n, err)
	for _, l := range justify("It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.", 30) {
		fmt.Println("|" + pad(l, 30, left) + "|")
	}
	for _, n := range []int{1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999} {
		fmt.Print(roman(n), " ")
	}
	fmt.Println(group(0), group(999), group(1000), group(-1234567), group(1<<62))
	for _, n := range []int{0, 13, 42, 90, 100, 1005, 999999, -21, 2000000001} {
		fmt.Print(words(n), "; ")
	}
	fmt.Println()
	fmt.Println(expand("Hi {name}, you owe {sum:8.2f} ({n:05d}|{n:x}|{name:-6s}|{name:q}) {missing} {open", map[string]any{"name": "Bo", "sum": 12.3456, "n": 255}))
	fmt.Println(strings.Join(diff(strings.Fields("a b c d e f"), strings.Fields("a c x d f g")), " "))
	for _, l := range strings.Split(calendar(2024, time.February), "\n") {
		fmt.Println("|" + l + "|")
	}
}

// Output:
// │name      │größe│note │
// ┼──────────┼─────┼─────┼
// │ant       │ 12.5│  x  │
// │Élan      │    3│<nil>│
// │snow man ☃│ -100│     │
// │          │     │     │
// 243 <nil>
// │name      │größe│note30 short write
// |It   is  a  truth  universally|
// |acknowledged,  that  a  single|
// |man  in  possession  of a good|
// |fortune,  must be in want of a|
// |wife.                         |
// I IV IX XIV XL XC CD MCMXCIV MMXXIV MMMCMXCIX 0 999 1,000 -1,234,567 4,611,686,018,427,387,904
// zero; thirteen; forty-two; ninety; one hundred; one thousand five; nine hundred ninety-nine thousand nine hundred ninety-nine; minus twenty-one; two billion one; 
// Hi Bo, you owe    12.35 (00255|ff|Bo    |"Bo") <missing?> {open
//  a -b  c +x  d -e  f +g
// |   February 2024    |
// |Mo Tu We Th Fr Sa Su|
// |          1  2  3  4|
// | 5  6  7  8  9 10 11|
// |12 13 14 15 16 17 18|
// |19 20 21 22 23 24 25|
// |26 27 28 29 |
