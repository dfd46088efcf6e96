// Pipes: deadlines, Close while somebody waits, many waiting goroutines on few threads.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

func main() {
	r, w, _ := os.Pipe()
	fmt.Println(r.Name(), w.Name())
	// Deadlines.
	r.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	var b [16]byte
	start := time.Now()
	n, err := r.Read(b[:])
	fmt.Println(n, err, errors.Is(err, os.ErrDeadlineExceeded), os.IsTimeout(err), time.Since(start) > 15*time.Millisecond, time.Since(start) < 2*time.Second)
	r.SetReadDeadline(time.Now().Add(-time.Second))
	n, err = r.Read(b[:])
	fmt.Println(n, err)
	r.SetReadDeadline(time.Time{})
	go func() { time.Sleep(10 * time.Millisecond); w.Write([]byte("hello")) }()
	n, err = r.Read(b[:])
	fmt.Println(n, err, string(b[:n]))
	// A deadline that is set while a read waits.
	go func() { time.Sleep(10 * time.Millisecond); r.SetReadDeadline(time.Now()) }()
	n, err = r.Read(b[:])
	fmt.Println(n, err)
	r.SetReadDeadline(time.Time{})
	// Write deadline: the pipe fills. Nothing is written when it passes before Write begins: it is far enough off.
	big := make([]byte, 1<<20)
	w.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
	n, err = w.Write(big)
	fmt.Println(n, err)
	w.SetWriteDeadline(time.Time{})
	go io.Copy(io.Discard, r)
	n, err = w.Write(big)
	fmt.Println(n, err)
	w.Close()
	time.Sleep(10 * time.Millisecond)
	// Close while a read waits.
	r, w, _ = os.Pipe()
	closed := make(chan bool)
	go func() { time.Sleep(10 * time.Millisecond); r.Close(); close(closed) }()
	n, err = r.Read(b[:])
	<-closed
	fmt.Println(n, err, errors.Is(err, os.ErrClosed))
	_, err = r.Read(b[:])
	fmt.Println(err)
	_, err = w.Write(b[:])
	fmt.Println(err)
	w.Close()
	fmt.Println(w.Close())
	// A thousand waiting goroutines on a few threads.
	var ws []*os.File
	var wg sync.WaitGroup
	sum := make(chan int, 40)
	for i := 0; i < 40; i++ {
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		ws = append(ws, w)
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer r.Close()
			data, err := io.ReadAll(r)
			if err != nil {
				panic(err)
			}
			sum <- len(data)
		}()
	}
	time.Sleep(20 * time.Millisecond)
	for i, w := range ws {
		fmt.Fprint(w, strings.Repeat("x", i))
		w.Close()
	}
	wg.Wait()
	t := 0
	for i := 0; i < 40; i++ {
		t += <-sum
	}
	fmt.Println(t)
	p, _ := runtime.ThreadCreateProfile(nil)
	fmt.Println(p < 20)
	// Regular files have no deadlines.
	f, _ := os.Create(os.TempDir() + "/gol_poll_test")
	fmt.Println(f.SetDeadline(time.Now()))
	f.Close()
	fmt.Println(f.SetDeadline(time.Now()))
	os.Remove(os.TempDir() + "/gol_poll_test")
	// Ping-pong.
	r1, w1, _ := os.Pipe()
	r2, w2, _ := os.Pipe()
	go func() {
		var b [1]byte
		for {
			if n, _ := r1.Read(b[:]); n == 0 {
				w2.Close()
				return
			}
			b[0]++
			w2.Write(b[:])
		}
	}()
	var c [1]byte
	for i := 0; i < 2000; i++ {
		w1.Write(c[:])
		r2.Read(c[:])
	}
	w1.Close()
	fmt.Println(c[0])
	fd := r2.Fd()
	fmt.Println(fd > 2, r2.SetReadDeadline(time.Now()))
}

// Output:
// |0 |1
// 0 read |0: i/o timeout true true true true
// 0 read |0: i/o timeout
// 5 <nil> hello
// 0 read |0: i/o timeout
// 65536 write |1: i/o timeout
// 1048576 <nil>
// 0 read |0: file already closed true
// read |0: file already closed
// write |1: broken pipe
// close |1: file already closed
// 780
// true
// file type does not support deadline
// use of closed file
// 208
// true <nil>
