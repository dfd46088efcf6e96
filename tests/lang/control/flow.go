// Control flow: labelled break and continue through for, switch and select, goto, fallthrough,
// switch forms, every range form, conditions with init statements.
package main

import "fmt"

type shape interface{ area() int }
type sq struct{ s int }
type rc struct{ w, h int }

func (s sq) area() int  { return s.s * s.s }
func (r *rc) area() int { return r.w * r.h }

func search(m [][]int, want int) (int, int) {
outer:
	for i, row := range m {
		for j, v := range row {
			switch {
			case v == want:
				return i, j
			case v < 0:
				continue outer
			case v > 1000:
				break outer
			}
		}
	}
	return -1, -1
}

func collatz(n int) (steps int) {
loop:
	if n == 1 {
		return
	}
	steps++
	if n%2 == 0 {
		n /= 2
		goto loop
	}
	n = 3*n + 1
	goto loop
}

func grade(n int) (s string) {
	switch {
	case n >= 90:
		s += "A"
		fallthrough
	case n >= 80:
		s += "B"
		if n == 85 {
			break
		}
		fallthrough
	default:
		s += "?"
	case n < 10:
		s = "low"
	}
	return s
}

func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case int8, int16, int32, int64, int:
		return fmt.Sprintf("int %T %v", v, v)
	case uint, uintptr:
		return fmt.Sprint("uint ", v)
	case shape:
		return fmt.Sprint("shape ", v.area())
	case error:
		return v.Error()
	case func():
		v()
		return "func"
	case []any:
		s := "["
		for _, e := range v {
			s += kind(e) + ","
		}
		return s + "]"
	case *int:
		*v++
		return fmt.Sprint("*int ", *v)
	case interface{ String() string }:
		return v.String()
	default:
		return fmt.Sprintf("? %T", v)
	}
}

func ranges() {
	for i := range 3 {
		fmt.Print(i, " ")
	}
	for range 2 {
		fmt.Print("* ")
	}
	var n8 int8 = 4
	for i := range n8 {
		fmt.Printf("%T%d ", i, i)
	}
	for i := range -5 {
		fmt.Print("never", i)
	}
	for i, r := range "aé" {
		fmt.Print(i, string(r), " ")
	}
	for i := range [3]bool{} {
		fmt.Print(i)
	}
	for i, p := range &[2]int{7, 8} {
		fmt.Print(" ", i, p)
	}
	ch := make(chan int, 3)
	ch <- 5
	ch <- 6
	close(ch)
	for v := range ch {
		fmt.Print(" c", v)
	}
	for range ch {
		fmt.Print("never")
	}
	for k, v := range map[string]int{"k": 1} {
		fmt.Print(" ", k, v)
	}
	var i int
	var s []string
	for i, s = range [][]string{{"a"}, {"b", "c"}} {
	}
	fmt.Println(" last", i, s)
	var arr [3]int
	k := 2
	for k, arr[k] = range []int{10, 20, 30} {
	}
	fmt.Println(k, arr)
}

func labels() {
	c := make(chan int, 1)
	n := 0
L:
	for {
		select {
		case v := <-c:
			n += v
			if n > 5 {
				break L
			}
			continue L
		default:
			c <- 2
		}
		n++
	}
	fmt.Println("select", n)
	{
		if n > 5 {
			goto sw
		}
		fmt.Println("skipped")
	}
sw:
	switch n {
	default:
		for i := 0; ; i++ {
			if i == 3 {
				break sw
			}
			if i == 1 {
				continue
			}
			fmt.Print("i", i, " ")
		}
	}
	i := 0
retry:
	for ; i < 10; i++ {
		if i%4 == 3 {
			i++
			fmt.Print("retry ")
			goto retry
		}
	}
	fmt.Println(i)
	for i, j := 0, 10; i < j; i, j = i+1, j-2 {
		fmt.Print(i, ":", j, " ")
	}
	for i := 3; i > 0; {
		i--
		fmt.Print(i)
	}
	fmt.Println()
}

func main() {
	m := [][]int{{1, 2}, {-1, 7}, {5, 7, 9}, {2000}, {8}}
	fmt.Println(search(m, 7))
	fmt.Println(search(m, 8))
	fmt.Println(collatz(27), collatz(1))
	fmt.Println(grade(95), grade(85), grade(50), grade(5))
	n := 5
	for _, v := range []any{nil, 1, int8(2), uint(3), sq{4}, &rc{2, 3}, rc{}, fmt.Errorf("err"), func() { fmt.Print("called ") },
		[]any{1, "s", nil}, &n, map[int]int{}, struct{}{}, 'x'} {
		fmt.Println(kind(v))
	}
	ranges()
	labels()
	switch x := n * 2; x {
	case 1, 2, 3:
		fmt.Println("small")
	case 12:
		x++
		fmt.Println("twelve", x)
	}
	switch x := 3; {
	case x > 2 && n > 100:
		fmt.Println("no")
	case x == 3:
		fmt.Println("three")
	}
	switch s := "b"; s + s {
	case "aa", "bb":
		fmt.Println("double")
	}
	switch {
	}
	switch f := 2.5; any(f) {
	case 2:
	case 2.5:
		fmt.Println("float")
	}
	if v, ok := any(n).(int); !ok {
		fmt.Println("no")
	} else if w := v + 1; w > 6 {
		fmt.Println("else if", v, w)
	}
	var sum int
	for i := 0; i < 100; i++ {
		switch i % 7 {
		case 0, 3:
			continue
		case 5:
			if i > 60 {
				sum *= 2
				break
			}
			sum++
		case 6:
			sum -= i
		default:
			sum += i
		}
		if sum > 5000 {
			break
		}
	}
	fmt.Println(sum)
}

// Output:
// 2 1
// -1 -1
// 111 0
// AB? B ? low
// nil
// int int 1
// int int8 2
// uint 3
// shape 16
// shape 6
// ? main.rc
// err
// called func
// [int int 1,? string,nil,]
// *int 6
// ? map[int]int
// ? struct {}
// int int32 120
// 0 1 2 * * int80 int81 int82 int83 0a 1é 012 0 7 1 8 c5 c6 k1 last 1 [b c]
// 2 [20 30 10]
// select 6
// i0 i2 retry retry 10
// 0:10 1:8 2:6 3:4 210
// twelve 13
// three
// double
// float
// else if 6 7
// 5496
