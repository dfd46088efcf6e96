package main

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

type T struct{ n int }

func (t T) Value() string    { return where(1) }
func (t *T) Pointer() string { return where(1) }

type Wher interface{ Value() string }

type G[X any] struct{ x X }

func (g G[X]) Generic() string { return where(1) }

func generic[X any](x X) string { return where(1) }

func where(skip int) string {
	pc, file, line, ok := runtime.Caller(skip + 0)
	return fmt.Sprint(runtime.FuncForPC(pc).Name(), " ", strings.HasSuffix(file, ".go"), ":", line, " ", ok)
}

func names(skip int) []string {
	pcs := make([]uintptr, 20)
	n := runtime.Callers(skip, pcs)
	var out []string
	frames := runtime.CallersFrames(pcs[:n])
	for {
		f, more := frames.Next()
		out = append(out, f.Function)
		if !more {
			break
		}
	}
	return out
}

func a(skip int) []string { return b(skip) }
func b(skip int) []string { return c(skip) }
func c(skip int) []string { return names(skip) }

func recovered(f func()) (out []string) {
	defer func() {
		r := recover()
		out = append(names(0), fmt.Sprint(r))
	}()
	f()
	return nil
}

var nilMap map[string]int
var zero int
var nilT *T

func index(s []int, i int) int { return s[i] }

func show(list []string) {
	for i, s := range list {
		if strings.HasPrefix(s, "runtime.goPanicSlice") {
			list[i] = "runtime.goPanicSlice"
		}
	}
	fmt.Println(strings.Join(list, " "))
}

func main() {
	fmt.Println(where(0))
	fmt.Println(where(1))
	t := &T{}
	fmt.Println(t.Value())
	fmt.Println(t.Pointer())
	fmt.Println(Wher(t).Value())
	fmt.Println(func() string { return where(1) }())
	f := t.Value
	fmt.Println(f())
	fmt.Println(T.Value(*t))
	for i := range 7 {
		show(a(i))
	}
	show(recovered(func() { panic(1) }))
	show(recovered(func() { panic(errors.New("e")) }))
	show(recovered(func() { index(nil, 3) }))
	show(recovered(func() { nilT.n++ }))
	show(recovered(func() { zero = 1 / zero }))
	done := make(chan bool)
	go func() {
		show(names(1))
		done <- true
	}()
	<-done
	for _, fn := range []any{main, a, show, strings.ToUpper, (*T).Pointer, T.Value, runtime.GC, fmt.Println} {
		f := runtime.FuncForPC(reflect.ValueOf(fn).Pointer())
		file, line := f.FileLine(f.Entry())
		fmt.Println(f.Name(), f.Entry() == reflect.ValueOf(fn).Pointer(), file != "", line > 0)
	}
	fmt.Println(runtime.FuncForPC(0) == nil, runtime.FuncForPC(1).Name() == "")
	_, _, _, ok := runtime.Caller(100)
	fmt.Println(ok)
	pc, _, line, _ := runtime.Caller(0)
	_, l2 := runtime.FuncForPC(pc).FileLine(pc)
	fmt.Println(line == l2)
	func() {
		defer func() {
			fmt.Println(where(0), names(1)[0])
		}()
	}()
	fr, more := runtime.CallersFrames(nil).Next()
	fmt.Println(fr.Function == "", more)
}

var initialised = func() string { return where(1) }()

func init() {
	fmt.Println(initialised)
	fmt.Println(where(1))
	show(names(1)[:2])
}

// Output:
// main.init.func1 true:117 true
// main.init.0 true:121 true
// main.names main.init.0
// main.where true:25 true
// main.main true:74 true
// main.T.Value true:13 true
// main.(*T).Pointer true:14 true
// main.T.Value true:13 true
// main.main.func1 true:79 true
// main.T.Value true:13 true
// main.T.Value true:13 true
// runtime.Callers main.names main.c main.b main.a main.main runtime.main runtime.goexit
// main.names main.c main.b main.a main.main runtime.main runtime.goexit
// main.c main.b main.a main.main runtime.main runtime.goexit
// main.b main.a main.main runtime.main runtime.goexit
// main.a main.main runtime.main runtime.goexit
// main.main runtime.main runtime.goexit
// runtime.main runtime.goexit
// runtime.Callers main.names main.recovered.func1 runtime.gopanic main.main.func2 main.recovered main.main runtime.main runtime.goexit 1
// runtime.Callers main.names main.recovered.func1 runtime.gopanic main.main.func3 main.recovered main.main runtime.main runtime.goexit e
// runtime.Callers main.names main.recovered.func1 runtime.gopanic runtime.panicBounds64 runtime.panicBounds main.index main.main.func4 main.recovered main.main runtime.main runtime.goexit runtime error: index out of range [3] with length 0
// runtime.Callers main.names main.recovered.func1 runtime.gopanic runtime.panicmem runtime.sigpanic main.main.func5 main.recovered main.main runtime.main runtime.goexit runtime error: invalid memory address or nil pointer dereference
// runtime.Callers main.names main.recovered.func1 runtime.gopanic runtime.panicdivide main.main.func6 main.recovered main.main runtime.main runtime.goexit runtime error: integer divide by zero
// main.names main.main.func7 runtime.goexit
// main.main true true true
// main.a true true true
// main.show true true true
// strings.ToUpper true true true
// main.(*T).Pointer true true true
// main.T.Value true true true
// runtime.GC true true true
// fmt.Println true true true
// true true
// false
// true
// main.where true:25 true main.names
// true false
