// The compact layout of the article (keys and values in slices, an index into them) against a map of pointers.
package main

import (
	"fmt"
	"runtime"
	"slices"
)

type item struct {
	id    int64
	price float64
	stock int32
}

type compact struct {
	keys   []string
	values []item
	index  map[string]int
}

const n = 200_000

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	return memory().HeapAlloc
}

func main() {
	claim(16, "4.4", "The compact layout saves 30 % of memory and more", "It depends on the entry: pointers and their objects go, a second copy of the keys' headers comes")
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("key%07d", i)
	}
	base := heap()
	loose := map[string]*item{}
	for i, k := range keys {
		loose[k] = &item{id: int64(i)}
	}
	looseBytes := float64(heap()-base) / n
	looseGC := nsPerOp(5, 1, runtime.GC) / 1e6
	sum := int64(0)
	looseLook := nsPerOp(5, n, func() {
		for _, k := range keys {
			sum += loose[k].id
		}
	})
	require(len(loose) == n && sum > 0, "entries are missing")
	runtime.KeepAlive(loose)
	loose = nil

	base = heap()
	dense := compact{index: map[string]int{}}
	for i, k := range keys {
		dense.index[k] = i
		dense.keys = append(dense.keys, k)
		dense.values = append(dense.values, item{id: int64(i)})
	}
	dense.keys = slices.Clip(slices.Clone(dense.keys))
	dense.values = slices.Clip(slices.Clone(dense.values))
	denseBytes := float64(heap()-base) / n
	denseGC := nsPerOp(5, 1, runtime.GC) / 1e6
	denseLook := nsPerOp(5, n, func() {
		for _, k := range keys {
			sum += dense.values[dense.index[k]].id
		}
	})
	require(len(dense.index) == n, "entries are missing")
	runtime.KeepAlive(dense)

	base = heap()
	inline := map[string]item{}
	for i, k := range keys {
		inline[k] = item{id: int64(i)}
	}
	inlineBytes := float64(heap()-base) / n
	runtime.KeepAlive(inline)
	runtime.KeepAlive(keys)

	saved := 100 * (1 - denseBytes/looseBytes)
	figure("pointers: bytes per entry", looseBytes, "bytes")
	figure("compact: bytes per entry", denseBytes, "bytes")
	figure("values in the map: bytes per entry", inlineBytes, "bytes")
	figure("saved by the compact layout", saved, "%")
	figure("pointers: a collection", looseGC, "ms")
	figure("compact: a collection", denseGC, "ms")
	figure("pointers: look-up", looseLook, "ns")
	figure("compact: look-up", denseLook, "ns")
	plot("bars", "Bytes per entry", "layout", "bytes")
	point("bytes", "pointers", looseBytes)
	point("bytes", "compact", denseBytes)
	point("bytes", "values in the map", inlineBytes)
	switch {
	case saved >= 30:
		verdict(holds, fmt.Sprintf("%.0f %% less", saved))
	case saved > 5:
		verdict(holdsInPart, fmt.Sprintf("%.0f %% less memory; a collection takes %.1f ms in place of %.1f", saved, denseGC, looseGC))
	default:
		verdict(holdsNot, fmt.Sprintf("it takes %.0f %% more memory: the keys' headers are there twice; a collection takes %.1f ms in place of %.1f", -saved, denseGC, looseGC))
	}
}
