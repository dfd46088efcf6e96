// Native half of testing/internal/testdeps: patterns of test names by RE2.
#include <re2/re2.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "runtime/abi/rtype.h"
#include "runtime/abi/entry_points.h"
#include "runtime/sched/system_stack.h"
#include "runtime/string.h"

namespace {

using gol::rt::GoString;

RE2::Options Quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

extern "C" {

int64_t gol_native_testing_internal_testdeps_match(GoString pat, GoString str) {
  return gol::rt::OnSystemStack([&]() -> int64_t {
    RE2 re(re2::StringPiece(pat.ptr, static_cast<size_t>(pat.len)), Quiet());
    if (!re.ok()) return 2;
    return RE2::PartialMatch(re2::StringPiece(str.ptr, static_cast<size_t>(str.len)), re) ? 1 : 0;
  });
}

gol::rt::TwoWords gol_native_testing_internal_testdeps_syntaxError(GoString pat) {
  char text[256];
  size_t n = gol::rt::OnSystemStack([&] {
    RE2 re(re2::StringPiece(pat.ptr, static_cast<size_t>(pat.len)), Quiet());
    size_t len = std::min(re.error().size(), sizeof text);
    std::memcpy(text, re.error().data(), len);
    return len;
  });
  GoString s = gol::rt::NewString({text, n});
  return {reinterpret_cast<uint64_t>(s.ptr), static_cast<uint64_t>(s.len)};
}

}  // extern "C"
