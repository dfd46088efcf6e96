package fastrand

import "math/rand/v2"

func Uint64() uint64 { return rand.Uint64() }
