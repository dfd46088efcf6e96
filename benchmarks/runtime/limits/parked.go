// A million goroutines that wait at once.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	const n = 1_000_000
	start := time.Now()
	gate := make(chan int)
	var waiting, done sync.WaitGroup
	waiting.Add(n)
	done.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			waiting.Done()
			<-gate
			done.Done()
		}()
	}
	waiting.Wait()
	parked := time.Since(start)
	close(gate)
	done.Wait()
	fmt.Printf("%d goroutines parked after %.1f s, ended after %.1f s\n", n, parked.Seconds(), time.Since(start).Seconds())
}
