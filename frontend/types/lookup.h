// Fields and methods by name, through embedded fields; which methods a type lacks.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/types/check.h"
#include "frontend/types/object.h"
#include "frontend/types/type.h"

namespace gol::types {

struct Qualifier;

struct LookupResult {
  Object* obj = nullptr;    // a field (Var) or method (Func); null: not found
  std::vector<int> index;   // path, see Selection; without obj: not empty means ambiguous
  bool indirect = false;    // a pointer lies on the path; without obj: a method with a pointer
                            // receiver was found, but t is not addressable
};

// Finds the field or method called name, as seen from pkg. addressable: t is the type of an
// addressable variable. The method's signature may not be set up yet: see ResolveObject.
LookupResult LookupFieldOrMethod(Type* t, bool addressable, Package* pkg, std::string_view name,
                                 bool fold_case = false);


// The first method of the interface type t that v lacks, or null. is_static: v's methods must
// cover t's also where v is an interface. wrong_type: it exists, but not with this type or not on
// this receiver. cause: why, in parentheses, as messages append it.
Func* MissingMethod(Type* v, Type* t, bool is_static, const Qualifier& qualifier,
                    bool* wrong_type, std::string* cause,
                    const std::function<bool(Type*, Type*)>& equivalent = nullptr);
// As MissingMethod, but true whenever invalid parts of v make the answer uncertain.
bool HasAllMethods(Type* v, Type* t, bool is_static, const Qualifier& qualifier,
                   std::string* cause,
                   const std::function<bool(Type*, Type*)>& equivalent = nullptr);

int FieldIndex(std::span<Var*> fields, Package* pkg, std::string_view name, bool fold_case);
bool IsInterfacePtr(Type* t);
std::string InterfacePtrError(Type* t, const Qualifier& qualifier);

// All methods callable on an addressable value (addressable) or on a value of type t, through
// embedding, sorted by name.
struct MethodEntry {
  Func* func;
  std::vector<int> index;
  bool indirect;
};
std::vector<MethodEntry> MethodSet(Type* t);

}  // namespace gol::types
