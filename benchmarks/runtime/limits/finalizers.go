// An object with a finalizer dies at its last use: the next collection finds it, a thousand times of a thousand.
package main

import (
	"fmt"
	"runtime"
	"time"
)

type object struct {
	value int
	next  *object
}

var sum int

func main() {
	const n = 1000
	ran := 0
	for i := 0; i < n; i++ {
		done := make(chan bool, 1)
		p := new(object)
		p.value = i
		runtime.SetFinalizer(p, func(*object) { done <- true })
		sum += p.value
		runtime.GC()
		select {
		case <-done:
			ran++
		case <-time.After(time.Second):
		}
	}
	fmt.Printf("%d of %d finalizers ran after one collection\n", ran, n)
	if ran != n {
		panic("some did not")
	}
}
