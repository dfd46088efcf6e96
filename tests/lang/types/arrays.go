// Arrays are values: assignment and parameters copy, comparison is element by element, arrays of
// arrays, ranging over an array copies it, pointers to arrays, zero-size arrays.
package main

import "fmt"

type board [3][3]rune

func (b board) set(r, c int, v rune) board { b[r][c] = v; return b }

func (b *board) put(r, c int, v rune) { b[r][c] = v }

func (b board) String() string {
	s := ""
	for _, row := range b {
		for _, c := range row {
			if c == 0 {
				c = '.'
			}
			s += string(c)
		}
		s += "/"
	}
	return s
}

type pair struct {
	key  [4]byte
	vals [2]int
}

func modify(a [4]int) [4]int {
	for i := range a {
		a[i] *= 10
	}
	return a
}

func modifyPtr(a *[4]int) int {
	for i := range a {
		a[i]++
	}
	sum := 0
	for i, v := range a {
		sum += i * v
	}
	return sum + len(a) + cap(a)
}

func swap(m *[2][2]string) { m[0], m[1] = m[1], m[0] }

func main() {
	a := [4]int{1, 2, 3}
	b := a
	b[3] = 9
	fmt.Println(a, b, a == b, a == [4]int{1, 2, 3, 0}, a != b)
	c := modify(a)
	fmt.Println(a, c)
	fmt.Println(modifyPtr(&a), modify(modify(a))[1])
	fmt.Println(a)

	d := [...]string{5: "five", "six", 1: "one", "two"}
	fmt.Printf("%d %q\n", len(d), d)
	for i, v := range d {
		d[len(d)-1-i] = "changed"
		fmt.Print(i, "=", v, " ")
	}
	fmt.Println()
	for i, v := range &d {
		d[len(d)-1-i] = fmt.Sprint(i)
		fmt.Print(v, " ")
	}
	fmt.Println()

	var bd board
	bd2 := bd.set(1, 1, 'X')
	bd.put(0, 2, 'O')
	fmt.Println(bd, bd2, bd == bd2, bd2.set(0, 0, 'Y'))
	seen := map[board]int{bd: 1, bd2: 2}
	seen[bd2.set(1, 1, 'X')]++
	fmt.Println(len(seen), seen[bd2], seen[bd], seen[board{}])

	m := [2][2]string{{"a", "b"}, {"c", "d"}}
	row := m[0]
	swap(&m)
	row[0] = "changed"
	fmt.Println(m, row, m[1] == [2]string{"a", "b"})

	p, q := pair{[4]byte{'k'}, [2]int{1, 2}}, pair{key: [4]byte{'k'}, vals: [...]int{1, 2}}
	fmt.Println(p == q, p.key, string(p.key[:1]))
	q.vals[1]++
	fmt.Println(p == q, p.vals, q.vals)
	pp := &q
	pp.vals[0] = -1
	arr := pp.vals
	pp.vals[0] = -2
	fmt.Println(arr, q.vals, *pp)

	var ptr *[3]int
	n := 0
	for range ptr {
		n++
	}
	for i := range ptr {
		n += i
	}
	fmt.Println(n, len(ptr))

	s := a[1:3]
	s[0] = 100
	s = append(s, 200)
	fmt.Println(a, s, len(s), cap(s))
	back := (*[2]int)(s)
	back[1] = 77
	conv := [3]int(s)
	conv[0] = 0
	fmt.Println(a, *back, conv)

	var empty [0]int
	var z1, z2 [1000]struct{}
	fmt.Println(len(empty), empty == [0]int{}, len(z1), z1 == z2)
	funcs := [3]func(int) int{func(i int) int { return i }, nil, func(i int) int { return i * i }}
	for i, f := range funcs {
		if f != nil {
			fmt.Print(i, ":", f(7), " ")
		}
	}
	fmt.Println()
	idx := 0
	next := func() int { idx++; return idx }
	arr2 := [3]int{next(), next(), next()}
	arr2[next()-4], arr2[next()-4] = arr2[1], arr2[0]
	fmt.Println(arr2, idx)
	big := [300]int{299: 1}
	cp := big
	cp[0], big[299] = 5, 2
	total := 0
	for _, v := range cp {
		total += v
	}
	fmt.Println(total, big[0], big[299], cp[299])
	var iface any = arr2
	arr2[0] = 99
	fmt.Println(iface, iface == any([3]int{1, 2, 1}), iface.([3]int)[1], arr2)
	ch := make(chan [2]int, 2)
	v := [2]int{1, 2}
	ch <- v
	v[0] = 9
	ch <- v
	fmt.Println(<-ch, <-ch)
	i, j := 1, 2
	matrix := [3][4]int{1: {2: 5}, 2: {1, 2, 3, 4}}
	matrix[i][j], matrix[j][i] = matrix[j][i], matrix[i][j]
	fmt.Println(matrix, len(matrix), len(matrix[0]))
}

// Output:
// [1 2 3 0] [1 2 3 9] false true true
// [1 2 3 0] [10 20 30 0]
// 22 300
// [2 3 4 1]
// 7 ["" "one" "two" "" "" "five" "six"]
// 0= 1=one 2=two 3= 4= 5=five 6=six 
// changed changed changed changed 2 1 0 
// ..O/.../.../ .../.X./.../ false Y../.X./.../
// 2 3 1 0
// [[c d] [a b]] [changed b] true
// true [107 0 0 0] k
// false [1 2] [1 3]
// [-1 3] [-2 3] {[107 0 0 0] [-2 3]}
// 6 3
// [2 100 4 200] [100 4 200] 3 3
// [2 100 77 200] [100 77] [0 77 200]
// 0 true 1000 true
// 0:7 2:49 
// [2 1 3] 5
// 6 0 2 1
// [2 1 3] false 1 [99 1 3]
// [1 2] [9 2]
// [[0 0 0 0] [0 0 2 0] [1 5 3 4]] 3 4
