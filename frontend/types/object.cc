#include "frontend/types/object.h"

#include "frontend/types/context.h"
#include "frontend/types/predicates.h"
#include "frontend/types/unicode_upper.h"

namespace gol::types {

bool IsExported(std::string_view name) {
  if (name.empty()) return false;
  unsigned char c = static_cast<unsigned char>(name[0]);
  if (c < 0x80) return c >= 'A' && c <= 'Z';
  uint32_t r = 0;
  size_t need = 0;
  if (c >= 0xf0) {
    r = c & 7;
    need = 3;
  } else if (c >= 0xe0) {
    r = c & 15;
    need = 2;
  } else {
    r = c & 31;
    need = 1;
  }
  if (name.size() <= need) return false;
  for (size_t i = 1; i <= need; i++) r = r << 6 | (static_cast<unsigned char>(name[i]) & 63);
  return IsUnicodeUpper(r);
}

bool Object::is_exported() const { return IsExported(name); }

bool EqualFold(std::string_view a, std::string_view b);

bool SameId(Package* pkg, std::string_view name, Package* other_pkg, std::string_view other_name,
            bool fold_case) {
  // Case folding serves suggestions in messages; packages do not matter there.
  if (fold_case && EqualFold(name, other_name)) return true;
  if (name != other_name) return false;
  return IsExported(name) || SamePackage(pkg, other_pkg);
}

bool TypeName::IsAlias() const {
  if (type == nullptr) return false;
  switch (type->kind) {
    case TypeKind::kBasic: {
      const Basic* b = static_cast<const Basic*>(type);
      // unsafe.Pointer is not an alias, but it is not in the universe scope either; any user
      // name for a basic type is an alias, and so are byte and rune.
      if (b->basic == BasicKind::kUnsafePointer) return false;
      return pkg != nullptr || b->name != name;
    }
    case TypeKind::kNamed:
      return static_cast<const Named*>(type)->obj() != this;
    case TypeKind::kTypeParam:
      return static_cast<const TypeParam*>(type)->obj != this;
    default:
      return true;
  }
}

bool Func::has_ptr_recv() const {
  // While the signature is not set up, the syntax of the receiver decides (set by the resolver).
  if (type != nullptr) {
    Signature* sig = signature();
    if (sig->recv != nullptr && sig->recv->type != nullptr) {
      return Deref(sig->recv->type).is_pointer;
    }
  }
  return has_ptr_recv_;
}

}  // namespace gol::types
