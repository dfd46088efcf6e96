// Formatting numbers as print and println do, without allocating. Each writes to buf and returns
// the length.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gol::rt {

size_t FormatInt(int64_t v, char* buf);    // at most 20 bytes
size_t FormatUint(uint64_t v, char* buf);  // at most 20 bytes
// Shortest decimal that reads back: 2.5, 1e+06, +Inf, NaN. At most 24 bytes.
size_t FormatFloat(double v, bool is_float32, char* buf);
size_t FormatComplex(double re, double im, bool is_float32, char* buf);  // at most 56 bytes
size_t FormatPointer(const void* p, char* buf);                          // at most 18 bytes

}  // namespace gol::rt
