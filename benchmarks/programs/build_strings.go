package main

import (
	"fmt"
	"strconv"
	"strings"
)

func main() {
	total := 0
	for i := range 30_000 {
		var b strings.Builder
		for j := range 40 {
			b.WriteString("item ")
			b.WriteString(strconv.Itoa(i * j))
			b.WriteByte(',')
		}
		total += b.Len()
		s := ""
		for j := range 20 {
			s += "x" + strconv.Itoa(j) + ";"
		}
		total += len(s) + len(strings.Split(b.String(), ",")) + strings.Count(b.String(), "7")
		total += len(strings.ToUpper(s)) + len(strings.Replace(s, "x", "yy", -1))
	}
	fmt.Println(total)
}
