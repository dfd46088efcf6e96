// Builtin functions whose arguments are the results of one call.
package main

import (
	"fmt"
	"unsafe"
)

var (
	numbers = []int{1, 2, 3}
	counts  = map[int]int{1: 2, 3: 4}
)

type celsius float64

func slices() ([]int, []int)        { return numbers, []int{7, 8} }
func grow() ([]int, int, int)       { return []int{1}, 5, 6 }
func parts() (float64, float64)     { return 1, 2 }
func entry() (map[int]int, int)     { return counts, 1 }
func pair() (int, string)           { return 1, "x" }
func ints() (int, int)              { return 4, 7 }
func texts() (string, string)       { return "b", "a" }
func degrees() (a, b, c celsius)    { return 3, -1, 2 }
func slice(n uint8) (*int, uint8)   { return &numbers[0], n }
func offset() (unsafe.Pointer, int) { return unsafe.Pointer(&numbers[0]), 8 }
func text(n int64) (*byte, int64)   { return unsafe.StringData("hello"), n }
func try(f func() any) (result any) {
	defer func() {
		if r := recover(); r != nil {
			result = r
		}
	}()
	return f()
}

func main() {
	fmt.Println(copy(slices()), numbers)
	fmt.Println(append(grow()))
	fmt.Println(complex(parts()))
	delete(entry())
	fmt.Println(counts)
	fmt.Println(min(ints()), max(ints()))
	fmt.Println(min(texts()), max(texts()))
	fmt.Println(min(degrees()), max(degrees()))
	fmt.Println(unsafe.Slice(slice(2)))
	fmt.Println(*(*int)(unsafe.Add(offset())))
	fmt.Println(unsafe.String(text(3)))
	fmt.Println(try(func() any { return unsafe.String(text(-1)) }))
}

// Output:
// 2 [7 8 3]
// [1 5 6]
// (1+2i)
// map[3:4]
// 4 7
// a b
// -1 3
// [7 8]
// 8
// hel
// runtime error: unsafe.String: len out of range
