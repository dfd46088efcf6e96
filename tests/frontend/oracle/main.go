// Prints what the Go compiler's parser says about the files named on standard input, as
// "file:line:col: message" lines. The test copies the compiler's syntax package next to it.
package main

import (
	"bufio"
	"fmt"
	"os"
	"sort"
	"strings"

	"oracle/syntax"
)

type finding struct {
	pos syntax.Pos
	msg string
}

func check(name string, out *bufio.Writer) {
	in, err := os.Open(name)
	if err != nil {
		return
	}
	defer in.Close()
	var found []finding
	var lastSyntax, lastOther uint
	var lastMsg string
	report := func(err error) {
		e := err.(syntax.Error)
		line := e.Pos.Line()
		if strings.HasPrefix(e.Msg, "syntax error") {
			if line == lastSyntax {
				return
			}
			lastSyntax = line
		} else {
			if line == lastOther && e.Msg == lastMsg {
				return
			}
			lastOther, lastMsg = line, e.Msg
		}
		found = append(found, finding{e.Pos, e.Msg})
	}
	syntax.Parse(syntax.NewFileBase(name), in, report, nil, syntax.CheckBranches)
	sort.SliceStable(found, func(i, j int) bool { return found[i].pos.Cmp(found[j].pos) < 0 })
	for _, f := range found {
		pos := fmt.Sprintf("%s:%d", f.pos.RelFilename(), f.pos.RelLine())
		if f.pos.RelCol() > 0 {
			pos = fmt.Sprintf("%s:%d", pos, f.pos.RelCol())
		}
		fmt.Fprintf(out, "%s: %s\n", pos, f.msg)
	}
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	names := bufio.NewScanner(os.Stdin)
	for names.Scan() {
		check(names.Text(), out)
	}
}
