// Short-lived objects of 16 to 64 bytes.
package main

import "fmt"

type a16 struct{ p *a16; n int }
type a32 struct{ p *a32; n [3]int }
type a48 struct{ p, q *a48; n [4]int }
type a64 struct{ p *a64; n [7]int }

var (
	s16 *a16
	s32 *a32
	s48 *a48
	s64 *a64
)

func main() {
	sum := 0
	for i := 0; i < 30_000_000; i++ {
		switch i & 3 {
		case 0:
			s16 = &a16{nil, i}
			sum += s16.n
		case 1:
			s32 = &a32{n: [3]int{i}}
			sum += s32.n[0]
		case 2:
			s48 = &a48{n: [4]int{i}}
			sum += s48.n[0]
		default:
			s64 = &a64{n: [7]int{i}}
			sum += s64.n[0]
		}
	}
	fmt.Println(sum)
}
