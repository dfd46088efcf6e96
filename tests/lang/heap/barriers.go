// Pointers that move while the collector marks: swaps between old and new objects, a queue whose
// links change owner, rotation of arrays of pointers, maps that pass values on, bulk copies,
// goroutines that hand structures to each other.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type cell struct {
	id   int
	link *cell
	sub  [2]*cell
}

type lcg uint64

func (r *lcg) next(n int) int {
	*r = *r*6364136223846793005 + 1442695040888963407
	return int(*r>>33) % n
}

func (c *cell) depth() (n int) {
	for ; c != nil; c = c.link {
		n++
	}
	return
}

// shuffle moves payloads between slots; every payload stays reachable from exactly one slot.
func shuffle(slots []*cell, rounds int) {
	r := lcg(1)
	for i := range rounds {
		a, b := r.next(len(slots)), r.next(len(slots))
		slots[a], slots[b] = slots[b], slots[a]
		x, y := slots[r.next(len(slots))], slots[r.next(len(slots))]
		x.sub[i%2], y.sub[(i+1)%2] = y.sub[(i+1)%2], x.sub[i%2]
		if i%3 == 0 {
			hidden := slots[a].link
			slots[a].link = nil
			fresh := &cell{id: i}
			slots[a].link = hidden
			if i%30 == 0 {
				slots[a].link = &cell{id: slots[a].id, link: hidden}
			}
			_ = fresh
		}
	}
}

func census(slots []*cell) (ids, subs, links int) {
	for _, s := range slots {
		ids += s.id
		links += s.link.depth()
		for _, p := range s.sub {
			if p != nil {
				subs += p.id
			}
		}
	}
	return
}

type deque struct {
	buf        []*cell
	head, size int
}

func (d *deque) push(c *cell) {
	if d.size == len(d.buf) {
		bigger := make([]*cell, max(4, 2*len(d.buf)))
		n := copy(bigger, d.buf[d.head:])
		copy(bigger[n:], d.buf[:d.head])
		d.buf, d.head = bigger, 0
	}
	d.buf[(d.head+d.size)%len(d.buf)] = c
	d.size++
}

func (d *deque) pop() *cell {
	c := d.buf[d.head]
	d.buf[d.head] = nil
	d.head = (d.head + 1) % len(d.buf)
	d.size--
	return c
}

func relay(n, hops int) int {
	stages := make([]chan *cell, hops+1)
	for i := range stages {
		stages[i] = make(chan *cell, 4)
	}
	for i := range hops {
		go func() {
			for c := range stages[i] {
				stages[i+1] <- &cell{id: c.id + 1, link: c, sub: [2]*cell{c.link, nil}}
			}
			close(stages[i+1])
		}()
	}
	go func() {
		for i := range n {
			stages[0] <- &cell{id: i * 100}
		}
		close(stages[0])
	}()
	sum := 0
	for c := range stages[hops] {
		sum += c.id + c.depth()
		if c.sub[0] != c.link.link {
			panic("wrong grandparent")
		}
	}
	return sum
}

func rotate(n int) int {
	var arr [16]*cell
	for i := range arr {
		arr[i] = &cell{id: i}
	}
	for i := range n {
		last := arr[15]
		copy(arr[1:], arr[:15])
		arr[0] = last
		if i%5 == 0 {
			arr[i%16] = &cell{id: arr[i%16].id, link: arr[(i+1)%16]}
			arr[i%16].link = nil
		}
	}
	sum := 0
	for i, c := range arr {
		sum += i * c.id
	}
	return sum
}

func mapRelay(n int) (int, int) {
	young, old := map[int]*cell{}, map[int]*cell{}
	r := lcg(99)
	for i := range n {
		young[i] = &cell{id: i}
		if i%4 == 3 {
			for k, v := range young {
				if r.next(2) == 0 || k < i-20 {
					old[k] = v
					delete(young, k)
				}
			}
		}
	}
	sum := 0
	for k, v := range old {
		if k != v.id {
			panic("wrong cell")
		}
		sum += v.id
	}
	for _, v := range young {
		sum += v.id
	}
	return len(old) + len(young), sum
}

func main() {
	slots := make([]*cell, 200)
	for i := range slots {
		slots[i] = &cell{id: i, link: &cell{id: -i}, sub: [2]*cell{{id: i}, {id: i * 1000}}}
	}
	fmt.Println(census(slots))
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for range 5 {
			runtime.GC()
		}
	}()
	shuffle(slots, 6000)
	wg.Wait()
	fmt.Println(census(slots))

	var d deque
	next, sum := 0, 0
	for round := range 300 {
		for range round%7 + 1 {
			d.push(&cell{id: next, link: &cell{id: next}})
			next++
		}
		for d.size > 20 {
			c := d.pop()
			if c.link.id != c.id {
				panic("wrong link")
			}
			sum += c.id
		}
		if round%100 == 0 {
			runtime.GC()
		}
	}
	fmt.Println(next, sum, d.size, len(d.buf))
	fmt.Println(relay(100, 5))
	fmt.Println(rotate(2000))
	fmt.Println(mapRelay(800))

	var lists [8]*cell
	for i := range 3000 {
		k := i % 8
		c := &cell{id: i, link: lists[k]}
		lists[k] = c
		if i%64 == 63 {
			a, b := (i/64)%8, (i/64+3)%8
			lists[a], lists[b] = lists[b], lists[a]
			if t := lists[a]; t != nil && t.link != nil {
				t.link.link, t.link = t, t.link.link
				lists[a] = lists[a].link
				for p := lists[b]; p != nil; p = p.link {
					if p.id%50 == 0 {
						p.sub[0] = t
						break
					}
				}
			}
		}
	}
	total, count := 0, 0
	for i, l := range lists {
		n := 0
		for p := l; p != nil && n < 5000; p = p.link {
			n++
			total += p.id * (i + 1)
		}
		count += n
	}
	fmt.Println(count, total)
}

// Output:
// 19900 19919900 200
// 19900 19919900 400
// 1197 692076 20 32
// 496100
// 1240
// 800 319600
// 2908 19681048
