// Package unsafe: sizes, alignments and offsets of every kind of type, pointer arithmetic, views of
// strings and slices, conversions between pointer types.
package main

import (
	"fmt"
	"runtime"
	"unsafe"
)

type packed struct {
	a bool
	b int64
	c byte
	d int32
	e int16
	f string
	g []int
	h any
	i float32
	j [3]byte
	k complex64
	l *int
	m map[int]int
	n chan int
	o func()
	p struct{}
}

type trailing struct {
	a int32
	z struct{}
}

type inner struct {
	x uint8
	y uint16
}

type outer struct {
	inner
	p *inner
	q [2]inner
}

type header struct {
	data unsafe.Pointer
	len  int
	cap  int
}

type list struct {
	vals [4]uint32
	next *list
}

const wordSize = unsafe.Sizeof(uintptr(0))

var sizes = [...]uintptr{unsafe.Sizeof(packed{}), unsafe.Sizeof(trailing{}), unsafe.Sizeof(outer{})}

func bits(f float64) uint64 { return *(*uint64)(unsafe.Pointer(&f)) }

func sumBytes(p unsafe.Pointer, n uintptr) (sum int) {
	for i := uintptr(0); i < n; i++ {
		sum += int(*(*byte)(unsafe.Add(p, i)))
	}
	return
}

func main() {
	var (
		b   bool
		i8  int8
		i16 int16
		i32 int32
		i64 int64
		u   uint
		up  uintptr
		f32 float32
		c64 complex64
		c   complex128
		s   string
		sl  []byte
		e   any
		err error
		m   map[string]int
		ch  chan int
		fn  func()
		arr [5]int16
		st  struct{}
	)
	fmt.Println(unsafe.Sizeof(b), unsafe.Sizeof(i8), unsafe.Sizeof(i16), unsafe.Sizeof(i32), unsafe.Sizeof(i64), unsafe.Sizeof(u), unsafe.Sizeof(up),
		unsafe.Sizeof(f32), unsafe.Sizeof(c64), unsafe.Sizeof(c), unsafe.Sizeof(s), unsafe.Sizeof(sl), unsafe.Sizeof(e), unsafe.Sizeof(err),
		unsafe.Sizeof(m), unsafe.Sizeof(ch), unsafe.Sizeof(fn), unsafe.Sizeof(arr), unsafe.Sizeof(st), unsafe.Sizeof(&arr))
	fmt.Println(unsafe.Alignof(b), unsafe.Alignof(i16), unsafe.Alignof(i32), unsafe.Alignof(c64), unsafe.Alignof(c), unsafe.Alignof(s), unsafe.Alignof(arr), unsafe.Alignof(st), unsafe.Alignof(packed{}), unsafe.Alignof(inner{}))
	var p packed
	fmt.Println(unsafe.Offsetof(p.a), unsafe.Offsetof(p.b), unsafe.Offsetof(p.c), unsafe.Offsetof(p.d), unsafe.Offsetof(p.e), unsafe.Offsetof(p.f), unsafe.Offsetof(p.g),
		unsafe.Offsetof(p.h), unsafe.Offsetof(p.i), unsafe.Offsetof(p.j), unsafe.Offsetof(p.k), unsafe.Offsetof(p.l), unsafe.Offsetof(p.m), unsafe.Offsetof(p.n), unsafe.Offsetof(p.o), unsafe.Offsetof(p.p))
	var o outer
	fmt.Println(sizes, wordSize, unsafe.Offsetof(o.y), unsafe.Offsetof(o.p), unsafe.Offsetof(o.q), unsafe.Sizeof(o.q), unsafe.Sizeof([0]int{}), unsafe.Sizeof(trailing{}.a))

	*(*int32)(unsafe.Pointer(uintptr(unsafe.Pointer(&p)) + unsafe.Offsetof(p.d))) = 77
	*(*string)(unsafe.Add(unsafe.Pointer(&p), unsafe.Offsetof(p.f))) = "poked"
	fmt.Println(p.d, p.f, bits(1.5) == 0x3ff8000000000000, bits(-0.0) == 0)

	nums := [4]int32{1, 2, 3, 1 << 20}
	third := (*int32)(unsafe.Add(unsafe.Pointer(&nums), 2*unsafe.Sizeof(nums[0])))
	*third *= 10
	fmt.Println(nums, sumBytes(unsafe.Pointer(&nums[0]), unsafe.Sizeof(nums)))
	view := unsafe.Slice(&nums[1], 2)
	view[0] = 99
	fmt.Println(nums, len(view), cap(view), unsafe.SliceData(view) == &nums[1])
	asBytes := unsafe.Slice((*byte)(unsafe.Pointer(&nums[3])), 4)
	fmt.Println(asBytes, unsafe.Slice((*int)(nil), 0) == nil)

	str := "hello, world"
	bs := unsafe.Slice(unsafe.StringData(str), len(str))
	fmt.Println(bs[4], string(bs[7:]), unsafe.String(&bs[1], 4))
	buf := []byte("mutable")
	alias := unsafe.String(unsafe.SliceData(buf), len(buf))
	buf[0] = 'M'
	fmt.Println(alias, len(alias), unsafe.StringData(str[3:]) == &bs[3])

	ints := make([]int, 3, 10)
	h := (*header)(unsafe.Pointer(&ints))
	h.len = 5
	fmt.Println(len(ints), h.cap, ints, h.data == unsafe.Pointer(&ints[0]))
	type eface struct{ typ, data unsafe.Pointer }
	var x, y any = 1234567, 7654321
	ex, ey := (*eface)(unsafe.Pointer(&x)), (*eface)(unsafe.Pointer(&y))
	fmt.Println(ex.typ == ey.typ, *(*int)(ex.data), *(*int)(ey.data))

	var head *list
	for i := range uint32(100) {
		head = &list{vals: [4]uint32{i, i + 1, i + 2, i + 3}, next: head}
	}
	inside := unsafe.Pointer(&head.vals[2])
	head = head.next
	for i := 0; i < 200; i++ {
		_ = make([]byte, 64)
	}
	runtime.GC()
	back := (*list)(unsafe.Add(inside, -int(unsafe.Offsetof(head.vals)+2*unsafe.Sizeof(uint32(0)))))
	n := 0
	for l := back; l != nil; l = l.next {
		n += int(l.vals[3])
	}
	fmt.Println(back.vals, n)
	type celsius float64
	temps := []float64{1.5, 2.5}
	cels := *(*[]celsius)(unsafe.Pointer(&temps))
	cels[1]++
	fmt.Println(temps, cels)
	var z1, z2 struct{}
	zp := unsafe.Pointer(&z1)
	fmt.Println(zp != nil, unsafe.Pointer(&z2) != nil, uintptr(unsafe.Pointer(nil)) == 0)
	defer func() { fmt.Println(recover()) }()
	neg := -1
	_ = unsafe.Slice(&nums[0], neg)
}

// Output:
// 1 1 2 4 8 8 8 4 8 16 16 24 16 16 8 8 8 10 0 8
// 1 2 4 4 8 8 2 1 8 2
// 0 8 16 20 24 32 48 72 88 92 96 104 112 120 128 136
// [144 8 24] 8 2 8 16 8 0 4
// 77 poked true true
// [1 2 30 1048576] 49
// [1 99 30 1048576] 2 2 true
// [0 0 16 0] true
// 111 world ello
// Mutable 7 true
// 5 10 [0 0 0 0 0] true
// true 1234567 7654321
// [99 100 101 102] 5250
// [1.5 3.5] [1.5 3.5]
// true true true
// runtime error: unsafe.Slice: len out of range
