// How the experiments of this folder say what they found: a line per fact, words separated by tabs. gol lab
// claims reads them; they can be read as they are, too.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"time"
)

// claim says which claim of the article is tested, and what Go is known to do.
func claim(number int, section, text, known string) {
	fmt.Printf("claim\t%d\t%s\t%s\t%s\n", number, section, text, known)
}

// figure reports a number that was measured.
func figure(name string, value any, unit string) {
	if f, ok := value.(float64); ok {
		value = fmt.Sprintf("%.4g", f)
	}
	fmt.Printf("figure\t%s\t%v\t%s\n", name, value, unit)
}

// plot begins a picture; point adds to it. kind is "lines", "bars" or "heat" (series is then the row).
func plot(kind, title, x, y string) { fmt.Printf("plot\t%s\t%s\t%s\t%s\n", kind, title, x, y) }

func point(series string, x, y any) {
	if f, ok := y.(float64); ok {
		y = fmt.Sprintf("%.4g", f)
	}
	fmt.Printf("point\t%s\t%v\t%v\n", series, x, y)
}

// require ends the experiment with a failure where its own preconditions do not hold.
func require(ok bool, what string) {
	if !ok {
		fmt.Printf("cannot\t%s\n", what)
		os.Exit(3)
	}
}

const (
	holds       = "holds"
	holdsInPart = "holds in part"
	holdsNot    = "does not hold"
)

// verdict ends the experiment.
func verdict(word, why string) { fmt.Printf("verdict\t%s\t%s\n", word, why) }

// memory returns the runtime's statistics.
func memory() runtime.MemStats {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m
}

// nsPerOp returns the least time of one of n operations, of a few rounds.
func nsPerOp(rounds, n int, run func()) float64 {
	best := time.Duration(1 << 62)
	for range rounds {
		from := time.Now()
		run()
		best = min(best, time.Since(from))
	}
	return float64(best.Nanoseconds()) / float64(n)
}

// median returns the middle one of the numbers.
func median(v []float64) float64 {
	s := append([]float64(nil), v...)
	sort.Float64s(s)
	return s[len(s)/2]
}

// pauses collects n times, after prepare each time, and returns the stops of the world in microseconds.
func pauses(n int, prepare func()) []float64 {
	var us []float64
	for range n {
		prepare()
		before := memory()
		runtime.GC()
		after := memory()
		cycles := after.NumGC - before.NumGC
		require(cycles >= 1, "runtime.GC made no collection")
		us = append(us, float64(after.PauseTotalNs-before.PauseTotalNs)/float64(cycles)/1e3)
	}
	return us
}

// setGC sets GOGC and returns what it was.
func setGC(percent int) int { return debug.SetGCPercent(percent) }

// residentKB returns how much of the process is in memory.
func residentKB() int {
	text, err := os.ReadFile("/proc/self/statm")
	require(err == nil, "/proc/self/statm cannot be read")
	var size, resident int
	fmt.Sscan(string(text), &size, &resident)
	return resident * (os.Getpagesize() / 1024)
}
