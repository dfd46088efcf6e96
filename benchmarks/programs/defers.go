package main

import "fmt"

type lock struct{ held, times int }

func (l *lock) lock()   { l.held++ }
func (l *lock) unlock() { l.held--; l.times++ }

func one(l *lock, x int) int {
	l.lock()
	defer l.unlock()
	return x + l.held
}

func two(l *lock, x int) (r int) {
	defer func() { r *= 2 }()
	l.lock()
	defer l.unlock()
	if x%7 == 0 {
		return 1
	}
	return x
}

func main() {
	l := &lock{}
	total := 0
	for i := range 20_000_000 {
		total += one(l, i)
		if i%4 == 0 {
			total += two(l, i)
		}
	}
	fmt.Println(total, l.times)
}
