// Maps keyed by every comparable kind: integers of each size, strings, bools, floats with NaN and
// both zeros, complex, arrays, structs, pointers, channels, interfaces, keys and values over 128
// bytes, zero-size keys.
package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

type point struct{ X, Y int16 }

type mixed struct {
	name string
	at   point
	val  any
	_    int
}

type bigKey [40]int64

type bigVal struct {
	pad  [30]uint64
	name string
}

type kind interface{ Kind() string }

type cat struct{ age int }
type dog string

func (c cat) Kind() string  { return "cat" }
func (d *dog) Kind() string { return "dog " + string(*d) }

func caught(f func()) (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	f()
	return
}

func small() {
	m8, mu8, m16, m32, mu32, m64 := map[int8]int{}, map[uint8]int{}, map[int16]int{}, map[rune]int{}, map[uint32]int{}, map[uint64]int{}
	for i := 0; i < 1000; i++ {
		m8[int8(i)]++
		mu8[uint8(i*3)] += i
		m16[int16(i*977)]++
		m32[rune(i%70)]++
		mu32[uint32(i)<<22]++
		m64[uint64(i)<<54|1]++
	}
	fmt.Println(len(m8), m8[-1], len(mu8), mu8[200], len(m16), len(m32), m32[69], len(mu32), len(m64), m64[1<<63|1])
	mb := map[bool][]int{}
	for i := range 6 {
		mb[i%3 == 0] = append(mb[i%3 == 0], i)
	}
	fmt.Println(mb[true], mb[false], len(mb))
}

func floats() {
	nan, zero := math.NaN(), 0.0
	m := map[float64]string{zero: "zero", nan: "a", 1: "one"}
	m[nan] = "b"
	m[-zero] = "still zero"
	m[math.Copysign(0, -1)] += "!"
	_, ok := m[nan]
	delete(m, nan)
	fmt.Println(len(m), m[0], ok)
	var vals []string
	for k, v := range m {
		if k != k {
			v = "nan-" + v
		}
		vals = append(vals, v)
	}
	sort.Strings(vals)
	fmt.Println(vals)
	clear(m)
	fmt.Println(len(m))
	f32 := map[float32]int{0.1: 1, 1 << 24: 2}
	f32[0.1]++
	f32[float32(1<<24)+1]++
	c := map[complex128]int{1: 1, 1i: 2}
	c[complex(math.Copysign(0, -1), 1)]++
	fmt.Println(len(f32), f32[0.1], f32[1<<24], len(c), c[1i])
}

func composite() {
	arr := map[[2]string]int{{"a", "b"}: 1}
	arr[[2]string{"a", "b"}]++
	arr[[2]string{"ab", ""}]++
	st := map[mixed]int{}
	for i := range 30 {
		st[mixed{name: fmt.Sprint(i % 5), at: point{int16(i % 2), 7}, val: i % 3}]++
	}
	fmt.Println(len(arr), arr[[2]string{"a", "b"}], len(st), st[mixed{"4", point{0, 7}, 1, 99}], st[mixed{name: "4"}])
	a, b := 1, 1
	ptrs := map[*int]string{&a: "a", &b: "b", nil: "nil"}
	c1, c2 := make(chan int), make(chan int)
	chans := map[chan int]int{c1: 1, c2: 2}
	fmt.Println(ptrs[&a], ptrs[&b], ptrs[nil], len(ptrs), chans[c1]+chans[c2]*10)
	zero := map[struct{}]int{}
	zero[struct{}{}]++
	zero[struct{}{}]++
	z2 := map[[0]int]string{{}: "x"}
	fmt.Println(zero, len(z2), z2[[0]int{}])
}

func ifaces() {
	d := dog("rex")
	m := map[any]int{1: 1, int8(1): 2, "1": 3, 1.0: 4, nil: 5, point{1, 1}: 6, [1]any{1}: 7, true: 8, &d: 9, 'a': 10}
	m[1]++
	m[nil] *= 2
	sum := 0
	for _, v := range m {
		sum += v
	}
	fmt.Println(len(m), sum, m[1], m[int64(1)], m[nil], m[[1]any{1}], m[[1]any{"1"}], m[&d], m[97], m['a'])
	k := map[kind]int{cat{1}: 1, &d: 2}
	k[cat{1}]++
	k[cat{2}]++
	fmt.Println(len(k), k[cat{1}], k[&d], k[nil])
	fmt.Println(caught(func() { m[[]int{}] = 1 }))
	fmt.Println(caught(func() { _ = m[map[int]int{}] }))
	fmt.Println(caught(func() { delete(m, any(func() {})) }))
	fmt.Println(caught(func() { _ = m[struct{ x any }{[]string{}}] }))
}

func big() {
	m := map[bigKey]bigVal{}
	for i := range 50 {
		var k bigKey
		k[i%40], k[39] = int64(i), 1
		m[k] = bigVal{name: strings.Repeat("x", i)}
	}
	var probe bigKey
	probe[7], probe[39] = 47, 1
	v, ok := m[probe]
	v.pad[3] = 5
	fmt.Println(len(m), len(v.name), ok, m[probe].pad[3])
	probe[0] = 1
	_, ok = m[probe]
	bs := map[string]bigVal{}
	bs["a"] = v
	v.name = "changed"
	fmt.Println(ok, len(bs["a"].name), bs["a"].pad[3], bs["none"].name == "")
	total := 0
	for k, v := range m {
		total += len(v.name) * int(k[39])
		delete(m, k)
	}
	fmt.Println(total, len(m))
}

func main() {
	small()
	floats()
	composite()
	ifaces()
	big()
	words := strings.Fields("the quick brown fox jumps over the lazy dog the end")
	count := map[string]int{}
	for i, w := range words {
		count[w]++
		count[strings.Repeat(w, 20)] += i
		count[w[:1]]--
	}
	fmt.Println(count["the"], count["t"], count[strings.Repeat("the", 20)], count[strings.Repeat("dog", 20)], len(count))
	key := []byte("abc")
	sm := map[string]int{"abc": 1}
	v := sm[string(key)]
	key[0] = 'x'
	sm[string(key)] = 2
	fmt.Println(v, sm)
}

// Output:
// 256 3 256 2144 1000 70 14 1000 1000 1
// [0 3] [1 2 4 5] 2
// 4 still zero! false
// [nan-a nan-b one still zero!]
// 0
// 2 2 3 2 3
// 2 2 30 1 0
// a b nil 3 21
// map[{}:2] 1 x
// 10 61 2 0 10 7 0 9 0 10
// 3 2 2 0
// runtime error: hash of unhashable type []int
// runtime error: hash of unhashable type map[int]int
// runtime error: hash of unhashable type func()
// runtime error: hash of unhashable type []string
// 49 47 true 0
// false 47 5 true
// 1225 0
// 3 -3 15 8 27
// 1 map[abc:1 xbc:2]
