package sync

import (
	"runtime"
	real "sync"
	"time"
)

type semaQueue struct{ waiters []chan bool }

var semaGuard real.Mutex
var semaphores = map[*uint32]*semaQueue{}

func runtime_Semacquire(addr *uint32, lifo bool, reason int) {
	semaGuard.Lock()
	if *addr > 0 {
		*addr--
		semaGuard.Unlock()
		return
	}
	q := semaphores[addr]
	if q == nil {
		q = &semaQueue{}
		semaphores[addr] = q
	}
	c := make(chan bool)
	if lifo {
		q.waiters = append([]chan bool{c}, q.waiters...)
	} else {
		q.waiters = append(q.waiters, c)
	}
	semaGuard.Unlock()
	<-c
}

func runtime_Semrelease(addr *uint32, handoff bool) {
	semaGuard.Lock()
	defer semaGuard.Unlock()
	if q := semaphores[addr]; q != nil && len(q.waiters) > 0 {
		close(q.waiters[0])
		q.waiters = q.waiters[1:]
		if len(q.waiters) == 0 {
			delete(semaphores, addr)
		}
		return
	}
	*addr++
}

func runtime_canSpin(i int) bool { return i < 4 }
func runtime_doSpin()            { runtime.Gosched() }
func runtime_nanotime() int64    { return time.Now().UnixNano() }
func runtime_gcEpoch() uint32    { return 0 }
func fatal(text string)          { panic("fatal: " + text) }
