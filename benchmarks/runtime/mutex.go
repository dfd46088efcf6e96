// Eight goroutines that contend for one mutex.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	counts := map[int]int{}
	for g := 0; g < 8; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 1_000_000; i++ {
				mu.Lock()
				counts[i&15]++
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println(counts)
}
