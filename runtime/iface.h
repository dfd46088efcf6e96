// Interface tables: finding the methods of a concrete type for an interface type.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/abi/rtype.h"

namespace gol::rt {

// The itabs that a runtime made because the compiler did not know the pair of types. One per
// Runtime. Thread-safe; look-ups take no lock.
//
// An open-addressed table of atomic pointers, replaced by one of double size when three quarters
// are full; old tables stay until the runtime ends, since readers may be in them.
class ItabTable {
 public:
  ItabTable();
  ~ItabTable();
  ItabTable(const ItabTable&) = delete;
  ItabTable& operator=(const ItabTable&) = delete;

  // The itab of type for inter, or null when type does not implement inter; then *missing, if given,
  // is the name of the first method that lacks. Never reaches a safepoint.
  const Itab* Get(const InterfaceType* inter, const Type* type, GoString* missing);

 private:
  struct Table {
    explicit Table(size_t n) : mask(n - 1), slots(new std::atomic<Itab*>[n]()) {}
    size_t mask;
    std::unique_ptr<std::atomic<Itab*>[]> slots;
  };

  static size_t HashOf(const InterfaceType* inter, const Type* type);
  const Itab* Find(const Table& table, const InterfaceType* inter, const Type* type) const;
  void Insert(Table& table, Itab* tab);  // Requires: lock_ is held

  // Published with release when grown; readers load with acquire.
  std::atomic<Table*> current_;
  std::mutex lock_;
  std::vector<std::unique_ptr<Table>> tables_;  // guarded by lock_; the last one is current
  std::vector<Itab*> itabs_;                    // guarded by lock_; owned
};

// The method of type's method set that implements m, or null.
const Method* FindMethod(const Type* type, const IMethod& m);

// Whether type implements inter; *missing as above.
bool Implements(const InterfaceType* inter, const Type* type, GoString* missing);

}  // namespace gol::rt
