package syscall

import (
	"os"
	real "syscall"
)

func sysCall(trap int, a1, a2, a3, a4, a5, a6 uintptr) int {
	r, _, e := real.Syscall6(uintptr(trap), a1, a2, a3, a4, a5, a6)
	if e != 0 {
		return -int(e)
	}
	return int(r)
}

func rawSysCall(trap int, a1, a2, a3, a4, a5, a6 uintptr) int {
	return sysCall(trap, a1, a2, a3, a4, a5, a6)
}

func environAt(i int) string {
	if e := os.Environ(); i < len(e) {
		return e[i]
	}
	return ""
}

func Exit(code int) { os.Exit(code) }
