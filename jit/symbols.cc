// Link names: of code, closures, natives, descriptors, itabs. The same in objects and in a session.
//
// Names are readable ("main.(*T).m", "type:*main.T"). A descriptor's name is made of the type's
// link string, which may hold any text (struct tags) and be of any length; where a linker could
// stumble over it, a hash of 128 bits takes its place.
#include <cstdio>

#include "frontend/source/source_manager.h"
#include "frontend/types/type_string.h"
#include "jit/lower.h"
#include "llvm/Support/xxhash.h"

namespace gol::jit {

namespace {

// Longest link string that becomes part of a symbol as it is.
constexpr size_t kMaxPlain = 200;

bool IsPlain(std::string_view s) {
  if (s.size() > kMaxPlain) return false;
  for (char c : s) {
    if (c <= ' ' && c != ' ') return false;
    if (c == '@' || c == '"' || c == '\\' || c == '`' || c == '?' || c == 0x7f) return false;
  }
  return true;
}

std::string Symbol(const char* prefix, const std::string& text) {
  if (IsPlain(text)) return prefix + text;
  llvm::XXH128_hash_t h = llvm::xxh3_128bits(llvm::ArrayRef<uint8_t>(
      reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  char hex[40];
  std::snprintf(hex, sizeof hex, "#%016llx%016llx", static_cast<unsigned long long>(h.high64),
                static_cast<unsigned long long>(h.low64));
  return std::string(prefix) + hex;
}

}  // namespace

std::string CodeSymbol(const ir::Func& func) { return std::string(func.name); }

std::string ClosureSymbol(const ir::Func& func) { return "func:" + std::string(func.name); }

std::string NativeSymbol(const ir::Func& func) {
  std::string symbol = "gol_native_" + std::string(func.name);
  for (char& c : symbol) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_word) c = '_';
  }
  return symbol;
}

std::string TypeSymbol(const types::Context&, const types::Type* type) {
  return Symbol("type:", types::TypeLinkString(const_cast<types::Type*>(type)));
}

std::string ExtendedTypeSymbol(const types::Context& context, const ir::Module& module,
                               const types::Type* type) {
  return TypeSymbol(context, type) + "+" + std::string(module.name);
}

std::string ItabSymbol(types::Type* concrete, types::Type* iface) {
  return Symbol("itab:", types::TypeLinkString(concrete) + "," + types::TypeLinkString(iface));
}

}  // namespace gol::jit
