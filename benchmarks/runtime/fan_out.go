// 100,000 goroutines at once, ten times.
package main

import (
	"fmt"
	"sync"
)

func main() {
	total := 0
	for round := 0; round < 10; round++ {
		var wg sync.WaitGroup
		results := make(chan int, 64)
		for i := 0; i < 100_000; i++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				results <- i & 7
			}()
		}
		go func() {
			wg.Wait()
			close(results)
		}()
		for v := range results {
			total += v
		}
	}
	fmt.Println(total)
}
