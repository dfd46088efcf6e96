package main

import (
	"fmt"
	"sort"
	"strings"
)

func main() {
	words := strings.Fields("the quick brown fox jumps over the lazy dog and then some more words follow here")
	var b strings.Builder
	x := uint32(12345)
	for range 400_000 {
		x = x*1664525 + 1013904223
		b.WriteString(words[x>>16%uint32(len(words))])
		if x>>28 == 3 {
			fmt.Fprintf(&b, "%d", x>>20&0xff)
		}
		b.WriteByte(' ')
	}
	text := b.String()
	counts := map[string]int{}
	for range 8 {
		for _, w := range strings.Fields(text) {
			counts[w]++
		}
	}
	keys := make([]string, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if counts[keys[i]] != counts[keys[j]] {
			return counts[keys[i]] > counts[keys[j]]
		}
		return keys[i] < keys[j]
	})
	for _, k := range keys[:5] {
		fmt.Println(k, counts[k])
	}
}
