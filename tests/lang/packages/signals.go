// Signals that nobody asked for: those that a Go program drops, before, between and after Notify; what programs that
// it starts make of them; contexts that end by a signal.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	dropped := []syscall.Signal{syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGIO, syscall.SIGWINCH}
	send := func() {
		for _, s := range dropped {
			syscall.Kill(os.Getpid(), s)
		}
		time.Sleep(20 * time.Millisecond)
	}
	send()
	for _, s := range dropped {
		c := make(chan os.Signal, 1)
		signal.Notify(c, s)
		syscall.Kill(os.Getpid(), s)
		got := <-c
		signal.Stop(c)
		send()
		fmt.Println(got == s, len(c), signal.Ignored(s))
	}
	signal.Ignore(syscall.SIGUSR1)
	send()
	fmt.Println(signal.Ignored(syscall.SIGUSR1))
	signal.Reset(syscall.SIGUSR1)
	send()
	// A child has the default again.
	fmt.Println(exec.Command("sh", "-c", "kill -USR2 $$; sleep 1").Run())
	parent, cancel := context.WithCancel(context.Background())
	defer cancel()
	ctx, stop := signal.NotifyContext(parent, syscall.SIGHUP, syscall.SIGTERM)
	defer stop()
	fmt.Println(ctx)
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	<-ctx.Done()
	fmt.Println(ctx.Err(), context.Cause(ctx), errors.Is(context.Cause(ctx), context.Canceled))
}

// Output:
// true 0 false
// true 0 false
// true 0 false
// true 0 false
// true 0 false
// true
// signal: user defined signal 2
// signal.NotifyContext(context.Background.WithCancel, [hangup terminated])
// context canceled terminated signal received true
