package main

import "fmt"

type pair struct {
	i any
	s string
}

var tt = []pair{
	{struct{ x int8 }{}, "1"}, {struct{ x int16 }{}, "2"}, {struct{ x int32 }{}, "3"}, {struct{ x int64 }{}, "4"},
	{struct{ x uint8 }{}, "1"}, {struct{ x uint16 }{}, "2"}, {struct{ x uint32 }{}, "3"}, {struct{ x uint64 }{}, "4"},
}

func main() {
	for _, t := range tt {
		fmt.Print(t.i, t.s, " ")
	}
	fmt.Println()
}

// Output:
// {0}1 {0}2 {0}3 {0}4 {0}1 {0}2 {0}3 {0}4 
