// Package initialisation: variables in dependency order, several init functions, dependencies
// through functions, methods and closures, multi-value initialisation, blank variables, shadowing
// of package names and predeclared identifiers.
package main

import "fmt"

var (
	a = c + b
	b = f()
	c = record("c", 1)
)

var total = compute()

var x, y = pair()

var _ = record("blank", 0)

var table = buildTable()

var handlers = map[string]func() string{
	"greet": func() string { return greeting + "!" },
	"table": func() string { return fmt.Sprint(len(table)) },
}

var greeting = "hello" + suffix

var suffix = fmt.Sprint(" #", d.next())

var d = &device{id: record("device", 40)}

var log []string

var early = len(log)

var fn = func() int { return late * 2 }

var late = record("late", 21)

var viaClosure = fn()

var chain1 = chain2 + 1
var chain2 = chain3 * 2
var chain3 = func() int { return record("chain3", 5) }()

type device struct{ id int }

func (d *device) next() int { d.id++; return d.id + base }

var base = record("base", 100)

type iface interface{ m() int }
type impl struct{}

func (impl) m() int { return fromMethod }

var fromMethod = record("fromMethod", 3)
var methodVal = impl{}.m
var usesMethod = impl.m(impl{})

func f() int { return record("f", c*10) }

func record(name string, v int) int {
	log = append(log, name)
	return v
}

func pair() (int, string) { record("pair", 0); return table["two"], "second" }

func buildTable() map[string]int {
	record("table", 0)
	return map[string]int{"one": 1, "two": 2}
}

func compute() (n int) {
	for i := 0; i < 3; i++ {
		n += step(i)
	}
	return
}

func step(i int) int {
	if i == 0 {
		return weight
	}
	return step(i-1) * 2
}

var weight = record("weight", 7)

func init() {
	record("init1", 0)
	total++
}

func init() {
	record("init2", 0)
	total *= 2
}

const limit = size * 2
const size = 8

var grid [limit]struct{ cells [size]int }

var cyclicType node

type node struct {
	next *node
	kids []node
	m    map[string]node
}

func shadow() {
	x := 1
	{
		x := x + 1
		x++
		if x := x * 10; x > 20 {
			fmt.Print(x, " ")
		} else if y := x; y > 0 {
			fmt.Print(y, x)
		}
		fmt.Print(x, " ")
	}
	fmt.Println(x)
	len := func(s string) string { return s + s }
	true := false
	nil := 5
	string := 7
	type int float64
	var i int = 2.5
	fmt.Println(len("ab"), true, nil, string, i)
	fmt := "shadowed"
	print := func(s ...any) int { _ = s; return 4 }
	_ = print(fmt)
	for i := 0; i < 2; i++ {
		i := i * 2
		_ = i
	}
	var err error
	if _, err := two(); err == 0 {
		_ = err
	}
	_ = err
}

func two() (a, b int) {
	a, c := 1, 2
	{
		a, b := 10, 20
		_, _ = a, b
	}
	b += c - a - 1
	return
}

func main() {
	fmt.Println(log)
	fmt.Println(a, b, c, total, x, y, early)
	fmt.Println(handlers["greet"](), handlers["table"](), viaClosure, late, chain1)
	fmt.Println(methodVal(), usesMethod, len(grid), len(grid[0].cells), cyclicType.next == nil)
	shadow()
	fmt.Println(two())
	var i iface = impl{}
	fmt.Println(i.m(), d.next(), suffix)
	goto end
end:
	{
		var log = len(log)
		fmt.Println(log)
	}
}

// Output:
// [c f blank table pair device late chain3 base fromMethod weight init1 init2]
// 11 10 1 100 2 second 6
// hello #141! 2 42 21 11
// 3 3 16 8 true
// 30 3 1
// abab false 5 7 2.5
// 1 0
// 3 142  #141
// 13
