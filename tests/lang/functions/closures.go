// Functions: closures by reference and per iteration, recursion, variadics, multiple results,
// function types with methods, method values and expressions, functions in data structures.
package main

import (
	"fmt"
	"sort"
	"strings"
)

type handler func(string) string

func (h handler) then(next handler) handler {
	return func(s string) string { return next(h(s)) }
}

type server struct{ log []string }

func (s *server) record(format string, args ...any) *server {
	s.log = append(s.log, fmt.Sprintf(format, args...))
	return s
}
func (s server) count() int { return len(s.log) }

type number int

func (n number) plus(m number) number { return n + m }
func (n *number) incr()               { *n++ }

type adder interface{ plus(number) number }

func counter(start int) (inc func() int, get func() int) {
	n := start
	return func() int { n++; return n }, func() int { return n }
}

func divmod(a, b int) (q, r int, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("caught: %v", e)
		}
	}()
	q = a / b
	r = a % b
	return
}

func sum(nums ...int) (total int) {
	for _, n := range nums {
		total += n
	}
	return
}

func apply(f func(...int) int, xs ...int) int { return f(xs...) }

func pass(a, b int) (int, int)      { return b, a }
func join(a, b int) string          { return fmt.Sprint(a, "-", b) }
func trace(s string, xs ...any)     { fmt.Println(s, len(xs), xs) }
func results() (int, string, []int) { return 1, "two", []int{3} }

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func fibGen() func() int {
	a, b := 0, 1
	return func() (r int) {
		r, a, b = a, b, a+b
		return
	}
}

func ackermann(m, n int) int {
	switch {
	case m == 0:
		return n + 1
	case n == 0:
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

func isEven(n int) bool { return n == 0 || isOdd(n-1) }
func isOdd(n int) bool  { return n != 0 && isEven(n-1) }

func permutations(s []string, visit func([]string)) {
	var rec func(int)
	rec = func(k int) {
		if k == len(s) {
			visit(s)
			return
		}
		for i := k; i < len(s); i++ {
			s[k], s[i] = s[i], s[k]
			rec(k + 1)
			s[k], s[i] = s[i], s[k]
		}
	}
	rec(0)
}

func nested(depth int) func() string {
	x := depth
	if depth == 0 {
		return func() string { return "." }
	}
	inner := nested(depth - 1)
	return func() string { x++; return fmt.Sprint(x) + inner() }
}

func main() {
	defer fmt.Println()
	inc, get := counter(10)
	inc()
	inc()
	inc2, _ := counter(0)
	fmt.Println(get(), inc2(), inc(), get())

	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for i := range 3 {
		defer func() { fmt.Print("defer ", i, "; ") }()
		fs = append(fs, func() int { return i * i })
	}
	for _, s := range []string{"x", "yy"} {
		fs = append(fs, func() int { return len(s) })
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
	var loops []func()
	for i := 0; i < 5; i++ {
		if i == 1 {
			i++
		}
		loops = append(loops, func() { fmt.Print(i, " ") })
		i++
	}
	for _, f := range loops {
		f()
	}
	fmt.Println()

	up, exclaim := handler(strings.ToUpper), handler(func(s string) string { return s + "!" })
	fmt.Println(up.then(exclaim).then(exclaim)("hey"), handler(strings.TrimSpace)("  x "))
	s := &server{}
	s.record("a %d", 1).record("b %s %v", "x", nil).record("none")
	rec := s.record
	rec("%d%%", 50)
	cnt := s.count
	rec("late")
	fmt.Println(s.count(), cnt(), s.log)
	byExpr := (*server).record
	byExpr(s, "expr %v", []int{1})
	fmt.Println(server.count(*s), (*server).count(s), s.log[len(s.log)-1])

	n := number(5)
	plus, incr := n.plus, n.incr
	incr()
	incr()
	fmt.Println(plus(1), n, number.plus(n, 1), adder.plus(n, 2), adder(n).plus(3))

	fmt.Println(divmod(17, 5))
	fmt.Println(divmod(1, 0))
	fmt.Println(sum(), sum(1), sum(1, 2, 3), sum([]int{4, 5}...), apply(sum, 1, 2, 3), apply(func(x ...int) int { return len(x) }))
	fmt.Println(join(pass(1, 2)))
	trace("spread", []any{1, "a", nil}...)
	trace("one", []any{1, "a"})
	trace("nil", nil)
	trace("nils", nil, nil)
	a, _, c := results()
	fmt.Println(a, c)
	fmt.Println(results())

	fmt.Println(compose(func(x int) int { return x + 1 }, func(x int) int { return x * x })(6), compose()(9))
	g := fibGen()
	var fib []int
	for range 15 {
		fib = append(fib, g())
	}
	fmt.Println(fib, ackermann(2, 3), isEven(50), isOdd(7))
	var perms []string
	permutations(strings.Split("abc", ""), func(p []string) { perms = append(perms, strings.Join(p, "")) })
	sort.Strings(perms)
	fmt.Println(perms, nested(4)(), len(perms))

	fmt.Println(func(a, b int) int { return a*b + 1 }(6, 7), func() string { return "iife" }())
	var nilFn func()
	fmt.Println(nilFn == nil, fs[0] != nil)
	x := 1
	p := &x
	bump := func() func() { return func() { x++; *p *= 2 } }()
	bump()
	bump()
	fmt.Println(x, *p)
	type op struct {
		name string
		fn   func(float64, float64) float64
	}
	for _, o := range []op{{"add", func(a, b float64) float64 { return a + b }}, {"div", func(a, b float64) float64 { return a / b }}} {
		fmt.Print(o.name, "=", o.fn(9, 2), " ")
	}
	ch := make(chan func(int) int, 1)
	ch <- func(i int) int { return i << 2 }
	fmt.Println((<-ch)(3))
	var self func(int) int
	self = func(i int) int {
		if i <= 1 {
			return 1
		}
		return i * self(i-1)
	}
	fmt.Println(self(15))
}

// Output:
// 12 1 13 13
// 10 20 11 21 12 22 0 0 1 1 4 4 1 1 2 2 
// 1 3 5 
// HEY!! x
// 5 4 [a 1 b x <nil> none 50% late]
// 6 6 expr [1]
// 6 7 8 9 10
// 3 2 <nil>
// 0 0 caught: runtime error: integer divide by zero
// 0 1 6 9 6 0
// 2-1
// spread 3 [1 a <nil>]
// one 1 [[1 a]]
// nil 1 [<nil>]
// nils 2 [<nil> <nil>]
// 1 [3]
// 1 two [3]
// 49 9
// [0 1 1 2 3 5 8 13 21 34 55 89 144 233 377] 9 true true
// [abc acb bac bca cab cba] 5432. 6
// 43 iife
// true true
// 10 10
// add=11 div=4.5 12
// 1307674368000
// defer 2; defer 1; defer 0; 
