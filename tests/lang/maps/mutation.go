// Maps while they change: deletion and insertion during iteration, growth, reuse after clear, maps
// of maps, maps in structs, op-assignment on elements, evaluation of operands, nil maps.
package main

import "fmt"

type counter struct {
	hits map[string]int
	tags map[string]map[string]bool
}

func (c *counter) hit(name string, tags ...string) int {
	if c.hits == nil {
		c.hits = make(map[string]int)
		c.tags = map[string]map[string]bool{}
	}
	c.hits[name]++
	for _, t := range tags {
		if c.tags[name] == nil {
			c.tags[name] = map[string]bool{}
		}
		c.tags[name][t] = true
	}
	return c.hits[name]
}

func deleteWhileRanging() {
	m := map[int]int{}
	for i := range 500 {
		m[i] = i
	}
	seen := map[int]bool{}
	for k := range m {
		if seen[k] {
			fmt.Println("seen twice", k)
		}
		seen[k] = true
		delete(m, k^1)
		if seen[k^1] {
			fmt.Println("pair came back", k)
		}
	}
	fmt.Println("pairs", len(seen), len(m))
	for k := range m {
		delete(m, k)
	}
	fmt.Println(len(m))
}

func insertWhileRanging() {
	m := map[int]int{}
	for i := range 10 {
		m[i] = i
	}
	seen := map[int]int{}
	for k, v := range m {
		seen[k]++
		if k < 10 {
			for j := 0; j < 40; j++ {
				m[100+k*40+j] = -1
			}
		}
		if v >= 0 {
			m[k] = v + 1000
		}
	}
	twice, missing := 0, 0
	for _, n := range seen {
		if n > 1 {
			twice++
		}
	}
	for i := range 10 {
		if seen[i] != 1 || m[i] != i+1000 {
			missing++
		}
	}
	fmt.Println("twice", twice, "missing", missing, "length", len(m))
}

func growAndShrink() {
	m := make(map[uint32]string, 10)
	for round := range 4 {
		for i := range uint32(300) {
			m[i*uint32(round+1)] = fmt.Sprint(round)
		}
		for i := range uint32(250) {
			delete(m, i*2)
		}
	}
	odd, values := 0, map[string]int{}
	for k, v := range m {
		odd += int(k & 1)
		values[v]++
	}
	fmt.Println(len(m), odd, values)
	clear(m)
	_, ok := m[1]
	m[7] = "again"
	fmt.Println(len(m), ok, m)
}

var order []string

func tag(name string, v int) int {
	order = append(order, name)
	return v
}

func nilMaps() {
	var m map[string][]int
	v, ok := m["x"]
	delete(m, "x")
	for range m {
		fmt.Println("never")
	}
	clear(m)
	fmt.Println(m == nil, len(m), v == nil, ok, m)
	defer func() { fmt.Println(recover()) }()
	m["x"] = append(m["x"], 1)
}

func main() {
	var c counter
	c.hit("a", "x", "y")
	c.hit("b")
	n := c.hit("a", "x")
	fmt.Println(n, c.hits, len(c.tags["a"]), c.tags["b"]["x"], c.tags["none"]["deep"])
	deleteWhileRanging()
	insertWhileRanging()
	growAndShrink()
	nilMaps()

	m := map[string]int{"a": 1}
	m["a"] <<= 3
	m["b"]--
	m["c"] |= 0xf
	m["a"], m["b"] = m["b"], m["a"]
	m["d"], m["e"] = 4, m["d"]
	fmt.Println(m)
	structs := map[string]struct{ n, sq int }{}
	for i := range 4 {
		structs[fmt.Sprint("k", i)] = struct{ n, sq int }{i, i * i}
	}
	lists := map[int][]string{}
	for k, s := range structs {
		lists[s.n%2] = append(lists[s.n%2], k)
	}
	fmt.Println(structs, len(lists[0]), len(lists[1]))
	ptrs := map[string]*counter{"p": {}}
	ptrs["p"].hit("z")
	ptrs["p"].hits["z"] += 10
	fmt.Println(ptrs["p"].hits, len(ptrs))
	funcs := map[string]func(int, int) int{
		"+": func(a, b int) int { return a + b },
		"-": func(a, b int) int { return a - b },
		"*": func(a, b int) int { return a * b },
	}
	fmt.Println(funcs["+"](3, 4), funcs["*"](funcs["-"](9, 2), 6), funcs["/"] == nil)
	arrays := map[string][3]int{"a": {1, 2, 3}}
	arr := arrays["a"]
	arr[0] = 100
	fmt.Println(arrays["a"][0], arrays["none"][2], arr)
	graph := map[string]map[string]int{"x": {"y": 1}, "y": {"z": 2, "x": 3}}
	graph["z"] = map[string]int{}
	graph["z"]["x"] = 9
	alias := graph["y"]
	delete(alias, "x")
	alias["w"]++
	fmt.Println(graph, len(graph["y"]), len(graph["nope"]))

	res := map[int]int{tag("k1", 1): tag("v1", 10), tag("k2", 2): tag("v2", 20)}
	res[tag("index", 3)] = tag("value", 30)
	fmt.Println(order, res)
	two := func() (int, bool) { v, ok := res[2]; return v, ok }
	fmt.Println(two())
	for k := range map[string]int{"only": 1} {
		fmt.Println(k)
	}
	self := map[string]any{"n": 1}
	self["self"] = self
	fmt.Println(self["self"].(map[string]any)["self"].(map[string]any)["n"])
	sum := 0
	fib := map[int]int{0: 0, 1: 1}
	var f func(int) int
	f = func(n int) int {
		if v, ok := fib[n]; ok {
			return v
		}
		fib[n] = f(n-1) + f(n-2)
		return fib[n]
	}
	f80 := f(80)
	fmt.Println(f80, len(fib))
	for i := 0; i < 300; i++ {
		fib[i*7%50] ^= i
		sum += fib[i%13] & 15
	}
	fmt.Println(sum, len(fib))
}

// Output:
// 2 map[a:2 b:1] 2 false false
// pairs 250 250
// 0
// twice 0 missing 0 length 410
// 475 250 map[0:100 1:17 2:183 3:175]
// 1 false map[7:again]
// true 0 true false map[]
// assignment to entry in nil map
// map[a:-1 b:8 c:15 d:4 e:0]
// map[k0:{0 0} k1:{1 1} k2:{2 4} k3:{3 9}] 2 2
// map[z:11] 1
// 7 42 true
// 1 0 [100 2 3]
// map[x:map[y:1] y:map[w:1 z:2] z:map[x:9]] 2 0
// [k1 v1 k2 v2 index value] map[1:10 2:20 3:30]
// 20 true
// only
// 1
// 23416728348467685 81
// 2080 81
