package heap_test

import (
	want "container/heap"
	"fmt"
	"math/rand"
	"testing"

	got "golstd/container/heap"
)

type pairs [][2]int

func (p pairs) Len() int           { return len(p) }
func (p pairs) Less(i, j int) bool { return p[i][0] < p[j][0] }
func (p pairs) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *pairs) Push(x any)        { *p = append(*p, x.([2]int)) }
func (p *pairs) Pop() any {
	x := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return x
}

func TestHeap(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	var a, b pairs
	for i := 0; i < 20000; i++ {
		switch op := rnd.Intn(5); {
		case op < 2:
			x := [2]int{rnd.Intn(20), i}
			got.Push(&a, x)
			want.Push(&b, x)
		case len(a) == 0:
		case op == 2:
			if got.Pop(&a) != want.Pop(&b) {
				t.Fatal("Pop")
			}
		case op == 3:
			k := rnd.Intn(len(a))
			if got.Remove(&a, k) != want.Remove(&b, k) {
				t.Fatal("Remove")
			}
		default:
			k, v := rnd.Intn(len(a)), rnd.Intn(20)
			a[k][0], b[k][0] = v, v
			got.Fix(&a, k)
			want.Fix(&b, k)
		}
		if i%500 == 0 {
			got.Init(&a)
			want.Init(&b)
		}
		if i%100 == 0 && fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatal("order")
		}
	}
}
