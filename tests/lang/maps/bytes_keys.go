// Keys that are bytes converted to strings: no copy where the key is not kept, and the right one where it is.
package main

import (
	"fmt"
	"testing"
)

type name string

func main() {
	long := []byte("a key of more than thirty-two bytes, which is long")
	short := []byte("short")
	m := map[string]int{string(long): 1, string(short): 2}
	large := map[string][40]int{string(short): {1}}
	named := map[name]int{}
	n := 0
	report := func(what string, f func()) { fmt.Println(what, testing.AllocsPerRun(50, f)) }
	report("look-up", func() { n += m[string(long)] + m[string(short)] })
	report("comma ok", func() {
		if v, ok := m[string(long)]; ok {
			n += v
		}
	})
	report("missing", func() { n += m[string(long[1:])] + m[string(short[2:])] })
	report("delete", func() { delete(m, string(long[1:])) })
	report("assign", func() { m[string(long)] = 3; m[string(short)] = 4 })
	report("compound", func() { m[string(long)] += 2; m[string(short)]++ })
	report("compare", func() {
		if string(long) == "x" || string(short) < "s" {
			n++
		}
	})

	// What is inserted is a copy.
	m, b := map[string]int{}, []byte("0123456789abcdef")
	for i := range 300 {
		b[15] = byte(i % 26)
		b[3] = byte(i)
		m[string(b)]++
		m[string(b[:i%17])] += i
		named[name(b[:4])] = i
		large[string(b)] = [40]int{39: i}
	}
	sum := 0
	for i := range 300 {
		b[15] = byte(i % 26)
		b[3] = byte(i)
		v, ok := large[string(b)]
		sum += m[string(b)] + v[39] + named[name(b[:4])]
		if !ok {
			fmt.Println("missing", i)
		}
	}
	fmt.Println(len(m), len(large), len(named), sum, m[""], large["short"][0])

	c := []byte("abc")
	k := map[string]int{}
	k[string(c)] = 5
	s := string(c)
	c[0] = 'z'
	fmt.Println(k, k[s], s == "abc", len(s), string(c) == s)
	delete(k, string(c))
	c[0] = 'a'
	delete(k, string(c))
	fmt.Println(k)
	var none map[string]int
	defer func() { fmt.Println(recover(), none[string(c)]) }()
	none[string(c)] = 1
}

// Output:
// look-up 0
// comma ok 0
// missing 0
// delete 0
// assign 0
// compound 0
// compare 0
// 515 301 256 103848 2601 1
// map[abc:5] 5 true 3 false
// map[]
// assignment to entry in nil map 0
