// Loops over maps that change meanwhile: by the loop itself, under another name, in a function, by another
// goroutine that is waited for.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type point struct{ x, y int32 }

func grow(m map[int]int, n int) (sum int) {
	for i := 0; i < n; i++ {
		m[i*7919] = i
		sum += m[(i/2)*7919]
	}
	return sum
}

// a and b may be the same map.
func two(a, b map[int]int, n int) (found int) {
	for i := 0; i < n; i++ {
		a[i] = i
		if v, ok := b[i]; ok && v == i {
			found++
		}
	}
	return found
}

func three(a map[int]int, b map[string]int, c map[point]int, names []string) {
	for i, name := range names {
		a[i] += i
		b[name] += a[i]
		c[point{int32(i), 1}] = b[name]
		delete(a, i-3)
	}
}

// Deleting the last entry gives the map another seed.
func drain(m map[int]int, rounds int) (missing int) {
	for i := 0; i < rounds; i++ {
		m[i] = 1
		if m[i] != 1 {
			missing++
		}
		delete(m, i)
		if _, ok := m[i]; ok {
			missing++
		}
	}
	return missing
}

//go:noinline
func refill(m map[int]int) {
	clear(m)
	for i := range 100 {
		m[i] = -i
	}
}

func calls(m map[int]int, n int) (sum int) {
	for i := range n {
		for k := range 50 {
			m[k+i*50] = k
		}
		for k := range 50 {
			sum += m[k+i*50]
		}
		if i%3 == 2 {
			refill(m)
		}
	}
	return sum
}

func missing(m map[int]int, n int) (found int) {
	for i := range n {
		if _, ok := m[i]; ok {
			found++
		}
		found += m[-i]
	}
	return found
}

func assignNil(m map[int]int, n int) (err any) {
	defer func() { err = recover() }()
	for i := range n {
		m[i] = i
	}
	return nil
}

func waits(m map[int]int) (sum int) {
	var turn atomic.Int32
	var done sync.WaitGroup
	done.Add(1)
	go func() {
		defer done.Done()
		for i := range int32(10) {
			for turn.Load() != 2*i+1 {
			}
			m[int(i)] = int(i)
			turn.Store(2*i + 2)
		}
	}()
	for i := range int32(10) {
		turn.Store(2*i + 1)
		for turn.Load() != 2*i+2 {
		}
		sum += m[int(i)]
	}
	done.Wait()
	return sum
}

func channels(m map[int]int) (sum int) {
	ask, answer := make(chan int), make(chan bool)
	go func() {
		for i := range ask {
			m[i] = i
			answer <- true
		}
		close(answer)
	}()
	for i := range 200 {
		ask <- i
		<-answer
		sum += m[i]
	}
	close(ask)
	return sum
}

//go:noinline
func add(m map[string]int, k string) int {
	if v, ok := m[k]; ok {
		m[k] = v + 1
	} else {
		m[k] = 1
	}
	return m[k]
}

//go:noinline
func move(m map[int]int, from, to int) int {
	v := m[from]
	delete(m, from)
	m[to] = v + m[to]
	if len(m)%7 == 0 {
		refill(m)
	}
	return m[from] + m[to]
}

func ranges(m map[int]int) (n, sum int) {
	for k, v := range m {
		if m[k] != v {
			fmt.Println("differs at", k)
		}
		delete(m, k+1)
		m[-k-1] = v
		n++
		if len(m) > 5000 {
			break
		}
		sum += m[-k-1] - v
	}
	return min(n, 1), sum
}

func main() {
	fmt.Println(grow(map[int]int{}, 5000), grow(make(map[int]int, 5000), 5000))
	a, b := map[int]int{}, map[int]int{}
	fmt.Println(two(a, a, 3000), two(a, b, 3000), two(b, b, 6000), len(a), len(b))
	var names []string
	for i := range 2000 {
		names = append(names, fmt.Sprint("n", i%500))
	}
	words, points := map[string]int{}, map[point]int{}
	three(a, words, points, names)
	fmt.Println(len(a), len(words), words["n499"], points[point{1999, 1}])
	fmt.Println(drain(map[int]int{}, 1000), drain(map[int]int{-1: 1}, 1000))
	fmt.Println(calls(map[int]int{}, 30))
	fmt.Println(missing(nil, 100), missing(map[int]int{}, 100), missing(map[int]int{50: 1, -7: 3}, 100))
	fmt.Println(assignNil(nil, 0), assignNil(nil, 3))
	fmt.Println(waits(map[int]int{}), channels(map[int]int{}))
	fmt.Println(ranges(b))
	total, counts, moved := 0, map[string]int{}, map[int]int{}
	for i := range 3000 {
		total += add(counts, names[i*i%2000])
		moved[i] = i
		total += move(moved, i, i/3)
	}
	fmt.Println(total, len(counts), len(moved))
}

// Output:
// 6247500 6247500
// 3000 0 6000 3000 6000
// 1003 500 9992 9992
// 0 0
// 36750
// 0 0 4
// <nil> assignment to entry in nil map
// 45 19900
// 1 0
// 7924992 106 104
