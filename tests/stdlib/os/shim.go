package os

import (
	"math/rand"
	real "os"
)

func argAt(i int) string { return real.Args[i] }
func argCount() int      { return len(real.Args) }
func exit(code int)      { real.Exit(code) }
func fastrand() uint32   { return rand.Uint32() >> 1 }

// Nothing is watched here: files wait in their system calls.
func pollOpen(fd int, force bool) uintptr                { return 0 }
func isNonblock(fd int) bool                             { return false }
func setBlocking(fd int)                                 {}
func pollClose(pd uintptr)                               {}
func pollPrepare(pd uintptr, side int) int               { return pollOK }
func pollWait(pd uintptr, side int) int                  { return pollOK }
func pollSetDeadline(pd uintptr, delay int64, sides int) {}
func pollUnblock(pd uintptr)                             {}
