package atomic_test

import (
	"sync"
	want "sync/atomic"
	"testing"

	got "golstd/sync/atomic"
)

func panicText(f func()) (s any) {
	defer func() { s = recover() }()
	f()
	return nil
}

func TestTypes(t *testing.T) {
	var b got.Bool
	if b.Load() || b.Swap(true) || !b.CompareAndSwap(true, false) || b.Load() {
		t.Error("Bool")
	}
	var n got.Int64
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 1000; j++ {
				n.Add(2)
			}
		}()
	}
	wg.Wait()
	if n.Load() != 16000 || n.And(0xFF) != 16000 || n.Or(1<<20) != 16000&0xFF {
		t.Error("Int64", n.Load())
	}
	var p got.Pointer[int]
	x, y := 1, 2
	p.Store(&x)
	if !p.CompareAndSwap(&x, &y) || p.Swap(nil) != &y || p.Load() != nil {
		t.Error("Pointer")
	}
}

func TestValue(t *testing.T) {
	type op struct {
		kind     int
		old, new any
	}
	ops := []op{{2, nil, nil}, {0, nil, nil}, {2, 1, 2}, {2, nil, 5}, {2, 5, "x"}, {2, "a", "x"}, {0, nil, 7}, {0, nil, "s"}, {1, nil, 8}, {1, nil, "s"}, {1, nil, nil}, {2, 8, 9}, {2, 8, 10}, {2, []int{1}, 3}, {3, nil, nil}}
	var g got.Value
	var w want.Value
	for i, o := range ops {
		var a, b any
		var pa, pb any
		switch o.kind {
		case 0:
			pa = panicText(func() { g.Store(o.new) })
			pb = panicText(func() { w.Store(o.new) })
		case 1:
			pa = panicText(func() { a = g.Swap(o.new) })
			pb = panicText(func() { b = w.Swap(o.new) })
		case 2:
			pa = panicText(func() { a = g.CompareAndSwap(o.old, o.new) })
			pb = panicText(func() { b = w.CompareAndSwap(o.old, o.new) })
		}
		if a != b || pa != pb || g.Load() != w.Load() {
			t.Errorf("op %d: %v %v %v, want %v %v %v", i, a, pa, g.Load(), b, pb, w.Load())
		}
	}
}
