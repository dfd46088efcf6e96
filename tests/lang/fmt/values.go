// fmt on structured values: %v, %+v, %#v and %T of nested structs, pointers, maps in key order,
// slices, interfaces, Stringer, error, GoStringer and Formatter at every depth, panics in String.
package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

type point struct{ X, Y int }
type line struct {
	From, To *point
	Label    string
	meta     map[string]any
}
type tree struct {
	Val   int
	Kids  []*tree
	Extra any
}
type stringer struct{ s string }

func (s stringer) String() string { return "<" + s.s + ">" }

type ptrStringer struct{ n int }

func (p *ptrStringer) String() string { return fmt.Sprint("ptr", p.n) }

type errType struct{ code int }

func (e errType) Error() string { return fmt.Sprint("error ", e.code) }

type goStr int

func (g goStr) GoString() string { return "goStr!" }

type formatter struct{ v string }

func (f formatter) Format(s fmt.State, verb rune) {
	w, hasW := s.Width()
	p, hasP := s.Precision()
	fmt.Fprintf(s, "[%c %d %v %d %v", verb, w, hasW, p, hasP)
	for _, flag := range "+-# 0" {
		if s.Flag(int(flag)) {
			fmt.Fprintf(s, " %c", flag)
		}
	}
	io.WriteString(s, " "+f.v+"]")
}

type bad struct{}

func (bad) String() string { panic("bad stringer") }

type badErr struct{}

func (*badErr) Error() string { panic(errors.New("bad error")) }

type level uint8

func (l level) String() string { return strings.Repeat("*", int(l)) }

type embedded struct {
	stringer
	N int
}
type namedMap map[string]int
type namedSlice []level
type fnType func(int) string
type private struct {
	a  any
	b  *int
	c  chan int
	d  func()
	e  error
	f  [2]bool
	g  []byte
	h  uintptr
	i  rune
	j  level
	st stringer
}

func main() {
	pt := point{1, -2}
	fmt.Printf("%v|%+v|%#v|%T|%d|%5d|%s\n", pt, pt, pt, pt, pt, pt, pt)
	fmt.Printf("%v|%+v|%#v|%T\n", &pt, &pt, &pt, &pt)
	l := line{From: &pt, Label: "L", meta: map[string]any{"z": 1, "a": []int{1}, "m": nil}}
	s := fmt.Sprintf("%+v", l)
	fmt.Println(strings.HasPrefix(s, "{From:0xc") || strings.HasPrefix(s, "{From:0x"), s[strings.Index(s, " To"):])
	t := tree{1, []*tree{}, point{3, 4}}
	fmt.Printf("%v %+v %#v\n", t, t, t)
	fmt.Printf("%v %+v\n", []point{{1, 2}, {3, 4}}, map[string]point{"b": {1, 2}, "a": {}})
	fmt.Printf("%#v %#v %#v\n", []point{{1, 2}}, map[string]int{"b": 1, "a": 2}, [2]any{1, "x"})
	fmt.Printf("%#v %#v %#v %#v %#v\n", 1, "q\"", 'x', 1.0, 2.5)
	fmt.Printf("%#v %#v %#v %#v %#v %#v\n", true, nil, uint8(7), []byte("hi"), []string(nil), map[int]int(nil))
	fmt.Printf("%#v %#v %#v %#v\n", struct{}{}, struct{ A, b any }{1, nil}, error(nil), (*point)(nil))
	fmt.Printf("%#v %#v %#v %#v %#v\n", namedMap{"k": 1}, namedSlice{1, 2}, level(3), fnType(nil), uintptr(255))
	fmt.Printf("%#v %#v %#v %#v\n", 1+2i, float32(1), 1e10, time.Second)
	fmt.Printf("%v %+v\n", private{}, private{a: 1, g: []byte("g"), i: 'r', j: 2, st: stringer{"in"}})

	fmt.Println(stringer{"v"}, &stringer{"p"}, []stringer{{"1"}, {"2"}}, map[string]stringer{"k": {"m"}}, embedded{stringer{"e"}, 5})
	fmt.Println(ptrStringer{1}, &ptrStringer{2}, []ptrStringer{{3}}, []fmt.Stringer{&ptrStringer{4}, stringer{"i"}})
	fmt.Printf("%v %s %d %x %q %10v|%-10v|\n", stringer{"v"}, stringer{"s"}, stringer{"d"}, stringer{"x"}, stringer{"q"}, stringer{"w"}, stringer{"l"})
	fmt.Printf("%v %+v %s %d %#v\n", errType{1}, errType{2}, errType{3}, errType{4}, errType{5})
	fmt.Println(errors.New("plain"), []error{errType{1}, nil, errors.New("x")}, struct{ E error }{errType{6}})
	fmt.Printf("%v %#v %d %#v\n", goStr(1), goStr(2), goStr(3), []goStr{4})
	fmt.Printf("%v|%+5.2s|%-#x|%08d|% q\n", formatter{"a"}, formatter{"b"}, formatter{"c"}, formatter{"d"}, formatter{"e"})
	fmt.Println(formatter{"println"}, []formatter{{"in"}})
	fmt.Printf("%v %s %d\n", bad{}, bad{}, bad{})
	fmt.Printf("%v %v %v\n", &badErr{}, (*ptrStringer)(nil) == nil, level(4))
	fmt.Printf("%s|%v|%d|%x|%v\n", level(2), level(3), level(2), level(2), namedSlice{1, 2})
	var nilStringer *stringer
	var nilErr *errType
	fmt.Printf("%v %s %v\n", nilStringer, nilStringer, nilErr)

	fmt.Println(map[int]string{3: "c", 1: "a", 2: "b"}, map[string]bool{"y": true, "x": false}, map[float64]int{2.5: 1, -1: 2})
	fmt.Println(map[bool]int{true: 1, false: 0}, map[point]string{{2, 1}: "b", {1, 9}: "a"}, map[[2]int]int{{1, 2}: 1, {1, 1}: 0})
	fmt.Println(map[any]int{2: 2, 1: 3, 10: 0}, map[level]int{2: 1, 1: 1})
	fmt.Printf("%T %T %T %T %T %T\n", map[string][]int{}, [3]*point{}, func(int, ...string) (bool, error) { return false, nil }, make(<-chan int), struct {
		A int `tag:"x"`
		point
	}{}, (*error)(nil))
	fmt.Printf("%T %T %T %T %T %T\n", 'x', byte(1), namedMap{}, fnType(nil), []interface{ M() }{}, make(chan<- func()))
	pp := &l.From
	fmt.Printf("%t %v %v\n", fmt.Sprintf("%p", pp) == fmt.Sprintf("%v", pp), fmt.Sprintf("%p", nil), fmt.Sprintf("%p", []int(nil)))
	fmt.Printf("%v %v %+v\n", [][]int{{1}, {2, 3}, nil}, [2][2]string{{"a", "b"}}, []map[string]int{{"k": 1}, nil})
	fmt.Printf("%v %+v\n", struct {
		A *[]int
		B any
		C []any
	}{nil, &[]int{1} == nil, []any{pt, &pt == nil, stringer{"any"}}}, struct{ T time.Duration }{1500 * time.Millisecond})
	fmt.Printf("%6.2f %v %s\n", []any{1.0, "x", 2}, [3]byte{1, 2, 3}, [3]byte{65, 66, 67})
	fmt.Printf("%s %v %d %q\n", []any{"a", 1, nil, stringer{"z"}}, [][]byte{[]byte("hi")}, [][]byte{[]byte("hi")}, [][]byte{[]byte("hi")})
	err := fmt.Errorf("outer %d: %w", 1, fmt.Errorf("inner: %w", errType{9}))
	var et errType
	fmt.Println(err, errors.As(err, &et), et.code, errors.Unwrap(errors.Unwrap(err)) == errType{9})
	multi := fmt.Errorf("%w and %w", errType{1}, io.EOF)
	fmt.Println(multi, errors.Is(multi, io.EOF), errors.Is(multi, errType{1}), errors.Unwrap(multi))
	fmt.Println(fmt.Errorf("%w", nil), fmt.Errorf("%w", "notanerror"), fmt.Errorf("no args %w"))
}

// Output:
// {1 -2}|{X:1 Y:-2}|main.point{X:1, Y:-2}|main.point|{1 -2}|{    1    -2}|{%!s(int=1) %!s(int=-2)}
// &{1 -2}|&{X:1 Y:-2}|&main.point{X:1, Y:-2}|*main.point
// true  To:<nil> Label:L meta:map[a:[1] m:<nil> z:1]}
// {1 [] {3 4}} {Val:1 Kids:[] Extra:{X:3 Y:4}} main.tree{Val:1, Kids:[]*main.tree{}, Extra:main.point{X:3, Y:4}}
// [{1 2} {3 4}] map[a:{X:0 Y:0} b:{X:1 Y:2}]
// []main.point{main.point{X:1, Y:2}} map[string]int{"a":2, "b":1} [2]interface {}{1, "x"}
// 1 "q\"" 120 1 2.5
// true <nil> 0x7 []byte{0x68, 0x69} []string(nil) map[int]int(nil)
// struct {}{} struct { A interface {}; b interface {} }{A:1, b:interface {}(nil)} <nil> (*main.point)(nil)
// main.namedMap{"k":1} main.namedSlice{0x1, 0x2} 0x3 (main.fnType)(nil) 0xff
// (1+2i) 1 1e+10 1000000000
// {<nil> <nil> <nil> <nil> <nil> [false false] [] 0 0 0 {}} {a:1 b:<nil> c:<nil> d:<nil> e:<nil> f:[false false] g:[103] h:0 i:114 j:2 st:{s:in}}
// <v> <p> [<1> <2>] map[k:<m>] <e>
// {1} ptr2 [{3}] [ptr4 <i>]
// <v> <s> {%!d(string=d)} 3c783e "<q>"        <w>|<l>       |
// error 1 error 2 error 3 {4} main.errType{code:5}
// plain [error 1 <nil> x] {error 6}
// 1 goStr! 3 []main.goStr{goStr!}
// [v 0 false 0 false a]|[s 5 true 2 true + b]|[x 0 false 0 false - # c]|[d 8 true 0 false 0 d]|[q 0 false 0 false   e]
// [v 0 false 0 false println] [[v 0 false 0 false in]]
// %!v(PANIC=String method: bad stringer) %!s(PANIC=String method: bad stringer) {}
// %!v(PANIC=Error method: bad error) true ****
// **|***|2|2a2a|[* **]
// <nil> <nil> <nil>
// map[1:a 2:b 3:c] map[x:false y:true] map[-1:2 2.5:1]
// map[false:0 true:1] map[{1 9}:a {2 1}:b] map[[1 1]:0 [1 2]:1]
// map[1:3 2:2 10:0] map[*:1 **:1]
// map[string][]int [3]*main.point func(int, ...string) (bool, error) <-chan int struct { A int "tag:\"x\""; main.point } *error
// int32 uint8 main.namedMap main.fnType []interface { M() } chan<- func()
// true %!p(<nil>) 0x0
// [[1] [2 3] []] [[a b] [ ]] [map[k:1] map[]]
// {<nil> false [{1 -2} false <any>]} {T:1.5s}
// [  1.00 %!f(string=     x) %!f(int=    02)] [1 2 3] ABC
// [a %!s(int=1) <nil> <z>] [[104 105]] [[104 105]] ["hi"]
// outer 1: inner: error 9 true 9 true
// error 1 and EOF true true <nil>
// %!w(<nil>) %!w(string=notanerror) no args %!w(MISSING)
