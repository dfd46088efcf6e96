// What an assignment costs for keys of uint64 and of any: time here and in real Go, and here the machine
// instructions that stand in the function.
package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const n = 4096

//go:noinline
func assignUint64(m map[uint64]int, k uint64, v int) { m[k] = v }

//go:noinline
func assignAny(m map[any]int, k any, v int) { m[k] = v }

const source = `package main

//go:noinline
func assignUint64(m map[uint64]int, k uint64, v int) { m[k] = v }

//go:noinline
func assignAny(m map[any]int, k any, v int) { m[k] = v }

func main() {
	assignUint64(map[uint64]int{}, 1, 1)
	assignAny(map[any]int{}, 1, 1)
}
`

// instructions counts those of a function in the output of gol tool compile -S.
func instructions(asm, function string) (count int, calls []string) {
	_, body, ok := strings.Cut(asm, "\n"+function+":")
	require(ok, function+" is not in the machine code")
	body, _, _ = strings.Cut(body, ".cfi_endproc")
	for _, line := range strings.Split(body, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || !strings.HasPrefix(line, "\t") || strings.HasPrefix(words[0], ".") || strings.HasPrefix(words[0], "#") {
			continue
		}
		count++
		if strings.HasPrefix(words[0], "call") && len(words) > 1 && strings.Contains(words[1], "map") {
			calls = append(calls, words[1])
		}
	}
	return count, calls
}

func main() {
	claim(6, "2.3", "map[uint64]T takes mapassign_fast64, inlined, about 120 instructions; map[any]T takes mapassign, about 380",
		"Both are calls in Go, of mapassign_fast64 and of mapassign; nothing is inlined")
	u, a := make(map[uint64]int, n), make(map[any]int, n)
	keys := make([]any, n)
	for i := range keys {
		keys[i] = uint64(i)
	}
	fast := nsPerOp(200, n, func() {
		for i := range uint64(n) {
			assignUint64(u, i, 1)
		}
	})
	slow := nsPerOp(200, n, func() {
		for _, k := range keys {
			assignAny(a, k, 1)
		}
	})
	require(len(u) == n && len(a) == n, "entries are missing")
	figure("map[uint64]int, time per assignment", fast, "ns")
	figure("map[any]int, time per assignment", slow, "ns")
	figure("any against uint64", slow/fast, "times")
	plot("bars", "Time per assignment of a known key", "key", "ns")
	point("ns", "uint64", fast)
	point("ns", "any", slow)

	gol := os.Getenv("GOL")
	if gol == "" {
		verdict(holdsInPart, "the general path costs more; instructions are counted in gol's code only")
		return
	}
	dir, err := os.MkdirTemp("", "claim")
	require(err == nil, "no folder for temporary files")
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "main.go")
	require(os.WriteFile(file, []byte(source), 0o644) == nil, "the source cannot be written")
	asm, err := exec.Command(gol, "tool", "compile", "-S", file).Output()
	require(err == nil, "gol tool compile -S failed")
	count, calls := instructions(string(asm), "main.assignUint64")
	generic, genericCalls := instructions(string(asm), "main.assignAny")
	figure("instructions of the function with map[uint64]int", count, "")
	figure("map functions it may call", strings.Join(calls, " "), "")
	figure("instructions of the function with map[any]int", generic, "")
	figure("map functions that one calls", strings.Join(genericCalls, " "), "")
	require(len(genericCalls) > 0, "the general path calls nothing")
	isInline := strings.Contains(string(asm), "pcmpeqb")
	if isInline && slow > 1.5*fast {
		verdict(holdsInPart, "here the path of uint64 is inlined, in Go it is a call; any takes a general function; the counts are others")
	} else {
		verdict(holdsNot, "the paths differ in another way")
	}
}
