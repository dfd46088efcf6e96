// Graph algorithms: Dijkstra on a binary heap, breadth-first search in a maze, topological sort with
// cycle detection, union-find with Kruskal, Floyd-Warshall, strongly connected components.
package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

type edge struct {
	to     string
	weight int
}
type graph map[string][]edge

type item struct {
	name string
	dist int
}
type heap []item

func (h *heap) push(it item) {
	*h = append(*h, it)
	for i := len(*h) - 1; i > 0; {
		parent := (i - 1) / 2
		if (*h)[parent].dist <= (*h)[i].dist {
			break
		}
		(*h)[parent], (*h)[i] = (*h)[i], (*h)[parent]
		i = parent
	}
}

func (h *heap) pop() item {
	top, last := (*h)[0], len(*h)-1
	(*h)[0] = (*h)[last]
	*h = (*h)[:last]
	for i := 0; ; {
		c := 2*i + 1
		if c >= last {
			return top
		}
		if c+1 < last && (*h)[c+1].dist < (*h)[c].dist {
			c++
		}
		if (*h)[i].dist <= (*h)[c].dist {
			return top
		}
		(*h)[i], (*h)[c] = (*h)[c], (*h)[i]
		i = c
	}
}

func (g graph) shortest(from, to string) (path []string, total int) {
	dist, prev := map[string]int{from: 0}, map[string]string{}
	for q := (heap{{from, 0}}); len(q) > 0; {
		cur := q.pop()
		if cur.dist > dist[cur.name] {
			continue
		}
		for _, e := range g[cur.name] {
			d := cur.dist + e.weight
			if old, ok := dist[e.to]; !ok || d < old {
				dist[e.to], prev[e.to] = d, cur.name
				q.push(item{e.to, d})
			}
		}
	}
	if _, ok := dist[to]; !ok {
		return nil, -1
	}
	for n := to; n != from; n = prev[n] {
		path = append([]string{n}, path...)
	}
	return append([]string{from}, path...), dist[to]
}

type cycleError []string

func (c cycleError) Error() string { return "cycle: " + strings.Join(c, "→") }

func topo(deps map[string][]string) (order []string, err error) {
	state := map[string]int{}
	var stack []string
	var visit func(string)
	defer func() {
		if c, ok := recover().(cycleError); ok {
			order, err = nil, c
		}
	}()
	visit = func(n string) {
		switch state[n] {
		case 1:
			for i, s := range stack {
				if s == n {
					panic(cycleError(append(stack[i:], n)))
				}
			}
		case 0:
			state[n] = 1
			stack = append(stack, n)
			for _, d := range deps[n] {
				visit(d)
			}
			stack = stack[:len(stack)-1]
			state[n] = 2
			order = append(order, n)
		}
	}
	names := make([]string, 0, len(deps))
	for n := range deps {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		visit(n)
	}
	return
}

type pos struct{ r, c int }

func maze(lines []string) (steps int, drawn string) {
	grid := make([][]byte, len(lines))
	var start, end pos
	for r, l := range lines {
		grid[r] = []byte(l)
		if c := strings.IndexByte(l, 'S'); c >= 0 {
			start = pos{r, c}
		}
		if c := strings.IndexByte(l, 'E'); c >= 0 {
			end = pos{r, c}
		}
	}
	from := map[pos]pos{start: start}
	for queue := []pos{start}; len(queue) > 0; queue = queue[1:] {
		p := queue[0]
		if p == end {
			break
		}
		for _, d := range [...]pos{{0, 1}, {1, 0}, {0, -1}, {-1, 0}} {
			q := pos{p.r + d.r, p.c + d.c}
			if _, seen := from[q]; !seen && grid[q.r][q.c] != '#' {
				from[q] = p
				queue = append(queue, q)
			}
		}
	}
	for p := end; p != start; p = from[p] {
		if p != end {
			grid[p.r][p.c] = '*'
		}
		steps++
	}
	for _, row := range grid {
		drawn += string(row) + "\n"
	}
	return
}

type unionFind struct{ parent, size []int }

func (u *unionFind) find(x int) int {
	for u.parent[x] != x {
		u.parent[x] = u.parent[u.parent[x]]
		x = u.parent[x]
	}
	return x
}

func (u *unionFind) union(a, b int) bool {
	a, b = u.find(a), u.find(b)
	if a == b {
		return false
	}
	if u.size[a] < u.size[b] {
		a, b = b, a
	}
	u.parent[b], u.size[a] = a, u.size[a]+u.size[b]
	return true
}

func kruskal(n int) (total, used int) {
	type link struct{ a, b, w int }
	var links []link
	for a := range n {
		for b := a + 1; b < n; b++ {
			links = append(links, link{a, b, (a*37 + b*91) % 113})
		}
	}
	sort.SliceStable(links, func(i, j int) bool { return links[i].w < links[j].w })
	u := unionFind{make([]int, n), make([]int, n)}
	for i := range n {
		u.parent[i], u.size[i] = i, 1
	}
	for _, l := range links {
		if u.union(l.a, l.b) {
			total += l.w
			used++
		}
	}
	return
}

func floyd(w [][]float64) [][]float64 {
	for k := range w {
		for i := range w {
			for j := range w {
				w[i][j] = math.Min(w[i][j], w[i][k]+w[k][j])
			}
		}
	}
	return w
}

func components(adj [][]int) (comps [][]int) {
	index, low, on := make([]int, len(adj)), make([]int, len(adj)), make([]bool, len(adj))
	var stack []int
	n := 0
	var visit func(int)
	visit = func(v int) {
		n++
		index[v], low[v], on[v] = n, n, true
		stack = append(stack, v)
		for _, w := range adj[v] {
			if index[w] == 0 {
				visit(w)
				low[v] = min(low[v], low[w])
			} else if on[w] {
				low[v] = min(low[v], index[w])
			}
		}
		if low[v] == index[v] {
			var comp []int
			for w := -1; w != v; {
				w = stack[len(stack)-1]
				stack, on[w] = stack[:len(stack)-1], false
				comp = append(comp, w)
			}
			sort.Ints(comp)
			comps = append(comps, comp)
		}
	}
	for v := range adj {
		if index[v] == 0 {
			visit(v)
		}
	}
	return
}

func main() {
	g := graph{"A": {{"B", 4}, {"C", 1}}, "C": {{"B", 2}, {"D", 7}}, "B": {{"D", 1}}, "D": {{"A", 1}}, "X": {{"A", 1}}}
	fmt.Println(g.shortest("A", "D"))
	fmt.Println(g.shortest("A", "X"))
	fmt.Println(topo(map[string][]string{"app": {"log", "db"}, "db": {"net", "log"}, "log": {"fmt"}, "net": {"fmt"}, "fmt": nil}))
	fmt.Println(topo(map[string][]string{"a": {"b"}, "b": {"c"}, "c": {"d", "b"}, "d": nil}))
	steps, drawn := maze([]string{"##########", "#S   #   #", "# ## # # #", "#  #   #E#", "##########"})
	fmt.Print(steps, "\n", drawn)
	fmt.Println(kruskal(40))
	inf := math.Inf(1)
	fmt.Println(floyd([][]float64{{0, 3, inf, 7}, {8, 0, 2, inf}, {5, inf, 0, 1}, {2, inf, inf, 0}}))
	fmt.Println(components([][]int{{1}, {2}, {0, 3}, {4}, {5, 3}, {}, {5, 7}, {6}}))
}

// Output:
// [A C B D] 4
// [] -1
// [fmt log net db app] <nil>
// [] cycle: b→c→b
// 13
// ##########
// #S***#***#
// # ##*#*#*#
// #  #***#E#
// ##########
// 127 39
// [[0 3 5 6] [5 0 2 3] [3 6 0 1] [2 5 7 0]]
// [[5] [3 4] [0 1 2] [6 7]]
