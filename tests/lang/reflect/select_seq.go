package main

import (
	"fmt"
	"reflect"
	"slices"
)

type T struct {
	A int
	B string
	c bool
}

func (T) M1()       {}
func (T) M2() int   { return 2 }
func (*T) M3(x int) {}

type Num uint8

func try(what string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Printf("%s: %v\n", what, r)
		}
	}()
	f()
}

func selects() {
	a, b := make(chan int, 1), make(chan string)
	v := reflect.ValueOf
	recv := func(c any) reflect.SelectCase { return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: v(c)} }
	fmt.Println(reflect.Select([]reflect.SelectCase{recv(a), {Dir: reflect.SelectDefault}}))
	i, _, ok := reflect.Select([]reflect.SelectCase{recv(b), {Dir: reflect.SelectSend, Chan: v(a), Send: v(7)}})
	fmt.Println(i, ok)
	i, x, ok := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: v(b), Send: v("x")}, {Dir: reflect.SelectRecv}, recv(a)})
	fmt.Println(i, x, ok)
	go func() { b <- "from goroutine" }()
	i, x, ok = reflect.Select([]reflect.SelectCase{recv(a), recv(b)})
	fmt.Println(i, x, ok)
	close(a)
	i, x, ok = reflect.Select([]reflect.SelectCase{recv(b), recv(a)})
	fmt.Println(i, x, ok)
	try("send closed", func() {
		reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: v(a), Send: v(1)}})
	})
	cs := make([]reflect.SelectCase, 200)
	for i := range cs {
		c := make(chan int, 1)
		if i == 150 {
			c <- 150
		}
		cs[i] = recv(c)
	}
	i, x, ok = reflect.Select(cs)
	fmt.Println(i, x, ok)
	d := reflect.SelectCase{Dir: reflect.SelectDefault}
	try("defaults", func() { reflect.Select([]reflect.SelectCase{d, d}) })
	try("dir", func() { reflect.Select([]reflect.SelectCase{{}}) })
	try("default chan", func() { reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectDefault, Chan: v(a)}}) })
	try("default send", func() { reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectDefault, Send: v(a)}}) })
	try("recv send", func() { reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: v(a), Send: v(a)}}) })
	try("send dir", func() { reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: v((<-chan int)(a)), Send: v(1)}}) })
	try("recv dir", func() { reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: v((chan<- int)(a))}}) })
	try("no send", func() { reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: v(a)}}) })
	try("send type", func() { reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: v(a), Send: v("")}}) })
	try("kind", func() { reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: v(1)}}) })
}

func seqs() {
	t := reflect.TypeFor[T]()
	for f := range t.Fields() {
		fmt.Println(f.Name, f.Type)
	}
	for m := range reflect.TypeFor[*T]().Methods() {
		fmt.Println(m.Name, m.Type)
	}
	ft := reflect.TypeFor[func(int, string) (bool, error)]()
	for in := range ft.Ins() {
		fmt.Println(in)
	}
	for out := range ft.Outs() {
		fmt.Println(out)
		break
	}
	for f, v := range reflect.ValueOf(T{1, "b", true}).Fields() {
		fmt.Println(f.Name, v)
	}
	for m, v := range reflect.ValueOf(T{}).Methods() {
		fmt.Println(m.Name, v.Type())
	}
	try("fields", func() { reflect.TypeFor[int]().Fields() })
	try("ins", func() { reflect.TypeFor[int]().Ins() })
	try("value fields", func() { reflect.ValueOf(1).Fields() })
	ch := make(chan int, 3)
	ch <- 1
	ch <- 2
	close(ch)
	for _, x := range []any{3, int8(-1), uint16(2), Num(3), []string{"a", "b"}, [2]int{5, 6}, &[2]int{7, 8}, "aé", map[string]int{"k": 1}, ch,
		func(yield func(int) bool) { _ = yield(10) && yield(20) }, func(yield func(string, int) bool) { _ = yield("k", 20) && yield("l", 21) }, 1.5, &T{}} {
		v := reflect.ValueOf(x)
		fmt.Print(v.Type(), v.Type().CanSeq(), v.Type().CanSeq2())
		try(" seq", func() {
			for e := range v.Seq() {
				fmt.Print(" ", e, e.Type())
			}
		})
		try(" seq2", func() {
			for k, e := range v.Seq2() {
				fmt.Print(" ", k, "=", e)
			}
		})
		fmt.Println()
	}
	for e := range reflect.ValueOf(10).Seq() {
		if e.Int() == 3 {
			break
		}
		fmt.Print(e)
	}
	fmt.Println()
}

func asserts() {
	fmt.Println(reflect.TypeAssert[int](reflect.ValueOf(5)))
	fmt.Println(reflect.TypeAssert[string](reflect.ValueOf(5)))
	fmt.Println(reflect.TypeAssert[any](reflect.ValueOf(5)))
	fmt.Println(reflect.TypeAssert[error](reflect.ValueOf(5)))
	var e any = "dyn"
	fmt.Println(reflect.TypeAssert[string](reflect.ValueOf(&e).Elem()))
	f, ok := reflect.TypeAssert[func() int](reflect.ValueOf(T{}).MethodByName("M2"))
	fmt.Println(f(), ok)
	try("zero", func() { reflect.TypeAssert[int](reflect.Value{}) })
	try("unexported", func() { reflect.TypeAssert[bool](reflect.ValueOf(T{}).Field(2)) })
	fmt.Println(reflect.TypeFor[error](), reflect.TypeFor[map[string]T](), slices.Collect(reflect.TypeFor[T]().Fields())[0].Name)
}

func main() {
	selects()
	seqs()
	asserts()
}

// Output:
// 1 <invalid reflect.Value> false
// 1 false
// 2 7 true
// 1 from goroutine true
// 1 0 false
// send closed: send on closed channel
// 150 150 true
// defaults: reflect.Select: multiple default cases
// dir: reflect.Select: invalid Dir
// default chan: reflect.Select: default case has Chan value
// default send: reflect.Select: default case has Send value
// recv send: reflect.Select: RecvDir case has Send value
// send dir: reflect.Select: SendDir case using recv-only channel
// recv dir: reflect.Select: RecvDir case using send-only channel
// no send: reflect.Select: SendDir case missing Send value
// send type: reflect.Select: value of type string is not assignable to type int
// kind: reflect: call of unknown method on int Value
// A int
// B string
// c bool
// M1 func(*main.T)
// M2 func(*main.T) int
// M3 func(*main.T, int)
// int
// string
// bool
// A 1
// B b
// c true
// M1 func()
// M2 func() int
// fields: reflect: Fields of non-struct type int
// ins: reflect: Ins of non-func type int
// value fields: reflect: Fields of non-struct type int
// int true false 0 int 1 int 2 int seq2: reflect: int cannot produce iter.Seq2[Value, Value]
//
// int8 true false seq2: reflect: int8 cannot produce iter.Seq2[Value, Value]
//
// uint16 true false 0 uint16 1 uint16 seq2: reflect: uint16 cannot produce iter.Seq2[Value, Value]
//
// main.Num true false 0 main.Num 1 main.Num 2 main.Num seq2: reflect: main.Num cannot produce iter.Seq2[Value, Value]
//
// []string true true 0 int 1 int 0=a 1=b
// [2]int true true 0 int 1 int 0=5 1=6
// *[2]int true true 0 int 1 int 0=7 1=8
// string true true 0 int 1 int 0=97 1=233
// map[string]int true true k string k=1
// chan int true false 1 int 2 int seq2: reflect: chan int cannot produce iter.Seq2[Value, Value]
//
// func(func(int) bool) true false 10 int 20 int seq2: reflect: func(func(int) bool) cannot produce iter.Seq2[Value, Value]
//
// func(func(string, int) bool) false true seq: reflect: func(func(string, int) bool) cannot produce iter.Seq[Value]
//  k=20 l=21
// float64 false false seq: reflect: float64 cannot produce iter.Seq[Value]
//  seq2: reflect: float64 cannot produce iter.Seq2[Value, Value]
//
// *main.T false false seq: reflect: *main.T cannot produce iter.Seq[Value]
//  seq2: reflect: *main.T cannot produce iter.Seq2[Value, Value]
//
// 012
// 5 true
//  false
// 5 true
// <nil> false
// dyn true
// 2 true
// zero: reflect: call of reflect.TypeAssert on zero Value
// unexported: reflect.TypeAssert: cannot return value obtained from unexported field or method
// error map[string]main.T A
