// Slices: aliasing, append within and past capacity, three-index slices, copy with overlap, nil and
// empty slices, growth, slices of slices, deleting and inserting, clear.
package main

import (
	"errors"
	"fmt"
)

// grown lives on the heap: its capacities follow the allocator's size classes.
var grown []int

type stack []int

func (s *stack) push(v ...int) { *s = append(*s, v...) }
func (s *stack) pop() (v int) {
	old := *s
	v = old[len(old)-1]
	*s = old[:len(old)-1]
	return
}

type ints []int

func (s ints) each(f func(*int)) ints {
	for i := range s {
		f(&s[i])
	}
	return s
}

func insert(s []string, at int, v ...string) []string {
	return append(s[:at:at], append(v, s[at:]...)...)
}

func remove(s []int, i int) []int { return append(s[:i], s[i+1:]...) }

func variadic(tag string, xs ...int) string { return fmt.Sprint(tag, len(xs), xs == nil, xs) }

func mutate(xs ...int) { xs[0] = -1 }

func catch(f func()) (msg string) {
	defer func() {
		if e, ok := recover().(error); ok {
			msg = e.Error()
			if errors.Unwrap(e) != nil {
				msg += " wrapped"
			}
		}
	}()
	f()
	return "no panic"
}

func main() {
	base := []int{0, 1, 2, 3, 4, 5, 6, 7}
	a, b := base[2:5], base[4:]
	a[2] = 40
	fmt.Println(base, a, b, len(a), cap(a), len(b), cap(b))
	a = append(a, 50)
	fmt.Println(base[5], b[1])
	a = append(a, 60, 70, 80)
	a[0] = 999
	fmt.Println(base, a, len(a))
	c := base[1:3:3]
	c = append(c, -3)
	fmt.Println(base[3], c, base[1:3][:5], cap(base[2:4:6]))

	var nilS []int
	empty := []int{}
	fmt.Println(nilS == nil, empty == nil, len(nilS), cap(nilS), nilS, empty, nilS[:0] == nil, empty[:0:0] == nil)
	nilS = append(nilS, nilS...)
	fmt.Println(nilS == nil, append(nilS, 1), append([]int(nil)) == nil, append(empty, empty...) == nil)
	for range nilS {
		fmt.Println("never")
	}

	over := []int{1, 2, 3, 4, 5}
	fmt.Println(copy(over[1:], over), over, copy(over, over[2:]), over, copy(over, []int{}))

	var caps []int
	last := -1
	for i := 0; i < 2000; i++ {
		grown = append(grown, i)
		if cap(grown) != last {
			last = cap(grown)
			caps = append(caps, last)
		}
	}
	fmt.Println(caps)
	grown = append([]int{1, 2, 3}, 4, 5, 6, 7)
	fmt.Println(len(grown), cap(grown) >= 7, cap(append([]struct{ a, b, c int }(nil), struct{ a, b, c int }{})) >= 1)

	var st stack
	st.push(1, 2, 3)
	st.push()
	st.push(4)
	fmt.Println(st.pop(), st.pop())
	fmt.Println(st, len(st))
	fmt.Println(ints{1, 2, 3}.each(func(p *int) { *p *= *p }).each(func(p *int) { *p++ }))

	words := []string{"a", "b", "e"}
	words2 := insert(words, 2, "c", "d")
	fmt.Println(words, words2, insert(nil, 0, "x"), remove([]int{1, 2, 3, 4}, 1))

	fmt.Println(variadic("none"), variadic("one", 1), variadic("spread", base[:2]...), variadic("nil", nil...))
	mutate(base...)
	fmt.Println(base[0])

	grid := make([][]int, 4)
	for i := range grid {
		grid[i] = make([]int, i, 4)
		for j := range grid[i] {
			grid[i][j] = i * j
		}
	}
	grid[1] = append(grid[1], grid[3]...)
	grid[0], grid[3] = grid[3], grid[0]
	fmt.Println(grid, len(grid[0]), cap(grid[3]))

	evens := base[:0]
	for _, v := range base {
		if v%2 == 0 {
			evens = append(evens, v)
		}
	}
	fmt.Println(evens, base)
	clear(evens[1:])
	fmt.Println(evens, len(evens))
	for i, v := range base {
		if i == 0 {
			base = append(base, 100)
			base[1] = 1234
		}
		if i == 1 {
			fmt.Println("ranged value", v, "length", len(base))
		}
	}
	s := make([]int, 3, 10)
	s2 := append(s, 1)
	s3 := append(s, 2)
	fmt.Println(s2[3], s3[3], &s2[0] == &s3[0], &s[:4][3] == &s3[3])
	lit := []any{1, "a", nil, []int{1}, 4: 2.5, 7: 'x'}
	fmt.Println(len(lit), lit)
	i, n := 5, 2
	fmt.Println(catch(func() { _ = over[i] }))
	fmt.Println(catch(func() { _ = over[-n+1] }))
	fmt.Println(catch(func() { _ = over[i:n] }))
	fmt.Println(catch(func() { _ = over[:i+2] }))
	fmt.Println(catch(func() { _ = over[n : i : i-1] }))
	fmt.Println(catch(func() { _ = over[: n : i+4] }))
	fmt.Println(catch(func() { _ = "string"[i+3] }))
	fmt.Println(catch(func() { _ = "string"[i+3:] }))
	fmt.Println(catch(func() { _ = [3]int{}[i%4+2] }))
	fmt.Println(catch(func() { _ = make([]int, n-3) }))
	fmt.Println(catch(func() { _ = make([]int, n, n-1) }))
	fmt.Println(catch(func() { _ = [4]int(over[:n]) }))
	fmt.Println(catch(func() { _ = nilS[0] }), catch(func() { _ = over[5:] }))
}

// Output:
// [0 1 2 3 40 5 6 7] [2 3 40] [40 5 6 7] 3 6 4 4
// 50 50
// [0 1 2 3 40 50 6 7] [999 3 40 50 60 70 80] 7
// 3 [1 2 -3] [1 2 3 40 50] 4
// true false 0 0 [] [] true false
// true [1] true false
// 4 [2 3 4 3 4] 3 [2 3 4 3 4] 0
// [1 2 4 8 16 32 64 128 256 512 848 1280 1792 2560]
// 7 true true
// 4 3
// [1 2] 2
// [2 5 10]
// [a b e] [a b c d e] [x] [1 3 4]
// none0 true [] one1 false [1] spread2 false [0 1] nil0 true []
// -1
// [[0 3 6] [0 0 3 6] [0 2] []] 3 4
// [2 40 50 6] [2 40 50 6 40 50 6 7]
// [2 0 0 0] 4
// ranged value 0 length 9
// 2 2 true true
// 8 [1 a <nil> [1] 2.5 <nil> <nil> 120]
// runtime error: index out of range [5] with length 5
// runtime error: index out of range [-1]
// runtime error: slice bounds out of range [5:2]
// runtime error: slice bounds out of range [:7] with capacity 5
// runtime error: slice bounds out of range [:5:4]
// runtime error: slice bounds out of range [::9] with capacity 5
// runtime error: index out of range [8] with length 6
// runtime error: slice bounds out of range [8:6]
// runtime error: index out of range [3] with length 3
// runtime error: makeslice: len out of range
// runtime error: makeslice: cap out of range
// runtime error: cannot convert slice with length 2 to array or pointer to array with length 4
// runtime error: index out of range [0] with length 0 no panic
