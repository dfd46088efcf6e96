package bits

import real "math/bits"

func LeadingZeros(x uint) int { return real.LeadingZeros(x) }

func LeadingZeros8(x uint8) int { return real.LeadingZeros8(x) }

func LeadingZeros16(x uint16) int { return real.LeadingZeros16(x) }

func LeadingZeros32(x uint32) int { return real.LeadingZeros32(x) }

func LeadingZeros64(x uint64) int { return real.LeadingZeros64(x) }

func TrailingZeros(x uint) int { return real.TrailingZeros(x) }

func TrailingZeros8(x uint8) int { return real.TrailingZeros8(x) }

func TrailingZeros16(x uint16) int { return real.TrailingZeros16(x) }

func TrailingZeros32(x uint32) int { return real.TrailingZeros32(x) }

func TrailingZeros64(x uint64) int { return real.TrailingZeros64(x) }

func OnesCount(x uint) int { return real.OnesCount(x) }

func OnesCount8(x uint8) int { return real.OnesCount8(x) }

func OnesCount16(x uint16) int { return real.OnesCount16(x) }

func OnesCount32(x uint32) int { return real.OnesCount32(x) }

func OnesCount64(x uint64) int { return real.OnesCount64(x) }

func RotateLeft(x uint, k int) uint { return real.RotateLeft(x, k) }

func RotateLeft8(x uint8, k int) uint8 { return real.RotateLeft8(x, k) }

func RotateLeft16(x uint16, k int) uint16 { return real.RotateLeft16(x, k) }

func RotateLeft32(x uint32, k int) uint32 { return real.RotateLeft32(x, k) }

func RotateLeft64(x uint64, k int) uint64 { return real.RotateLeft64(x, k) }

func ReverseBytes(x uint) uint { return real.ReverseBytes(x) }

func ReverseBytes16(x uint16) uint16 { return real.ReverseBytes16(x) }

func ReverseBytes32(x uint32) uint32 { return real.ReverseBytes32(x) }

func ReverseBytes64(x uint64) uint64 { return real.ReverseBytes64(x) }

func Add64(x, y, carry uint64) (sum, carryOut uint64) { return real.Add64(x, y, carry) }

func Sub64(x, y, borrow uint64) (diff, borrowOut uint64) { return real.Sub64(x, y, borrow) }

func Mul64(x, y uint64) (hi, lo uint64) { return real.Mul64(x, y) }
