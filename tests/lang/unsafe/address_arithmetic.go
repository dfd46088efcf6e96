// An object is kept by unsafe.Pointer(uintptr(p) + n): where p is used for nothing else, in a loop that allocates, and
// other goroutines allocate and collect between.
package main

import (
	"fmt"
	"runtime"
	"unsafe"
)

type words [4]*int

//go:noinline
func newWords(n int) unsafe.Pointer {
	w := new(words)
	for i := range w {
		w[i] = new(int)
		*w[i] = n + i
	}
	return unsafe.Pointer(w)
}

func add(p unsafe.Pointer, n uintptr) unsafe.Pointer { return unsafe.Pointer(uintptr(p) + n) }

//go:noinline
func up(p unsafe.Pointer, size uintptr) (all []unsafe.Pointer) {
	for at := uintptr(0); at < size; at += 8 {
		all = append(all, *(*unsafe.Pointer)(add(p, at)))
	}
	return all
}

//go:noinline
func down(end unsafe.Pointer, size uintptr) (all []unsafe.Pointer) {
	for at := size; at > 0; at -= 8 {
		all = append(all, *(*unsafe.Pointer)(unsafe.Pointer(uintptr(end) - (at - 8))))
	}
	return all
}

//go:noinline
func masked(p unsafe.Pointer, size uintptr) (all []unsafe.Pointer) {
	for at := uintptr(0); at < size; at += 8 {
		all = append(all, *(*unsafe.Pointer)(unsafe.Pointer((uintptr(p) + at + 5) &^ 7)))
	}
	return all
}

func main() {
	const size = unsafe.Sizeof(words{})
	wrong := make(chan int)
	check := func(n int, all []unsafe.Pointer) (bad int) {
		for i, p := range all {
			if *(*int)(p) != n+i {
				bad++
			}
		}
		return bad
	}
	const goroutines = 4
	for range goroutines {
		go func() {
			bad := 0
			for n := range 300 {
				bad += check(n, up(newWords(n), size))
				bad += check(n, down(add(newWords(n), size-8), size))
				bad += check(n, masked(newWords(n), size))
				if n%16 == 0 {
					runtime.GC()
				}
			}
			wrong <- bad
		}()
	}
	sum := 0
	for range goroutines {
		sum += <-wrong
	}
	fmt.Println("wrong:", sum)
}

// Output:
// wrong: 0
