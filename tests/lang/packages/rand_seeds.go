// Random numbers of given seeds.
package main

import (
	"fmt"
	"math/rand"
	v2 "math/rand/v2"
)

func main() {
	r := rand.New(rand.NewSource(42))
	fmt.Println(r.Intn(100), r.Float64(), r.NormFloat64(), r.Perm(5))
	q := v2.New(v2.NewPCG(1, 2))
	fmt.Println(q.IntN(100), q.Float64())
	fmt.Println(rand.Intn(10) < 10, v2.N(int8(5)) < 5)
}

// Output:
// 5 0.06600049679351791 -0.4943748127704828 [0 4 1 2 3]
// 76 0.4613862177205994
// true true
