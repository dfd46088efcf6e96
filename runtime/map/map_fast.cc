// Maps with keys of four bytes, eight bytes, and strings: the entry points mapaccess1_fast32 and
// so on. The operations themselves are in map_fast_inl.h; the overview is in map.cc.
#include "runtime/map/map_fast_inl.h"

namespace gol::rt {
namespace {

using namespace map_detail;

struct Key32 {
  using Arg = uint32_t;
  static constexpr uint64_t kKeySize = 4;
  static constexpr bool kMightPanic = false;
  static constexpr bool kPrefetches = false;
  static Arg Read(const MapType*, const char* slot) {
    return *reinterpret_cast<const uint32_t*>(slot);
  }
  static bool IsReflexive(const MapType*, Arg) { return true; }
  static uint64_t Hash(const MapType*, Arg key, uint64_t seed) { return Hash32(key, seed); }
  static bool Equal(const MapType*, Arg key, const char* slot) {
    return *reinterpret_cast<const uint32_t*>(slot) == key;
  }
  static void Store(const MapType*, Arg key, char* slot) {
    *reinterpret_cast<uint32_t*>(slot) = key;
  }
  static void Update(const MapType*, Arg, char*) {}
  static void Clear(const MapType*, char*) {}
  static void Copy(const MapType*, char* to, char* from) { std::memcpy(to, from, 4); }
};

struct Key64 {
  using Arg = uint64_t;
  static constexpr uint64_t kKeySize = 8;
  static constexpr bool kMightPanic = false;
  static constexpr bool kPrefetches = false;
  static Arg Read(const MapType*, const char* slot) {
    return *reinterpret_cast<const uint64_t*>(slot);
  }
  static bool IsReflexive(const MapType*, Arg) { return true; }
  static uint64_t Hash(const MapType*, Arg key, uint64_t seed) { return Hash64(key, seed); }
  static bool Equal(const MapType*, Arg key, const char* slot) {
    return *reinterpret_cast<const uint64_t*>(slot) == key;
  }
  static void Store(const MapType* t, Arg key, char* slot) {
    if (t->key->ptrdata != 0) {
      StorePtr(slot, reinterpret_cast<void*>(key));
    } else {
      *reinterpret_cast<uint64_t*>(slot) = key;
    }
  }
  static void Update(const MapType*, Arg, char*) {}
  static void Clear(const MapType* t, char* slot) {
    if (t->key->ptrdata != 0) StorePtr(slot, nullptr);
  }
  static void Copy(const MapType* t, char* to, char* from) { Store(t, Read(t, from), to); }
};

struct KeyStr {
  using Arg = GoString;
  static constexpr uint64_t kKeySize = 16;
  static constexpr bool kMightPanic = false;
  static constexpr bool kPrefetches = true;
  static Arg Read(const MapType*, const char* slot) {
    return *reinterpret_cast<const GoString*>(slot);
  }
  static void Prefetch(const char* slot) {
    __builtin_prefetch(reinterpret_cast<const GoString*>(slot)->ptr);
  }
  static bool IsReflexive(const MapType*, Arg) { return true; }
  static uint64_t Hash(const MapType*, Arg key, uint64_t seed) {
    return HashBytes(key.ptr, key.len, seed);
  }
  static bool Equal(const MapType*, Arg key, const char* slot) {
    auto* s = reinterpret_cast<const GoString*>(slot);
    return s->len == key.len && (s->ptr == key.ptr || BytesEqual(s->ptr, key.ptr, key.len));
  }
  static void Store(const MapType*, Arg key, char* slot) {
    auto* s = reinterpret_cast<GoString*>(slot);
    s->len = key.len;
    StorePtr(&s->ptr, const_cast<char*>(key.ptr));
  }
  // The new key replaces the old one, so that the old one's memory can go.
  static void Update(const MapType*, Arg key, char* slot) {
    StorePtr(&reinterpret_cast<GoString*>(slot)->ptr, const_cast<char*>(key.ptr));
  }
  static void Clear(const MapType*, char* slot) {
    StorePtr(&reinterpret_cast<GoString*>(slot)->ptr, nullptr);
  }
  static void Copy(const MapType* t, char* to, char* from) { Store(t, Read(t, from), to); }
};

const MapType* AsMapType(void* t) { return static_cast<const MapType*>(t); }
hmap* AsMap(void* h) { return static_cast<hmap*>(h); }

template <typename K>
void* FindOrZero(void* t, void* h, typename K::Arg key) {
  void* e = Find<K>(AsMapType(t), AsMap(h), key);
  return e != nullptr ? e : const_cast<char*>(kZeroVal);
}

}  // namespace

extern "C" {

void* gol_rt_mapaccess1_fast32(void* t, void* h, int32_t key) {
  return FindOrZero<Key32>(t, h, key);
}
void* gol_rt_mapaccess2_fast32(void* t, void* h, int32_t key) {
  return Find<Key32>(AsMapType(t), AsMap(h), key);
}
void* gol_rt_mapassign_fast32(void* t, void* h, int32_t key) {
  return Assign<Key32>(AsMapType(t), AsMap(h), key);
}
void gol_rt_mapdelete_fast32(void* t, void* h, int32_t key) {
  Delete<Key32>(AsMapType(t), AsMap(h), key);
}

void* gol_rt_mapaccess1_fast64(void* t, void* h, int64_t key) {
  return FindOrZero<Key64>(t, h, key);
}
void* gol_rt_mapaccess2_fast64(void* t, void* h, int64_t key) {
  return Find<Key64>(AsMapType(t), AsMap(h), key);
}
void* gol_rt_mapassign_fast64(void* t, void* h, int64_t key) {
  return Assign<Key64>(AsMapType(t), AsMap(h), key);
}
void gol_rt_mapdelete_fast64(void* t, void* h, int64_t key) {
  Delete<Key64>(AsMapType(t), AsMap(h), key);
}

void* gol_rt_mapaccess1_faststr(void* t, void* h, GoString key) {
  return FindOrZero<KeyStr>(t, h, key);
}
void* gol_rt_mapaccess2_faststr(void* t, void* h, GoString key) {
  return Find<KeyStr>(AsMapType(t), AsMap(h), key);
}
void* gol_rt_mapassign_faststr(void* t, void* h, GoString key) {
  return Assign<KeyStr>(AsMapType(t), AsMap(h), key);
}
void gol_rt_mapdelete_faststr(void* t, void* h, GoString key) {
  Delete<KeyStr>(AsMapType(t), AsMap(h), key);
}

}  // extern "C"

}  // namespace gol::rt
