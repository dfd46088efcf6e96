// Values behind pointers are overwritten in a map. When are the old ones freed, and does the next collection's
// stop of the world take longer?
package main

import "runtime"

type value struct{ data [8]uint64 }

func main() {
	claim(1, "1", "Overwriting pointer values delays their release until a later cycle and lengthens the next STW",
		"Released when a later collection sweeps; the stops do not depend on the number of dead objects")
	const n = 200_000
	m := make(map[int]*value, n)
	fill := func() {
		for i := range n {
			m[i] = &value{}
		}
	}
	fill()
	runtime.GC()
	runtime.GC()
	old := runtime.GOMAXPROCS(0)

	// No collection may come by itself.
	require(setGC(-1) == 100, "GOGC is not 100")
	before := memory()
	fill()
	overwritten := memory()
	require(overwritten.NumGC == before.NumGC, "a collection came in between")
	require(overwritten.Mallocs-before.Mallocs >= n, "the assignments allocated nothing")
	freedBefore := overwritten.Frees - before.Frees
	runtime.GC()
	after := memory()
	freedAfter := after.Frees - overwritten.Frees
	figure("overwritten values freed before the next collection", freedBefore, "objects")
	figure("freed by it", freedAfter, "objects")

	quiet := pauses(15, func() {})
	busy := pauses(15, fill)
	q, b := median(quiet), median(busy)
	figure("stops of a collection after no overwriting, median", q, "µs")
	figure("stops after 200,000 overwritten pointers, median", b, "µs")
	figure("processors", old, "")
	plot("lines", "Stops of the world per collection", "collection", "µs")
	for i := range quiet {
		point("nothing overwritten", i, quiet[i])
		point("200,000 overwritten", i, busy[i])
	}
	runtime.KeepAlive(m)
	switch {
	case freedBefore > n/100 || freedAfter < n*9/10:
		verdict(holdsNot, "the old values were freed earlier")
	case b > 3*q && b-q > 200:
		verdict(holds, "released by the next collection's sweep, and the stops were longer")
	default:
		verdict(holdsInPart, "released by the next collection's sweep, not before; its stops are as short as without")
	}
}
