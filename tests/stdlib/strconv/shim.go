package strconv

import (
	"math"
	real "strconv"
	"strings"
	"unsafe"
)

func pack(dst *byte, e string) int {
	mant, exp, _ := strings.Cut(e, "e")
	x, _ := real.Atoi(exp)
	digits := strings.Replace(mant, ".", "", 1)
	copy(unsafe.Slice(dst, maxDigits), digits)
	return len(digits)<<16 | (x + 1 + 1<<15)
}

func shortestDigits(dst *byte, val float64, bitSize int) int {
	return pack(dst, strings.TrimRight("", "")+real.FormatFloat(val, 'e', -1, bitSize))
}

func roundedDigits(dst *byte, val float64, count int, fixed bool) int {
	if !fixed {
		n := pack(dst, real.FormatFloat(val, 'e', count-1, 64))
		return trim(dst, n)
	}
	t := real.FormatFloat(val, 'f', count, 64)
	whole, frac, _ := strings.Cut(t, ".")
	all := whole + frac
	point := len(whole)
	for len(all) > 0 && all[0] == '0' {
		all = all[1:]
		point--
	}
	copy(unsafe.Slice(dst, maxDigits), all)
	return trim(dst, len(strings.TrimRight(all, ""))<<16|(point+1<<15))
}

func trim(dst *byte, packed int) int {
	n := packed >> 16
	b := unsafe.Slice(dst, maxDigits)
	n = min(n, maxDigits)
	for n > 0 && b[n-1] == '0' {
		n--
	}
	return n<<16 | packed&0xFFFF
}

func decimalBits(s string, bitSize int) uint64 {
	f, _ := real.ParseFloat(s, bitSize)
	if bitSize == 32 {
		return uint64(math.Float32bits(float32(f)))
	}
	return math.Float64bits(f)
}
