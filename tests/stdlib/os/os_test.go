package os_test

import (
	"fmt"
	want "os"
	"strings"
	"testing"

	"golstd/errors"
	"golstd/io"
	"golstd/io/fs"
	got "golstd/os"
)

func text(err error) string {
	if err == nil {
		return "<nil>"
	}
	return err.Error()
}

func TestFiles(t *testing.T) {
	dir, err := got.MkdirTemp("", "gol*test")
	if err != nil {
		t.Fatal(err)
	}
	defer got.RemoveAll(dir)
	name := dir + "/a.txt"
	if err := got.WriteFile(name, []byte("hello"), 0644); err != nil {
		t.Fatal(err)
	}
	f, err := got.OpenFile(name, got.O_RDWR|got.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(", world")
	f.Seek(2, io.SeekStart)
	b, err := io.ReadAll(f)
	if string(b) != "llo, world" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	b = make([]byte, 20)
	n, err := f.ReadAt(b, 7)
	if n != 5 || err != io.EOF {
		t.Error(n, err)
	}
	g, _ := f.Stat()
	w, _ := want.Stat(name)
	if fmt.Sprint(g.Name(), g.Size(), g.Mode(), g.ModTime().UnixNano(), g.IsDir()) != fmt.Sprint(w.Name(), w.Size(), w.Mode(), w.ModTime().UnixNano(), w.IsDir()) {
		t.Error("stat")
	}
	f.Close()
	if _, err := f.Read(b); text(err) != "read "+name+": file already closed" || !errors.Is(err, got.ErrClosed) {
		t.Error(err)
	}
	_, e1 := got.Open(dir + "/none")
	_, e2 := want.Open(dir + "/none")
	if text(e1) != text(e2) || !errors.Is(e1, got.ErrNotExist) || !errors.Is(e1, fs.ErrNotExist) || !got.IsNotExist(e1) || errors.Is(e1, got.ErrExist) {
		t.Error(e1, e2)
	}
	got.MkdirAll(dir+"/x/y/z", 0755)
	got.Symlink("a.txt", dir+"/link")
	got.WriteFile(dir+"/x/f", nil, 0600)
	names := ""
	err = fs.WalkDir(got.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		names += fmt.Sprint(p, d, " ")
		return err
	})
	wnames := ""
	wfs := want.DirFS(dir)
	for _, m := range []string{"a.txt", "link", "x", "x/f", "x/y", "x/y/z"} {
		wnames += m
	}
	_ = wfs
	if err != nil || names != ".d ./ a.txt- a.txt linkL link xd x/ x/f- f x/yd y/ x/y/zd z/ " {
		t.Error(names, err)
	}
	list, err := fs.Glob(got.DirFS(dir), "*/*")
	if fmt.Sprint(list) != "[x/f x/y]" || err != nil {
		t.Error(list, err)
	}
	for _, c := range []struct{ g, w error }{
		{got.Mkdir(dir, 0), want.Mkdir(dir, 0)},
		{got.Remove(dir + "/none"), want.Remove(dir + "/none")},
		{got.Remove(dir + "/x"), want.Remove(dir + "/x")},
		{got.Rename(dir+"/none", dir+"/b"), want.Rename(dir+"/none", dir+"/b")},
		{got.Rename(name, dir+"/x"), want.Rename(name, dir+"/x")},
		{got.Chdir("/none"), want.Chdir("/none")},
		{got.Truncate("/none", 1), want.Truncate("/none", 1)},
		{got.MkdirAll(name+"/q", 0), want.MkdirAll(name+"/q", 0)},
		{got.WriteFile("a\x00b", nil, 0), want.WriteFile("a\x00b", nil, 0)},
	} {
		if text(c.g) != text(c.w) {
			t.Errorf("%v, want %v", c.g, c.w)
		}
	}
	l, _ := got.Readlink(dir + "/link")
	wd, _ := got.Getwd()
	wwd, _ := want.Getwd()
	h, _ := got.Hostname()
	wh, _ := want.Hostname()
	if l != "a.txt" || wd != wwd || h != wh || got.Getpid() != want.Getpid() || fmt.Sprint(got.Args) != fmt.Sprint(want.Args) {
		t.Error(l, wd, h)
	}
	r, pw, err := got.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	pw.WriteString("pipe")
	pw.Close()
	b, _ = io.ReadAll(r)
	if string(b) != "pipe" {
		t.Error(string(b))
	}
	if err := got.RemoveAll(dir); err != nil {
		t.Error(err)
	}
	if _, err := got.Lstat(dir); !got.IsNotExist(err) {
		t.Error(err)
	}
}

func TestEnv(t *testing.T) {
	if strings.Join(got.Environ(), "\n") != strings.Join(want.Environ(), "\n") {
		t.Error("Environ")
	}
	got.Setenv("GOL_X", "1=2")
	if got.Getenv("GOL_X") != "1=2" || text(got.Setenv("a=b", "")) != text(want.Setenv("a=b", "")) {
		t.Error("Setenv")
	}
	got.Unsetenv("GOL_X")
	if _, ok := got.LookupEnv("GOL_X"); ok {
		t.Error("Unsetenv")
	}
	m := func(s string) string { return "<" + s + ">" }
	for _, s := range []string{"", "$", "$a", "${a}", "${", "${}", "${*}", "$*x", "a$b c${d}e", "$$", "${a", "$1x", "x$ y", "$_a9-", "${1}2", "$é", "${ab c}"} {
		if a, b := got.Expand(s, m), want.Expand(s, m); a != b {
			t.Errorf("Expand(%q) = %q, want %q", s, a, b)
		}
	}
}
