package sync_test

import (
	"runtime"
	"testing"
	"time"

	got "golstd/sync"
)

func panicText(f func()) (s any) {
	defer func() { s = recover() }()
	f()
	return nil
}

func TestMutex(t *testing.T) {
	var m got.Mutex
	var wg got.WaitGroup
	n := 0
	for i := 0; i < 10; i++ {
		wg.Go(func() {
			for j := 0; j < 5000; j++ {
				m.Lock()
				n++
				if j%100 == 0 {
					runtime.Gosched()
				}
				m.Unlock()
			}
		})
	}
	wg.Wait()
	if n != 50000 {
		t.Error(n)
	}
	if !m.TryLock() || m.TryLock() {
		t.Error("TryLock")
	}
	m.Unlock()
	if s := panicText(m.Unlock); s != "fatal: sync: unlock of unlocked mutex" {
		t.Error(s)
	}
}

// A goroutine that takes the lock again at once must not keep the others out.
func TestMutexFair(t *testing.T) {
	var m got.Mutex
	stop := make(chan bool)
	done := make(chan bool)
	go func() {
		for {
			m.Lock()
			time.Sleep(100 * time.Microsecond)
			m.Unlock()
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	go func() {
		for i := 0; i < 10; i++ {
			time.Sleep(100 * time.Microsecond)
			m.Lock()
			m.Unlock()
		}
		done <- true
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("starved")
	}
	stop <- true
}

func TestRWMutex(t *testing.T) {
	var rw got.RWMutex
	var wg got.WaitGroup
	a, b := 0, 0
	for i := 0; i < 4; i++ {
		wg.Go(func() {
			for j := 0; j < 3000; j++ {
				rw.Lock()
				a++
				runtime.Gosched()
				b++
				rw.Unlock()
			}
		})
		wg.Go(func() {
			for j := 0; j < 3000; j++ {
				rw.RLock()
				if a != b {
					t.Error("torn")
				}
				rw.RUnlock()
			}
		})
	}
	wg.Wait()
	l := rw.RLocker()
	l.Lock()
	if rw.TryLock() || !rw.TryRLock() {
		t.Error("try")
	}
	rw.RUnlock()
	l.Unlock()
	if !rw.TryLock() || rw.TryRLock() {
		t.Error("try")
	}
	rw.Unlock()
	if panicText(rw.RUnlock) == nil {
		t.Error("RUnlock")
	}
}

func TestOnceCondPool(t *testing.T) {
	var once got.Once
	n := 0
	panicText(func() { once.Do(func() { n++; panic("x") }) })
	once.Do(func() { n++ })
	f := got.OnceFunc(func() { n++; panic("y") })
	v := got.OnceValue(func() int { n++; return n })
	if n != 1 || panicText(f) != "y" || panicText(f) != "y" || v() != 3 || v() != 3 {
		t.Error("once", n)
	}
	var m got.Mutex
	c := got.NewCond(&m)
	ready, awake := 0, 0
	var wg got.WaitGroup
	for i := 0; i < 5; i++ {
		wg.Go(func() {
			m.Lock()
			ready++
			for ready < 100 {
				c.Wait()
			}
			awake++
			m.Unlock()
		})
	}
	for {
		m.Lock()
		if ready == 5 {
			ready = 100
			m.Unlock()
			break
		}
		m.Unlock()
		runtime.Gosched()
	}
	c.Signal()
	c.Broadcast()
	wg.Wait()
	if awake != 5 {
		t.Error(awake)
	}
	p := got.Pool{New: func() any { return "new" }}
	p.Put("a")
	if p.Get() != "a" || p.Get() != "new" {
		t.Error("pool")
	}
	if s := panicText(func() { wg.Add(-1) }); s != "sync: negative WaitGroup counter" {
		t.Error(s)
	}
}

func TestMap(t *testing.T) {
	var m got.Map
	if _, ok := m.Load(1); ok {
		t.Error("empty")
	}
	m.Store(1, "a")
	if v, loaded := m.LoadOrStore(1, "b"); v != "a" || !loaded {
		t.Error(v)
	}
	if !m.CompareAndSwap(1, "a", "c") || m.CompareAndSwap(1, "a", "d") || m.CompareAndDelete(2, nil) {
		t.Error("cas")
	}
	if v, ok := m.Swap(2, "x"); v != nil || ok {
		t.Error("swap")
	}
	n := 0
	m.Range(func(k, v any) bool { n++; m.Delete(k); return true })
	if _, ok := m.Load(1); ok || n != 2 {
		t.Error(n)
	}
	m.Clear()
}
