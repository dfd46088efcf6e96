// Bounds of unsigned types in slice expressions, each by itself; map literals that are filled by loops.
package main

import "fmt"

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

var names = map[string]int{
	"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8, "i": 9, "j": 10,
	"k": 11, "l": 12, "m": 13, "n": 14, "o": 15, "p": 16, "q": 17, "r": 18, "s": 19, "t": 20,
	"u": 21, "v": 22, "w": 23, "x": 24, "y": 25, "z": 26,
}

type point struct{ x, y int16 }

func set() map[point]struct{} {
	return map[point]struct{}{
		{1, 1}: {}, {1, 2}: {}, {1, 3}: {}, {1, 4}: {}, {1, 5}: {}, {1, 6}: {}, {1, 7}: {}, {1, 8}: {},
		{2, 1}: {}, {2, 2}: {}, {2, 3}: {}, {2, 4}: {}, {2, 5}: {}, {2, 6}: {}, {2, 7}: {}, {2, 8}: {},
		{3, 1}: {}, {3, 2}: {}, {3, 3}: {}, {3, 4}: {}, {3, 5}: {}, {3, 6}: {}, {3, 7}: {}, {3, 8}: {},
		{4, 1}: {}, {4, 2}: {}, {4, 3}: {}, {4, 4}: {}, {4, 5}: {}, {4, 6}: {}, {4, 7}: {}, {4, 8}: {},
	}
}

func main() {
	s := make([]int, 3, 5)
	a := [4]int{}
	str := "hello"
	u, big, neg, two := uint(1), ^uint64(0), -1, 2
	try(func() { fmt.Println(s[u:two]) })
	try(func() { fmt.Println(s[0:0:big]) })
	try(func() { fmt.Println(s[0:big:5]) })
	try(func() { fmt.Println(s[big:4:5]) })
	try(func() { fmt.Println(s[u:neg:5]) })
	try(func() { fmt.Println(s[neg:u:5]) })
	try(func() { fmt.Println(s[0:u:neg]) })
	try(func() { fmt.Println(s[big:]) })
	try(func() { fmt.Println(s[u:neg]) })
	try(func() { fmt.Println(s[neg:u]) })
	try(func() { fmt.Println(a[0:0:big]) })
	try(func() { fmt.Println(a[:big]) })
	try(func() { fmt.Println(str[big:two]) })
	try(func() { fmt.Println(str[neg:uint8(2)]) })
	n := 0
	for k, v := range names {
		if int(k[0]-'a')+1 == v {
			n++
		}
	}
	m := set()
	_, in := m[point{3, 4}]
	_, out := m[point{4, 9}]
	fmt.Println(len(names), n, len(m), in, out)
	delete(m, point{1, 1})
	fmt.Println(len(m), len(set()))
}

// Output:
// [0]
// <nil>
// runtime error: slice bounds out of range [::18446744073709551615] with capacity 5
// runtime error: slice bounds out of range [:18446744073709551615:5]
// runtime error: slice bounds out of range [18446744073709551615:4:]
// runtime error: slice bounds out of range [:-1:]
// runtime error: slice bounds out of range [-1::]
// runtime error: slice bounds out of range [::-1]
// runtime error: slice bounds out of range [18446744073709551615:3]
// runtime error: slice bounds out of range [:-1]
// runtime error: slice bounds out of range [-1:]
// runtime error: slice bounds out of range [::18446744073709551615] with length 4
// runtime error: slice bounds out of range [:18446744073709551615] with length 4
// runtime error: slice bounds out of range [18446744073709551615:2]
// runtime error: slice bounds out of range [-1:]
// 26 26 32 true false
// 31 32
