// Native half of internal/fastrand.
#include "runtime/fastrand.h"

#include <cstdint>

extern "C" uint64_t gol_native_internal_fastrand_Uint64() { return gol::rt::FastRand64(); }
