package weak

import "unsafe"

func newHandle(p unsafe.Pointer, spare *uintptr) unsafe.Pointer { return nil }

func value(handle unsafe.Pointer) unsafe.Pointer { return *(*unsafe.Pointer)(handle) }
