// Constants: iota in every form, implicit repetition, typed and untyped constants, big constant
// arithmetic, default types, constant conversions and constant expressions in array bounds.
package main

import (
	"fmt"
	"math"
	"time"
)

type Weekday int

const (
	Sunday Weekday = iota
	Monday
	Tuesday
	_
	Thursday
	days = iota
)

const (
	KB = 1 << (10 * (iota + 1))
	MB
	GB
	TB
)

const (
	a0, b0 = iota, iota * 10
	a1, b1
	_, _
	a3, b3
)

const (
	x0 = "s"
	x1
	x2 = iota
	x3
	x4 = 'a' + iota
	x5
	x6 = 1.5 * iota
)

type Flags uint8

const (
	FlagA Flags = 1 << iota
	FlagB
	FlagC
	FlagAll = FlagA | FlagB | FlagC
)

func (f Flags) String() string {
	s := ""
	for i, name := range [...]string{"A", "B", "C"} {
		if f&(1<<i) != 0 {
			if s != "" {
				s += "|"
			}
			s += name
		}
	}
	if s == "" {
		return "none"
	}
	return s
}

func (d Weekday) String() string {
	if d >= Sunday && int(d) < len(names) {
		return names[d]
	}
	return fmt.Sprintf("Weekday(%d)", int(d))
}

var names = [...]string{Sunday: "Sun", Monday: "Mon", Tuesday: "Tue", Thursday: "Thu", 3: "Wed"}

const (
	huge   = 1 << 100
	small  = huge >> 98
	third  = 1.0 / 3
	nine   = third * 27
	maxU64 = 1<<64 - 1
	neg    = -5 % 3
	fdiv   = 7 / 2.0
	idiv   = 7 / 2
	truth  = huge > 1<<99 && "abc" < "abd"
	str    = "con" + "cat" + "\u00e9" + `\n`
	length = len(str)
	rune1  = 'x' - 'a' + 'A'
	cplx   = 2i * 2i
	mask   = ^0
	umask  = ^uint16(0)
	andnot = 0xFF &^ 0x0F
	dur    = 3 * time.Second / 2
)

type grid [length][int(cplx) + 6]byte

func main() {
	fmt.Println(Sunday, Monday, Thursday, Weekday(3), Weekday(9), days)
	fmt.Println(KB, MB, GB, TB)
	fmt.Println(a0, b0, a1, b1, a3, b3)
	fmt.Println(x0, x1, x2, x3, x4, x5, x6)
	fmt.Println(FlagA|FlagC, FlagAll, FlagAll&^FlagB, Flags(0))
	fmt.Println(small, nine, uint64(maxU64), neg, fdiv, idiv, truth, str, length)
	fmt.Printf("%c %v %T %T %T %T %T\n", rune1, cplx, rune1, cplx, fdiv, idiv, truth)
	fmt.Println(mask, umask, andnot, dur)
	fmt.Println(len(grid{}), len(grid{}[0]))

	const local = iota + 4
	const (
		shadow       = 1
		typed  uint8 = 200
	)
	{
		const shadow = shadow + 1
		fmt.Println(local, shadow, typed+55)
	}
	var f32 float32 = 1 << 24
	var i8 int8 = -1 << 7
	var c64 complex64 = 3
	var r = 'é'
	var bs byte = 'A' + 2
	fmt.Println(f32+1 == f32, i8, -i8, c64, r, bs)

	fmt.Println(math.MaxInt64, math.MinInt64, uint32(math.MaxUint32), math.MaxInt8, math.MinInt16)
	fmt.Println(math.Pi, float32(math.Pi), math.MaxFloat32, math.SmallestNonzeroFloat64)
	fmt.Println(5.0 == 5, 'a' == 97, 1/3*3, 1/3.*3, 10/4*4.0)
	var shift uint = 3
	var s1 int64 = 1 << shift
	var s2 = 1.0 << 3
	var s3 = uint8(1<<shift) << 5
	fmt.Println(s1, s2, s3, 1<<shift == 8)
	fmt.Println(0b1011, 0o17, 017, 0x_FF, 1_000_000, 0x1p-2, 0x1.8p1, 1e3, .5e1, 'ÿ', '\x41', '\'', "\"\t\a"[2])
	fmt.Println(len("héllo"), len([3]int{}), cap([4]string{}), real(3+4i), imag(3+4i))
	switch today := Tuesday; today {
	case Sunday, Monday:
		fmt.Println("early")
	case Tuesday:
		fmt.Println("tuesday")
	}
	const big = 123456789012345678901234567890
	fmt.Println(big/1e20, big%1000, big>>64, float64(big))
	fmt.Println(time.Duration(1500)*time.Millisecond, min(3, 2.5, 'a'), max("a", "b"))
}

// Output:
// Sun Mon Thu Wed Weekday(9) 5
// 1024 1048576 1073741824 1099511627776
// 0 0 1 10 3 30
// s s 2 3 101 102 9
// A|C A|B|C A|C none
// 4 9 18446744073709551615 -2 3.5 3 true concaté\n 10
// X (-4+0i) int32 complex128 float64 int bool
// -1 65535 240 1.5s
// 10 2
// 4 2 255
// true -128 -128 (3+0i) 233 67
// 9223372036854775807 -9223372036854775808 4294967295 127 -32768
// 3.141592653589793 3.1415927 3.4028234663852886e+38 5e-324
// true true 0 1 8
// 8 8 0 true
// 11 15 15 255 1000000 0.25 3 1000 5 255 65 39 7
// 6 3 4 3 4
// tuesday
// 1.2345678901234567e+09 890 6692605942 1.2345678901234568e+29
// 1.5s 2.5 b
