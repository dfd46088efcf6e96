package io_test

import (
	"bytes"
	"errors"
	want "io"
	"strings"
	"testing"
	"testing/iotest"

	got "golstd/io"
)

func TestCopyAndRead(t *testing.T) {
	var b bytes.Buffer
	n, err := got.Copy(struct{ got.Writer }{&b}, got.LimitReader(strings.NewReader(strings.Repeat("x", 100000)), 100000))
	if n != 100000 || err != nil || b.Len() != 100000 {
		t.Error(n, err)
	}
	// gol's EOF is another value than Go's here.
	r := got.LimitReader(strings.NewReader("hello"), 3)
	all, err := got.ReadAll(r)
	if string(all) != "hel" || err != nil {
		t.Errorf("%q %v", all, err)
	}
	n, err = got.CopyN(&b, got.LimitReader(strings.NewReader("ab"), 2), 5)
	if n != 2 || err != got.EOF {
		t.Error(n, err)
	}
	buf := make([]byte, 4)
	k, err := got.ReadFull(got.LimitReader(strings.NewReader("abcdef"), 2), buf)
	if k != 2 || err != got.ErrUnexpectedEOF {
		t.Error(k, err)
	}
	k, err = got.ReadFull(got.LimitReader(strings.NewReader(""), 0), buf)
	if k != 0 || err != got.EOF {
		t.Error(k, err)
	}
	if _, err := got.ReadAtLeast(strings.NewReader(""), buf, 5); err != got.ErrShortBuffer {
		t.Error(err)
	}
	m := got.MultiReader(got.LimitReader(strings.NewReader("one,"), 4), got.MultiReader(got.LimitReader(strings.NewReader("two"), 3)))
	all, err = got.ReadAll(struct{ got.Reader }{m})
	if string(all) != "one,two" || err != nil {
		t.Errorf("%q %v", all, err)
	}
	var c, d bytes.Buffer
	w := got.MultiWriter(&c, got.MultiWriter(&d))
	got.WriteString(w, "abc")
	tee := got.TeeReader(got.LimitReader(strings.NewReader("tee"), 3), w)
	got.ReadAll(tee)
	if c.String() != "abctee" || d.String() != "abctee" {
		t.Error(c.String(), d.String())
	}
	if got.ErrNoProgress.Error() != want.ErrNoProgress.Error() {
		t.Error("text")
	}
}

func TestSections(t *testing.T) {
	src := strings.NewReader("0123456789")
	g, w := got.NewSectionReader(src, 2, 5), want.NewSectionReader(src, 2, 5)
	same := func(what string, n1, n2 int64, e1, e2 error) {
		t.Helper()
		if n1 != n2 || (e1 == nil) != (e2 == nil) || e1 != nil && e1.Error() != e2.Error() {
			t.Errorf("%s: %d %v, want %d %v", what, n1, e1, n2, e2)
		}
	}
	for off := int64(-1); off < 8; off++ {
		for size := 0; size < 8; size++ {
			a, b := make([]byte, size), make([]byte, size)
			n1, e1 := g.ReadAt(a, off)
			n2, e2 := w.ReadAt(b, off)
			same("ReadAt", int64(n1), int64(n2), e1, e2)
		}
		for whence := -1; whence < 4; whence++ {
			n1, e1 := g.Seek(off, whence)
			n2, e2 := w.Seek(off, whence)
			same("Seek", n1, n2, e1, e2)
			a, b := make([]byte, 3), make([]byte, 3)
			k1, e1 := g.Read(a)
			k2, e2 := w.Read(b)
			same("Read", int64(k1), int64(k2), e1, e2)
			if !bytes.Equal(a, b) {
				t.Error("bytes")
			}
		}
	}
}

func TestPipe(t *testing.T) {
	r, w := got.Pipe()
	go func() {
		got.WriteString(w, "hello, ")
		w.Write(nil)
		w.Write([]byte("pipe"))
		w.CloseWithError(errors.New("done"))
	}()
	b, err := got.ReadAll(iotest.OneByteReader(r))
	if string(b) != "hello, pipe" || err == nil || err.Error() != "done" {
		t.Errorf("%q %v", b, err)
	}
	if _, err := w.Write([]byte("x")); err != got.ErrClosedPipe {
		t.Error(err)
	}
	r, w = got.Pipe()
	r.CloseWithError(errors.New("no"))
	if _, err := w.Write([]byte("x")); err == nil || err.Error() != "no" {
		t.Error(err)
	}
	if _, err := r.Read(make([]byte, 1)); err != got.ErrClosedPipe {
		t.Error(err)
	}
}
