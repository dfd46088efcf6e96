// Lists, rings, contexts, loggers, flags, file paths, UTF-16.
package main

import (
	"container/list"
	"container/ring"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"
	"unicode/utf16"
)

type k struct{}

func main() {
	l := list.New()
	for i := range 5 {
		l.PushBack(i)
	}
	l.MoveToFront(l.Back())
	l.PushFrontList(l)
	for e := l.Front(); e != nil; e = e.Next() {
		fmt.Print(e.Value, " ")
	}
	fmt.Println()
	r := ring.New(5)
	for i := range 5 {
		r.Value = i
		r = r.Next()
	}
	r.Unlink(2)
	r.Do(func(x any) { fmt.Print(x, " ") })
	fmt.Println(r.Len())
	ctx, cancel := context.WithCancel(context.Background())
	c2 := context.WithValue(ctx, k{}, "x")
	c3, cancel3 := context.WithTimeout(c2, time.Hour)
	c4, _ := context.WithCancelCause(c3)
	fmt.Println(ctx, c2, c4.Value(k{}))
	called := make(chan bool)
	stop := context.AfterFunc(c4, func() { fmt.Println("after"); called <- true })
	_ = stop
	cancel()
	<-c4.Done()
	<-called
	fmt.Println(c4.Err(), context.Cause(c4), c3.Err(), stop())
	cancel3()
	c5, _ := context.WithTimeoutCause(context.Background(), time.Millisecond, errors.New("late"))
	<-c5.Done()
	fmt.Println(c5.Err(), context.Cause(c5))
	log.SetOutput(os.Stdout)
	log.SetFlags(log.Lmsgprefix)
	log.SetPrefix("pre: ")
	log.Println("hello", 1)
	log.Printf("x%d", 1)
	fs := flag.NewFlagSet("prog", flag.ContinueOnError)
	fs.SetOutput(os.Stdout)
	n := fs.Int("n", 7, "number of `things`")
	fs.Bool("b", false, "bool")
	s := fs.String("str", "def", "string\nmore")
	fs.Duration("d", time.Second, "dur")
	fmt.Println(fs.Parse([]string{"-n=0x10", "--str", "yy", "-b", "rest"}), *n, *s, fs.Args())
	fmt.Println(fs.Parse([]string{"-n=z"}))
	fmt.Println(filepath.Rel("/a/b/c", "/a/x"))
	fmt.Println(filepath.Rel("..", "x"))
	fmt.Println(filepath.Abs("/x/../y"))
	fmt.Println(utf16.Encode([]rune("a😀b\xed")), string(utf16.Decode([]uint16{0xd83d, 0xde00, 0xd800, 65})))
	dir, _ := os.MkdirTemp("", "lang")
	defer os.RemoveAll(dir)
	os.Chdir(dir)
	os.MkdirAll("w/a/b", 0777)
	os.WriteFile("w/a/f", nil, 0666)
	os.Symlink("a/b", "w/l")
	fmt.Println(filepath.EvalSymlinks("w/l"))
	fmt.Println(filepath.Glob("w/*"))
	filepath.Walk("w", func(p string, i os.FileInfo, err error) error { fmt.Println(p, i.Name(), err); return nil })
	filepath.WalkDir("w", func(p string, i os.DirEntry, err error) error { fmt.Println(p, i, err); return nil })
}

// Output:
// 4 0 1 2 3 4 0 1 2 3 
// 0 3 4 3
// context.Background.WithCancel context.Background.WithCancel.WithValue(main.k, x) x
// after
// context canceled context canceled context canceled false
// context deadline exceeded late
// pre: hello 1
// pre: x1
// <nil> 16 yy [rest]
// invalid value "z" for flag -n: parse error
// Usage of prog:
//   -b	bool
//   -d duration
//     	dur (default 1s)
//   -n things
//     	number of things (default 7)
//   -str string
//     	string
//     	more (default "def")
// invalid value "z" for flag -n: parse error
// ../../x <nil>
//  Rel: can't make x relative to ..
// /y <nil>
// [97 55357 56832 98 65533] 😀�A
// w/a/b <nil>
// [w/a w/l] <nil>
// w w <nil>
// w/a a <nil>
// w/a/b b <nil>
// w/a/f f <nil>
// w/l l <nil>
// w d w/ <nil>
// w/a d a/ <nil>
// w/a/b d b/ <nil>
// w/a/f - f <nil>
// w/l L l <nil>
