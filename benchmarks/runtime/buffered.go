// Producers and consumers over a buffered channel.
package main

import (
	"fmt"
	"sync"
)

func main() {
	ch := make(chan int, 128)
	var producers, consumers sync.WaitGroup
	var sums [4]int
	for c := range sums {
		consumers.Add(1)
		go func() {
			defer consumers.Done()
			for v := range ch {
				sums[c] += v
			}
		}()
	}
	for p := 0; p < 4; p++ {
		producers.Add(1)
		go func() {
			defer producers.Done()
			for i := 0; i < 3_000_000; i++ {
				ch <- i & 15
			}
		}()
	}
	producers.Wait()
	close(ch)
	consumers.Wait()
	fmt.Println(sums[0] + sums[1] + sums[2] + sums[3])
}
