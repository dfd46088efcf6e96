// Random operations on maps of every kind of key and value, compared with arrays: assignment, compound
// assignment, append, look-up, deletion, clear, iteration while the map changes, and while it grows. Maps by
// float64 have entries with NaN as key besides.
//
//	model [operations per kind of key and value]
package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
)

type rng uint64

func (r *rng) next(n int) int {
	*r ^= *r << 13
	*r ^= *r >> 7
	*r ^= *r << 17
	return int(uint64(*r>>11) % uint64(n))
}

type pair struct{ a, b int64 }
type mixed struct {
	s string
	n int32
}
type wide struct {
	p    *int
	more [2]string
}

const universe = 1500
const nanValue = 7

// model runs the operations on a map[K]V. Keys and values are made of numbers and back.
func model[K comparable, V any](name string, steps int, key func(int) K, value func(int) V, number func(V) int) {
	r := rng(88172645463325252)
	var keys [universe]K
	indexes := map[K]int{}
	for i := range keys {
		keys[i] = key(i)
		indexes[keys[i]] = i
	}
	if len(indexes) != universe {
		panic("keys are not distinct")
	}
	m := map[K]V{}
	var want [universe]int // 0: not there
	count := 0
	undefined, hasNaN := any(math.NaN()).(K)
	nans := 0 // entries whose key is NaN; the value of each says so
	addNaN := func() {
		m[undefined] = value(nanValue)
		nans++
	}
	check := func(ok bool, what string, i int) {
		if !ok {
			panic(fmt.Sprint(name, ": ", what, ", key ", i))
		}
	}
	for step := range steps {
		i := r.next(universe)
		// Phases of growth and of shrinking.
		op := r.next(100)
		if step/5000%2 == 1 && op < 30 {
			op = 60
		}
		switch {
		case op < 40:
			v := 1 + r.next(1000)
			m[keys[i]] = value(v)
			if want[i] == 0 {
				count++
			}
			want[i] = v
		case op < 50:
			check(number(m[keys[i]]) == want[i], "look-up", i)
		case op < 60:
			v, ok := m[keys[i]]
			check(ok == (want[i] != 0), "presence", i)
			check(number(v) == want[i], "comma-ok", i)
		case op < 90:
			delete(m, keys[i])
			if want[i] != 0 {
				count--
			}
			want[i] = 0
		case op < 98:
			check(len(m) == count+nans, "length", i)
			if hasNaN && op == 90 {
				addNaN()
				_, ok := m[undefined]
				check(!ok, "NaN found", i)
			}
		case op == 98 && r.next(30) == 0:
			clear(m)
			want = [universe]int{}
			count, nans = 0, 0
		case op == 99 && r.next(10) == 0:
			// What stays is seen once, what is deleted before its turn is not, what is added may be, even if
			// it was seen before it was deleted.
			var seen, gone, added [universe]bool
			before := want
			nansBefore, nansSeen := nans, 0
			for k, v := range m {
				if k != k {
					check(number(v) == nanValue, "value of NaN", i)
					nansSeen++
					continue
				}
				j := indexes[k]
				check(!seen[j], "seen twice", j)
				check(!gone[j] || added[j], "seen after its deletion", j)
				check(number(v) == want[j], "value in iteration", j)
				seen[j] = true
				x := r.next(universe)
				if op := r.next(4); op == 0 {
					delete(m, keys[x])
					if want[x] != 0 {
						count--
					}
					want[x] = 0
					gone[x], added[x] = true, false
				} else if op == 1 && hasNaN && x%8 == 0 && nans < 2*nansBefore {
					addNaN()
				} else if op == 1 && len(m) < 3*universe/4 {
					if want[x] == 0 {
						count++
						added[x], seen[x] = true, false
					}
					want[x] = 1 + r.next(1000)
					m[keys[x]] = value(want[x])
				}
			}
			check(nansBefore <= nansSeen && nansSeen <= nans, "number of NaNs", nansSeen)
			for j := range want {
				check(before[j] == 0 || gone[j] || seen[j], "not seen", j)
			}
			// How often the generator was used depends on the order: start again.
			r = rng(step + 1)
			m = map[K]V{}
			want = [universe]int{}
			count, nans = 0, 0
		}
	}
	fmt.Println(name, "ok")
}

func keysOf[V any](name string, steps int, value func(int) V, number func(V) int) {
	words := make([]int, universe)
	model(name+" by int", steps, func(i int) int { return i*i - 1000 }, value, number)
	model(name+" by int32", steps, func(i int) int32 { return int32(i) << 20 }, value, number)
	model(name+" by uint16", steps, func(i int) uint16 { return uint16(i * 31) }, value, number)
	model(name+" by string", steps, func(i int) string { return fmt.Sprint("key", i*i*i) }, value, number)
	model(name+" by long string", steps, func(i int) string { return fmt.Sprintf("%040d", i) }, value, number)
	model(name+" by pair", steps, func(i int) pair { return pair{int64(i % 7), int64(i)} }, value, number)
	model(name+" by array", steps, func(i int) [3]int32 { return [3]int32{1, int32(i), 2} }, value, number)
	model(name+" by pointer", steps, func(i int) *int { return &words[i] }, value, number)
	model(name+" by float", steps, func(i int) float64 { return float64(i) / 3 }, value, number)
	model(name+" by mixed", steps, func(i int) mixed { return mixed{strconv.Itoa(i % 10), int32(i)} }, value, number)
	model(name+" by any", steps, func(i int) any {
		if i%2 == 0 {
			return i
		}
		return strconv.Itoa(i)
	}, value, number)
	model(name+" by large", steps, func(i int) [20]int { return [20]int{3: i} }, value, number)
}

var numbers [1001]int

func compound(steps int) {
	r := rng(1)
	sums := map[int]int{}
	lists := map[string][]int{}
	bits := map[uint8]uint64{}
	var wantSums [50]int
	var wantLists [50][]int
	var wantBits [256]uint64
	for range steps {
		k, v := r.next(50), r.next(1000)
		sums[k] += v
		wantSums[k] += v
		s := "list" + strconv.Itoa(k)
		lists[s] = append(lists[s], v)
		wantLists[k] = append(wantLists[k], v)
		if len(lists[s]) > 20 {
			lists[s] = lists[s][10:]
			wantLists[k] = wantLists[k][10:]
		}
		b := uint8(v)
		bits[b] ^= 1 << (k % 64)
		wantBits[b] ^= 1 << (k % 64)
		bits[b]++
		wantBits[b]++
	}
	for k, v := range sums {
		if wantSums[k] != v {
			panic("sum")
		}
	}
	for k, want := range wantLists {
		if fmt.Sprint(want) != fmt.Sprint(lists["list"+strconv.Itoa(k)]) {
			panic("list")
		}
	}
	for k, v := range bits {
		if wantBits[k] != v {
			panic("bits")
		}
	}
	fmt.Println("compound ok", len(sums), len(lists))
}

func nan() {
	m := map[float64]int{}
	for i := range 100 {
		m[math.NaN()] = i
		m[float64(i)] = i
	}
	_, ok := m[math.NaN()]
	delete(m, math.NaN())
	sum, n := 0, 0
	for k, v := range m {
		if k != k {
			sum += v
			n++
		}
	}
	fmt.Println("NaN", len(m), ok, n, sum)
	clear(m)
	fmt.Println("NaN cleared", len(m))
	m[0] = 1
	negative := math.Copysign(0, -1)
	m[negative]++
	fmt.Println("zeros", len(m), m[0])
}

func main() {
	steps := 2000
	if len(os.Args) > 1 {
		steps, _ = strconv.Atoi(os.Args[1])
	}
	for i := range numbers {
		numbers[i] = i
	}
	keysOf("int", steps, func(v int) int { return v }, func(v int) int { return v })
	keysOf("uint16", steps, func(v int) uint16 { return uint16(v) }, func(v uint16) int { return int(v) })
	keysOf("pointer", steps, func(v int) *int { return &numbers[v] }, func(v *int) int {
		if v == nil {
			return 0
		}
		return *v
	})
	keysOf("wide", steps, func(v int) wide { return wide{&numbers[v], [2]string{"a", "b"}} }, func(v wide) int {
		if v.p == nil {
			return 0
		}
		return *v.p
	})
	keysOf("large", steps, func(v int) [18]uint64 { return [18]uint64{7: uint64(v)} },
		func(v [18]uint64) int { return int(v[7]) })
	compound(steps)
	nan()
}

// Output:
// int by int ok
// int by int32 ok
// int by uint16 ok
// int by string ok
// int by long string ok
// int by pair ok
// int by array ok
// int by pointer ok
// int by float ok
// int by mixed ok
// int by any ok
// int by large ok
// uint16 by int ok
// uint16 by int32 ok
// uint16 by uint16 ok
// uint16 by string ok
// uint16 by long string ok
// uint16 by pair ok
// uint16 by array ok
// uint16 by pointer ok
// uint16 by float ok
// uint16 by mixed ok
// uint16 by any ok
// uint16 by large ok
// pointer by int ok
// pointer by int32 ok
// pointer by uint16 ok
// pointer by string ok
// pointer by long string ok
// pointer by pair ok
// pointer by array ok
// pointer by pointer ok
// pointer by float ok
// pointer by mixed ok
// pointer by any ok
// pointer by large ok
// wide by int ok
// wide by int32 ok
// wide by uint16 ok
// wide by string ok
// wide by long string ok
// wide by pair ok
// wide by array ok
// wide by pointer ok
// wide by float ok
// wide by mixed ok
// wide by any ok
// wide by large ok
// large by int ok
// large by int32 ok
// large by uint16 ok
// large by string ok
// large by long string ok
// large by pair ok
// large by array ok
// large by pointer ok
// large by float ok
// large by mixed ok
// large by any ok
// large by large ok
// compound ok 50 50
// NaN 200 false 100 4950
// NaN cleared 0
// zeros 1 2
