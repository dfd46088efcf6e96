// Operations on maps of one kind of key: prints "operation entries nanoseconds" for each.
//
//	ops [operation,...] [entries...]
//
// The type of the keys is the one below; run.py puts others in its place. Times are per
// operation: the first quartile of many short blocks, so that a busy machine disturbs little;
// for growth the least of several whole runs, in processor time, that of the collector's threads included.
// "small" makes maps of five entries that do not outlive a function, and adds them up; its number of entries
// is that of all maps together.
package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type key = int64

func mix(x uint64) uint64 {
	x *= 0x9e3779b97f4a7c15
	x ^= x >> 29
	x *= 0xbf58476d1ce4e5b9
	return x ^ x>>32
}

func makeKeys(n int) []key {
	keys := make([]key, n)
	for i := range keys {
		switch p := any(&keys[i]).(type) {
		case *int64:
			*p = int64(mix(uint64(i)))
		case *int32:
			*p = int32(uint32(i) * 0x9e3779b1)
		case *string:
			*p = fmt.Sprintf("%016x", mix(uint64(i)))
		case *[2]int64:
			*p = [2]int64{int64(mix(uint64(i))), int64(i)}
		}
	}
	return keys
}

const block = 20_000

func quartile(times []float64) float64 {
	slices.Sort(times)
	return times[len(times)/4]
}

// blocks runs f over [0, n) in blocks until enough time has passed.
func blocks(n int, f func(from, to int)) float64 {
	var times []float64
	size := min(block, n)
	start := time.Now()
	for at := 0; len(times) < 40 || time.Since(start) < 600*time.Millisecond; at += size {
		if at+size > n {
			at = 0
		}
		t := time.Now()
		f(at, at+size)
		times = append(times, float64(time.Since(t).Nanoseconds())/float64(size))
	}
	return quartile(times)
}

var sink int64

func fill(keys []key) map[key]int64 {
	m := map[key]int64{}
	for i, k := range keys {
		m[k] = int64(i)
	}
	return m
}

func copied(from map[key]int64) map[key]int64 {
	m := make(map[key]int64)
	for k, v := range from {
		m[k] = v
	}
	return m
}

func overwrite(m map[key]int64, keys []key) {
	for i, k := range keys {
		m[k] = int64(i)
	}
}

func add(m map[key]int64, keys []key) {
	for _, k := range keys {
		m[k] += 3
	}
}

// again names the element twice.
func again(m map[key]int64, keys []key) {
	for _, k := range keys {
		m[k] = m[k] + 3
	}
}

func lookUp(m map[key]int64, keys []key) int64 {
	var sum int64
	for _, k := range keys {
		sum += m[k]
	}
	return sum
}

func miss(m map[key]int64, keys []key) int64 {
	var n int64
	for _, k := range keys {
		if _, ok := m[k]; ok {
			n++
		}
	}
	return n
}

func churn(m map[key]int64, out, in []key) {
	for i, k := range out {
		delete(m, k)
		m[in[i]] = int64(i)
	}
}

func iterate(m map[key]int64) int64 {
	var sum int64
	for _, v := range m {
		sum += v
	}
	return sum
}

func small(keys []key) int64 {
	m := map[key]int64{}
	for i, k := range keys {
		m[k] += int64(i)
	}
	var sum int64
	for _, v := range m {
		sum += v
	}
	return sum
}

// processorTime is that of all threads, in nanoseconds.
func processorTime() float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return float64(r.Utime.Nano() + r.Stime.Nano())
}

// leastOf runs f, which makes a map of n entries, several times: what is free after the first is used again.
func leastOf(n int, f func()) float64 {
	t := 1e9
	for range max(4, min(50, 2_000_000/n)) {
		start := processorTime()
		f()
		t = min(t, (processorTime()-start)/float64(n))
	}
	return t
}

func main() {
	ops := "overwrite,add,again,lookup,miss,insert,copy,churn,iterate,small"
	sizes := []string{"4000", "250000"}
	if len(os.Args) > 1 {
		ops = os.Args[1]
	}
	if len(os.Args) > 2 {
		sizes = os.Args[2:]
	}
	for _, s := range sizes {
		n, err := strconv.Atoi(s)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		keys := makeKeys(2 * n)
		m := fill(keys[:n])
		for _, op := range strings.Split(ops, ",") {
			var t float64
			switch op {
			case "overwrite":
				t = blocks(n, func(from, to int) { overwrite(m, keys[from:to]) })
			case "add":
				t = blocks(n, func(from, to int) { add(m, keys[from:to]) })
			case "again":
				t = blocks(n, func(from, to int) { again(m, keys[from:to]) })
			case "lookup":
				t = blocks(n, func(from, to int) { sink += lookUp(m, keys[from:to]) })
			case "miss":
				t = blocks(n, func(from, to int) { sink += miss(m, keys[n+from:n+to]) })
			case "insert":
				t = leastOf(n, func() { fill(keys[:n]) })
			case "copy":
				t = leastOf(n, func() { copied(m) })
			case "churn":
				if len(m) != n {
					m = fill(keys[:n])
				}
				// The halves of the keys take turns in being there.
				here := 0
				t = blocks(n, func(from, to int) {
					if from == 0 && m[keys[here+from]] == 0 {
						if _, ok := m[keys[here+from]]; !ok {
							here = n - here
						}
					}
					churn(m, keys[here+from:here+to], keys[n-here+from:n-here+to])
				})
				m = fill(keys[:n])
			case "small":
				t = blocks(n, func(from, to int) {
					for ; from+5 <= to; from += 5 {
						sink += small(keys[from : from+5])
					}
				})
			case "iterate":
				var times []float64
				start := time.Now()
				for len(times) < 5 || time.Since(start) < 400*time.Millisecond {
					t := time.Now()
					sink += iterate(m)
					times = append(times, float64(time.Since(t).Nanoseconds())/float64(n))
				}
				t = quartile(times)
			}
			fmt.Printf("%s %d %.2f\n", op, n, t)
		}
	}
}
