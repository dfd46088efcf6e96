// Processes, signals, directories as roots.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", "echo hi $X; pwd; exit 3"}, &os.ProcAttr{Dir: "/tmp", Env: []string{"X=y"}, Files: []*os.File{nil, os.Stdout, os.Stderr}})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := p.Wait()
	fmt.Println(s, err, s.ExitCode(), s.Success())
	_, err = os.StartProcess("/nonexistent", nil, &os.ProcAttr{})
	fmt.Println(err)
	d, _ := os.MkdirTemp("", "x")
	r, err := os.OpenRoot(d)
	fmt.Println(err, r.MkdirAll("a/b/c", 0777), r.WriteFile("a/f", []byte("hi"), 0666))
	fmt.Println(r.Symlink("../..", "a/up"), r.Symlink("f", "a/l"), r.Symlink("/etc", "abs"))
	b, err := r.ReadFile("a/l")
	fmt.Println(string(b), err)
	_, err = r.ReadFile("a/up/x")
	fmt.Println(err)
	_, err = r.Open("abs/passwd")
	fmt.Println(err)
	_, err = r.Open("a/../../x")
	fmt.Println(err)
	_, err = r.Stat("nope")
	fmt.Println(err)
	fmt.Println(r.Rename("a/f", "a/b/c/g"), r.Remove("a"))
	fi, err := r.Lstat("a/up")
	fmt.Println(fi.Mode(), fi.Name(), err)
	fmt.Println(r.RemoveAll("a"), r.Mkdir("q", 0700))
	os.Mkdir(d+"/from", 0777)
	os.WriteFile(d+"/from/x", nil, 0666)
	fmt.Println(os.CopyFS(d+"/copy", os.DirFS(d+"/from")))
	l, _ := os.ReadDir(d + "/copy")
	fmt.Println(len(l))
	fmt.Println(syscall.Getpid() == os.Getpid())
	os.RemoveAll(d)
	commands()
}

func commands() {
	out, err := exec.Command("echo", "hi", "there").Output()
	fmt.Printf("%q %v\n", out, err)
	c := exec.Command("tr", "a-z", "A-Z")
	c.Stdin = strings.NewReader("hello")
	b, err := c.CombinedOutput()
	fmt.Println(string(b), err)
	_, err = exec.Command("sh", "-c", "echo bad >&2; exit 4").Output()
	fmt.Println(err, string(err.(*exec.ExitError).Stderr))
	_, err = exec.LookPath("nonexistent-prog")
	fmt.Println(err)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	fmt.Println(exec.CommandContext(ctx, "sleep", "5").Run())
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, syscall.SIGUSR1)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println(<-ch)
	nctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	fmt.Println(nctx)
	syscall.Kill(os.Getpid(), syscall.SIGINT)
	<-nctx.Done()
	fmt.Println(nctx.Err(), context.Cause(nctx))
	stop()
}

// Output:
// hi y
// /tmp
// exit status 3 <nil> 3 false
// fork/exec /nonexistent: no such file or directory
// <nil> <nil> <nil>
// <nil> <nil> <nil>
// hi <nil>
// openat a/up/x: path escapes from parent
// openat abs/passwd: path escapes from parent
// openat a/../../x: path escapes from parent
// statat nope: no such file or directory
// <nil> removeat a: directory not empty
// Lrwxrwxrwx up <nil>
// <nil> <nil>
// <nil>
// 1
// true
// "hi there\n" <nil>
// HELLO <nil>
// exit status 4 bad
//
// exec: "nonexistent-prog": executable file not found in $PATH
// signal: killed
// user defined signal 1
// signal.NotifyContext(context.Background, [interrupt])
// context canceled interrupt signal received
