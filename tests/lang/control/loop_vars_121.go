// Before Go 1.22 a loop had one set of variables.

//go:build go1.21

package main

import "fmt"

func main() {
	var fs []func() string
	var ps []*int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() string { return fmt.Sprint("for ", i) })
		ps = append(ps, &i)
	}
	for i, v := range []int{5, 6} {
		fs = append(fs, func() string { return fmt.Sprint("range ", i, " ", v) })
		ps = append(ps, &v)
	}
	for k, v := range map[string]int{"k": 7} {
		fs = append(fs, func() string { return k + fmt.Sprint(v) })
	}
	for i, r := range "ab" {
		fs = append(fs, func() string { return fmt.Sprint(i, " ", string(r)) })
	}
	c := make(chan int, 2)
	c <- 1
	c <- 2
	close(c)
	for v := range c {
		ps = append(ps, &v)
	}
	for _, f := range fs {
		fmt.Println(f())
	}
	for _, p := range ps {
		fmt.Println(*p)
	}
	fmt.Println(ps[0] == ps[1], ps[3] == ps[4], ps[5] == ps[6])
}

// Output:
// for 3
// for 3
// for 3
// range 1 6
// range 1 6
// k7
// 1 b
// 1 b
// 3
// 3
// 3
// 6
// 6
// 2
// 2
// true true true
