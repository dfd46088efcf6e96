// See runtime/iface.h. Also the entry points that convert to and between interfaces.
#include "runtime/iface.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "runtime/abi/entry_points.h"
#include "runtime/abi/tls.h"
#include "runtime/panic.h"
#include "runtime/runtime.h"

namespace gol::rt {
namespace {

// Order of names in method lists: bytewise by name, then by package path.
int Compare(const GoString& a, const GoString& b) {
  int64_t n = a.len < b.len ? a.len : b.len;
  int c = n == 0 ? 0 : std::memcmp(a.ptr, b.ptr, n);
  if (c != 0) return c;
  return a.len < b.len ? -1 : a.len > b.len;
}

int CompareMethod(const Method& m, const IMethod& im) {
  int c = Compare(m.name, im.name);
  return c != 0 ? c : Compare(m.pkg_path, im.pkg_path);
}

Itab* NewItab(const InterfaceType* inter, const Type* type) {
  size_t extra = inter->nmethods > 1 ? (inter->nmethods - 1) * sizeof(void*) : 0;
  auto* tab = static_cast<Itab*>(std::malloc(sizeof(Itab) + extra));
  tab->inter = inter;
  tab->type = type;
  tab->hash = type->hash;
  tab->reserved = 0;
  return tab;
}

// Values below 256 of any integer type are boxed here, so that they cost no allocation.
struct SmallValues {
  uint64_t v[256];
  constexpr SmallValues() : v() {
    for (int i = 0; i < 256; i++) v[i] = i;
  }
};
constexpr SmallValues kSmallValues;
// What zero-size values box to.
const uint64_t kZeroSized[1] = {};

void* BoxNoscan(const void* value, int64_t size) {
  void* p = entry::gol_rt_mallocgc(size, nullptr, false);
  std::memcpy(p, value, size);
  return p;
}

// Descriptors of the two boxes that hold a pointer in their first word.
constexpr uint8_t kFirstWord[] = {1};
constexpr Type HeaderType(uint64_t size, Kind kind, const char* name, int64_t len) {
  Type t{};
  t.size = size;
  t.ptrdata = 8;
  t.align = t.field_align = 8;
  t.kind = kind;
  t.gcdata = kFirstWord;
  t.str = {name, len};
  return t;
}
const Type kStringBox = HeaderType(16, kString, "string", 6);
const Type kSliceBox = HeaderType(24, kSlice, "[]", 2);

}  // namespace

const Method* FindMethod(const Type* type, const IMethod& m) {
  if (type->uncommon == nullptr) return nullptr;
  int64_t lo = 0, hi = type->uncommon->nmethods;
  while (lo < hi) {
    int64_t mid = (lo + hi) / 2;
    const Method& candidate = type->uncommon->methods[mid];
    int c = CompareMethod(candidate, m);
    if (c == 0) return candidate.mtyp == m.type ? &candidate : nullptr;
    if (c < 0) {
      lo = mid + 1;
    } else {
      hi = mid;
    }
  }
  return nullptr;
}

bool Implements(const InterfaceType* inter, const Type* type, GoString* missing) {
  for (int64_t i = 0; i < inter->nmethods; i++) {
    if (FindMethod(type, inter->methods[i]) == nullptr) {
      if (missing != nullptr) *missing = inter->methods[i].name;
      return false;
    }
  }
  return true;
}

ItabTable::ItabTable() {
  tables_.push_back(std::make_unique<Table>(512));
  current_.store(tables_.back().get(), std::memory_order_release);
}

ItabTable::~ItabTable() {
  for (Itab* tab : itabs_) std::free(tab);
}

size_t ItabTable::HashOf(const InterfaceType* inter, const Type* type) {
  return (static_cast<size_t>(inter->hash) * 0x9e3779b97f4a7c15 ^ type->hash) *
             0xd6e8feb86659fd93 >>
         20;
}

const Itab* ItabTable::Find(const Table& table, const InterfaceType* inter,
                            const Type* type) const {
  for (size_t i = HashOf(inter, type);; i++) {
    // Pairs with the release store of Insert: the itab's fields are visible.
    Itab* tab = table.slots[i & table.mask].load(std::memory_order_acquire);
    if (tab == nullptr) return nullptr;
    if (tab->inter == inter && tab->type == type) return tab;
  }
}

void ItabTable::Insert(Table& table, Itab* tab) {
  size_t i = HashOf(tab->inter, tab->type);
  while (table.slots[i & table.mask].load(std::memory_order_relaxed) != nullptr) i++;
  table.slots[i & table.mask].store(tab, std::memory_order_release);
}

const Itab* ItabTable::Get(const InterfaceType* inter, const Type* type, GoString* missing) {
  const Itab* tab = Find(*current_.load(std::memory_order_acquire), inter, type);
  if (tab != nullptr) return tab;
  // Method tables of types that do not implement the interface are not kept: the caller panics or
  // takes another branch, and the search is short.
  if (!Implements(inter, type, missing)) return nullptr;

  std::lock_guard<std::mutex> guard(lock_);
  Table* table = tables_.back().get();
  tab = Find(*table, inter, type);  // another thread may have been faster
  if (tab != nullptr) return tab;
  Itab* made = NewItab(inter, type);
  for (int64_t i = 0; i < inter->nmethods; i++) {
    const_cast<const void**>(made->fun)[i] = FindMethod(type, inter->methods[i])->ifn;
  }
  itabs_.push_back(made);
  if (itabs_.size() * 4 > (table->mask + 1) * 3) {
    tables_.push_back(std::make_unique<Table>((table->mask + 1) * 2));
    table = tables_.back().get();
    for (Itab* t : itabs_) Insert(*table, t);
    current_.store(table, std::memory_order_release);
  } else {
    Insert(*table, made);
  }
  return made;
}

extern "C" {

void* gol_rt_assertE2I(void* inter, void* type) {
  auto* it = static_cast<const InterfaceType*>(inter);
  if (type == nullptr) PanicTypeAssertion(nullptr, nullptr, it, {nullptr, 0});
  GoString missing{nullptr, 0};
  const Itab* tab = CurrentRuntime()->itabs().Get(it, static_cast<const Type*>(type), &missing);
  if (tab == nullptr) PanicTypeAssertion(nullptr, static_cast<const Type*>(type), it, missing);
  return const_cast<Itab*>(tab);
}

void* gol_rt_assertE2I2(void* inter, void* type) {
  if (type == nullptr) return nullptr;
  return const_cast<Itab*>(CurrentRuntime()->itabs().Get(
      static_cast<const InterfaceType*>(inter), static_cast<const Type*>(type), nullptr));
}

void gol_rt_panicdottypeE(void* have, void* want, void* iface) {
  PanicTypeAssertion(static_cast<const Type*>(iface), static_cast<const Type*>(have),
                     static_cast<const Type*>(want), {nullptr, 0});
}

void* gol_rt_convT(void* type, void* value) {
  auto* t = static_cast<const Type*>(type);
  if (t->size == 0) return const_cast<uint64_t*>(kZeroSized);
  if (t->ptrdata == 0) return BoxNoscan(value, static_cast<int64_t>(t->size));
  void* p = entry::gol_rt_mallocgc(static_cast<int64_t>(t->size), type, true);
  entry::gol_rt_typedmemmove(type, p, value);
  return p;
}

void* gol_rt_convT64(int64_t v) {
  if (static_cast<uint64_t>(v) < 256) return const_cast<uint64_t*>(&kSmallValues.v[v]);
  return BoxNoscan(&v, 8);
}

void* gol_rt_convT32(int32_t v) {
  if (static_cast<uint32_t>(v) < 256) return const_cast<uint64_t*>(&kSmallValues.v[v]);
  return BoxNoscan(&v, 4);
}

void* gol_rt_convT16(int32_t v) {
  auto u = static_cast<uint16_t>(v);
  if (u < 256) return const_cast<uint64_t*>(&kSmallValues.v[u]);
  return BoxNoscan(&u, 2);
}

void* gol_rt_convT8(int32_t v) {
  return const_cast<uint64_t*>(&kSmallValues.v[static_cast<uint8_t>(v)]);
}

void* gol_rt_convTstring(GoString s) {
  if (s.len == 0) {
    static const GoString kEmpty{nullptr, 0};
    return const_cast<GoString*>(&kEmpty);
  }
  auto* p = static_cast<GoString*>(
      entry::gol_rt_mallocgc(sizeof s, const_cast<Type*>(&kStringBox), true));
  // The box may have been made black by a collection that this allocation started: its text, older, need not be.
  entry::gol_rt_gcWriteBarrier(&p->ptr, const_cast<char*>(s.ptr));
  p->len = s.len;
  return p;
}

void* gol_rt_convTslice(void* slice) {
  auto* s = static_cast<const GoSlice*>(slice);
  auto* p = static_cast<GoSlice*>(
      entry::gol_rt_mallocgc(sizeof *s, const_cast<Type*>(&kSliceBox), true));
  entry::gol_rt_gcWriteBarrier(&p->ptr, s->ptr);
  p->len = s->len;
  p->cap = s->cap;
  return p;
}

}  // extern "C"
}  // namespace gol::rt
