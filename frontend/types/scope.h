// Scope: the objects declared in one block, with a link to the enclosing block.
//
// Blocks are small: up to kLinear objects are found by a linear search over interned names; a
// larger scope (package, universe) keeps a hash table beside the list.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "frontend/types/object.h"

namespace gol::types {

class Scope {
 public:
  Scope(Scope* parent, bool is_func) : parent_(parent), is_func_(is_func) {}

  Scope* parent() const { return parent_; }
  // Whether this is the scope of a function's parameters.
  bool is_func() const { return is_func_; }

  // The object called name in this scope only, or null.
  Object* Lookup(std::string_view name) const;
  // As Lookup, going outwards through the enclosing scopes; *found is the scope that has it.
  Object* LookupParent(std::string_view name, Scope** found = nullptr);
  // Declares obj. If the name exists already, returns the object that has it and changes nothing.
  // Sets obj->parent unless it has one.
  Object* Insert(Object* obj);
  // Puts obj in the place of old_obj, which has the same name.
  void Replace(Object* old_obj, Object* obj);
  // Objects in order of declaration.
  const std::vector<Object*>& objects() const { return objects_; }
  // Scopes opened directly inside, for the report of unused variables.
  const std::vector<Scope*>& children() const { return children_; }
  void AddChild(Scope* child) { children_.push_back(child); }

 private:
  static constexpr size_t kLinear = 8;
  void Rehash(size_t slots);

  Scope* const parent_;
  const bool is_func_;
  std::vector<Object*> objects_;
  std::vector<Scope*> children_;
  std::vector<uint32_t> table_;  // open addressing, index into objects_ plus 1; empty if linear
};

}  // namespace gol::types
