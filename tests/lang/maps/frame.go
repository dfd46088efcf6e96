// Maps that do not outlive their function: small ones, ones that grow, with pointers and without, while the
// collector runs.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"strings"
)

type node struct {
	name string
	next *node
}

func count(words []string) string {
	n := map[string]int{}
	for _, w := range words {
		n[w]++
	}
	keys := make([]string, 0, len(n))
	for k := range n {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, "%s=%d ", k, n[k])
	}
	return strings.TrimSpace(b.String())
}

// Pointers that only the map holds.
func pointers(n int) (total int) {
	m := make(map[int]*node)
	for i := range n {
		m[i] = &node{name: fmt.Sprint("node ", i), next: m[i-1]}
		if i%16 == 0 {
			runtime.GC()
		}
	}
	runtime.GC()
	for i := range n {
		if m[i].name != fmt.Sprint("node ", i) || m[i].next != m[i-1] {
			fmt.Println("lost", i)
		}
		total += len(m[i].name)
	}
	return total
}

// A new map in each iteration, in the same place.
func fresh(rounds int) (sum int) {
	for i := range rounds {
		m := map[int]int{}
		if len(m) != 0 || m[i] != 0 || m[0] != 0 {
			fmt.Println("not empty", i)
		}
		for k := range i % 12 {
			m[k] += k + 1
		}
		for _, v := range m {
			sum += v
		}
	}
	return sum
}

func small(keys []int) (sum int) {
	m := map[int]int{}
	for i, k := range keys {
		m[k] += i
	}
	for _, v := range m {
		sum += v
	}
	return sum
}

// Functions with maps in loops: their places are the caller's.
func inlined(keys []int) (sum int) {
	other := map[int]int{}
	for from := 0; from+5 <= len(keys); from += 5 {
		sum += small(keys[from : from+5])
		other[from] = sum
		sum += other[from/2]
	}
	return sum
}

func literal(s string) int {
	kinds := map[string]int{"zero": 0, "one": 1, "two": 2, "three": 3}
	if v, ok := kinds[s]; ok {
		return v
	}
	return -1
}

// Overflow buckets of a map without pointers, while it is walked and grows.
func walk(n int) (seen, sum int) {
	m := map[int32]int64{}
	for i := range int32(n) {
		m[i] = int64(i)
	}
	for k, v := range m {
		if int64(k) != v {
			fmt.Println("differs", k, v)
		}
		if k < int32(n) {
			seen++
			sum += int(v)
		}
		if len(m) < 40*n {
			for i := range int32(20) {
				x := int32(n) + int32(len(m)) + i
				m[x] = int64(x)
			}
			if seen%8 == 0 {
				runtime.GC()
			}
		}
	}
	return seen, sum
}

func emptied(rounds int) (sum int) {
	m := map[string]string{}
	for i := range rounds {
		k := fmt.Sprint(i)
		m[k] = k + k
		sum += len(m[k])
		delete(m, k)
		if i%10 == 0 {
			clear(m)
		}
		sum += len(m)
	}
	return sum
}

func large() (sum int) {
	m := map[int][100]byte{}
	for i := range 20 {
		var a [100]byte
		a[i] = byte(i)
		m[i] = a
	}
	for i, a := range m {
		sum += int(a[i])
	}
	return sum
}

func depth(n int) int {
	m := map[int]*int{}
	if n == 0 {
		runtime.GC()
		return 0
	}
	for i := range 9 {
		m[i] = new(int)
		*m[i] = n
	}
	below := depth(n - 1)
	return below + *m[n%9]
}

// The first map lives on while the second is made in its place or not.
func kept(n int) (sum int) {
	var last map[int]int
	for i := range n {
		m := map[int]int{i: i}
		if last != nil {
			sum += last[i-1]
		}
		last = m
	}
	return sum
}

func recovered() (text string) {
	m := map[any]int{}
	defer func() { text = fmt.Sprint(recover(), len(m), m[1]) }()
	m[1] = 1
	m[[]int{}] = 2
	return "none"
}

func main() {
	fmt.Println(count(strings.Fields("a b a c b a d e f g h i j k l m n a")))
	fmt.Println(pointers(5), pointers(100))
	fmt.Println(fresh(100))
	keys := make([]int, 1000)
	for i := range keys {
		keys[i] = i * i
	}
	fmt.Println(inlined(keys))
	fmt.Println(literal("two"), literal("four"))
	fmt.Println(walk(9))
	fmt.Println(walk(100))
	fmt.Println(emptied(100), large(), depth(40), kept(30), recovered())
}

// Output:
// a=4 b=2 c=1 d=1 e=1 f=1 g=1 h=1 i=1 j=1 k=1 l=1 m=1 n=1
// 30 690
// 2298
// 5519180
// 2 -1
// 9 36
// 100 4950
// 380 190 820 406 runtime error: hash of unhashable type []int1 1
