// Allocation churn with checksums: objects of all sizes kept for a while in a window, strings built
// and dropped, maps filled and emptied, growth of slices that hold pointers, large blocks.
package main

import (
	"fmt"
	"runtime"
	"strings"
)

type record struct {
	id    int
	bytes []byte
	words []uint64
	name  string
	next  *record
	any   any
}

func fill(b []byte, seed int) {
	for i := range b {
		b[i] = byte(seed + i*7)
	}
}

func intact(b []byte, seed int) bool {
	for i := range b {
		if b[i] != byte(seed+i*7) {
			return false
		}
	}
	return true
}

func newRecord(id int) *record {
	sizes := [...]int{0, 1, 7, 8, 9, 16, 17, 33, 63, 100, 129, 256, 500, 1025, 3000, 9000}
	r := &record{id: id, name: fmt.Sprintf("record-%d", id)}
	r.bytes = make([]byte, sizes[id%len(sizes)])
	fill(r.bytes, id)
	r.words = make([]uint64, sizes[(id/3)%12])
	for i := range r.words {
		r.words[i] = uint64(id * i)
	}
	switch id % 5 {
	case 0:
		r.any = id
	case 1:
		r.any = r.name[2:]
	case 2:
		r.any = &r.bytes
	case 3:
		r.any = [3]*record{r, nil, r}
	case 4:
		r.any = func() int { return r.id }
	}
	return r
}

func (r *record) check() int {
	if r.name != fmt.Sprintf("record-%d", r.id) || !intact(r.bytes, r.id) {
		panic("damaged " + r.name)
	}
	n := len(r.bytes)
	for i, w := range r.words {
		if w != uint64(r.id*i) {
			panic("damaged words")
		}
		n += int(w % 3)
	}
	switch v := r.any.(type) {
	case int:
		n += v
	case string:
		n += len(v)
	case *[]byte:
		n += len(*v)
	case [3]*record:
		n += v[2].id
	case func() int:
		n += v()
	default:
		panic("lost dynamic value")
	}
	return n
}

func window(n, keep int) (sum int) {
	ring := make([]*record, keep)
	for i := range n {
		if old := ring[i%keep]; old != nil {
			sum += old.check()
		}
		ring[i%keep] = newRecord(i)
		if i > 0 {
			ring[i%keep].next = ring[(i-1)%keep]
		}
		if old := ring[(i+1)%keep]; old != nil {
			old.next = nil
		}
	}
	for _, r := range ring {
		sum += r.check()
	}
	return
}

func stringsChurn() (h uint32) {
	var kept []string
	s := ""
	for i := range 300 {
		s += string(rune('a' + i%26))
		if i%10 == 0 {
			kept = append(kept, s[len(s)/2:])
		}
		if i%25 == 0 {
			kept = append(kept, strings.ToUpper(s), strings.Repeat("xy", i))
		}
	}
	for _, k := range kept {
		for i := range len(k) {
			h = (h ^ uint32(k[i])) * 16777619
		}
	}
	return
}

func mapsChurn() (n int) {
	all := map[int]map[string]*record{}
	for i := range 60 {
		m := map[string]*record{}
		for j := range i % 20 {
			m[fmt.Sprint(j)] = &record{id: i * j}
		}
		all[i] = m
		if i >= 20 {
			for k := range all[i-20] {
				delete(all[i-20], k)
			}
			delete(all, i-20)
		}
	}
	for i, m := range all {
		for j, r := range m {
			if fmt.Sprint(r.id) != "0" && r.id%i != 0 {
				panic("wrong record under " + j)
			}
			n += r.id
		}
	}
	return
}

func growing() (n int) {
	var lists [5][]*record
	for i := range 1500 {
		k := i % 5
		lists[k] = append(lists[k], &record{id: i})
		if len(lists[k]) > 100*(k+1) {
			lists[k] = append([]*record(nil), lists[k][50:]...)
		}
	}
	for k, l := range lists {
		for i, r := range l {
			if i > 0 && r.id != l[i-1].id+5 {
				panic("out of order")
			}
			n += r.id * (k + 1)
		}
	}
	return
}

func big() int {
	var blocks [][]byte
	for i := range 12 {
		b := make([]byte, 40000+i*1000)
		fill(b, i)
		blocks = append(blocks, b)
		if len(blocks) > 4 {
			if !intact(blocks[0], i-4) {
				panic("damaged block")
			}
			blocks = blocks[1:]
		}
	}
	return len(blocks)
}

func main() {
	fmt.Println(window(1200, 100))
	fmt.Println(stringsChurn())
	fmt.Println(mapsChurn())
	fmt.Println(growing())
	fmt.Println(big())
	runtime.GC()
	fmt.Println(window(200, 10))
	done := make(chan int)
	for w := range 4 {
		go func() { done <- window(150+w*10, 20) + growing() }()
	}
	fmt.Println(<-done + <-done + <-done + <-done)
}

// Output:
// 1750383
// 3688953720
// 62415
// 3226550
// 4
// 217916
// 13641402
