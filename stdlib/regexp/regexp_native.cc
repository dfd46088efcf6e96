// Native half of regexp: matching by RE2.
//
// Patterns come in a form without ambiguities (engine.gol). RE2 looks at bytes, Go at characters; the
// difference shows in two places. Text that is not valid UTF-8 is reported, so that the caller can
// replace what is not. And \B may hold between the bytes of one character: a match there, which is
// empty, is passed over.
//
// An RE2 does not change once it is made, so all runtimes of the process share those of equal
// patterns. A runtime that ends does not run the cleanups of its objects; what it still held stays,
// for the next one that asks for the pattern.
#include <re2/re2.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/abi/rtype.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/system_stack.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace {

using gol::rt::GoString;
using re2::StringPiece;

// What RE2 may use for a program and its automata.
constexpr int64_t kMaxMemoryBytes = 64 << 20;

// A text from this length on is searched with the processor given to others.
constexpr int64_t kLongTextBytes = 64 << 10;

// The RE2s in use, by pattern, with the number of their users.
struct Shared {
  std::unique_ptr<RE2> re;
  int64_t users = 0;
};
struct Table {
  std::mutex lock;
  std::unordered_map<std::string, Shared> by_key;  // guarded by lock
};
Table& TheTable() {
  static Table* table = new Table;
  return *table;
}

// The pattern, and how it is matched.
std::string KeyOf(std::string_view pattern, bool longest) {
  return (longest ? "L" : "F") + std::string(pattern);
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Whether a text is valid UTF-8 as Go decodes it.
bool IsValid(const char* text, int64_t n) {
  const unsigned char* p = reinterpret_cast<const unsigned char*>(text);
  const unsigned char* end = p + n;
  while (p < end) {
#if defined(__SSE2__)
    while (end - p >= 16) {
      if (_mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))) != 0) break;
      p += 16;
    }
    if (p == end) break;
#endif
    unsigned char c = *p;
    if (c < 0x80) {
      p++;
      continue;
    }
    int more;
    unsigned char lo = 0x80, hi = 0xBF;
    if (c >= 0xC2 && c <= 0xDF) {
      more = 1;
    } else if (c >= 0xE0 && c <= 0xEF) {
      more = 2;
      if (c == 0xE0) lo = 0xA0;
      if (c == 0xED) hi = 0x9F;
    } else if (c >= 0xF0 && c <= 0xF4) {
      more = 3;
      if (c == 0xF0) lo = 0x90;
      if (c == 0xF4) hi = 0x8F;
    } else {
      return false;
    }
    if (end - p <= more || p[1] < lo || p[1] > hi) return false;
    for (int i = 2; i <= more; i++) {
      if (p[i] < 0x80 || p[i] > 0xBF) return false;
    }
    p += more + 1;
  }
  return true;
}

// The bytes of the character at pos, 1 at the end.
int64_t WidthAt(const char* text, int64_t n, int64_t pos) {
  int64_t end = pos + 1;
  if (pos < n && static_cast<unsigned char>(text[pos]) < 0xC0) return 1;
  while (end < n && end < pos + 4 && IsContinuation(text[end])) end++;
  return end - pos;
}

// Searches from pos on; stores the ends of the groups to out.
bool Search(const RE2& re, const char* text, int64_t n, int64_t pos, int64_t* out, int64_t groups) {
  constexpr int64_t kFew = 16;
  StringPiece few[kFew];
  std::vector<StringPiece> many;
  StringPiece* found = few;
  // Which match it is shows only with its ends.
  const int64_t wanted = groups == 0 ? 0 : groups;
  if (wanted > kFew) {
    many.resize(static_cast<size_t>(wanted));
    found = many.data();
  }
  const StringPiece all(text, static_cast<size_t>(n));
  for (;;) {
    if (!re.Match(all, static_cast<size_t>(pos), static_cast<size_t>(n), RE2::UNANCHORED, found,
                  static_cast<int>(wanted))) {
      return false;
    }
    if (wanted == 0) return true;
    int64_t begin = found[0].data() - text;
    if (begin >= n || begin == pos || !IsContinuation(text[begin])) break;
    while (begin < n && IsContinuation(text[begin])) begin++;
    pos = begin;
  }
  for (int64_t i = 0; i < groups; i++) {
    if (found[i].data() == nullptr) {
      out[2 * i] = out[2 * i + 1] = -1;
    } else {
      out[2 * i] = found[i].data() - text;
      out[2 * i + 1] = out[2 * i] + static_cast<int64_t>(found[i].size());
    }
  }
  return true;
}

template <typename F>
int64_t RunSearch(int64_t text_bytes, F&& f) {
  if (text_bytes < kLongTextBytes) return gol::rt::OnSystemStack(f);
  gol::rt::BlockingRegion region;
  return gol::rt::OnSystemStack(f);
}

}  // namespace

extern "C" {

void* gol_native_regexp_newRE2(GoString pattern, bool longest) {
  return gol::rt::OnSystemStack([&]() -> void* {
    const std::string_view text(pattern.ptr, static_cast<size_t>(pattern.len));
    Table& table = TheTable();
    std::lock_guard<std::mutex> guard(table.lock);
    Shared& shared = table.by_key[KeyOf(text, longest)];
    if (shared.re == nullptr) {
      RE2::Options options;
      options.set_log_errors(false);
      options.set_longest_match(longest);
      options.set_max_mem(kMaxMemoryBytes);
      shared.re = std::make_unique<RE2>(StringPiece(text.data(), text.size()), options);
      if (!shared.re->ok()) {
        table.by_key.erase(KeyOf(text, longest));
        return nullptr;
      }
    }
    shared.users++;
    return shared.re.get();
  });
}

void gol_native_regexp_deleteRE2(void* re) {
  gol::rt::OnSystemStack([&] {
    const RE2* r = static_cast<const RE2*>(re);
    Table& table = TheTable();
    std::lock_guard<std::mutex> guard(table.lock);
    auto it = table.by_key.find(KeyOf(r->pattern(), r->options().longest_match()));
    if (it != table.by_key.end() && --it->second.users == 0) table.by_key.erase(it);
  });
}

int64_t gol_native_regexp_matchRE2(void* re, const char* text, int64_t n, int64_t pos, bool decodes,
                                   int64_t* out, int64_t groups) {
  if (text == nullptr) text = "";
  return RunSearch(n, [&]() -> int64_t {
    if (decodes && !IsValid(text, n)) return -1;
    // Whether \B holds inside a character shows only by where the match is.
    int64_t bounds[2];
    if (groups == 0 && decodes) {
      return Search(*static_cast<RE2*>(re), text, n, pos, bounds, 1) ? 1 : 0;
    }
    return Search(*static_cast<RE2*>(re), text, n, pos, out, groups) ? 1 : 0;
  });
}

int64_t gol_native_regexp_findRE2(void* re, const char* text, int64_t n, bool decodes, int64_t* at,
                                  int64_t* out, int64_t groups, int64_t max) {
  if (text == nullptr) text = "";
  return RunSearch(n, [&]() -> int64_t {
    if (decodes && !IsValid(text, n)) return -1;
    int64_t pos = at[0], last = at[1], count = 0;
    while (count < max && pos <= n) {
      int64_t* ends = out + 2 * groups * count;
      if (!Search(*static_cast<RE2*>(re), text, n, pos, ends, groups)) {
        pos = n + 1;
        break;
      }
      // An empty match right behind another one does not count.
      bool accept = true;
      if (ends[1] == pos) {
        accept = ends[0] != last;
        pos += WidthAt(text, n, pos);
      } else {
        pos = ends[1];
      }
      last = ends[1];
      if (accept) count++;
    }
    at[0] = pos;
    at[1] = last;
    return count;
  });
}

}  // extern "C"
