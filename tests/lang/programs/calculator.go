// A recursive-descent calculator: strings, runes, methods, errors, maps of functions.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

type tokenKind int

const (
	tokEOF tokenKind = iota
	tokNumber
	tokIdent
	tokOp
)

func (k tokenKind) String() string {
	return [...]string{"EOF", "number", "identifier", "operator"}[k]
}

type token struct {
	kind tokenKind
	text string
	pos  int
}

type lexer struct {
	src string
	pos int
}

func (l *lexer) next() (token, error) {
	for l.pos < len(l.src) && l.src[l.pos] == ' ' {
		l.pos++
	}
	start := l.pos
	if start == len(l.src) {
		return token{tokEOF, "", start}, nil
	}
	c := l.src[l.pos]
	switch {
	case c >= '0' && c <= '9' || c == '.':
		for l.pos < len(l.src) && (l.src[l.pos] >= '0' && l.src[l.pos] <= '9' || l.src[l.pos] == '.') {
			l.pos++
		}
		return token{tokNumber, l.src[start:l.pos], start}, nil
	case c >= 'a' && c <= 'z':
		for l.pos < len(l.src) && l.src[l.pos] >= 'a' && l.src[l.pos] <= 'z' {
			l.pos++
		}
		return token{tokIdent, l.src[start:l.pos], start}, nil
	case strings.IndexByte("+-*/^(),", c) >= 0:
		l.pos++
		return token{tokOp, string(c), start}, nil
	}
	return token{}, &syntaxError{start, fmt.Sprintf("unexpected %q", c)}
}

type syntaxError struct {
	pos int
	msg string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%d: %s", e.pos, e.msg) }

var errDivide = errors.New("division by zero")

type node interface {
	eval(env map[string]float64) (float64, error)
	fmt.Stringer
}

type number float64
type variable string
type binary struct {
	op   byte
	l, r node
}
type call struct {
	fn   string
	args []node
}

func (n number) eval(map[string]float64) (float64, error) { return float64(n), nil }
func (n number) String() string                           { return strconv.FormatFloat(float64(n), 'g', -1, 64) }

func (v variable) eval(env map[string]float64) (float64, error) {
	if x, ok := env[string(v)]; ok {
		return x, nil
	}
	return 0, fmt.Errorf("undefined variable %q", string(v))
}
func (v variable) String() string { return string(v) }

func (b *binary) eval(env map[string]float64) (float64, error) {
	l, err := b.l.eval(env)
	if err != nil {
		return 0, err
	}
	r, err := b.r.eval(env)
	if err != nil {
		return 0, err
	}
	switch b.op {
	case '+':
		return l + r, nil
	case '-':
		return l - r, nil
	case '*':
		return l * r, nil
	case '/':
		if r == 0 {
			return 0, fmt.Errorf("in %v: %w", b, errDivide)
		}
		return l / r, nil
	case '^':
		p := 1.0
		for i := 0; i < int(r); i++ {
			p *= l
		}
		return p, nil
	}
	panic("unknown operator " + string(b.op))
}
func (b *binary) String() string { return fmt.Sprintf("(%v %c %v)", b.l, b.op, b.r) }

var functions = map[string]func(args ...float64) float64{
	"max": func(args ...float64) float64 {
		m := args[0]
		for _, a := range args[1:] {
			if a > m {
				m = a
			}
		}
		return m
	},
	"sum": func(args ...float64) (s float64) {
		for _, a := range args {
			s += a
		}
		return
	},
}

func (c *call) eval(env map[string]float64) (float64, error) {
	f, ok := functions[c.fn]
	if !ok {
		return 0, fmt.Errorf("undefined function %s", c.fn)
	}
	args := make([]float64, 0, len(c.args))
	for _, a := range c.args {
		v, err := a.eval(env)
		if err != nil {
			return 0, err
		}
		args = append(args, v)
	}
	return f(args...), nil
}
func (c *call) String() string {
	parts := make([]string, len(c.args))
	for i, a := range c.args {
		parts[i] = a.String()
	}
	return c.fn + "(" + strings.Join(parts, ", ") + ")"
}

type parser struct {
	lex lexer
	tok token
}

func (p *parser) advance() {
	t, err := p.lex.next()
	if err != nil {
		panic(err)
	}
	p.tok = t
}

func (p *parser) fail(format string, args ...any) {
	panic(&syntaxError{p.tok.pos, fmt.Sprintf(format, args...)})
}

var precedence = map[string]int{"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}

func (p *parser) expr(min int) node {
	left := p.primary()
	for p.tok.kind == tokOp {
		prec, ok := precedence[p.tok.text]
		if !ok || prec < min {
			break
		}
		op := p.tok.text[0]
		p.advance()
		next := prec + 1
		if op == '^' {
			next = prec
		}
		left = &binary{op, left, p.expr(next)}
	}
	return left
}

func (p *parser) primary() node {
	switch t := p.tok; {
	case t.kind == tokNumber:
		p.advance()
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			p.fail("%v", err)
		}
		return number(f)
	case t.kind == tokIdent:
		p.advance()
		if p.tok.text != "(" {
			return variable(t.text)
		}
		p.advance()
		c := &call{fn: t.text}
		for p.tok.text != ")" {
			c.args = append(c.args, p.expr(1))
			if p.tok.text == "," {
				p.advance()
			}
		}
		p.advance()
		return c
	case t.text == "(":
		p.advance()
		n := p.expr(1)
		if p.tok.text != ")" {
			p.fail("expected ), found %v %q", p.tok.kind, p.tok.text)
		}
		p.advance()
		return n
	}
	p.fail("unexpected %v %q", p.tok.kind, p.tok.text)
	return nil
}

func parse(src string) (n node, err error) {
	defer func() {
		if r := recover(); r != nil {
			se, ok := r.(*syntaxError)
			if !ok {
				panic(r)
			}
			err = se
		}
	}()
	p := &parser{lex: lexer{src: src}}
	p.advance()
	n = p.expr(1)
	if p.tok.kind != tokEOF {
		p.fail("trailing %v", p.tok.kind)
	}
	return n, nil
}

func main() {
	env := map[string]float64{"x": 3, "pi": 3.14159}
	for _, src := range []string{
		"1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "x * x - pi", "max(1, x, 2) / sum(1, 2)",
		"1 / (x - 3)", "y + 1", "1 +", "3 $ 4", "foo(1)", "((2)", "1.2.3",
	} {
		n, err := parse(src)
		if err != nil {
			var se *syntaxError
			fmt.Printf("%-26s error %v (syntax: %t)\n", src, err, errors.As(err, &se))
			continue
		}
		v, err := n.eval(env)
		switch {
		case errors.Is(err, errDivide):
			fmt.Printf("%-26s divide: %v\n", src, err)
		case err != nil:
			fmt.Printf("%-26s error: %v\n", src, err)
		default:
			fmt.Printf("%-26s %s = %.6g\n", src, n, v)
		}
	}
	if len(os.Args) > 5 {
		os.Exit(3)
	}
}

// Output:
// 1 + 2 * 3                  (1 + (2 * 3)) = 7
// (1 + 2) * 3                ((1 + 2) * 3) = 9
// 2 ^ 3 ^ 2                  (2 ^ (3 ^ 2)) = 512
// x * x - pi                 ((x * x) - pi) = 5.85841
// max(1, x, 2) / sum(1, 2)   (max(1, x, 2) / sum(1, 2)) = 1
// 1 / (x - 3)                divide: in (1 / (x - 3)): division by zero
// y + 1                      error: undefined variable "y"
// 1 +                        error 3: unexpected EOF "" (syntax: true)
// 3 $ 4                      error 2: unexpected '$' (syntax: true)
// foo(1)                     error: undefined function foo
// ((2)                       error 4: expected ), found EOF "" (syntax: true)
// 1.2.3                      error 5: strconv.ParseFloat: parsing "1.2.3": invalid syntax (syntax: true)
