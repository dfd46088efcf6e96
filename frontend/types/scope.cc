#include "frontend/types/scope.h"

#include <functional>

namespace gol::types {
namespace {

inline bool Same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.data() == b.data() || a == b);
}

inline uint32_t Hash(std::string_view s) {
  return static_cast<uint32_t>(std::hash<std::string_view>()(s));
}

}  // namespace

Object* Scope::Lookup(std::string_view name) const {
  if (table_.empty()) {
    for (Object* o : objects_) {
      if (Same(o->name, name)) return o;
    }
    return nullptr;
  }
  const uint32_t mask = static_cast<uint32_t>(table_.size() - 1);
  for (uint32_t i = Hash(name) & mask; table_[i] != 0; i = (i + 1) & mask) {
    Object* o = objects_[table_[i] - 1];
    if (Same(o->name, name)) return o;
  }
  return nullptr;
}

Object* Scope::LookupParent(std::string_view name, Scope** found) {
  for (Scope* s = this; s != nullptr; s = s->parent_) {
    if (Object* o = s->Lookup(name)) {
      if (found != nullptr) *found = s;
      return o;
    }
  }
  if (found != nullptr) *found = nullptr;
  return nullptr;
}

Object* Scope::Insert(Object* obj) {
  if (Object* alt = Lookup(obj->name)) return alt;
  objects_.push_back(obj);
  if (obj->parent == nullptr) obj->parent = this;
  if (objects_.size() > kLinear) {
    if (objects_.size() * 2 > table_.size()) {
      Rehash(objects_.size() * 4);
    } else {
      const uint32_t mask = static_cast<uint32_t>(table_.size() - 1);
      uint32_t i = Hash(obj->name) & mask;
      while (table_[i] != 0) i = (i + 1) & mask;
      table_[i] = static_cast<uint32_t>(objects_.size());
    }
  }
  return nullptr;
}

void Scope::Replace(Object* old_obj, Object* obj) {
  for (Object*& o : objects_) {
    if (o == old_obj) o = obj;
  }
  if (obj->parent == nullptr) obj->parent = this;
}

void Scope::Rehash(size_t slots) {
  size_t n = 32;
  while (n < slots) n *= 2;
  table_.assign(n, 0);
  const uint32_t mask = static_cast<uint32_t>(n - 1);
  for (size_t k = 0; k < objects_.size(); k++) {
    uint32_t i = Hash(objects_[k]->name) & mask;
    while (table_[i] != 0) i = (i + 1) & mask;
    table_[i] = static_cast<uint32_t>(k + 1);
  }
}

}  // namespace gol::types
