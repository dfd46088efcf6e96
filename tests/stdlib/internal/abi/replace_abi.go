package abi

import (
	real "reflect"
	"unsafe"
)

// Under Go, interface values carry Go's type descriptors, of which only the addresses are used.

type Type struct{ opaque byte }

type EmptyInterface struct {
	Type *Type
	Data unsafe.Pointer
}

func NoEscape(p unsafe.Pointer) unsafe.Pointer { return p }

func TypeOf(a any) *Type { return (*EmptyInterface)(unsafe.Pointer(&a)).Type }

func TypeFor[T any]() *Type {
	t := real.TypeFor[T]()
	return (*Type)((*EmptyInterface)(unsafe.Pointer(&t)).Data)
}
