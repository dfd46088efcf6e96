// Layouts that compiled code and the runtime share: maps, channels, defer frames, the head of G.
// Every offset that the JIT uses is taken from these structs with offsetof, never typed in.
//
// Values: a string is GoString, a slice GoSlice, an interface Eface or Iface (rtype.h), a map
// hmap*, a chan hchan*, a func Funcval*. A complex number is two floats.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/abi/rtype.h"

namespace gol::rt {

// ---- maps: see map/hmap.h for the essay ----

inline constexpr int kBucketCnt = 8;  // slots of a bucket
// Keys and elems larger than this are stored indirectly, behind pointers.
inline constexpr int kMapMaxInline = 128;

enum TopHash : uint8_t {
  kEmptyRest = 0,       // this slot is empty, and so are all later ones and overflow buckets
  kEmptyOne = 1,        // this slot is empty
  kEvacuatedX = 2,      // moved to the first half of the larger table
  kEvacuatedY = 3,      // moved to the second half
  kEvacuatedEmpty = 4,  // slot was empty when its bucket was evacuated
  kMinTopHash = 5,      // smallest tophash of a filled slot
};

enum HmapFlag : uint8_t {
  kHmapIterator = 1,      // there may be an iterator using buckets
  kHmapOldIterator = 2,   // there may be an iterator using oldbuckets
  kHmapWriting = 4,       // a goroutine is writing to the map
  kHmapSameSizeGrow = 8,  // the current growth is to a table of the same size
  kHmapGrowing = 16,      // oldbuckets is not null: one look at the flags tells compiled code
};

// A bucket: tophashes, then 8 keys, then 8 elems, then the overflow pointer.
struct bmap {
  uint8_t tophash[kBucketCnt];
};

struct mapextra;

struct hmap {
  int64_t count;       // live entries; len() reads it
  uint8_t flags;       // HmapFlag bits
  uint8_t B;           // log2 of the number of buckets
  uint16_t noverflow;  // approximate number of overflow buckets
  uint32_t hash0;      // seed
  bmap* buckets;       // 2^B buckets; null when count is 0 and nothing was stored yet
  bmap* oldbuckets;    // the previous table, half the size, while growing
  uint64_t nevacuate;  // buckets below this are evacuated
  mapextra* extra;     // overflow buckets when buckets hold no pointers, and the next free one
};
static_assert(sizeof(hmap) == 48 && offsetof(hmap, buckets) == 16);

inline constexpr uint8_t kIterWrapped = 8;  // the walk went past the last bucket to the first

// State of a range over a map; lives in the ranging function's frame. key is null at the end.
struct hiter {
  void* key;
  void* elem;
  const MapType* t;
  hmap* h;
  bmap* buckets;
  bmap* bptr;
  void* overflow;     // keeps overflow buckets of h alive
  void* oldoverflow;
  uint64_t start_bucket;
  uint8_t offset;     // where the walk through a bucket begins, in the low three bits; kIterWrapped
  uint8_t B;
  // What remains of the bucket at bptr: bit i stands for slot (i + offset) % 8. Compiled code takes slots
  // of fast_left itself; slow_left is used instead where entries are not all taken as they stand.
  uint8_t fast_left;
  uint8_t slow_left;
  uint32_t hash0;     // the map's seed at the start: another one after a clear
  uint64_t bucket;
  uint64_t check_bucket;
};

// ---- channels: see chan/chan.cc ----

struct sudog;
struct waitq {
  sudog* first;
  sudog* last;
};

struct hchan {
  int64_t qcount;    // elements in the buffer; len() reads it
  int64_t dataqsiz;  // capacity; cap() reads it
  void* buf;
  uint16_t elemsize;
  uint16_t reserved;
  uint32_t closed;
  const Type* elemtype;
  uint64_t sendx;
  uint64_t recvx;
  waitq recvq;
  waitq sendq;
  uint64_t lock;
};

// One case of a select; sends stand before receives.
struct scase {
  hchan* c;
  void* elem;  // what to send, or where to receive to (null: drop)
};

// ---- code ----

// These 16 bytes stand before the first instruction of every compiled function: what tracebacks say of
// it besides its name.
struct FuncPrefix {
  uint64_t magic;  // kFuncPrefixMagic
  uint64_t flags;  // FuncPrefixFlag bits
};
inline constexpr uint64_t kFuncPrefixMagic = 0x6c6f672063756e66;  // "func gol"
enum FuncPrefixFlag : uint64_t {
  kFuncHasParams = 1,  // parameters or a receiver
  kFuncIsWrapper = 2,  // made by the compiler around a call: not shown
};

// ---- defer, panic, recover: see runtime/panic.cc ----

// One deferred call. In the frame of its function, or on the heap when the statement stands in
// a loop. fn takes no arguments (a closure made by the compiler).
struct DeferRecord {
  DeferRecord* link;  // the one deferred before in the same function
  Funcval* fn;
  // The first of this record and those behind it that lies in the frame: what is on the heap in between is
  // the collector's to trace, so that reading a stack takes no longer for a million of them.
  DeferRecord* in_frame;
};

// Stands in the frame of each function that defers. The function's entry links it to
// G::defer_frames and fills `resume`; its exits run `records` and unlink it. A panic calls the
// records from the innermost frame outwards, on top of the panicking stack; a recovered panic
// cuts the stack back to the frame and continues at its resume point, where the compiled code
// runs the records that are left and returns with the named results as they stand.
struct DeferFrame {
  DeferFrame* link;
  DeferRecord* records;
  // What llvm.eh.sjlj.setjmp fills: frame pointer, resume address, stack pointer.
  void* resume[5];
};

struct Panic;

// The head of G: what compiled code touches.
struct GHead {
  DeferFrame* defer_frames;  // innermost first
  Panic* panic;              // innermost panic in progress, or null
};

}  // namespace gol::rt
