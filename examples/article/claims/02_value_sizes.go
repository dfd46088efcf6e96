// New keys are assigned into a map with room for them, with values of several sizes. Which sizes allocate?
package main

import "fmt"

const n = 4096

var sink any

// allocs returns the objects and the bytes that n assignments of new keys allocate beyond the table itself.
func allocs[V any]() (objects, bytes float64) {
	var zero V
	m := make(map[int]V, 2*n)
	before := memory()
	for i := range n {
		m[i] = zero
	}
	after := memory()
	require(len(m) == n, "entries are missing")
	sink = m
	return float64(after.Mallocs-before.Mallocs) / n, float64(after.TotalAlloc-before.TotalAlloc) / n
}

func main() {
	claim(2, "1", "Values over 32 bytes allocate on assignment",
		"Values up to 128 bytes stand in the bucket; larger ones behind a pointer, one allocation each")
	setGC(-1)
	plot("bars", "Allocations per assignment of a new key", "bytes of the value", "objects")
	at := map[int]float64{}
	report := func(size int, objects, bytes float64) {
		at[size] = objects
		point("objects", size, objects)
		figure(fmt.Sprintf("allocations, values of %d bytes", size), objects, "objects")
	}
	measure8, bytes8 := allocs[[8]byte]()
	report(8, measure8, bytes8)
	o, b := allocs[[32]byte]()
	report(32, o, b)
	o, b = allocs[[33]byte]()
	report(33, o, b)
	o, b = allocs[[64]byte]()
	report(64, o, b)
	o, b = allocs[[128]byte]()
	report(128, o, b)
	o, b = allocs[[129]byte]()
	report(129, o, b)
	o, b = allocs[[256]byte]()
	report(256, o, b)
	require(at[8] < 0.2, "the table allocated while it was filled")
	switch {
	case at[33] > 0.9 && at[32] < 0.2:
		verdict(holds, "values of 33 bytes allocate, those of 32 do not")
	case at[128] < 0.2 && at[129] > 0.9:
		verdict(holdsNot, "the limit is 128 bytes: 33 to 128 stand in the bucket, from 129 on each assignment allocates")
	default:
		verdict(holdsNot, "the limit is somewhere else")
	}
}
