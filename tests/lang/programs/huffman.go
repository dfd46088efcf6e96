// Compression: Huffman coding with a priority queue, run lengths, LZ77, base64, CRC-32 and Adler
// checksums; every coder checked by decoding.
package main

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

type node struct {
	sym         byte
	count       int
	left, right *node
}

type queue []*node

func (q *queue) add(n *node) {
	i := sort.Search(len(*q), func(i int) bool {
		m := (*q)[i]
		return m.count > n.count || m.count == n.count && m.sym > n.sym
	})
	*q = append(*q, nil)
	copy((*q)[i+1:], (*q)[i:])
	(*q)[i] = n
}

func (q *queue) take() *node {
	n := (*q)[0]
	*q = (*q)[1:]
	return n
}

func build(data []byte) *node {
	var counts [256]int
	for _, b := range data {
		counts[b]++
	}
	var q queue
	for b, c := range counts {
		if c > 0 {
			q.add(&node{sym: byte(b), count: c})
		}
	}
	for len(q) > 1 {
		a, b := q.take(), q.take()
		q.add(&node{sym: min(a.sym, b.sym), count: a.count + b.count, left: a, right: b})
	}
	return q[0]
}

func (n *node) codes(prefix string, table map[byte]string) {
	if n.left == nil {
		table[n.sym] = prefix
		return
	}
	n.left.codes(prefix+"0", table)
	n.right.codes(prefix+"1", table)
}

type bitWriter struct {
	out  []byte
	bits uint
}

func (w *bitWriter) write(code string) {
	for _, c := range code {
		if w.bits%8 == 0 {
			w.out = append(w.out, 0)
		}
		w.out[len(w.out)-1] |= byte(c-'0') << (7 - w.bits%8)
		w.bits++
	}
}

func decode(root *node, data []byte, bits uint) (out []byte) {
	n := root
	for i := range bits {
		if data[i/8]>>(7-i%8)&1 == 0 {
			n = n.left
		} else {
			n = n.right
		}
		if n.left == nil {
			out = append(out, n.sym)
			n = root
		}
	}
	return
}

func runLength(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i + 1
		for j < len(s) && s[j] == s[i] && j-i < 9 {
			j++
		}
		fmt.Fprintf(&b, "%d%c", j-i, s[i])
		i = j
	}
	return b.String()
}

func unRun(s string) (string, error) {
	if len(s)%2 != 0 {
		return "", errors.New("odd length")
	}
	out := ""
	for i := 0; i < len(s); i += 2 {
		if s[i] < '1' || s[i] > '9' {
			return out, fmt.Errorf("bad count %q at %d", s[i], i)
		}
		out += strings.Repeat(s[i+1:i+2], int(s[i]-'0'))
	}
	return out, nil
}

type token struct {
	dist, length int
	next         byte
}

func lz(s string) (tokens []token) {
	for i := 0; i < len(s); {
		var best token
		for d := 1; d <= i && d <= 64; d++ {
			l := 0
			for i+l < len(s)-1 && s[i+l-d] == s[i+l] {
				l++
			}
			if l > best.length {
				best = token{dist: d, length: l}
			}
		}
		best.next = s[i+best.length]
		tokens = append(tokens, best)
		i += best.length + 1
	}
	return
}

func unLz(tokens []token) string {
	var out []byte
	for _, t := range tokens {
		for range t.length {
			out = append(out, out[len(out)-t.dist])
		}
		out = append(out, t.next)
	}
	return string(out)
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

func base64(data []byte) string {
	var b strings.Builder
	for len(data) > 0 {
		var group [3]byte
		n := copy(group[:], data)
		v := uint(group[0])<<16 | uint(group[1])<<8 | uint(group[2])
		for i := range 4 {
			if i > n {
				b.WriteByte('=')
			} else {
				b.WriteByte(alphabet[v>>(18-6*i)&63])
			}
		}
		data = data[n:]
	}
	return b.String()
}

var crcTable = func() (t [256]uint32) {
	for i := range t {
		c := uint32(i)
		for range 8 {
			if c&1 != 0 {
				c = c>>1 ^ 0xEDB88320
			} else {
				c >>= 1
			}
		}
		t[i] = c
	}
	return
}()

func crc(data []byte) uint32 {
	c := ^uint32(0)
	for _, b := range data {
		c = crcTable[byte(c)^b] ^ c>>8
	}
	return ^c
}

func adler(data []byte) uint32 {
	a, b := uint32(1), uint32(0)
	for _, d := range data {
		a = (a + uint32(d)) % 65521
		b = (b + a) % 65521
	}
	return b<<16 | a
}

func main() {
	text := "she sells sea shells by the sea shore; the shells she sells are sea shells for sure"
	root := build([]byte(text))
	table := map[byte]string{}
	root.codes("", table)
	var w bitWriter
	for i := range len(text) {
		w.write(table[text[i]])
	}
	fmt.Println(len(text), w.bits, len(w.out), root.count, len(table), table['s'], table['e'], table[' '], len(table['y']))
	fmt.Println(string(decode(root, w.out, w.bits)) == text)
	fmt.Println(base64(w.out[:21]), base64([]byte("a")), base64([]byte("ab")), base64([]byte("abc")), base64(nil) == "")
	r := runLength("aaabccccccccccccd")
	back, err := unRun(r)
	fmt.Println(r, back, err)
	_, err = unRun("3a0b")
	fmt.Println(err)
	_, err = unRun("3")
	fmt.Println(err)
	tokens := lz(text)
	fmt.Println(len(tokens), tokens[len(tokens)-1], unLz(tokens) == text, len(lz(strings.Repeat("ab", 50))))
	fmt.Printf("%08x %08x %08x\n", crc([]byte("123456789")), adler([]byte("Wikipedia")), crc([]byte(text)))
}

// Output:
// 83 265 34 83 14 01 110 111 6
// true
// Tu617g6da+fN5HdwdI407yO6da9O YQ== YWI= YWJj true
// 3a1b9c3c1d aaabccccccccccccd <nil>
// bad count '0' at 2
// odd length
// 24 {4 1 101} true 3
// cbf43926 11e60398 27694a9d
