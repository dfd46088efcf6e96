// A token passed around a ring of goroutines.
package main

import "fmt"

func main() {
	const n, laps = 503, 5000
	first := make(chan int)
	in := first
	for i := 1; i < n; i++ {
		out := make(chan int)
		go func(in, out chan int) {
			for v := range in {
				out <- v + 1
			}
			close(out)
		}(in, out)
		in = out
	}
	sum := 0
	for lap := 0; lap < laps; lap++ {
		first <- lap
		sum += <-in
	}
	close(first)
	fmt.Println(sum)
}
