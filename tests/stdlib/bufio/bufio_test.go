package bufio_test

import (
	want "bufio"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	got "golstd/bufio"
	gotstrings "golstd/strings"
)

func TestReaderAndScanner(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	pieces := []string{"a", "bc", "\n", "\r\n", " ", "é", "\xff", "long word ", "\t"}
	for i := 0; i < 3000; i++ {
		s := ""
		for n := rnd.Intn(30); n > 0; n-- {
			s += pieces[rnd.Intn(len(pieces))]
		}
		g, w := got.NewReaderSize(gotstrings.NewReader(s), 16), want.NewReaderSize(strings.NewReader(s), 16)
		for k := 0; k < 15; k++ {
			var a, b string
			op := rnd.Intn(9)
			switch op {
			case 0:
				x, e := g.ReadByte()
				y, f := w.ReadByte()
				a, b = fmt.Sprint(x, e), fmt.Sprint(y, f)
			case 1:
				x, n, e := g.ReadRune()
				y, m, f := w.ReadRune()
				a, b = fmt.Sprint(x, n, e), fmt.Sprint(y, m, f)
			case 2:
				x, e := g.ReadString('\n')
				y, f := w.ReadString('\n')
				a, b = fmt.Sprintf("%q %v", x, e), fmt.Sprintf("%q %v", y, f)
			case 3:
				x, p, e := g.ReadLine()
				y, q, f := w.ReadLine()
				a, b = fmt.Sprintf("%q %v %v", x, p, e), fmt.Sprintf("%q %v %v", y, q, f)
			case 4:
				x, e := g.Peek(k)
				y, f := w.Peek(k)
				a, b = fmt.Sprintf("%q %v", x, e), fmt.Sprintf("%q %v", y, f)
			case 5:
				a, b = fmt.Sprint(g.UnreadByte()), fmt.Sprint(w.UnreadByte())
			case 6:
				a, b = fmt.Sprint(g.UnreadRune()), fmt.Sprint(w.UnreadRune())
			case 7:
				x, e := g.Discard(3)
				y, f := w.Discard(3)
				a, b = fmt.Sprint(x, e), fmt.Sprint(y, f)
			case 8:
				p, q := make([]byte, k), make([]byte, k)
				x, e := g.Read(p)
				y, f := w.Read(q)
				a, b = fmt.Sprint(x, e, p), fmt.Sprint(y, f, q)
			}
			if a != b || g.Buffered() != w.Buffered() {
				t.Fatalf("op %d on %q: %s, want %s", op, s, a, b)
			}
		}
		for j, f := range []got.SplitFunc{got.ScanLines, got.ScanWords, got.ScanRunes, got.ScanBytes} {
			gs, ws := got.NewScanner(gotstrings.NewReader(s)), want.NewScanner(strings.NewReader(s))
			gs.Buffer(make([]byte, 4), 12)
			ws.Buffer(make([]byte, 4), 12)
			gs.Split(f)
			ws.Split([]want.SplitFunc{want.ScanLines, want.ScanWords, want.ScanRunes, want.ScanBytes}[j])
			for {
				a, b := gs.Scan(), ws.Scan()
				if a != b || gs.Text() != ws.Text() {
					t.Fatalf("Scan %d of %q: %v %q, want %v %q", j, s, a, gs.Text(), b, ws.Text())
				}
				if !a {
					break
				}
			}
			if fmt.Sprint(gs.Err()) != fmt.Sprint(ws.Err()) {
				t.Fatal(gs.Err(), ws.Err())
			}
		}
		var go1, wo strings.Builder
		gw, ww := got.NewWriterSize(&go1, 5), want.NewWriterSize(&wo, 5)
		for k := 0; k < 4; k++ {
			gw.WriteString(s[:len(s)/2])
			ww.WriteString(s[:len(s)/2])
			gw.WriteRune('é')
			ww.WriteRune('é')
			gw.WriteByte('x')
			ww.WriteByte('x')
		}
		if go1.String() != wo.String() || gw.Flush() != nil || ww.Flush() != nil || go1.String() != wo.String() {
			t.Fatalf("Writer %q %q", go1.String(), wo.String())
		}
	}
}
