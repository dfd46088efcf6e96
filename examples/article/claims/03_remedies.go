// The remedies that the article advises, against a map of pointers that grows from nothing.
package main

import (
	"runtime"
	"sync"
)

type small struct{ a, b uint64 }

const n = 200_000

type result struct{ ns, allocs, pause float64 }

func measure(run func() any) result {
	runtime.GC()
	before := memory()
	keep := run()
	after := memory()
	r := result{allocs: float64(after.Mallocs-before.Mallocs) / n}
	p := pauses(5, func() {})
	r.pause = median(p)
	runtime.KeepAlive(keep)
	keep = nil
	r.ns = nsPerOp(5, n, func() { keep = run() })
	runtime.KeepAlive(keep)
	return r
}

func main() {
	claim(3, "1, 4.4", "Small inline values help much, preallocation some, sync.Map little",
		"Inline values save an allocation each; preallocation saves the growing; sync.Map boxes keys and values")
	pointers := measure(func() any {
		m := map[uint64]*small{}
		for i := range uint64(n) {
			m[i] = &small{i, i}
		}
		return m
	})
	inline := measure(func() any {
		m := map[uint64]small{}
		for i := range uint64(n) {
			m[i] = small{i, i}
		}
		return m
	})
	prealloc := measure(func() any {
		m := make(map[uint64]*small, n)
		for i := range uint64(n) {
			m[i] = &small{i, i}
		}
		return m
	})
	syncMap := measure(func() any {
		m := &sync.Map{}
		for i := range uint64(n) {
			m.Store(i, &small{i, i})
		}
		return m
	})
	require(pointers.allocs >= 1, "pointers were not allocated")
	plot("bars", "Time per assignment", "remedy", "ns")
	for _, row := range []struct {
		name string
		r    result
	}{{"pointers", pointers}, {"inline values", inline}, {"preallocated", prealloc}, {"sync.Map", syncMap}} {
		point("ns", row.name, row.r.ns)
		figure(row.name+": time per assignment", row.r.ns, "ns")
		figure(row.name+": allocations", row.r.allocs, "per assignment")
		figure(row.name+": stops of a collection", row.r.pause, "µs")
	}
	saved := func(r result) float64 { return 1 - r.ns/pointers.ns }
	figure("time saved by inline values", 100*saved(inline), "%")
	figure("time saved by preallocation", 100*saved(prealloc), "%")
	figure("time saved by sync.Map", 100*saved(syncMap), "%")
	switch {
	case saved(inline) > 0.15 && saved(prealloc) > 0.05 && saved(syncMap) > 0:
		verdict(holds, "each of them saves time")
	case saved(inline) > 0.15 || saved(prealloc) > 0.05:
		verdict(holdsInPart, "inline values and preallocation save time or allocations; sync.Map costs more than it saves here")
	default:
		verdict(holdsNot, "none of them saves time")
	}
}
