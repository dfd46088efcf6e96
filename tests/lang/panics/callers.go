// What runtime.Callers and Caller see: wrappers are left out, //line directives count.
package main

import (
	"fmt"
	"runtime"
	"strings"
)

type T struct{}

func (T) M(n int) { show("M") }

type S struct{ *T }
type I interface{ M(int) }

func show(s string) {
	var pcs [20]uintptr
	n := runtime.Callers(1, pcs[:])
	fs := runtime.CallersFrames(pcs[:n])
	fmt.Print(s, ": ")
	for {
		f, more := fs.Next()
		if strings.HasPrefix(f.Function, "runtime.") {
			break
		}
		fmt.Print(f.Function, ":", f.Line, " ")
		if !more {
			break
		}
	}
	fmt.Println()
}

func a() {
	defer show("defer")
}

var v = func() int { show("init"); return 1 }()

func init() { show("init()") }

func where() {
	_, f, l, _ := runtime.Caller(1)
	if strings.HasSuffix(f, "main.go") || strings.HasSuffix(f, "callers.go") {
		f = "this file"
	}
	fmt.Println(f, l)
}

func lines() {
	where()
//line foo.go:1
	where()
//line :1
	where()
//line c:/foo/bar.go:987
	where()
//line ./x/y.go:10:20
	where()
//line /a/../y.go:10:20
	where()
}

//line main.go:100

func main() {
	a()
	var i I = S{&T{}}
	i.M(1)
	var j I = &S{&T{}}
	j.M(1)
	f := i.M
	f(2)
	g := I.M
	g(j, 2)
	h := S.M
	h(S{&T{}}, 2)
	c := make(chan int)
	go func(a int) { show("go"); close(c) }(1)
	<-c
	lines()
	defer i.M(2)
	defer func(i I) {
		i.M(3)
	}(i)
}

// Output:
// init: main.show:19 main.init.func1:39 main.init:39 
// init(): main.show:19 main.init.0:41 
// defer: main.show:19 main.a:37 main.main:102 
// M: main.show:19 main.T.M:12 main.main:104 
// M: main.show:19 main.T.M:12 main.main:106 
// M: main.show:19 main.T.M:12 main.main:108 
// M: main.show:19 main.T.M:12 main.main:110 
// M: main.show:19 main.T.M:12 main.main:112 
// go: main.show:19 main.main.func1:114 
// this file 52
// foo.go 1
// ?? 1
// c:/foo/bar.go 987
// ./x/y.go 10
// /a/../y.go 10
// M: main.show:19 main.T.M:12 main.main.func2:119 main.main:121 
// M: main.show:19 main.T.M:12 main.main:121 
