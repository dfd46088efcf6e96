// Interfaces: embedding, type switches, assertions, comparison, method values and expressions.
package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

type Shape interface {
	Area() float64
	Perimeter() float64
}

type Named interface{ Name() string }

type NamedShape interface {
	Shape
	Named
}

type Rect struct{ W, H float64 }
type Square struct {
	Rect
	name string
}
type Circle struct{ R float64 }

func (r Rect) Area() float64       { return r.W * r.H }
func (r Rect) Perimeter() float64  { return 2 * (r.W + r.H) }
func (s *Square) Name() string     { return s.name }
func (c *Circle) Area() float64    { return 3 * c.R * c.R }
func (*Circle) Perimeter() float64 { return 6 }

type Celsius float64

func (c Celsius) String() string { return fmt.Sprintf("%.1f°C", float64(c)) }

type Logger struct {
	prefix string
	strings.Builder
}

func (l *Logger) Log(args ...any) { fmt.Fprintln(l, append([]any{l.prefix}, args...)...) }

type upper struct{ w io.Writer }

func (u upper) Write(p []byte) (int, error) {
	return u.w.Write([]byte(strings.ToUpper(string(p))))
}

type myErr struct{ code int }

func (e myErr) Error() string { return fmt.Sprint("code ", e.code) }
func (e myErr) Is(target error) bool {
	t, ok := target.(myErr)
	return ok && t.code == e.code
}

func describe(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case int, int64:
		return fmt.Sprintf("integer %v", x)
	case string:
		return "string of " + fmt.Sprint(len(x))
	case []int:
		return fmt.Sprintf("slice %v cap %d", x, cap(x))
	case error:
		return "error " + x.Error()
	case fmt.Stringer:
		return "stringer " + x.String()
	case func(int) int:
		return fmt.Sprint("func ", x(20))
	case map[string]int:
		return fmt.Sprint("map ", len(x))
	case *int:
		return fmt.Sprint("pointer to ", *x)
	case struct{ A, B int }:
		return fmt.Sprint("struct ", x.A+x.B)
	case [2]bool:
		return fmt.Sprint("array ", x[0] != x[1])
	case chan int:
		return fmt.Sprint("chan ", cap(x))
	}
	return fmt.Sprintf("other %T", v)
}

func wrap(depth int) error {
	if depth == 0 {
		return myErr{42}
	}
	return fmt.Errorf("level %d: %w", depth, wrap(depth-1))
}

func main() {
	sq := &Square{Rect{2, 2}, "sq"}
	shapes := []Shape{Rect{1, 2}, &Rect{3, 4}, sq, &Circle{1}}
	for _, s := range shapes {
		n, ok := s.(Named)
		if ok {
			fmt.Print(n.Name(), " ")
		}
		fmt.Printf("%T %.0f %.0f\n", s, s.Area(), s.Perimeter())
	}
	var ns NamedShape = sq
	var s Shape = ns
	_, isCircle := s.(*Circle)
	fmt.Println(isCircle, s == shapes[2], s == Shape(&Square{}), shapes[0] == Shape(Rect{1, 2}))

	n := 7
	for _, v := range []any{nil, 1, int64(2), "héllo", []int{1, 2}, errors.New("e"), Celsius(21.55),
		func(i int) int { return i + 1 }, map[string]int{"a": 1}, &n, struct{ A, B int }{3, 4},
		[2]bool{true, false}, make(chan int, 3), 1.5, struct{}{}, myErr{1}} {
		fmt.Println(describe(v))
	}

	l := &Logger{prefix: ">"}
	l.Log("one", 2, Celsius(3))
	l.WriteString("raw\n")
	fmt.Fprintf(upper{l}, "upper %d %s\n", 5, Celsius(-1))
	fmt.Print(l.String())
	fmt.Println(l.Len())

	area := sq.Area
	sq.W = 10
	per := (*Square).Perimeter
	name := Named.Name
	fmt.Println(area(), sq.Area(), per(sq), name(sq), Rect.Area(Rect{5, 5}))

	err := wrap(3)
	var me myErr
	fmt.Println(err, errors.As(err, &me), me.code, errors.Is(err, myErr{42}), errors.Is(err, myErr{1}))
	fmt.Println(errors.Unwrap(err), errors.Join(err, nil, errors.New("x")) != nil)

	m := map[any]string{1: "int", "1": "string", 1.0: "float", [1]int{1}: "array", Celsius(1): "celsius", struct{ X any }{1}: "nested"}
	fmt.Println(m[1], m["1"], m[1.0], m[[1]int{1}], m[Celsius(1)], m[struct{ X any }{1}], len(m), m[int8(1)] == "")
	var e1, e2 error
	fmt.Println(e1 == e2, e1 == nil, any(e1) == nil)
	var np *Circle
	var sh Shape = np
	fmt.Println(sh == nil, np == nil, sh.Perimeter())
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		_ = m[[]int{1}]
	}()
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		fmt.Println(any([]int{1}) == any([]int{1}))
	}()
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		fmt.Println(any(5).(string))
	}()
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		fmt.Println(any(sq).(io.Reader))
	}()
}

// Output:
// main.Rect 2 6
// *main.Rect 12 14
// sq *main.Square 4 8
// *main.Circle 3 6
// false true false true
// nil
// integer 1
// integer 2
// string of 6
// slice [1 2] cap 2
// error e
// stringer 21.6°C
// func 21
// map 1
// pointer to 7
// struct 7
// array true
// chan 3
// other float64
// other struct {}
// error code 1
// > one 2 3.0°C
// raw
// UPPER 5 -1.0°C
// 35
// 4 20 24 sq 25
// level 3: level 2: level 1: code 42 true 42 true false
// level 2: level 1: code 42 true
// int string float array celsius nested 6 true
// true true true
// false true 6
// recovered: runtime error: hash of unhashable type []int
// recovered: runtime error: comparing uncomparable type []int
// recovered: interface conversion: interface {} is int, not string
// recovered: interface conversion: *main.Square is not io.Reader: missing method Read
