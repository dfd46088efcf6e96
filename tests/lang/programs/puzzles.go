// Search puzzles: n queens, sudoku, Conway's life, knights, subset sums, permutations by Heap's
// method, towers of Hanoi, word ladders.
package main

import (
	"fmt"
	"strings"
)

func queens(n int) (count int, first []int) {
	cols, d1, d2 := make([]bool, n), make([]bool, 2*n), make([]bool, 2*n)
	place := make([]int, 0, n)
	var try func(int)
	try = func(r int) {
		if r == n {
			if count++; first == nil {
				first = append(first, place...)
			}
			return
		}
		for c := range n {
			if cols[c] || d1[r+c] || d2[r-c+n] {
				continue
			}
			cols[c], d1[r+c], d2[r-c+n] = true, true, true
			place = append(place, c)
			try(r + 1)
			place = place[:r]
			cols[c], d1[r+c], d2[r-c+n] = false, false, false
		}
	}
	try(0)
	return
}

type sudoku [9][9]uint8

func (s *sudoku) candidates(r, c int) (mask uint16) {
	mask = 0x3fe
	for i := range 9 {
		mask &^= 1 << s[r][i]
		mask &^= 1 << s[i][c]
		mask &^= 1 << s[r/3*3+i/3][c/3*3+i%3]
	}
	return
}

func (s *sudoku) solve() bool {
	br, bc, best, bestMask := -1, -1, 10, uint16(0)
	for r, row := range s {
		for c, v := range row {
			if v != 0 {
				continue
			}
			mask, n := s.candidates(r, c), 0
			for m := mask; m != 0; m &= m - 1 {
				n++
			}
			if n < best {
				br, bc, best, bestMask = r, c, n, mask
			}
		}
	}
	if br < 0 {
		return true
	}
	for d := uint8(1); d <= 9; d++ {
		if bestMask>>d&1 == 1 {
			s[br][bc] = d
			if s.solve() {
				return true
			}
		}
	}
	s[br][bc] = 0
	return false
}

func (s sudoku) String() string {
	var b strings.Builder
	for _, row := range s {
		for _, v := range row {
			b.WriteByte('0' + v)
		}
		b.WriteByte(' ')
	}
	return b.String()
}

type world struct {
	w, h  int
	cells []bool
}

func (w *world) at(x, y int) bool { return w.cells[(y+w.h)%w.h*w.w+(x+w.w)%w.w] }

func (w *world) step() *world {
	n := &world{w.w, w.h, make([]bool, len(w.cells))}
	for y := range w.h {
		for x := range w.w {
			alive := 0
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					if (dx != 0 || dy != 0) && w.at(x+dx, y+dy) {
						alive++
					}
				}
			}
			n.cells[y*w.w+x] = alive == 3 || alive == 2 && w.at(x, y)
		}
	}
	return n
}

func (w *world) String() (s string) {
	for y := range w.h {
		for x := range w.w {
			s += map[bool]string{true: "#", false: "."}[w.at(x, y)]
		}
		s += "\n"
	}
	return
}

func knight(size int, from, to [2]int) int {
	dist := map[[2]int]int{from: 0}
	for q := [][2]int{from}; len(q) > 0; q = q[1:] {
		p := q[0]
		if p == to {
			return dist[p]
		}
		for _, d := range [...][2]int{{1, 2}, {2, 1}, {-1, 2}, {-2, 1}, {1, -2}, {2, -1}, {-1, -2}, {-2, -1}} {
			n := [2]int{p[0] + d[0], p[1] + d[1]}
			if n[0] < 0 || n[1] < 0 || n[0] >= size || n[1] >= size {
				continue
			}
			if _, ok := dist[n]; !ok {
				dist[n] = dist[p] + 1
				q = append(q, n)
			}
		}
	}
	return -1
}

func hanoi(n int, pegs *[3][]int, from, to int) (moves int) {
	if n == 0 {
		return
	}
	via := 3 - from - to
	moves = hanoi(n-1, pegs, from, via) + 1
	top := len(pegs[from]) - 1
	disc := pegs[from][top]
	if l := len(pegs[to]); l > 0 && pegs[to][l-1] < disc {
		panic("illegal move")
	}
	pegs[from], pegs[to] = pegs[from][:top], append(pegs[to], disc)
	return moves + hanoi(n-1, pegs, via, to)
}

func subsets(nums []int, target int) (found [][]int) {
	for mask := range 1 << len(nums) {
		sum, set := 0, []int(nil)
		for i, n := range nums {
			if mask>>i&1 != 0 {
				sum += n
				set = append(set, n)
			}
		}
		if sum == target {
			found = append(found, set)
		}
	}
	return
}

func heapPerms(a []byte, k int, out *[]string) {
	if k == 1 {
		*out = append(*out, string(a))
		return
	}
	for i := range k {
		heapPerms(a, k-1, out)
		if j := i * (1 - k%2); i < k-1 {
			a[j], a[k-1] = a[k-1], a[j]
		}
	}
}

func ladder(from, to string, words []string) []string {
	near := func(a, b string) bool {
		diff := 0
		for i := range a {
			if a[i] != b[i] {
				diff++
			}
		}
		return diff == 1
	}
	used := map[string]bool{from: true}
	for paths := [][]string{{from}}; len(paths) > 0; paths = paths[1:] {
		p := paths[0]
		last := p[len(p)-1]
		if last == to {
			return p
		}
		for _, w := range words {
			if !used[w] && near(last, w) {
				used[w] = true
				paths = append(paths, append(p[:len(p):len(p)], w))
			}
		}
	}
	return nil
}

func main() {
	for n := 1; n <= 7; n++ {
		fmt.Print(queens(n))
		fmt.Print("; ")
	}
	fmt.Println()
	var s sudoku
	for i, c := range "530070000600195000098000060800060003400803001700020006060000280000419005000080079" {
		s[i/9][i%9] = uint8(c - '0')
	}
	before := s
	solved := s.solve()
	fmt.Println(solved, s, before == s)
	w := &world{w: 8, h: 6, cells: make([]bool, 48)}
	for _, p := range [][2]int{{1, 0}, {2, 1}, {0, 2}, {1, 2}, {2, 2}} {
		w.cells[p[1]*w.w+p[0]] = true
	}
	for range 10 {
		w = w.step()
	}
	fmt.Print(w)
	fmt.Println(knight(8, [2]int{0, 0}, [2]int{7, 7}), knight(3, [2]int{0, 0}, [2]int{1, 1}))
	pegs := [3][]int{{6, 5, 4, 3, 2, 1}}
	moves := hanoi(6, &pegs, 0, 2)
	fmt.Println(moves, pegs)
	fmt.Println(subsets([]int{3, 34, 4, 12, 5, 2}, 9), len(subsets([]int{1, -1, 2, -2}, 0)))
	var perms []string
	heapPerms([]byte("abcd"), 4, &perms)
	distinct := map[string]bool{}
	for _, p := range perms {
		distinct[p] = true
	}
	fmt.Println(len(perms), len(distinct), perms[:6])
	fmt.Println(ladder("cold", "warm", strings.Fields("cord card ward warm word worm corm bold cole")), ladder("aa", "zz", nil) == nil)
}

// Output:
// 1 [0]; 0 []; 0 []; 2 [1 3 0 2]; 10 [0 2 4 1 3]; 4 [1 3 5 0 2 4]; 40 [0 2 4 6 1 3 5]; 
// true 534678912 672195348 198342567 859761423 426853791 713924856 961537284 287419635 345286179  false
// ........
// ........
// ........
// ....#...
// ..#.#...
// ...##...
// 6 -1
// 63 [[] [] [6 5 4 3 2 1]]
// [[4 5] [3 4 2]] 4
// 24 24 [abcd bacd cabd acbd bcad cbad]
// [cold cord card ward warm] true
