// Values whose only reference moves into a box while a collection begins: a box that is made while marking is not
// scanned, so what it refers to must be marked by the store.
package main

import (
	"fmt"
	"runtime"
)

const kept = 61

var targets [kept + 1]int

//go:noinline
func text(n int) string {
	b := make([]byte, 2000)
	for i := range b {
		b[i] = byte(n)
	}
	return string(b)
}

//go:noinline
func pointers(n int) []*int {
	s := make([]*int, 300)
	for i := range s {
		s[i] = &targets[n%len(targets)]
	}
	return s
}

func main() {
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	wrong := 0
	var texts, slices [kept]any
	for n := 0; n < 4_000; n++ {
		i := n % kept
		if n >= kept {
			s := texts[i].(string)
			if s[0] != byte(n-kept) || s[len(s)-1] != byte(n-kept) {
				wrong++
			}
			p := slices[i].([]*int)
			if to := &targets[(n-kept)%len(targets)]; p[0] != to || p[299] != to {
				wrong++
			}
		}
		texts[i] = text(n)
		slices[i] = pointers(n)
	}
	stop <- true
	fmt.Println("wrong:", wrong)
}

// Output:
// wrong: 0
