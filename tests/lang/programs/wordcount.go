// Word frequencies: maps of strings and of structs, sorting by several keys, string building.
package main

import (
	"fmt"
	"sort"
	"strings"
)

const text = `The quick brown fox jumps over the lazy dog. The dog barks; the fox runs.
A map in Go is a hash table. The table grows when the load factor of the table is too high.
Äpfel und Birnen und Äpfel: naïve café, 日本語 テキスト, 日本語.`

type entry struct {
	word  string
	count int
	lines map[int]bool
}

type byCount []*entry

func (b byCount) Len() int      { return len(b) }
func (b byCount) Swap(i, j int) { b[i], b[j] = b[j], b[i] }
func (b byCount) Less(i, j int) bool {
	if b[i].count != b[j].count {
		return b[i].count > b[j].count
	}
	return b[i].word < b[j].word
}

func split(line string) []string {
	return strings.FieldsFunc(strings.ToLower(line), func(r rune) bool {
		return strings.ContainsRune(" .,;:", r)
	})
}

func main() {
	words := make(map[string]*entry)
	letters := map[rune]int{}
	bigrams := make(map[[2]byte]int)
	type key struct {
		length int
		first  rune
	}
	groups := map[key][]string{}
	for i, line := range strings.Split(text, "\n") {
		for _, w := range split(line) {
			e, ok := words[w]
			if !ok {
				e = &entry{word: w, lines: make(map[int]bool)}
				words[w] = e
				var first rune
				for _, r := range w {
					first = r
					break
				}
				k := key{len(w), first}
				groups[k] = append(groups[k], w)
			}
			e.count++
			e.lines[i] = true
			for _, r := range w {
				letters[r]++
			}
			for j := 0; j+1 < len(w); j++ {
				bigrams[[2]byte{w[j], w[j+1]}]++
			}
		}
	}
	list := make(byCount, 0, len(words))
	for _, e := range words {
		list = append(list, e)
	}
	sort.Sort(list)
	for _, e := range list[:8] {
		fmt.Printf("%-8s %2d in %d lines\n", e.word, e.count, len(e.lines))
	}
	fmt.Println("distinct:", len(list), "letters:", len(letters), "bigrams:", len(bigrams))
	fmt.Println("e:", letters['e'], "本:", letters['本'], "th:", bigrams[[2]byte{'t', 'h'}])

	keys := make([]key, 0)
	for k := range groups {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if keys[i].length != keys[j].length {
			return keys[i].length < keys[j].length
		}
		return keys[i].first < keys[j].first
	})
	for _, k := range keys {
		if len(groups[k]) > 1 {
			sort.Strings(groups[k])
			fmt.Printf("%d %c %v\n", k.length, k.first, groups[k])
		}
	}
	for w := range words {
		if len(w) > 3 {
			delete(words, w)
		}
	}
	rest := make([]string, 0, len(words))
	for w := range words {
		rest = append(rest, w)
	}
	sort.Strings(rest)
	fmt.Println(strings.Join(rest, "|"), strings.Title("short words"))
	fmt.Println(strings.Repeat("=", 20), strings.Count(text, "the"), strings.Index(text, "Äpfel"), strings.LastIndex(text, "Äpfel"))
}

// Output:
// the       7 in 2 lines
// table     3 in 1 lines
// a         2 in 1 lines
// dog       2 in 1 lines
// fox       2 in 1 lines
// is        2 in 1 lines
// und       2 in 1 lines
// äpfel     2 in 1 lines
// distinct: 31 letters: 36 bigrams: 95
// e: 16 本: 2 th: 7
// 2 i [in is]
// 3 t [the too]
// 4 h [hash high]
// 4 l [lazy load]
// 5 b [barks brown]
// a|dog|fox|go|in|is|map|of|the|too|und Short Words
// ==================== 4 166 188
