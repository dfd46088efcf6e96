package regexp

import "unsafe"

// Without RE2 the machine matches everything.
func newRE2(pattern string, longest bool) unsafe.Pointer { return nil }

func deleteRE2(re unsafe.Pointer) {}

func matchRE2(re unsafe.Pointer, text *byte, n, pos int, decodes bool, out *int, groups int) int {
	panic("no RE2")
}

func findRE2(re unsafe.Pointer, text *byte, n int, decodes bool, at *[2]int, out *int, groups, max int) int {
	panic("no RE2")
}
