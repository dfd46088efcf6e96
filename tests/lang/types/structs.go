// Structs: embedding and promotion through values and pointers, shadowed fields, comparison,
// anonymous structs, tags, zero-size fields, copies, composite literals of every form.
package main

import "fmt"

type Point struct{ X, Y int }

func (p Point) Add(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }
func (p *Point) Move(dx, dy int)  { p.X += dx; p.Y += dy }
func (p Point) String() string    { return fmt.Sprintf("<%d,%d>", p.X, p.Y) }

type Colored struct {
	Point
	Color string `json:"color" xml:"c"`
}

type Base struct {
	ID   int
	Name string
}

func (b *Base) SetName(n string) *Base { b.Name = n; return b }
func (b Base) Describe() string        { return fmt.Sprint(b.ID, ":", b.Name) }

type Middle struct {
	*Base
	Name string
}

type Outer struct {
	Middle
	extra struct {
		on    bool
		level uint8
	}
	_    int
	tail struct{}
}

func (o Outer) Describe() string { return "outer " + o.Middle.Describe() }

type Node struct {
	Value       int
	Left, Right *Node
}

func (n *Node) Insert(v int) *Node {
	if n == nil {
		return &Node{Value: v}
	}
	if v < n.Value {
		n.Left = n.Left.Insert(v)
	} else {
		n.Right = n.Right.Insert(v)
	}
	return n
}

func (n *Node) Walk(f func(int)) {
	if n != nil {
		n.Left.Walk(f)
		f(n.Value)
		n.Right.Walk(f)
	}
}

type Key struct {
	a int8
	b string
	c any
	d [2]float32
}

type Counter struct{ n int }

func (c *Counter) Inc() int { c.n++; return c.n }

type Stats struct {
	Hits, Misses Counter
	inner        struct{ Counter }
}

func byValue(c Colored) Colored { c.X, c.Color = 99, "changed"; return c }

type (
	alias   = Point
	defined Point
)

func main() {
	c := Colored{Point{1, 2}, "red"}
	d := c
	d.Move(10, 10)
	fmt.Println(c, d, c.Add(d.Point), c == d, c.X, d.Point.Y)
	fmt.Printf("%v %+v %#v %T\n", c.Point, d, Colored{Color: "x"}.Color, c)
	e := byValue(c)
	fmt.Println(c.Color, e.Color, e.X, byValue(c).Point)

	o := Outer{Middle: Middle{Base: &Base{7, "base"}, Name: "middle"}}
	o.SetName("renamed").ID++
	o.extra.level = 250
	o.extra.level += 10
	fmt.Println(o.Name, o.Base.Name, o.ID, o.Describe(), o.Middle.Describe(), o.extra)
	o2 := o
	o2.Base.Name = "shared"
	o2.Name = "own"
	fmt.Println(o.Base.Name, o.Name, o2.Middle.Name, o.Base == o2.Base)

	var root *Node
	for _, v := range []int{5, 2, 8, 1, 9, 3} {
		root = root.Insert(v)
	}
	sum := 0
	root.Walk(func(v int) { sum = sum*10 + v })
	fmt.Println(sum, root.Left.Right.Value, root.Right.Left == nil)

	k1 := Key{1, "k", 2.5, [2]float32{1, 2}}
	k2 := Key{a: 1, b: "k", c: 2.5, d: [2]float32{0: 1, 1: 2}}
	m := map[Key]int{k1: 1}
	m[k2]++
	k2.c = "other"
	m[k2] = 5
	fmt.Println(k1 == k2, len(m), m[k1], m[Key{}])

	anon := []struct {
		name string
		pt   *Point
	}{{"a", &Point{1, 1}}, {"b", nil}, {name: "c"}}
	for _, a := range anon {
		a.name += "!"
		if a.pt != nil {
			a.pt.X = 42
		}
	}
	fmt.Println(anon[0].name, anon[0].pt, anon[1].pt == nil, len(anon))
	pts := []*Point{{1, 2}, {3, 4}}
	byName := map[string]Point{"o": {}, "p": {Y: 5}}
	nested := map[Point][]Point{{1, 2}: {{3, 4}, {5, 6}}}
	fmt.Println(*pts[1], byName["p"], byName["none"], nested[Point{1, 2}][1])

	var s Stats
	s.Hits.Inc()
	s.inner.Inc()
	inc := s.Misses.Inc
	inc()
	n := inc()
	fmt.Println(n, s.Hits.n, s.Misses.n, s.inner.n, s)

	al := alias{3, 4}
	df := defined{5, 6}
	fmt.Println(al, df, Point(df), al == Point{3, 4}, struct{ X, Y int }(df))
	var st1 struct {
		A int "tag"
	}
	st2 := struct{ A int }{7}
	st1 = struct {
		A int "tag"
	}(st2)
	fmt.Println(st1, struct{}{} == struct{}{})

	arr := [2]Point{{1, 2}, {3, 4}}
	for i, p := range arr {
		p.Move(100, 100)
		arr[i].Move(1, 1)
	}
	fmt.Println(arr)
	ptr := &arr[1]
	pptr := &ptr
	(*pptr).X = 1000
	(**pptr).Y++
	ptr.Move(1, 1)
	x := &ptr.X
	*x *= 2
	fmt.Println(arr, *ptr, *x)
	*ptr = Point{}
	fmt.Println(arr[1], new(Point).String(), (&Point{9, 9}).Add(Point{1, 1}))
	swap := struct{ a, b int }{1, 2}
	swap.a, swap.b = swap.b, swap.a
	fmt.Printf("%+v\n", swap)
	f := Point.Add
	g := (*Point).Move
	g(&al, 1, 1)
	fmt.Println(f(al, al), Colored.String(c), c.String())
}

// Output:
// <1,2> <11,12> <12,14> false 1 12
// <1,2> <11,12> "x" main.Colored
// red changed 99 <99,2>
// middle renamed 8 outer 8:renamed 8:renamed {false 4}
// shared middle own true
// 123589 3 true
// false 2 2 0
// a <42,1> true 3
// <3,4> <0,5> <0,0> <5,6>
// 2 1 2 1 {{1} {2} {{1}}}
// <3,4> {5 6} <5,6> true {5 6}
// {7} true
// [<2,3> <4,5>]
// [<2,3> <2002,7>] <2002,7> 2002
// <0,0> <0,0> <10,10>
// {a:2 b:1}
// <8,10> <1,2> <1,2>
