package main

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

type Inner struct {
	A int
	b string
}

func (i Inner) Hello() string { return "hello " + i.b }

type Named int

func (n Named) String() string { return "named" }

type Big struct {
	P [70]*int
	S string
}

func try(what string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Printf("%s: %v\n", what, r)
		}
	}()
	f()
	fmt.Println(what, "ok")
}

func field(name string, v any) reflect.StructField {
	return reflect.StructField{Name: name, Type: reflect.TypeOf(v)}
}

func structs() {
	t := reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: reflect.TypeOf(int8(0)), Tag: `json:"a"`},
		{Name: "B", Type: reflect.TypeOf(""), Tag: "q\"\x01é\u200b\xff"},
		{Name: "C", Type: reflect.TypeOf([]*int(nil))},
		{Name: "d", PkgPath: "main", Type: reflect.TypeOf(1.5)},
		{Name: "Inner", Type: reflect.TypeOf(Inner{}), Anonymous: true, Tag: "x"},
		{Name: "Z", Type: reflect.TypeOf(struct{}{})},
	}[:4])
	fmt.Println(t, t.Size(), t.Align(), t.NumField(), t.Comparable(), t.NumMethod())
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		fmt.Printf("%s %v %d %v %s %v %q\n", f.Name, f.Type, f.Offset, f.Index, f.PkgPath, f.Anonymous, f.Tag)
	}
	v := reflect.New(t).Elem()
	v.Field(0).SetInt(5)
	v.Field(1).SetString("text")
	v.Field(2).Set(reflect.ValueOf([]*int{new(int), nil}))
	fmt.Printf("%v %d\n", v.Field(1), v.Field(2).Len())
	fmt.Println(t == reflect.StructOf([]reflect.StructField{t.Field(0), t.Field(1), t.Field(2), t.Field(3)}))

	same := reflect.StructOf([]reflect.StructField{field("X", 1), field("Y", "")})
	fmt.Println(same == reflect.TypeOf(struct {
		X int
		Y string
	}{}), same)
	w := reflect.New(same).Elem()
	w.Field(0).SetInt(3)
	if x, ok := w.Interface().(struct {
		X int
		Y string
	}); ok {
		fmt.Println("asserted", x.X)
	}
	a, b := reflect.New(same).Elem(), reflect.New(same).Elem()
	fmt.Println(a.Interface() == b.Interface(), a.Interface() == w.Interface())
	m := map[any]int{a.Interface(): 1}
	m[b.Interface()]++
	fmt.Println(len(m), m[a.Interface()])

	e := reflect.StructOf([]reflect.StructField{{Name: "Inner", Type: reflect.TypeOf(Inner{}), Anonymous: true}})
	fmt.Println(e, e.NumMethod())
	fmt.Println(reflect.StructOf([]reflect.StructField{field("P", new(int)), field("E", struct{}{})}).Size())
	p := reflect.StructOf([]reflect.StructField{{Name: "Named", Type: reflect.TypeOf(Named(0)), Anonymous: true}})
	fmt.Println(p.NumMethod(), reflect.New(p).Elem().Interface().(fmt.Stringer).String())
	fmt.Println(reflect.StructOf(nil), reflect.StructOf(nil) == reflect.TypeOf(struct{}{}))

	bad := func(f ...reflect.StructField) { reflect.StructOf(f) }
	try("no name", func() { bad(reflect.StructField{Type: reflect.TypeOf(1)}) })
	try("bad name", func() { bad(field("1x", 1)) })
	try("letter", func() { bad(field("Äß٣", 1)) })
	try("no type", func() { bad(reflect.StructField{Name: "A"}) })
	try("duplicate", func() { bad(field("A", 1), field("A", 2)) })
	try("unexported", func() { bad(field("a", 1)) })
	try("paths", func() {
		bad(reflect.StructField{Name: "a", PkgPath: "x", Type: reflect.TypeOf(1)}, reflect.StructField{Name: "b", PkgPath: "y", Type: reflect.TypeOf(1)})
	})
	try("anonymous path", func() {
		bad(reflect.StructField{Name: "a", PkgPath: "x", Type: reflect.TypeOf(1), Anonymous: true})
	})
	try("embedded pointer", func() {
		bad(reflect.StructField{Name: "P", Type: reflect.TypeOf(new(*int)), Anonymous: true})
	})
	try("not first", func() {
		bad(field("A", 1), reflect.StructField{Name: "Named", Type: reflect.TypeOf(Named(1)), Anonymous: true})
	})
	r := reflect.StructOf([]reflect.StructField{{Name: "Reader", Type: reflect.TypeFor[io.Reader](), Anonymous: true}})
	fmt.Println(r, r.NumMethod(), r.Implements(reflect.TypeFor[io.Reader]()))
	try("call", func() {
		v := reflect.New(r).Elem()
		v.Field(0).Set(reflect.ValueOf(strings.NewReader("x")))
		v.Interface().(io.Reader).Read(nil)
	})
}

func others() {
	at := reflect.ArrayOf(3, reflect.TypeOf(Inner{}))
	a := reflect.New(at).Elem()
	a.Index(1).Set(reflect.ValueOf(Inner{7, "seven"}))
	fmt.Println(at, a, at.Size(), at.Comparable(), a.Interface() == a.Interface())
	fmt.Println(reflect.ArrayOf(2, reflect.TypeOf(1)) == reflect.TypeOf([2]int{}))
	try("negative", func() { reflect.ArrayOf(-1, at) })
	try("huge", func() { reflect.ArrayOf(1<<40, reflect.ArrayOf(1<<30, at)) })
	big := reflect.ArrayOf(40, reflect.TypeOf(Big{}))
	bv := reflect.New(big).Elem()
	for i := range 40 {
		bv.Index(i).Field(0).Index(69).Set(reflect.ValueOf(&i))
		bv.Index(i).Field(1).SetString(strings.Repeat("x", i))
	}
	sum := 0
	for i := range 40 {
		sum += int(bv.Index(i).Field(0).Index(69).Elem().Int()) + bv.Index(i).Field(1).Len()
	}
	fmt.Println(sum)

	mt := reflect.MapOf(at, reflect.SliceOf(at))
	m := reflect.MakeMap(mt)
	m.SetMapIndex(a, reflect.Append(reflect.Zero(reflect.SliceOf(at)), a, a))
	fmt.Println(mt, m.Len(), m.MapIndex(a).Len(), m)
	bm := reflect.MakeMap(reflect.MapOf(reflect.TypeOf([20]int{}), reflect.TypeOf([200]byte{})))
	for i := range 100 {
		bm.SetMapIndex(reflect.ValueOf([20]int{i}), reflect.ValueOf([200]byte{byte(i)}))
	}
	fmt.Println(bm.Len(), bm.MapIndex(reflect.ValueOf([20]int{42})).Index(0))
	try("map key", func() { reflect.MapOf(reflect.TypeOf([]int{}), at) })

	ct := reflect.ChanOf(reflect.BothDir, at)
	c := reflect.MakeChan(ct, 2)
	c.Send(a)
	fmt.Println(ct, c.Len(), c.Cap())
	x, ok := c.Recv()
	fmt.Println(x, ok)
	fmt.Println(reflect.ChanOf(reflect.BothDir, reflect.TypeOf((<-chan int)(nil))), reflect.ChanOf(reflect.RecvDir, at), reflect.ChanOf(reflect.SendDir, at))
	try("chan dir", func() { reflect.ChanOf(0, at) })
	try("chan size", func() { reflect.ChanOf(reflect.BothDir, reflect.ArrayOf(1<<16, reflect.TypeOf(byte(1)))) })
	try("make chan", func() { reflect.MakeChan(reflect.ChanOf(reflect.RecvDir, at), 0) })
	try("make chan size", func() { reflect.MakeChan(ct, -1) })

	ft := reflect.FuncOf([]reflect.Type{at, reflect.SliceOf(at)}, []reflect.Type{reflect.TypeOf(1), reflect.TypeFor[error]()}, true)
	fmt.Println(ft, ft == reflect.FuncOf([]reflect.Type{at, reflect.SliceOf(at)}, []reflect.Type{reflect.TypeOf(1), reflect.TypeFor[error]()}, true))
	fmt.Println(reflect.FuncOf(nil, nil, false) == reflect.TypeOf(func() {}))
	try("variadic", func() { reflect.FuncOf([]reflect.Type{at}, nil, true) })
	fmt.Println(reflect.PointerTo(reflect.PointerTo(at)), reflect.PointerTo(reflect.TypeOf(Inner{})) == reflect.TypeOf(&Inner{}))
}

func mixed(a int8, s struct{ X, Y float64 }, f float32, t string, c complex64, e error, more ...int) (struct{ Z []int }, error, float32, string, [2]int, uint8) {
	return struct{ Z []int }{append(more, int(a))}, e, f + float32(s.X) + real(c), t, [2]int{int(a), int(s.Y)}, uint8(a)
}

func (n Named) Many(a, b, c, d, e, f, g, h int, x, y float64) (int, int, int, int, int, float64) {
	return a + b, c + d, e + f, g + h, int(n), x * y
}

func calls() {
	out := reflect.ValueOf(mixed).Call([]reflect.Value{
		reflect.ValueOf(int8(3)), reflect.ValueOf(struct{ X, Y float64 }{1, 2}), reflect.ValueOf(float32(2.5)),
		reflect.ValueOf("text"), reflect.ValueOf(complex64(10 + 1i)), reflect.Zero(reflect.TypeFor[error]()), reflect.ValueOf(8), reflect.ValueOf(9)})
	for _, o := range out {
		fmt.Println(o.Type(), o)
	}
	made := reflect.MakeFunc(reflect.TypeOf(mixed), func(in []reflect.Value) []reflect.Value {
		fmt.Println(len(in), in[0], in[1], in[2], in[3], in[4], in[5], in[6])
		return out
	}).Interface().(func(int8, struct{ X, Y float64 }, float32, string, complex64, error, ...int) (struct{ Z []int }, error, float32, string, [2]int, uint8))
	fmt.Println(made(1, struct{ X, Y float64 }{4, 5}, 6, "seven", 8i, io.EOF, 9, 10))
	many := reflect.ValueOf(Named(77)).MethodByName("Many")
	args := []reflect.Value{}
	for i := range 8 {
		args = append(args, reflect.ValueOf(i))
	}
	args = append(args, reflect.ValueOf(1.5), reflect.ValueOf(4.0))
	for _, o := range many.Call(args) {
		fmt.Print(o, " ")
	}
	fmt.Println()
	f := many.Interface().(func(a, b, c, d, e, f, g, h int, x, y float64) (int, int, int, int, int, float64))
	fmt.Println(f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
	m, _ := reflect.TypeOf(Named(0)).MethodByName("Many")
	fmt.Println(m.Type, m.Index)
	fmt.Println(m.Func.Call(append([]reflect.Value{reflect.ValueOf(Named(5))}, args...))[4])
	try("too few", func() { many.Call(nil) })
	try("too many", func() { reflect.ValueOf(Inner.Hello).Call(args) })
	try("type", func() { reflect.ValueOf(Inner.Hello).Call(args[:1]) })
	try("zero", func() { reflect.ValueOf(Inner.Hello).Call([]reflect.Value{{}}) })
	try("nil", func() { reflect.ValueOf((func())(nil)).Call(nil) })
	try("slice", func() { many.CallSlice(args) })
	try("count", func() {
		reflect.MakeFunc(reflect.TypeOf(func() int { return 0 }), func([]reflect.Value) []reflect.Value { return nil }).Call(nil)
	})
}

func main() {
	structs()
	others()
	calls()
}

// Output:
// struct { A int8 "json:\"a\""; B string "q\"\x01é\u200b\xff"; C []*int; d float64 } 56 8 4 false 0
// A int8 0 [0]  false "json:\"a\""
// B string 8 [1]  false "q\"\x01é\u200b\xff"
// C []*int 24 [2]  false ""
// d float64 48 [3] main false ""
// text 2
// true
// true struct { X int; Y string }
// asserted 3
// true false
// 1 2
// struct { main.Inner } 1
// 16
// 2 named
// struct {} true
// no name: reflect.StructOf: field 0 has no name
// bad name: reflect.StructOf: field 0 has invalid name
// letter ok
// no type: reflect.StructOf: field 0 has no type
// duplicate: reflect.StructOf: duplicate field A
// unexported: reflect.StructOf: field "a" is unexported but missing PkgPath
// paths: reflect.Struct: fields with different PkgPath x and y
// anonymous path: reflect.StructOf: field "a" is anonymous but has PkgPath set
// embedded pointer: reflect.StructOf: illegal embedded field type **int
// not first: reflect: embedded type with methods not implemented if type is not first field
// struct { io.Reader } 1 true
// call: reflect: StructOf does not support methods of embedded interfaces
// [3]main.Inner [{0 } {7 seven} {0 }] 72 true true
// true
// negative: reflect: negative length passed to ArrayOf
// huge: reflect.ArrayOf: array size would exceed virtual address space
// 1560
// map[[3]main.Inner][][3]main.Inner 1 2 map[[{0 } {7 seven} {0 }]:[[{0 } {7 seven} {0 }] [{0 } {7 seven} {0 }]]]
// 100 42
// map key: reflect.MapOf: invalid key type []int
// chan [3]main.Inner 1 2
// [{0 } {7 seven} {0 }] true
// chan (<-chan int) <-chan [3]main.Inner chan<- [3]main.Inner
// chan dir: reflect.ChanOf: invalid dir
// chan size: reflect.ChanOf: element size too large
// make chan: reflect.MakeChan: unidirectional channel type
// make chan size: reflect.MakeChan: negative buffer size
// func([3]main.Inner, ...[3]main.Inner) (int, error) true
// true
// variadic: reflect.FuncOf: last arg of variadic func must be slice
// **[3]main.Inner true
// struct { Z []int } {[8 9 3]}
// error <nil>
// float32 13.5
// string text
// [2]int [3 2]
// uint8 3
// 7 1 {4 5} 6 seven (0+8i) EOF [9 10]
// {[8 9 3]} <nil> 13.5 text [3 2] 3
// 1 5 9 13 77 6 
// 3 7 11 15 77 90
// func(main.Named, int, int, int, int, int, int, int, int, float64, float64) (int, int, int, int, int, float64) 0
// 5
// too few: reflect: Call with too few input arguments
// too many: reflect: Call with too many input arguments
// type: reflect: Call using int as type main.Inner
// zero: reflect: Call using zero Value argument
// nil: reflect.Value.Call: call of nil function
// slice: reflect: CallSlice of non-variadic function
// count: reflect: wrong return count from function created by MakeFunc
