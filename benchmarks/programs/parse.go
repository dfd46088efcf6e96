package main

import (
	"fmt"
	"strconv"
	"strings"
)

type value any

type parser struct {
	text string
	pos  int
}

func (p *parser) space() {
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\n') {
		p.pos++
	}
}

func (p *parser) value() value {
	p.space()
	switch c := p.text[p.pos]; {
	case c == '{':
		p.pos++
		m := map[string]value{}
		for {
			p.space()
			if p.text[p.pos] == '}' {
				p.pos++
				return m
			}
			key := p.str()
			p.space()
			p.pos++ // the colon
			m[key] = p.value()
			p.space()
			if p.text[p.pos] == ',' {
				p.pos++
			}
		}
	case c == '[':
		p.pos++
		var list []value
		for {
			p.space()
			if p.text[p.pos] == ']' {
				p.pos++
				return list
			}
			list = append(list, p.value())
			p.space()
			if p.text[p.pos] == ',' {
				p.pos++
			}
		}
	case c == '"':
		return p.str()
	case c == 't':
		p.pos += 4
		return true
	case c == 'f':
		p.pos += 5
		return false
	}
	start := p.pos
	for p.pos < len(p.text) && strings.IndexByte("+-.eE0123456789", p.text[p.pos]) >= 0 {
		p.pos++
	}
	f, err := strconv.ParseFloat(p.text[start:p.pos], 64)
	if err != nil {
		panic(err)
	}
	return f
}

func (p *parser) str() string {
	p.pos++
	start := p.pos
	for p.text[p.pos] != '"' {
		p.pos++
	}
	p.pos++
	return p.text[start : p.pos-1]
}

func sum(v value) float64 {
	t := 0.0
	switch v := v.(type) {
	case float64:
		t = v
	case string:
		t = float64(len(v))
	case bool:
		if v {
			t = 1
		}
	case []value:
		for _, e := range v {
			t += sum(e)
		}
	case map[string]value:
		for _, e := range v {
			t += sum(e)
		}
	}
	return t
}

func main() {
	var b strings.Builder
	b.WriteString("[")
	for i := range 2000 {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `{"id": %d, "name": "user %d", "tags": ["a", "bc", "def"], "score": %d.25, "ok": %t}`, i, i, i%17, i%2 == 0)
	}
	b.WriteString("]")
	text := b.String()
	total := 0.0
	for range 60 {
		p := parser{text: text}
		total += sum(p.value())
	}
	fmt.Println(len(text), total)
}
