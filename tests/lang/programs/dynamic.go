// Dynamic programming and string algorithms: LCS with reconstruction, edit distance, knapsack, coin
// change, longest increasing subsequence, matrix chains, KMP, Boyer-Moore-Horspool, suffix arrays.
package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

func lcs(a, b []rune) string {
	t := make([][]int, len(a)+1)
	for i := range t {
		t[i] = make([]int, len(b)+1)
	}
	for i, x := range a {
		for j, y := range b {
			if x == y {
				t[i+1][j+1] = t[i][j] + 1
			} else {
				t[i+1][j+1] = max(t[i][j+1], t[i+1][j])
			}
		}
	}
	out := make([]rune, t[len(a)][len(b)])
	for i, j, k := len(a), len(b), len(out); k > 0; {
		switch {
		case a[i-1] == b[j-1]:
			i, j, k = i-1, j-1, k-1
			out[k] = a[i]
		case t[i-1][j] >= t[i][j-1]:
			i--
		default:
			j--
		}
	}
	return string(out)
}

func edit(a, b string) (int, string) {
	type cell struct {
		cost int
		ops  string
	}
	row := make([]cell, len(b)+1)
	for j := range row {
		row[j] = cell{j, strings.Repeat("i", j)}
	}
	for i := range len(a) {
		prev := row[0]
		row[0] = cell{i + 1, row[0].ops + "d"}
		for j := range len(b) {
			best := prev
			if a[i] == b[j] {
				best.ops += "="
			} else {
				best = cell{prev.cost + 1, prev.ops + "s"}
				if c := row[j+1]; c.cost+1 < best.cost {
					best = cell{c.cost + 1, c.ops + "d"}
				}
				if c := row[j]; c.cost+1 < best.cost {
					best = cell{c.cost + 1, c.ops + "i"}
				}
			}
			prev, row[j+1] = row[j+1], best
		}
	}
	return row[len(b)].cost, row[len(b)].ops
}

type thing struct {
	name          string
	weight, value int
}

func knapsack(things []thing, limit int) (value int, chosen []string) {
	best := make([][]int, len(things)+1)
	best[0] = make([]int, limit+1)
	for i, t := range things {
		best[i+1] = append([]int(nil), best[i]...)
		for w := t.weight; w <= limit; w++ {
			best[i+1][w] = max(best[i+1][w], best[i][w-t.weight]+t.value)
		}
	}
	for i, w := len(things), limit; i > 0; i-- {
		if best[i][w] != best[i-1][w] {
			chosen = append(chosen, things[i-1].name)
			w -= things[i-1].weight
		}
	}
	return best[len(things)][limit], chosen
}

func coins(amount int, kinds ...int) (fewest, ways int) {
	few, way := make([]int, amount+1), make([]int, amount+1)
	for i := 1; i <= amount; i++ {
		few[i] = math.MaxInt32
	}
	way[0] = 1
	for _, k := range kinds {
		for a := k; a <= amount; a++ {
			few[a] = min(few[a], few[a-k]+1)
			way[a] += way[a-k]
		}
	}
	return few[amount], way[amount]
}

func increasing(nums []int) (seq []int) {
	tails, prev := []int{}, make([]int, len(nums))
	for i, n := range nums {
		k := sort.Search(len(tails), func(j int) bool { return nums[tails[j]] >= n })
		prev[i] = -1
		if k > 0 {
			prev[i] = tails[k-1]
		}
		if k == len(tails) {
			tails = append(tails, i)
		} else {
			tails[k] = i
		}
	}
	for i := tails[len(tails)-1]; i >= 0; i = prev[i] {
		seq = append([]int{nums[i]}, seq...)
	}
	return
}

func chain(dims []int) (cost int, expr string) {
	type key struct{ i, j int }
	type plan struct {
		cost int
		expr string
	}
	memo := map[key]plan{}
	var best func(i, j int) plan
	best = func(i, j int) plan {
		if i == j {
			return plan{0, string(rune('A' + i))}
		}
		if p, ok := memo[key{i, j}]; ok {
			return p
		}
		p := plan{cost: math.MaxInt}
		for k := i; k < j; k++ {
			l, r := best(i, k), best(k+1, j)
			if c := l.cost + r.cost + dims[i]*dims[k+1]*dims[j+1]; c < p.cost {
				p = plan{c, "(" + l.expr + r.expr + ")"}
			}
		}
		memo[key{i, j}] = p
		return p
	}
	p := best(0, len(dims)-2)
	return p.cost, p.expr
}

func kmp(text, pat string) (at []int) {
	fail := make([]int, len(pat))
	for i, k := 1, 0; i < len(pat); i++ {
		for k > 0 && pat[i] != pat[k] {
			k = fail[k-1]
		}
		if pat[i] == pat[k] {
			k++
		}
		fail[i] = k
	}
	for i, k := 0, 0; i < len(text); i++ {
		for k > 0 && text[i] != pat[k] {
			k = fail[k-1]
		}
		if text[i] == pat[k] {
			k++
		}
		if k == len(pat) {
			at = append(at, i-k+1)
			k = fail[k-1]
		}
	}
	return
}

func horspool(text, pat string) (at []int) {
	var skip [256]int
	for i := range skip {
		skip[i] = len(pat)
	}
	for i := range len(pat) - 1 {
		skip[pat[i]] = len(pat) - 1 - i
	}
	for i := 0; i+len(pat) <= len(text); i += skip[text[i+len(pat)-1]] {
		if text[i:i+len(pat)] == pat {
			at = append(at, i)
		}
	}
	return
}

func suffixes(s string) (order []int, longest string) {
	order = make([]int, len(s))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return s[order[i]:] < s[order[j]:] })
	for i := 1; i < len(order); i++ {
		a, b, n := s[order[i-1]:], s[order[i]:], 0
		for n < len(a) && n < len(b) && a[n] == b[n] {
			n++
		}
		if n > len(longest) {
			longest = a[:n]
		}
	}
	return
}

func maxSub(nums []int) (best, from, to int) {
	best = math.MinInt
	sum, start := 0, 0
	for i, n := range nums {
		if sum <= 0 {
			sum, start = 0, i
		}
		if sum += n; sum > best {
			best, from, to = sum, start, i+1
		}
	}
	return
}

func main() {
	fmt.Println(lcs([]rune("AGGTAB"), []rune("GXTXAYB")), lcs([]rune("größe"), []rune("grüße")), lcs(nil, []rune("x")) == "")
	fmt.Println(edit("kitten", "sitting"))
	fmt.Println(edit("", "abc"))
	fmt.Println(edit("intention", "execution"))
	fmt.Println(knapsack([]thing{{"map", 9, 150}, {"compass", 13, 35}, {"water", 153, 200}, {"sandwich", 50, 160}, {"glucose", 15, 60},
		{"tin", 68, 45}, {"banana", 27, 60}, {"apple", 39, 40}, {"cheese", 23, 30}, {"beer", 52, 10}}, 200))
	fmt.Println(coins(100, 1, 5, 10, 25, 50))
	fmt.Println(coins(7, 3, 5))
	fmt.Println(increasing([]int{0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15}))
	fmt.Println(chain([]int{40, 20, 30, 10, 30}))
	fmt.Println(kmp("abababcabab", "abab"), horspool("abababcabab", "abab"), kmp("x", "yy"), horspool("hello", "l"))
	fmt.Println(suffixes("mississippi"))
	fmt.Println(maxSub([]int{-2, 1, -3, 4, -1, 2, 1, -5, 4}))
	fmt.Println(maxSub([]int{-3, -1, -2}))
}

// Output:
// GTAB grße true
// 3 s===s=i
// 3 iii
// 5 sssss====
// 535 [cheese apple banana glucose sandwich compass map]
// 2 292
// 2147483647 0
// [0 2 6 9 11 15]
// 26000 ((A(BC))D)
// [0 2 7] [0 2 7] [] [2 3]
// [10 7 4 1 0 9 8 6 3 5 2] issi
// 6 3 7
// -1 1 2
