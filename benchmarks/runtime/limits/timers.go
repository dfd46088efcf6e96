// A hundred thousand timers at once: half of them fire, none early, half are stopped and do not.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	const n = 100_000
	var fired, early, stopped atomic.Int64
	var latest atomic.Int64
	var wg sync.WaitGroup
	wg.Add(n / 2)
	timers := make([]*time.Timer, n)
	for i := range timers {
		wait := time.Second + time.Duration(i%1000)*time.Millisecond
		start := time.Now()
		timers[i] = time.AfterFunc(wait, func() {
			late := time.Since(start) - wait
			if late < 0 {
				early.Add(1)
			}
			for l := latest.Load(); int64(late) > l && !latest.CompareAndSwap(l, int64(late)); l = latest.Load() {
			}
			fired.Add(1)
			wg.Done()
		})
	}
	for i := 0; i < n; i += 2 {
		if timers[i].Stop() {
			stopped.Add(1)
		}
	}
	wg.Wait()
	time.Sleep(10 * time.Millisecond)
	fmt.Printf("%d timers: %d fired, %d of them early, %d stopped; the latest %.0f ms late\n", n, fired.Load(), early.Load(),
		stopped.Load(), float64(latest.Load())/1e6)
	if fired.Load() != n/2 || early.Load() != 0 || stopped.Load() != n/2 {
		panic("wrong")
	}
}
