// A live heap of 1 GB of small objects with pointers, mutated while allocating. Prints pauses and
// the collector's share on standard error.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
)

type node struct {
	left, right *node
	key         uint64
	data        [5]uint64
}

func main() {
	const n = 16 << 20
	nodes := make([]*node, n)
	for i := range nodes {
		nodes[i] = &node{key: uint64(i)}
		if i > 0 {
			nodes[i].left = nodes[i/2]
			nodes[i].right = nodes[uint64(i)*2654435761%uint64(i)]
		}
	}
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	x := uint64(88172645463325252)
	sum := uint64(0)
	for i := 0; i < 20_000_000; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		k := x % n
		fresh := &node{key: x, left: nodes[(x>>20)%n]}
		nodes[k] = fresh
		sum += fresh.left.key & 1
	}
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	fmt.Println(sum > 0)
	cycles := after.NumGC - before.NumGC
	var pauses []uint64
	for i := uint32(0); i < cycles && i < 256; i++ {
		pauses = append(pauses, after.PauseNs[(after.NumGC-1-i+256)%256])
	}
	sort.Slice(pauses, func(i, j int) bool { return pauses[i] < pauses[j] })
	if len(pauses) > 0 {
		fmt.Fprintf(os.Stderr, "collections %d, pause median %d us, max %d us, cpu %.1f %%, heap %d MB of %d MB\n", cycles,
			pauses[len(pauses)/2]/1000, pauses[len(pauses)-1]/1000, after.GCCPUFraction*100, after.HeapAlloc>>20, after.NextGC>>20)
	}
}
