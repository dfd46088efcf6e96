package os

import (
	"math/rand"
	real "os"
)

func argAt(i int) string { return real.Args[i] }
func argCount() int      { return len(real.Args) }
func exit(code int)      { real.Exit(code) }
func fastrand() uint32   { return rand.Uint32() >> 1 }
