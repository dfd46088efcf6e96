// Ways to die, one for each name: what real Go writes is in go.txt (update.sh). Read by traceback_test.cc.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

type T struct{ a, b int }

//go:noinline
func (t *T) get() int { return t.b }

//go:noinline
func (t T) value(n int) int {
	if n < 0 {
		panic("negative")
	}
	return t.a
}

//go:noinline
func settle() { time.Sleep(20 * time.Millisecond) }

//go:noinline
func block(c chan int) { <-c }

//go:noinline
func fail(s string) { panic(s) }

//go:noinline
func callValue(v interface{ value(int) int }) { v.value(1) }

func quit() {
	settle()
	syscall.Kill(syscall.Getpid(), syscall.SIGQUIT)
	select {}
}

var nilPointer *int

type myErr struct{ code int }

func (e *myErr) Error() string { return fmt.Sprint("code ", e.code) }

type point struct{ x, y int }
type name string

var cases = map[string]func(){
	"nilDereference": func() { var t *T; fmt.Println(t.get()) },
	"valueMethod":    func() { T{}.value(-1) },
	"throughPointer": func() { var t *T; callValue(t) },
	"customError":    func() { panic(&myErr{3}) },
	"joinedError":    func() { panic(errors.Join(errors.New("a"), errors.New("b"))) },
	"structValue":    func() { panic(point{1, 2}) },
	"namedString":    func() { panic(name("n")) },
	"nested": func() {
		defer func() { panic("second") }()
		fail("first")
	},
	"nestedTwice": func() {
		defer func() {
			defer func() { panic("third") }()
			panic("second")
		}()
		fail("first")
	},
	"recoveredThenPanic": func() {
		defer func() {
			r := recover()
			panic(fmt.Sprint("again ", r))
		}()
		fail("first")
	},
	"repanic": func() {
		defer func() { panic(recover()) }()
		fail("first")
	},
	"panicInGoexit": func() {
		defer fail("in goexit")
		runtime.Goexit()
	},
	"goexitOfMain": func() {
		go func() { settle() }()
		runtime.Goexit()
	},
	"goexitDeadlock": func() {
		go block(make(chan int))
		runtime.Goexit()
	},
	"deadlockReceive": func() { block(make(chan int)) },
	"deadlockMany": func() {
		c := make(chan int)
		var mu sync.Mutex
		var rw sync.RWMutex
		var wg sync.WaitGroup
		cond := sync.NewCond(&mu)
		wg.Add(1)
		rw.Lock()
		go func() { c <- 1 }()
		settle()
		go func() { var n chan int; <-n }()
		settle()
		go func() { var n chan int; n <- 1 }()
		settle()
		go func() { select {} }()
		settle()
		go func() {
			d := make(chan int)
			select {
			case <-d:
			case d <- 1:
			}
		}()
		settle()
		go func() { wg.Wait() }()
		settle()
		go func() { mu.Lock(); cond.Wait() }()
		settle()
		mu.Lock()
		go func() { mu.Lock() }()
		settle()
		go func() { rw.Lock() }()
		settle()
		go func() { rw.RLock() }()
		settle()
		block(make(chan int))
	},
	"goroutinePanics": func() {
		go func() { fail("in a goroutine") }()
		select {}
	},
	"startedBySomeone": func() {
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			go func() { fail("two levels") }()
			wg.Wait()
		}()
		wg.Wait()
	},
	"index": func() {
		var s []int
		i := 5
		s[i] = 1
	},
	"deepPanic": func() {
		var f func(n int)
		f = func(n int) {
			if n == 0 {
				panic("deep")
			}
			f(n - 1)
		}
		f(200)
	},
	"unlockOfUnlocked":  func() { var mu sync.Mutex; mu.Unlock() },
	"negativeWaitGroup": func() { var wg sync.WaitGroup; wg.Done() },
	"closedChannel":     func() { c := make(chan int); close(c); close(c) },
	"lockedToThread": func() {
		go func() { runtime.LockOSThread(); block(make(chan int)) }()
		settle()
		fail("with a locked one")
	},
	"setTraceback": func() {
		debug.SetTraceback("all")
		go block(make(chan int))
		settle()
		fail("all")
	},
	"stackAll": func() {
		go block(make(chan int))
		go func() { time.Sleep(time.Hour) }()
		settle()
		buf := make([]byte, 1<<16)
		os.Stderr.Write(buf[:runtime.Stack(buf, true)])
	},
	"printStack": func() {
		func() { debug.PrintStack() }()
	},
	"quit": func() {
		go block(make(chan int))
		go quit()
		time.Sleep(time.Hour)
	},
	"quitWhileSpinning": func() {
		go block(make(chan int))
		go quit()
		for {
		}
	},
	"goexitInMain": func() {
		defer func() { panic("late") }()
		runtime.Goexit()
	},
	"goexitAndFault": func() {
		for i := 0; i < 2; i++ {
			defer func() { *nilPointer = i }()
		}
		runtime.Goexit()
	},
	"deferInLoop": func() {
		for i := 0; i < 3; i++ {
			defer func() {
				if i == 1 {
					fail("from a deferred call")
				}
			}()
		}
	},
	"generic":     func() { pick[string, *T](nil) },
	"nilMapWrite": func() { var m map[string]int; m["a"] = 1 },
	"nilFunc":     func() { var f func(); f() },
	"assertion":   func() { var v any = "s"; fmt.Println(v.(int)) },
	"exitCode":    func() { defer fail("not run"); os.Exit(7) },
}

//go:noinline
func pick[K comparable, V interface{ get() int }](v V) int { return v.get() }

func main() {
	if len(os.Args) < 2 {
		for name := range cases {
			fmt.Println(name)
		}
		return
	}
	cases[os.Args[1]]()
}
