// Whether execution traces and the recorder of watched objects are in this build. Only a measurement of what they
// cost while they are off (benchmarks/observe.py --without) has one without: -DGOL_OBSERVERS=OFF.
#pragma once

namespace gol::rt {

#ifdef GOL_NO_OBSERVERS
inline constexpr bool kHasObservers = false;
#else
inline constexpr bool kHasObservers = true;
#endif

}  // namespace gol::rt
