// A JSON reader and printer on interfaces: recursive descent with positions in errors, escapes and
// surrogate pairs, indentation, sorted keys, queries by path, a round trip.
package main

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

type parser struct {
	src string
	pos int
}

type syntaxError struct {
	pos int
	msg string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("offset %d: %s", e.pos, e.msg) }

func (p *parser) fail(format string, args ...any) {
	panic(&syntaxError{p.pos, fmt.Sprintf(format, args...)})
}

func Parse(src string) (v any, err error) {
	p := &parser{src: src}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *syntaxError:
			v, err = nil, e
		default:
			panic(e)
		}
	}()
	v = p.value(0)
	p.space()
	if p.pos < len(src) {
		p.fail("unexpected %q after the value", src[p.pos])
	}
	return
}

func (p *parser) space() {
	for p.pos < len(p.src) && strings.IndexByte(" \t\r\n", p.src[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *parser) peek() byte {
	p.space()
	if p.pos == len(p.src) {
		p.fail("unexpected end")
	}
	return p.src[p.pos]
}

func (p *parser) expect(c byte) {
	if got := p.peek(); got != c {
		p.fail("expected %q, found %q", c, got)
	}
	p.pos++
}

func (p *parser) value(depth int) any {
	if depth > 50 {
		p.fail("too deep")
	}
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		p.pos++
		list := []any{}
		for p.peek() != ']' {
			if len(list) > 0 {
				p.expect(',')
			}
			list = append(list, p.value(depth+1))
		}
		p.pos++
		return list
	case c == '"':
		return p.str()
	case c == '-' || '0' <= c && c <= '9':
		start := p.pos
		for p.pos < len(p.src) && strings.IndexByte("+-.eE0123456789", p.src[p.pos]) >= 0 {
			p.pos++
		}
		f, err := strconv.ParseFloat(p.src[start:p.pos], 64)
		if err != nil {
			p.pos = start
			p.fail("bad number: %v", err)
		}
		return f
	}
	for word, v := range map[string]any{"true": true, "false": false, "null": nil} {
		if strings.HasPrefix(p.src[p.pos:], word) {
			p.pos += len(word)
			return v
		}
	}
	p.fail("unexpected %q", p.src[p.pos])
	return nil
}

func (p *parser) object(depth int) map[string]any {
	p.expect('{')
	m := map[string]any{}
	for p.peek() != '}' {
		if len(m) > 0 {
			p.expect(',')
			p.space()
		}
		key := p.str()
		if _, dup := m[key]; dup {
			p.fail("duplicate key %q", key)
		}
		p.expect(':')
		m[key] = p.value(depth + 1)
	}
	p.pos++
	return m
}

func (p *parser) hex4() (r rune) {
	if p.pos+4 > len(p.src) {
		p.fail("short escape")
	}
	n, err := strconv.ParseUint(p.src[p.pos:p.pos+4], 16, 32)
	if err != nil {
		p.fail("bad escape")
	}
	p.pos += 4
	return rune(n)
}

func (p *parser) str() string {
	p.expect('"')
	var b []byte
	for {
		if p.pos >= len(p.src) {
			p.fail("unterminated string")
		}
		c := p.src[p.pos]
		p.pos++
		switch {
		case c == '"':
			return string(b)
		case c < ' ':
			p.fail("control character %#02x", c)
		case c != '\\':
			b = append(b, c)
		default:
			e := p.src[p.pos]
			p.pos++
			if i := strings.IndexByte(`"\/bfnrt`, e); i >= 0 {
				b = append(b, "\"\\/\b\f\n\r\t"[i])
				continue
			}
			if e != 'u' {
				p.fail("unknown escape %q", e)
			}
			r := p.hex4()
			if 0xD800 <= r && r < 0xDC00 && strings.HasPrefix(p.src[p.pos:], `\u`) {
				p.pos += 2
				r = 0x10000 + (r-0xD800)<<10 + p.hex4() - 0xDC00
			}
			b = utf8.AppendRune(b, r)
		}
	}
}

func print(b *strings.Builder, v any, indent string) {
	deeper := indent + "  "
	switch v := v.(type) {
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			print(b, e, indent)
		}
		b.WriteByte(']')
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		b.WriteString("{\n")
		for i, k := range keys {
			fmt.Fprintf(b, "%s%q: ", deeper, k)
			print(b, v[k], deeper)
			if i < len(keys)-1 {
				b.WriteByte(',')
			}
			b.WriteByte('\n')
		}
		b.WriteString(indent + "}")
	case string:
		b.WriteString(strconv.Quote(v))
	case nil:
		b.WriteString("null")
	default:
		fmt.Fprint(b, v)
	}
}

func query(v any, path string) any {
	for _, part := range strings.Split(path, ".") {
		switch c := v.(type) {
		case map[string]any:
			v = c[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(c) {
				return fmt.Errorf("no element %s", part)
			}
			v = c[i]
		default:
			return fmt.Errorf("%T has no %s", v, part)
		}
	}
	return v
}

func main() {
	doc := `{"name": "gol \"x\"", "tags": ["a", true, null, -1.5e3, [], {}], "nested": {"z": 1, "a": {"deep": [1, 2, {"k": "v"}]}},
		"uni": "\u00e9\ud83d\ude00 \t\/", "empty": ""}`
	v, err := Parse(doc)
	if err != nil {
		fmt.Println(err)
		return
	}
	var b strings.Builder
	print(&b, v, "")
	fmt.Println(b.String())
	again, err := Parse(b.String())
	var b2 strings.Builder
	print(&b2, again, "")
	fmt.Println(err, b.String() == b2.String())
	for _, q := range []string{"name", "nested.a.deep.2.k", "tags.3", "tags.9", "name.x", "missing.y", "uni"} {
		fmt.Println(q, "=", query(v, q))
	}
	for _, bad := range []string{"", "{", `{"a" 1}`, `[1 2]`, `"abc`, `"\q"`, `{"a":1,"a":2}`, "nul", "1 2", "-", "[1,]", strings.Repeat("[", 60), "\"\x01\"", `"\u12"`} {
		_, err := Parse(bad)
		fmt.Println(err)
	}
}

// Output:
// {
//   "empty": "",
//   "name": "gol \"x\"",
//   "nested": {
//     "a": {
//       "deep": [1, 2, {
//         "k": "v"
//       }]
//     },
//     "z": 1
//   },
//   "tags": ["a", true, null, -1500, [], {
//   }],
//   "uni": "é😀 \t/"
// }
// <nil> true
// name = gol "x"
// nested.a.deep.2.k = v
// tags.3 = -1500
// tags.9 = no element 9
// name.x = string has no x
// missing.y = <nil> has no y
// uni = é😀 	/
// offset 0: unexpected end
// offset 1: unexpected end
// offset 5: expected ':', found '1'
// offset 3: expected ',', found '2'
// offset 4: unterminated string
// offset 3: unknown escape 'q'
// offset 10: duplicate key "a"
// offset 0: unexpected 'n'
// offset 2: unexpected '2' after the value
// offset 0: bad number: strconv.ParseFloat: parsing "-": invalid syntax
// offset 3: unexpected ']'
// offset 51: too deep
// offset 2: control character 0x01
// offset 3: short escape
