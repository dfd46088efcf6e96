// The prime sieve of channels.
package main

import "fmt"

func generate(out chan<- int) {
	for i := 2; ; i++ {
		out <- i
	}
}

func filter(in <-chan int, out chan<- int, prime int) {
	for {
		if i := <-in; i%prime != 0 {
			out <- i
		}
	}
}

func main() {
	ch := make(chan int)
	go generate(ch)
	p := 0
	for i := 0; i < 1500; i++ {
		p = <-ch
		next := make(chan int)
		go filter(ch, next, p)
		ch = next
	}
	fmt.Println(p)
}
