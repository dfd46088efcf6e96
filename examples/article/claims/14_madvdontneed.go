// The same program under both settings of GODEBUG=madvdontneed: is memory that was given back resident?
package main

import (
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
)

const megabytes = 128

// child fills memory, drops it, gives it back, and prints how resident memory changed.
func child() {
	setGC(-1)
	blocks := make([][]byte, megabytes)
	for i := range blocks {
		blocks[i] = make([]byte, 1<<20)
		for j := 0; j < len(blocks[i]); j += 4096 {
			blocks[i][j] = 1
		}
	}
	full := residentKB()
	clear(blocks)
	dropped := residentKB()
	before := memory()
	debug.FreeOSMemory()
	after := memory()
	print(full, " ", dropped, " ", residentKB(), " ", (after.HeapReleased-before.HeapReleased)>>10, "\n")
}

// run starts this program again with the setting and returns what child printed.
func run(setting string) (full, dropped, after, released int) {
	words := strings.Fields(os.Getenv("CLAIM_RUN"))
	if len(words) == 0 {
		words = []string{os.Args[0]}
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), "GODEBUG="+setting, "CLAIM_CHILD=1")
	var out strings.Builder
	cmd.Stderr = &out
	err := cmd.Run()
	n := make([]int, 4)
	fields := strings.Fields(out.String())
	require(err == nil && len(fields) == 4, "the program could not be started again: "+out.String())
	for i := range n {
		n[i], err = strconv.Atoi(fields[i])
		require(err == nil, "not a number: "+fields[i])
	}
	return n[0], n[1], n[2], n[3]
}

func main() {
	if os.Getenv("CLAIM_CHILD") != "" {
		child()
		return
	}
	claim(14, "4.3", "madvdontneed=1 keeps pages; the default returns them at once",
		"madvdontneed=1 is the default and drops pages as they are given back; =0 lets the system take them when it needs them; pages are given back by the scavenger's pace")
	full, dropped, gone, released := run("madvdontneed=1")
	require(full > megabytes<<10, "the memory was not resident to begin with")
	figure("=1: resident when full", full/1024, "MB")
	figure("=1: resident after the last reference went", dropped/1024, "MB")
	figure("=1: resident after FreeOSMemory", gone/1024, "MB")
	figure("=1: HeapReleased rose by", released/1024, "MB")
	plot("bars", "Resident memory", "step", "MB")
	point("madvdontneed=1", "full", full/1024)
	point("madvdontneed=1", "dropped", dropped/1024)
	point("madvdontneed=1", "given back", gone/1024)
	fullLazy, droppedLazy, lazy, releasedLazy := run("madvdontneed=0")
	figure("=0: resident after FreeOSMemory", lazy/1024, "MB")
	figure("=0: HeapReleased rose by", releasedLazy/1024, "MB")
	point("madvdontneed=0", "full", fullLazy/1024)
	point("madvdontneed=0", "dropped", droppedLazy/1024)
	point("madvdontneed=0", "given back", lazy/1024)
	_, _, byDefault, _ := run("")
	figure("default: resident after FreeOSMemory", byDefault/1024, "MB")
	require(released>>10 > megabytes/2, "FreeOSMemory gave nothing back")
	if gone < full/2 && byDefault < full/2 && dropped > full/2 {
		verdict(holdsNot, "=1 is the default: pages that are given back are gone at once, but dropping references gives nothing back; =0 keeps them resident")
	} else {
		verdict(holdsInPart, "the settings differ in another way")
	}
}
