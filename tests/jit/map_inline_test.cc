// Inlined map operations: no call on the hit path, for every kind of key; the barrier for values with
// pointers only; and what they do to buckets.
#include "harness.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "runtime/abi/map_hash.h"
#include "runtime/abi/tls.h"

namespace gol::jit {
namespace {

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// main.set, main.get and main.del for a key and an elem type.
std::string Operations(const std::string& key, const std::string& elem) {
  const std::string m = "map[" + key + "]" + elem;
  std::string text = R"(func main.set(m MAP, k KEY, v ELEM) {
b0:
  %0 *MAP = local.addr $0
  %1 MAP = load %0
  %2 *KEY = local.addr $1
  %3 KEY = load %2
  %4 *ELEM = local.addr $2
  %5 ELEM = load %4
  %6 *ELEM = map.assign %1, %3
  store %6, %5 barrier
  return
}

func main.get(m MAP, k KEY) *ELEM {
  result $2 _ *ELEM
b0:
  %0 *MAP = local.addr $0
  %1 MAP = load %0
  %2 *KEY = local.addr $1
  %3 KEY = load %2
  %4 *ELEM = map.find %1, %3
  return %4
}

func main.del(m MAP, k KEY) {
b0:
  %0 *MAP = local.addr $0
  %1 MAP = load %0
  %2 *KEY = local.addr $1
  %3 KEY = load %2
  map.delete %1, %3
  return
}
)";
  return Replaced(Replaced(Replaced(text, "MAP", m), "KEY", key), "ELEM", elem);
}

size_t Count(const std::string& text, const std::string& what) {
  size_t n = 0;
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at++) n++;
  return n;
}

struct Kind {
  const char* key;
  const char* suffix;  // of the calls' names
};
constexpr Kind kKinds[] = {{"int", "_fast64"}, {"int32", "_fast32"}, {"uint64", "_fast64"},
                           {"string", "_faststr"}, {"uint16", ""}, {"*int", ""}};

TEST(MapInlineTest, NoCallOnTheHitPath) {
  struct Operation {
    const char* function;
    const char* call;
    bool stores_key;  // through the barrier, where it holds pointers
  };
  for (const Kind& kind : kKinds) {
    for (const Operation& o : {Operation{"main.set", "mapassign", false},
                               Operation{"main.get", "mapaccess2", false},
                               Operation{"main.del", "mapdelete", true}}) {
      Program p(Operations(kind.key, "int"));
      const std::string text = p.Asm(o.function);
      ASSERT_NE(text.find("\tret"), std::string::npos) << p.error;
      EXPECT_NE(text.find("pcmpeqb"), std::string::npos) << text;
      // What may be called: the whole operation, and the prologue's function; the barrier for keys
      // that a string map overwrites, or a deletion clears. None of it stands before the hit path's return.
      const std::string call = std::string("runtime.") + o.call + kind.suffix;
      const std::string key = kind.key;
      const bool is_get = std::string(o.function) == "main.get";
      const bool has_barrier =
          (key == "string" && !is_get) || (key.starts_with("*") && o.stores_key);
      EXPECT_EQ(Count(text, "callq\t" + call + "@"), 1u) << text;
      EXPECT_EQ(Count(text, "callq"), 2u + has_barrier) << text;
      EXPECT_EQ(Count(text, "gol_rt_gcWriteBarrier") + Count(text, "gol_rt_typedmemclr"),
                has_barrier ? 1u : 0u)
          << text;
      EXPECT_EQ(Count(text, "%fs:152"), has_barrier ? 1u : 0u) << text;
    }
  }
}

// main.inc: m[k] = m[k] + 1.
std::string Increment(const std::string& key) {
  std::string text = R"(func main.inc(m MAP, k KEY) {
  local $2 _ int
b0:
  %0 *MAP = local.addr $0
  %1 MAP = load %0
  %2 *KEY = local.addr $1
  %3 KEY = load %2
  %4 *MAP = local.addr $0
  %5 MAP = load %4
  %6 *KEY = local.addr $1
  %7 KEY = load %6
  %8 *int = map.find %5, %7 elem=MAP
  %9 *int = zero
  %10 bool = ne %8, %9
  branch %10 b1 b2
b1:
  %12 *int = local.addr $2
  %13 int = load %8
  store %12, %13
  jump b3
b2:
  %16 *int = local.addr $2
  clear %16 elem=int
  jump b3
b3:
  %19 *int = local.addr $2
  %20 int = load %19
  %21 int = const.int #1
  %22 int = add %20, %21
  %23 *int = map.assign %1, %3 elem=MAP
  store %23, %22
  return
}
)";
  return Replaced(Replaced(text, "MAP", "map[KEY]int"), "KEY", key);
}

// One hash, one probe: the assignment uses what the look-up found, or calls where that found nothing.
TEST(MapInlineTest, ElementNamedTwiceIsFoundOnce) {
  for (const Kind& kind : kKinds) {
    Program p(Increment(kind.key));
    const std::string text = p.Asm("main.inc");
    ASSERT_NE(text.find("\tret"), std::string::npos) << p.error;
    EXPECT_EQ(Count(text, "pcmpeqb"), Count(Program(Operations(kind.key, "int")).Asm("main.get"), "pcmpeqb"))
        << text;
    EXPECT_EQ(Count(text, std::string("callq\truntime.mapaccess2") + kind.suffix + "@"), 1u) << text;
    EXPECT_EQ(Count(text, std::string("callq\truntime.mapassign") + kind.suffix + "@"), 1u) << text;
    Options options;
    options.inline_maps = false;
    Program calls(Increment(kind.key), 2, options);
    EXPECT_EQ(Count(calls.Asm("main.inc"), std::string("callq\truntime.mapassign") + kind.suffix + "@"), 1u);
  }
}

TEST(MapInlineTest, BarrierForValuesWithPointersOnly) {
  Program ints(Operations("int", "int")), pointers(Operations("int", "*int"));
  EXPECT_EQ(Count(ints.Asm("main.set"), "%fs:152"), 0u);
  EXPECT_GE(Count(pointers.Asm("main.set"), "%fs:152"), 1u);
  EXPECT_EQ(Count(ints.Asm("main.del"), "%fs:152"), 0u);
  EXPECT_GE(Count(pointers.Asm("main.del"), "%fs:152"), 1u);
}

TEST(MapInlineTest, WithoutInliningCallsStandAlone) {
  for (const Kind& kind : kKinds) {
    Options options;
    options.inline_maps = false;
    Program p(Operations(kind.key, "int"), 2, options);
    const std::string text = p.Asm("main.set");
    EXPECT_EQ(text.find("pcmpeqb"), std::string::npos) << text;
    EXPECT_NE(text.find(std::string("runtime.mapassign") + kind.suffix + "@"), std::string::npos)
        << text;
  }
}

template <typename K>
struct Bucket {
  uint8_t tophash[8] = {};
  K keys[8] = {};
  int64_t elems[8] = {};
  void* overflow = nullptr;
};

uint8_t TopOf(uint64_t hash) {
  const auto top = static_cast<uint8_t>(hash >> 56);
  return top < rt::kMinTopHash ? uint8_t{rt::kMinTopHash} : top;
}

// Of up to 16 bytes.
uint64_t HashOfString(std::string_view s, uint32_t hash0) {
  uint64_t words[2] = {};
  std::memcpy(words, s.data(), s.size());
  return rt::HashEnd(words[0], words[1], uint64_t{s.size()}, rt::HashSeed(uint64_t{hash0}));
}

TEST(MapInlineTest, StringsAreFoundByContents) {
  Program p(Operations("string", "int"));
  auto* get = p.Get<GOL_COMPILED int64_t*(rt::hmap*, const char*, int64_t)>("main.get");
  ASSERT_NE(get, nullptr);
  // Two pages without access around one.
  constexpr size_t kPage = 4096;
  auto* pages = static_cast<char*>(
      mmap(nullptr, 3 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(pages, MAP_FAILED);
  char* page = pages + kPage;
  ASSERT_EQ(mprotect(page, kPage, PROT_READ | PROT_WRITE), 0);
  std::memset(page, '#', kPage);  // what follows a string is none of it
  const std::string text = "sixteen bytes ok, and one";
  for (int64_t n = 0; n <= 17; n++) {
    SCOPED_TRACE(n);
    Bucket<rt::GoString> bucket;
    rt::hmap h = {};
    h.count = 1;
    h.hash0 = 99;
    h.buckets = reinterpret_cast<rt::bmap*>(&bucket);
    const uint8_t top = TopOf(HashOfString(text.substr(0, std::min(n, int64_t{16})), 99));
    bucket.tophash[6] = top;
    std::string slot = text.substr(0, n) + "~";
    bucket.keys[6] = {slot.data(), n};
    std::memcpy(page + 100, text.data(), n);
    int64_t* found = n <= 16 ? &bucket.elems[6] : nullptr;  // longer ones are left to the call
    fake.calls.clear();
    EXPECT_EQ(get(&h, page + 100, n), found);
    EXPECT_EQ(get(&h, slot.data(), n), found);
    EXPECT_EQ(fake.calls.size(), n <= 16 ? 0u : 2u);
    fake.calls.clear();
    if (n == 0 || n > 16) continue;
    EXPECT_EQ(get(&h, page + 100, n - 1), nullptr);
    slot[n - 1] ^= 1;
    EXPECT_EQ(get(&h, page + 100, n), nullptr);
    EXPECT_TRUE(fake.calls.empty());
    slot[n - 1] ^= 1;
    // At the ends of the page.
    std::memcpy(page + kPage - 16, text.data(), n);
    EXPECT_EQ(get(&h, page + kPage - 16, n), found);
    EXPECT_TRUE(fake.calls.empty());
    std::memcpy(page + kPage - n, text.data(), n);
    get(&h, page + kPage - n, n);
    EXPECT_EQ(fake.calls.size(), n == 16 ? 0u : 1u);
    get(&h, page, n);
    EXPECT_EQ(fake.calls.size(), n == 16 ? 1u : 2u);
    // A second slot with the tophash is left to the call, unless the first one is it.
    fake.calls.clear();
    bucket.tophash[7] = top;
    bucket.keys[7] = {"other", 5};
    EXPECT_EQ(get(&h, page + 100, n), found);
    EXPECT_TRUE(fake.calls.empty());
    bucket.tophash[1] = top;
    bucket.keys[1] = {"other", 5};
    if (n != 5) {
      get(&h, page + 100, n);
      EXPECT_EQ(fake.calls.size(), 1u);
    }
  }
  fake.calls.clear();
  EXPECT_EQ(get(nullptr, page + 100, 16), nullptr);
  rt::hmap none = {};
  EXPECT_EQ(get(&none, page + 100, 16), nullptr);
  EXPECT_TRUE(fake.calls.empty());
  munmap(pages, 3 * kPage);
}

TEST(MapInlineTest, AnOverwriteHoldsTheWritingFlag) {
  Program p(Operations("int", "int"));
  auto* set = p.Get<GOL_COMPILED void(rt::hmap*, int64_t, int64_t)>("main.set");
  ASSERT_NE(set, nullptr);
  // Set before the bucket is read, and taken back after it.
  const std::string text = p.Asm("main.set");
  const size_t flag = text.find("orb\t$4");
  EXPECT_LT(flag, text.find("pcmpeqb")) << text;
  Bucket<int64_t> bucket;
  rt::hmap h = {};
  h.count = 1;
  h.hash0 = 5;
  h.flags = rt::kHmapIterator;
  h.buckets = reinterpret_cast<rt::bmap*>(&bucket);
  bucket.tophash[3] = TopOf(rt::HashWord(uint64_t{41}, rt::HashSeed(uint64_t{5})));
  bucket.keys[3] = 41;
  set(&h, 41, 7);
  EXPECT_EQ(bucket.elems[3], 7);
  EXPECT_EQ(h.flags, rt::kHmapIterator);
  EXPECT_TRUE(fake.calls.empty());
  // Another writer is inside, or the map grows: left to the call.
  for (uint8_t busy : {rt::kHmapWriting, rt::kHmapGrowing}) {
    h.flags = busy;
    fake.calls.clear();
    set(&h, 41, 8);
    EXPECT_EQ(fake.calls.size(), 1u);
    EXPECT_EQ(h.flags, busy);
  }
}

// For each i below n: the operations of `body`, in which %10 is the map, %11 the key and %12 is i; they leave in
// %20 what is added to the result.
std::string Loop(const std::string& body) {
  return R"(func main.loop(m map[int]int, k int, n int) int {
  local $3 i int
  local $4 sum int
  result $5 _ int
b0:
  %0 *int = local.addr $3
  %1 int = const.int #0
  store %0, %1
  %2 *int = local.addr $4
  store %2, %1
  jump b1
b1:
  %3 *int = local.addr $3
  %4 int = load %3
  %5 *int = local.addr $2
  %6 int = load %5
  %7 bool = lt %4, %6
  branch %7 b2 b3
b2:
  %8 *map[int]int = local.addr $0
  %9 *int = local.addr $1
  %10 map[int]int = load %8
  %11 int = load %9
  %12 int = load %3
)" + body + R"(
  %21 *int = local.addr $4
  %22 int = load %21
  %23 int = add %22, %20
  store %21, %23
  %24 int = const.int #1
  %25 int = add %12, %24
  store %3, %25
  jump b1
b3:
  %26 *int = local.addr $4
  %27 int = load %26
  return %27
}
)";
}

using LoopFn = GOL_COMPILED int64_t(rt::hmap*, int64_t, int64_t);

TEST(MapInlineTest, AHeaderIsReadBeforeALoop) {
  // Two look-ups in one map, and a poll.
  Program p(Loop(R"(  %13 int = add %11, %12
  %14 *int = map.find %10, %13
  %15 *int = map.find %10, %12
  %16 bool = eq %14, %15
  %20 int = const.int #1)"));
  const std::string text = p.Asm("main.loop");
  ASSERT_NE(text.find("Loop Header"), std::string::npos) << p.error << text;
  // The seed is the only product of 64 bits.
  EXPECT_EQ(Count(text, "imulq"), 1u) << text;
  EXPECT_LT(text.find("imulq"), text.find("Loop Header")) << text;
}

TEST(MapInlineTest, AHeaderIsReadAgainAfterACall) {
  Program p(Loop(R"(  %13 *int = map.assign %10, %11
  store %13, %12
  %14 *int = map.find %10, %11
  %20 int = load %14)"));
  auto* loop = p.Get<LoopFn>("main.loop");
  ASSERT_NE(loop, nullptr) << p.error;
  Bucket<int64_t> before, after[2];
  rt::hmap h = {};
  h.count = 1;
  h.hash0 = 5;
  h.buckets = reinterpret_cast<rt::bmap*>(&before);
  const uint64_t hash = rt::HashWord(uint64_t{41}, rt::HashSeed(uint64_t{6}));
  Bucket<int64_t>& home = after[hash & 1];
  home.tophash[3] = TopOf(hash);
  home.keys[3] = 41;
  fake.calls.clear();
  fake.assign = [&](void*) {
    h.buckets = reinterpret_cast<rt::bmap*>(after);
    h.B = 1;
    h.hash0 = 6;
    return &home.elems[3];
  };
  EXPECT_EQ(loop(&h, 41, 5), 0 + 1 + 2 + 3 + 4);
  EXPECT_EQ(home.elems[3], 4);
  EXPECT_EQ(fake.calls.size(), 1u);
  fake.assign = nullptr;
}

// The tophashes, filled slots as '#', after the key of a slot was deleted.
TEST(MapInlineTest, ADeletionTidiesItsBucket) {
  struct Case {
    const char* before;  // '#': filled; '1': kEmptyOne; '0': kEmptyRest
    int slot;
    const char* after;  // null: left to the call
  };
  constexpr Case kCases[] = {
      {"##000000", 1, "#0000000"}, {"##000000", 0, "1#000000"}, {"#1#00000", 2, "#0000000"},
      {"11#00000", 2, "00000000"}, {"#1##0000", 2, "#11#0000"}, {"########", 3, "###1####"},
      {"#######1", 6, "######11"}, {"#######0", 6, "######00"}, {"########", 7, nullptr},
      {"#111#110", 4, "#0000000"}, {"1111#110", 4, "00000000"}, {"1#######", 1, "11######"},
  };
  Program p(Operations("int", "int"));
  auto* del = p.Get<GOL_COMPILED void(rt::hmap*, int64_t)>("main.del");
  ASSERT_NE(del, nullptr);
  const uint8_t top = TopOf(rt::HashWord(uint64_t{41}, rt::HashSeed(uint64_t{5})));
  for (const Case& c : kCases) {
    Bucket<int64_t> bucket;
    rt::hmap h = {};
    h.count = 9;
    h.hash0 = 5;
    h.flags = rt::kHmapIterator;
    h.buckets = reinterpret_cast<rt::bmap*>(&bucket);
    for (int i = 0; i < 8; i++) {
      bucket.tophash[i] = c.before[i] == '#' ? (top ^ 0x80) | 0x40 : c.before[i] - '0';
      bucket.keys[i] = i;
      bucket.elems[i] = i + 100;
    }
    bucket.tophash[c.slot] = top;
    bucket.keys[c.slot] = 41;
    fake.calls.clear();
    del(&h, 41);
    EXPECT_EQ(h.flags, rt::kHmapIterator);
    EXPECT_EQ(fake.calls.size(), c.after == nullptr ? 1u : 0u) << c.before;
    EXPECT_EQ(h.count, c.after == nullptr ? 9 : 8);
    std::string after;
    for (uint8_t t : bucket.tophash) after += t < 2 ? static_cast<char>('0' + t) : '#';
    EXPECT_EQ(after, c.after == nullptr ? c.before : c.after) << c.before;
    for (int i = 0; i < 8; i++) {
      EXPECT_EQ(bucket.elems[i], c.after != nullptr && i == c.slot ? 0 : i + 100);
    }
  }
  // The last entry of a map is left to the call, which draws a new seed; a key that is not there is not.
  Bucket<int64_t> bucket;
  rt::hmap h = {};
  h.count = 1;
  h.hash0 = 5;
  h.buckets = reinterpret_cast<rt::bmap*>(&bucket);
  bucket.tophash[0] = top;
  bucket.keys[0] = 41;
  fake.calls.clear();
  del(&h, 42);
  EXPECT_TRUE(fake.calls.empty());
  del(&h, 41);
  EXPECT_EQ(fake.calls.size(), 1u);
  del(nullptr, 41);
  EXPECT_EQ(fake.calls.size(), 2u);
  EXPECT_EQ(bucket.tophash[0], top);
  EXPECT_EQ(h.flags, 0);
}

}  // namespace
}  // namespace gol::jit
