// What a map takes: fills one and prints "live peak", bytes per entry. Live is the heap after a collection; peak
// the most memory that the process had resident until then, less what it had before.
//
//	memory entries
//
// The type of the keys is the one below; memory.py puts others in its place.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

type key = int64

func mix(x uint64) uint64 {
	x *= 0x9e3779b97f4a7c15
	x ^= x >> 29
	x *= 0xbf58476d1ce4e5b9
	return x ^ x>>32
}

func makeKey(i int) (k key) {
	switch p := any(&k).(type) {
	case *int64:
		*p = int64(mix(uint64(i)))
	case *int32:
		*p = int32(uint32(i) * 0x9e3779b1)
	case *string:
		*p = fmt.Sprintf("%016x", mix(uint64(i)))
	}
	return k
}

// resident is a field of the process's status, in bytes.
func resident(field string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	_, rest, _ := strings.Cut(string(status), field+":")
	kilobytes, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	return kilobytes * 1024
}

func main() {
	n, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	before := resident("VmRSS")
	m := map[key]int64{}
	for i := 0; i < n; i++ {
		m[makeKey(i)] = int64(i)
	}
	peak := resident("VmHWM") - before
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	fmt.Printf("%.1f %.1f\n", float64(stats.HeapAlloc)/float64(n), peak/float64(n))
	runtime.KeepAlive(m)
}
