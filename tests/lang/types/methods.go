// Method sets: promotion through several levels of values and pointers, embedded interfaces,
// interface embedding, methods on every kind of type, dynamic dispatch after reassignment.
package main

import (
	"fmt"
	"sort"
	"strings"
)

type reader interface{ Read() string }
type writer interface{ Write(s string) int }
type readWriter interface {
	reader
	writer
}
type namer interface {
	fmt.Stringer
	Name() string
}

type buffer struct{ data []string }

func (b *buffer) Read() string {
	if len(b.data) == 0 {
		return "EOF"
	}
	s := b.data[0]
	b.data = b.data[1:]
	return s
}
func (b *buffer) Write(s string) int { b.data = append(b.data, s); return len(s) }

type counting struct {
	readWriter
	reads, writes int
}

func (c *counting) Read() string { c.reads++; return c.readWriter.Read() }

type doubled struct{ *counting }

func (d doubled) Write(s string) int { d.writes += 2; return d.counting.Write(s + s) }

type L0 struct{ v int }

func (l L0) Get() int   { return l.v }
func (l *L0) Set(v int) { l.v = v }

type L1 struct{ L0 }
type L2 struct{ *L1 }
type L3 struct {
	L2
	name string
}

func (l L3) Get() int { return l.L2.Get() * 10 }

type getSet interface {
	Get() int
	Set(int)
}

type (
	list   []int
	table  map[string]int
	fn     func(int) int
	ch     chan int
	number float64
	text   string
	flag   bool
	arr    [3]int
	ptr    *L0
)

func (l list) Name() string   { return fmt.Sprint("list", len(l)) }
func (l *list) Push(v int)    { *l = append(*l, v) }
func (t table) Name() string  { return fmt.Sprint("table", len(t)) }
func (t table) Put(k string)  { t[k]++ }
func (f fn) Name() string     { return fmt.Sprint("fn", f(2)) }
func (c ch) Name() string     { return fmt.Sprint("ch", cap(c)) }
func (n number) Name() string { return fmt.Sprint("number", float64(n)) }
func (t text) Name() string   { return "text" + string(t) }
func (f flag) Name() string   { return fmt.Sprint("flag", bool(!f)) }
func (a arr) Name() string    { return fmt.Sprint("arr", a[1]) }
func (a *arr) Fill(v int) {
	for i := range a {
		a[i] = v
	}
}

type byLen []string

func (b byLen) Len() int           { return len(b) }
func (b byLen) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLen) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

type reversed struct{ sort.Interface }

func (r reversed) Less(i, j int) bool { return r.Interface.Less(j, i) }

type animal interface{ Sound() string }
type base struct{ self animal }

func (b *base) Speak() string { return "says " + b.self.Sound() }
func (b *base) Sound() string { return "..." }

type wolf struct{ base }

func (w *wolf) Sound() string { return "awoo" }

type temp struct {
	deg  float64
	unit byte
}

func (t temp) String() string { return fmt.Sprintf("%.1f%c", t.deg, t.unit) }
func (t temp) Name() string   { return "temp" }

type wrapper struct {
	namer
	note string
}

func set(g getSet, v int) int { g.Set(v); return g.Get() }

func main() {
	b := &buffer{}
	c := &counting{readWriter: b}
	d := doubled{c}
	var rw readWriter = d
	fmt.Println(rw.Write("ab"), c.Write("x"), rw.Read(), rw.Read(), rw.Read(), c.reads, d.writes)
	var r reader = rw
	if w, ok := r.(writer); ok {
		w.Write("again")
	}
	fmt.Println(b.data, r.(doubled).reads)

	l1 := &L1{L0{1}}
	l3 := L3{L2{l1}, "three"}
	fmt.Println(set(l1, 2), set(l3, 3), set(&l3, 4), set(l3.L2, 5), l1.v, l3.v, l3.L2.L1.L0.v)
	copy3 := l3
	copy3.Set(9)
	get := copy3.Get
	l3.Set(11)
	fmt.Println(l3.Get(), get(), L3.Get(copy3), (*L1).Get(l1), L2.Get(l3.L2))

	l, t := list{1}, table{}
	l.Push(2)
	(&l).Push(3)
	t.Put("a")
	a := arr{1, 2, 3}
	a.Fill(4)
	var p ptr = &l1.L0
	p.v++
	for _, n := range []interface{ Name() string }{l, &l, t, fn(func(i int) int { return i * i }), make(ch, 2), number(2.5), text("!"), flag(true), a, &a, wrapper{namer: temp{1, 'C'}}} {
		fmt.Print(n.Name(), " ")
	}
	fmt.Println(p.v)

	words := strings.Fields("ccc a dddd bb eeeee")
	sort.Sort(byLen(words))
	fmt.Println(words)
	sort.Sort(reversed{byLen(words)})
	fmt.Println(words, sort.IsSorted(byLen(words)), sort.IsSorted(reversed{byLen(words)}))
	sort.Sort(sort.Reverse(reversed{byLen(words)}))
	fmt.Println(words)

	w := &wolf{}
	w.self = w
	plain := &base{}
	plain.self = plain
	fmt.Println(w.Speak(), plain.Speak(), w.base.Sound())

	wr := wrapper{temp{21.5, 'C'}, "n"}
	fmt.Println(wr, wr.Name(), wr.namer.(temp).deg)
	wr.namer = nil
	func() {
		defer func() { fmt.Println("nil embedded:", recover() != nil) }()
		fmt.Println(wr.Name())
	}()
	var np *L1
	func() {
		defer func() { fmt.Println("nil promoted:", recover()) }()
		fmt.Println(L2{np}.Get())
	}()
	func() {
		defer func() { fmt.Println("value method:", recover()) }()
		var g interface{ Get() int } = np
		fmt.Println(g.Get())
	}()
	anon := struct {
		*buffer
		L0
	}{b, L0{5}}
	anon.Write("anon")
	var g interface {
		Get() int
		writer
	} = &anon
	fmt.Println(g.Get(), g.Write("q"), b.data, anon.v)
	fs := []func() string{temp{1, 'K'}.String, wrapper{namer: temp{2, 'F'}}.Name, l.Name}
	l.Push(99)
	for _, f := range fs {
		fmt.Print(f(), " ")
	}
	fmt.Println(namer.String(temp{3, 'R'}), fmt.Stringer.String(temp{4, 'R'}))
}

// Output:
// 4 1 abab x EOF 3 2
// [againagain] 3
// 2 30 40 5 5 5 5
// 110 110 110 11 11
// list3 list3 table1 fn4 ch2 number2.5 text! flagfalse arr4 arr4 temp 12
// [a bb ccc dddd eeeee]
// [eeeee dddd ccc bb a] false true
// [a bb ccc dddd eeeee]
// says awoo says ... ...
// 21.5C temp 21.5
// nil embedded: true
// nil promoted: runtime error: invalid memory address or nil pointer dereference
// value method: runtime error: invalid memory address or nil pointer dereference
// 5 1 [againagain anon q] 5
// 1.0K temp list3 3.0R 4.0R
