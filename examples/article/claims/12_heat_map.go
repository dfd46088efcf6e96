// Assignments of known keys, by how full the map is and how long the keys are.
package main

import (
	"fmt"
	"strings"
)

const entriesOfFull = 6.5 * 1024 // of a table of 1024 buckets

func main() {
	claim(12, "4.1", "The time of an assignment depends on load factor and key length",
		"Hashing grows with the key's length; fuller buckets and overflow cost comparisons")
	loads := []float64{1, 2, 3, 4, 5, 6.4}
	lengths := []int{4, 8, 16, 32, 64, 128}
	plot("heat", "Mean time of an assignment in ns", "load factor", "bytes of the key")
	least, most := 1e9, 0.0
	var byLength, byLoad []float64
	for _, length := range lengths {
		for _, load := range loads {
			n := int(load * 1024)
			m := make(map[string]int, int(entriesOfFull))
			keys := make([]string, n)
			for i := range keys {
				k := fmt.Sprintf("%04x", i)
				keys[i] = k + strings.Repeat("k", length-len(k))
				m[keys[i]] = i
			}
			require(len(m) == n, "entries are missing")
			ns := nsPerOp(30, n, func() {
				for i, k := range keys {
					m[k] = i
				}
			})
			point(fmt.Sprint(length), load, ns)
			least, most = min(least, ns), max(most, ns)
			if load == 4 {
				byLength = append(byLength, ns)
			}
			if length == 16 {
				byLoad = append(byLoad, ns)
			}
		}
	}
	figure("fastest", least, "ns")
	figure("slowest", most, "ns")
	long := byLength[len(byLength)-1] / byLength[1]
	full := byLoad[len(byLoad)-1] / byLoad[0]
	figure("keys of 128 bytes against 8, load factor 4", long, "times")
	figure("load factor 6.4 against 1, keys of 16 bytes", full, "times")
	switch {
	case long > 1.15 && full > 1.15:
		verdict(holds, "both count")
	case long > 1.15 || full > 1.15:
		verdict(holdsInPart, "one of the two counts, the other hardly")
	default:
		verdict(holdsNot, "neither counts")
	}
}
