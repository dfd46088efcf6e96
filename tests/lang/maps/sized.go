// Maps that the statement behind their making fills: the size that the compiler foresees is a hint.
package main

import "fmt"

var global = []int{3, 1, 2}

type number int

func fromInt[N ~int](n N) int {
	m := make(map[N]bool)
	for i := range n {
		m[i] = true
	}
	return len(m)
}

func fromInt8(n int8) int {
	m := make(map[int8]bool)
	for i := range n {
		m[i] = true
	}
	return len(m)
}

func fromUint64(n uint64) (added int) {
	m := make(map[uint64]bool)
	defer func() {
		recover()
		added = len(m)
	}()
	for i := range n {
		if i == 10 {
			panic("enough")
		}
		m[i] = true
	}
	return -1
}

func fromArray() map[int]string {
	words := [12]string{2: "two", 11: "eleven"}
	m := map[int]string{}
	for i, w := range words {
		m[i] = w
	}
	return m
}

func copied[K comparable, V any](from map[K]V) map[K]V {
	var to map[K]V
	to = make(map[K]V)
	for k, v := range from {
		to[k] = v
	}
	return to
}

// The hint is far beyond what the loop adds before it panics.
func interrupted(n int) (added int) {
	var m map[int]int
	defer func() {
		recover()
		added = len(m)
	}()
	m = make(map[int]int)
	for i := range n {
		m[i] = global[i]
	}
	return -1
}

func shadowed(m map[int]int) (int, int) {
	sum := 0
	{
		m := make(map[int]int)
		for k := range m {
			m[k] = k
		}
		sum = len(m)
	}
	return sum, len(m)
}

// The variable of the loop is changed: the keys repeat.
func changed(n int) int {
	m := make(map[int]int)
	for i := range n {
		i /= 2
		m[i] = i
	}
	return len(m)
}

// The length changes between the hint and the loop's own reading.
func later() int {
	s := []int{1}
	grow := func() []int { return append(s, 2, 3) }
	m, _ := make(map[int]int), 0
	s = grow()
	for i, x := range s {
		m[i] = x
	}
	return len(m)
}

func main() {
	fmt.Println(fromInt(1000), fromInt(0), fromInt(-5), fromInt(number(3)))
	fmt.Println(fromInt8(127), fromInt8(-1), fromUint64(3), fromUint64(1<<63+7))
	fmt.Println(len(fromArray()), fromArray()[11])
	big := map[string]int{}
	for i := range 500 {
		big[fmt.Sprint(i)] = i
	}
	c := copied(big)
	fmt.Println(len(c), c["77"], len(copied(map[int]int(nil))), len(copied(map[any]bool{1: true, "a": false})))
	fmt.Println(interrupted(1<<62), interrupted(1<<20), interrupted(2))
	fmt.Println(shadowed(map[int]int{1: 1}))
	fmt.Println(changed(100), later())
}

// Output:
// 1000 0 0 3
// 127 0 3 10
// 12 eleven
// 500 77 0 2
// 3 3 2
// 0 1
// 50 3
