// Select in all its forms: ready and blocked cases, default, nil channels, sending and receiving
// together, closed channels, timeouts, fairness, assignment forms, evaluation of operands.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

func ready() {
	a, b := make(chan int, 1), make(chan string, 1)
	select {
	case v := <-a:
		fmt.Println("unexpected", v)
	case b <- "sent":
		fmt.Println("sent", len(b))
	}
	a <- 1
	var v int
	var ok bool
	arr := [3]int{}
	select {
	case v, ok = <-a:
		fmt.Println(v, ok)
	default:
		fmt.Println("default")
	}
	close(a)
	select {
	case arr[1], ok = <-a:
		fmt.Println(arr, ok)
	}
	m := map[string]string{}
	select {
	case m["k"] = <-b:
		fmt.Println(m)
	}
	select {
	case <-b:
	default:
		fmt.Println("empty")
	}
}

func nils() {
	var never chan int
	c := make(chan int)
	go func() {
		for i := range 3 {
			c <- i
		}
		close(c)
	}()
	in, out := c, never
	buffered := make(chan int, 1)
	var got []int
	pending := 0
	for in != nil || out != nil {
		select {
		case v, ok := <-in:
			if !ok {
				in = nil
				continue
			}
			pending = v * 10
			in, out = nil, buffered
		case out <- pending:
			got = append(got, <-buffered)
			in, out = c, nil
		}
	}
	fmt.Println(got)
	select {
	case <-never:
	case never <- 1:
	case <-time.After(2 * time.Millisecond):
		fmt.Println("only the timeout")
	}
}

func fair() {
	a, b := make(chan bool), make(chan bool, 1)
	close(a)
	close(b)
	na, nb := 0, 0
	for range 400 {
		select {
		case <-a:
			na++
		case <-b:
			nb++
		}
	}
	fmt.Println(na+nb, na > 100, nb > 100)
}

var order []string

func ch(name string, c chan int) chan int {
	order = append(order, name)
	return c
}

func val(name string, v int) int {
	order = append(order, name)
	return v
}

func operands() {
	a, b := make(chan int), make(chan int, 1)
	select {
	case ch("a", a) <- val("va", 1):
	case ch("b", b) <- val("vb", 2):
	case v := <-ch("c", nil):
		_ = v
	}
	fmt.Println(order, <-b)
}

func pingPong(n int) int {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v + 1
		}
		close(pong)
	}()
	v := 0
	for range n {
		ping <- v
		v = <-pong
	}
	close(ping)
	_, ok := <-pong
	if ok {
		return -1
	}
	return v
}

type request struct {
	n     int
	reply chan int
}

func server(reqs <-chan request, quit <-chan bool, wg *sync.WaitGroup) {
	defer wg.Done()
	total := 0
	for {
		select {
		case r := <-reqs:
			total += r.n
			r.reply <- total
		case <-quit:
			return
		}
	}
}

func clients() {
	reqs, quit := make(chan request), make(chan bool)
	var srv, cl sync.WaitGroup
	srv.Add(1)
	go server(reqs, quit, &srv)
	var mu sync.Mutex
	best := 0
	for i := range 20 {
		cl.Add(1)
		go func() {
			defer cl.Done()
			reply := make(chan int, 1)
			for j := range 10 {
				reqs <- request{i + j, reply}
				v := <-reply
				mu.Lock()
				best = max(best, v)
				mu.Unlock()
			}
		}()
	}
	cl.Wait()
	close(quit)
	srv.Wait()
	fmt.Println(best)
}

func semaphore() {
	sem := make(chan struct{}, 3)
	var mu sync.Mutex
	running, peak := 0, 0
	var wg sync.WaitGroup
	for range 12 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			sem <- struct{}{}
			defer func() { <-sem }()
			mu.Lock()
			running++
			peak = max(peak, running)
			mu.Unlock()
			runtime.Gosched()
			mu.Lock()
			running--
			mu.Unlock()
		}()
	}
	wg.Wait()
	fmt.Println(peak >= 1 && peak <= 3, running, len(sem), cap(sem))
}

func main() {
	ready()
	nils()
	fair()
	operands()
	fmt.Println(pingPong(500))
	clients()
	semaphore()
	done := make(chan [2]string, 1)
	go func() {
		defer close(done)
		select {
		case done <- [2]string{"a", "b"}:
		}
	}()
	for v := range done {
		fmt.Println(v[1])
	}
	var ro <-chan [2]string = done
	fmt.Println(len(ro), cap(ro), ro == done)
	results := make(chan int)
	go func() {
		defer func() {
			recover()
			results <- -1
		}()
		closed := make(chan int)
		close(closed)
		select {
		case closed <- 1:
		default:
		}
	}()
	fmt.Println(<-results)
}

// Output:
// sent 1
// 1 true
// [0 0 0] false
// map[k:sent]
// empty
// [0 10 20]
// only the timeout
// 400 true true
// [a va b vb c] 2
// 500
// 2800
// true 0 0 3
// b
// 0 1 true
// -1
