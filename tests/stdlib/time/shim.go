package time

import (
	"sync"
	real "time"
)

var began = real.Now()

func walltime() int64     { return real.Now().UnixNano() }
func nanotime() int64     { return int64(real.Since(began)) + 1000 }
func processStart() int64 { return 1000 }
func Sleep(d Duration)    { real.Sleep(real.Duration(d)) }

var timerGuard sync.Mutex
var pending = map[*runtimeTimer]*real.Timer{}

func startTimer(t *runtimeTimer) {
	timerGuard.Lock()
	defer timerGuard.Unlock()
	var fire func()
	fire = func() {
		timerGuard.Lock()
		x := pending[t]
		if x != nil {
			if t.period > 0 {
				x.Reset(real.Duration(t.period))
			} else {
				delete(pending, t)
			}
		}
		timerGuard.Unlock()
		if x != nil {
			t.fire()
		}
	}
	pending[t] = real.AfterFunc(real.Duration(t.when-nanotime()), fire)
}

func stopTimer(t *runtimeTimer) bool {
	timerGuard.Lock()
	defer timerGuard.Unlock()
	x := pending[t]
	if x == nil {
		return false
	}
	x.Stop()
	delete(pending, t)
	return true
}
