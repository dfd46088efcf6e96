// Integers of every size: wrap-around, conversions, shifts by any count, division and remainder
// towards zero, bit operators, unsigned comparison.
package main

import "fmt"

type small int8
type word uint16

func wrap() {
	var i8 int8 = 127
	var u8 uint8 = 255
	var i16 int16 = 32767
	var u16 uint16 = 0
	var i32 int32 = -2147483648
	var u32 uint32 = 4294967295
	var i64 int64 = 9223372036854775807
	var u64 uint64 = 0
	i8++
	u8++
	i16 += 2
	u16--
	i32--
	u32 *= u32
	i64++
	u64 -= 2
	fmt.Println(i8, u8, i16, u16, i32, u32, i64, u64)
	fmt.Println(-i8, -i32, -i64, ^i8, ^u8, ^u16, ^u64)
	var s small = 100
	var w word = 65535
	fmt.Println(s+s, w+1, w*w, s*2-100)
}

func convert(v int64) {
	fmt.Println(int8(v), int16(v), int32(v), uint8(v), uint16(v), uint32(v), uint64(v), uintptr(uint8(v)))
}

func fromFloat(f float64) {
	fmt.Println(int(f), int8(int(f)), int32(f), int64(f), uint8(int64(f)))
}

func divide(a, b int) {
	fmt.Println(a/b, a%b, (a/b)*b+a%b == a)
}

func shifts(n uint) {
	var a int8 = -100
	var b uint8 = 200
	var c int64 = -1 << 40
	var d uint32 = 0xdeadbeef
	fmt.Println(n, a>>n, a<<n, b>>n, b<<n, c>>n, c<<n, d>>n, d<<n)
}

func popcount(x uint64) int {
	n := 0
	for ; x != 0; x &= x - 1 {
		n++
	}
	return n
}

func reverse(x uint32) uint32 {
	x = x>>1&0x55555555 | x&0x55555555<<1
	x = x>>2&0x33333333 | x&0x33333333<<2
	x = x>>4&0x0f0f0f0f | x&0x0f0f0f0f<<4
	x = x>>8&0x00ff00ff | x&0x00ff00ff<<8
	return x>>16 | x<<16
}

func isqrt(n uint64) uint64 {
	var r, bit uint64 = 0, 1 << 62
	for bit > n {
		bit >>= 2
	}
	for bit != 0 {
		if n >= r+bit {
			n -= r + bit
			r = r>>1 + bit
		} else {
			r >>= 1
		}
		bit >>= 2
	}
	return r
}

func fnv(s string) (uint32, uint64) {
	h32, h64 := uint32(2166136261), uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h32 = (h32 ^ uint32(s[i])) * 16777619
		h64 = (h64 ^ uint64(s[i])) * 1099511628211
	}
	return h32, h64
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func mulmod(a, b, m uint64) (r uint64) {
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			r = (r + a) % m
		}
		a = a * 2 % m
	}
	return
}

func powmod(a, n, m uint64) uint64 {
	r := uint64(1)
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			r = mulmod(r, a, m)
		}
		a = mulmod(a, a, m)
	}
	return r
}

func main() {
	wrap()
	for _, v := range []int64{0, 1, -1, 127, 128, 255, 256, -129, 65535, 1 << 31, 1<<32 - 1, -1 << 63, 0x123456789abcdef} {
		convert(v)
	}
	for _, f := range []float64{0, 1.9, -1.9, 255.5, -128.99, 1e9, 123456789.75} {
		fromFloat(f)
	}
	for _, p := range [][2]int{{7, 2}, {-7, 2}, {7, -2}, {-7, -2}, {1, 10}, {-1, 10}, {-1 << 63, -1}, {5, 8}, {-5, 8}} {
		divide(p[0], p[1])
	}
	for _, n := range []uint{0, 1, 4, 7, 8, 31, 32, 63, 64, 100} {
		shifts(n)
	}
	var sh int8 = 3
	x := 1
	x <<= sh
	x |= 0x70
	x &^= 0x20
	x ^= -1
	fmt.Println(x, x&0xff, 5&^3, -8>>1, uint8(0xf0)>>4|3<<2)
	fmt.Println(popcount(0xdeadbeefcafe), popcount(1<<63|1), reverse(1), reverse(0x12345678))
	fmt.Println(isqrt(1<<62), isqrt(99), isqrt(18446744073709551615))
	fmt.Println(fnv("hello"))
	fmt.Println(gcd(1071, 462), gcd(-48, 18), powmod(3, 1000003, 1000000007), powmod(2, 64, 999999999989))
	var u1, u2 uint32 = 1, 2
	var z uint = 0
	fmt.Println(u1-u2 > 0, z-1 > 1<<62, int32(u1-u2), uint8(sh)-4, int8(-128)/int8(sh-4))
	var r rune = 'a'
	var b byte = 'z'
	for r < 'e' {
		r++
	}
	fmt.Println(r, b-byte(r), string(r), string(rune(b)))
	var i8 int8 = -128
	i8 /= -1 * sh / 3
	fmt.Println(i8, i8%3, uint16(i8-2), int64(uint32(1<<31)), uint64(int32(i8)))
	var hash uint64 = 88172645463325252
	for i := 0; i < 1000; i++ {
		hash ^= hash << 13
		hash ^= hash >> 7
		hash ^= hash << 17
	}
	fmt.Println(hash, hash%97, int64(hash)%97, int32(hash))
}

// Output:
// -128 0 -32767 65535 2147483647 1 -9223372036854775808 18446744073709551614
// -128 -2147483647 -9223372036854775808 127 255 0 1
// -56 0 1 100
// 0 0 0 0 0 0 0 0
// 1 1 1 1 1 1 1 1
// -1 -1 -1 255 65535 4294967295 18446744073709551615 255
// 127 127 127 127 127 127 127 127
// -128 128 128 128 128 128 128 128
// -1 255 255 255 255 255 255 255
// 0 256 256 0 256 256 256 0
// 127 -129 -129 127 65407 4294967167 18446744073709551487 127
// -1 -1 65535 255 65535 65535 65535 255
// 0 0 -2147483648 0 0 2147483648 2147483648 0
// -1 -1 -1 255 65535 4294967295 4294967295 255
// 0 0 0 0 0 0 9223372036854775808 0
// -17 -12817 -1985229329 239 52719 2309737967 81985529216486895 239
// 0 0 0 0 0
// 1 1 1 1 1
// -1 -1 -1 -1 255
// 255 -1 255 255 255
// -128 -128 -128 -128 128
// 1000000000 0 1000000000 1000000000 0
// 123456789 21 123456789 123456789 21
// 3 1 true
// -3 -1 true
// -3 1 true
// 3 -1 true
// 0 1 true
// 0 -1 true
// -9223372036854775808 0 true
// 0 5 true
// 0 -5 true
// 0 -100 -100 200 200 -1099511627776 -1099511627776 3735928559 3735928559
// 1 -50 56 100 144 -549755813888 -2199023255552 1867964279 3176889822
// 4 -7 -64 12 128 -68719476736 -17592186044416 233495534 3940282096
// 7 -1 0 1 0 -8589934592 -140737488355328 29186941 1457485696
// 8 -1 0 0 0 -4294967296 -281474976710656 14593470 2914971392
// 31 -1 0 0 0 -512 0 1 2147483648
// 32 -1 0 0 0 -256 0 0 0
// 63 -1 0 0 0 -1 0 0 0
// 64 -1 0 0 0 -1 0 0 0
// 100 -1 0 0 0 -1 0 0 0
// -89 167 4 -4 15
// 35 2 2147483648 510274632
// 2147483648 9 4294967295
// 1335831723 11831194018420276491
// 21 6 753256171 73912465800
// true true -1 255 -128
// 101 21 e z
// -128 -2 126 2147483648 18446744073709551488
// 1363160026601443621 59 59 1704415525
