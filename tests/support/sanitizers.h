// What the build is checked by.
#pragma once

namespace gol::testing {

#if defined(__has_feature)
#define GOL_TESTED_WITH(feature) __has_feature(feature)
#else
#define GOL_TESTED_WITH(feature) 0
#endif

#if GOL_TESTED_WITH(address_sanitizer) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAddressSanitizer = true;
#else
inline constexpr bool kAddressSanitizer = false;
#endif

// The thread sanitizer ends forked processes that start threads.
#if GOL_TESTED_WITH(thread_sanitizer) || defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif

// Sanitizers keep freed memory for a while, and map memory of their own: what is resident or mapped then says nothing.
inline constexpr bool kCountsMemory = !kAddressSanitizer && !kThreadSanitizer;

// Why some tests are skipped under the address sanitizer.
inline constexpr char kKeepsGarbage[] =
    "its frames of C++ functions are large and not cleared; read conservatively, they may keep what is dead";

#undef GOL_TESTED_WITH

}  // namespace gol::testing
