// What gives pages back: a collection, time, FreeOSMemory.
package main

import (
	"runtime"
	"runtime/debug"
	"time"
)

const megabytes = 96

var blocks [][]byte

func main() {
	claim(15, "4.3", "Only FreeOSMemory returns pages at once",
		"A collection frees spans but keeps their pages; the scavenger returns what exceeds the goal, bit by bit; FreeOSMemory returns all")
	fill := func() {
		blocks = make([][]byte, megabytes)
		for i := range blocks {
			blocks[i] = make([]byte, 1<<20)
			for j := 0; j < len(blocks[i]); j += 4096 {
				blocks[i][j] = 1
			}
		}
	}
	fill()
	runtime.GC()
	full, m0 := residentKB(), memory()
	require(full > megabytes<<10, "the memory was not resident")
	blocks = nil
	runtime.GC()
	collected, m1 := residentKB(), memory()
	plot("lines", "Resident memory after the references went", "ms", "MB")
	point("resident", 0, collected/1024)
	from := time.Now()
	for time.Since(from) < 400*time.Millisecond {
		time.Sleep(40 * time.Millisecond)
		point("resident", time.Since(from).Milliseconds(), residentKB()/1024)
	}
	waited, m2 := residentKB(), memory()
	debug.FreeOSMemory()
	freed, m3 := residentKB(), memory()
	point("resident", time.Since(from).Milliseconds(), freed/1024)
	released := func(m runtime.MemStats) float64 { return float64(m.HeapReleased-m0.HeapReleased) / (1 << 20) }
	figure("full: resident", full/1024, "MB")
	figure("after a collection: resident", collected/1024, "MB")
	figure("after a collection: HeapReleased rose by", released(m1), "MB")
	figure("400 ms later: resident", waited/1024, "MB")
	figure("400 ms later: HeapReleased rose by", released(m2), "MB")
	figure("after FreeOSMemory: resident", freed/1024, "MB")
	figure("after FreeOSMemory: HeapReleased rose by", released(m3), "MB")
	switch {
	case full-collected > (megabytes<<10)*8/10:
		verdict(holdsNot, "a collection returns the pages already")
	case full-freed > (megabytes<<10)/2 && full-waited > (megabytes<<10)/10:
		verdict(holdsInPart, "FreeOSMemory returns all at once; the scavenger returns pages too, in small steps after a collection")
	case full-freed > (megabytes<<10)/2:
		verdict(holds, "only FreeOSMemory returned pages in that time")
	default:
		verdict(holdsNot, "FreeOSMemory returned nothing")
	}
}
