// See repl/value_printer.h.
//
// A value becomes a tree of nodes first: a text, or an opening text, parts and a closing one. The
// layout is then decided from the outside in: a node that fits into what is left of the line stands
// on it, else each of its parts gets a line of its own.
#include "repl/value_printer.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <vector>

#include "runtime/abi/layout.h"
#include "runtime/map/map.h"

namespace gol::repl {
namespace {

std::string_view View(const rt::GoString& s) {
  return {s.ptr, static_cast<size_t>(s.len)};
}

std::string Hex(uint64_t n) {
  char text[24];
  char* end = std::to_chars(text, text + sizeof text, n, 16).ptr;
  return "0x" + std::string(text, end);
}

template <typename T>
T Load(const void* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

std::string Float(double v, bool is_single) {
  if (v != v) return "NaN";
  if (v > 1.7976931348623157e308) return "+Inf";
  if (v < -1.7976931348623157e308) return "-Inf";
  char text[64];
  const double size = v < 0 ? -v : v;
  // As Go's %v: the shortest digits that give the value back, with an exponent where it is far away.
  const auto format = v != 0 && (size < 1e-4 || size >= 1e21) ? std::chars_format::scientific
                                                              : std::chars_format::fixed;
  char* end = is_single ? std::to_chars(text, text + sizeof text, static_cast<float>(v), format).ptr
                        : std::to_chars(text, text + sizeof text, v, format).ptr;
  return std::string(text, end);
}

// A string as a Go literal.
std::string Quoted(std::string_view s, size_t max) {
  std::string out = "\"";
  const size_t shown = std::min(s.size(), max);
  for (size_t i = 0; i < shown; i++) {
    const auto c = static_cast<unsigned char>(s[i]);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default:
        if (c < 0x20 || c == 0x7f) {
          static constexpr char kDigits[] = "0123456789abcdef";
          out += "\\x";
          out += kDigits[c >> 4];
          out += kDigits[c & 15];
        } else {
          out += s[i];
        }
    }
  }
  out += '"';
  if (shown < s.size()) out += "… (" + std::to_string(s.size()) + " bytes)";
  return out;
}

struct Node {
  std::string open;  // the whole text of a node without parts
  std::vector<Node> parts;
  std::string close;

  size_t Width() const {
    size_t n = open.size() + close.size();
    for (const Node& p : parts) n += p.Width() + 2;
    return n;
  }

  void Append(std::string* out) const {
    *out += open;
    for (size_t i = 0; i < parts.size(); i++) {
      if (i > 0) *out += ", ";
      parts[i].Append(out);
    }
    *out += close;
  }

  void Layout(std::string* out, size_t indent, size_t width) const {
    if (parts.empty() || indent + Width() <= width) {
      Append(out);
      return;
    }
    *out += open;
    *out += '\n';
    for (const Node& p : parts) {
      out->append(indent + 4, ' ');
      p.Layout(out, indent + 4, width);
      *out += ",\n";
    }
    out->append(indent, ' ');
    *out += close;
  }
};

bool IsComposite(const rt::Type* t) {
  return t->kind == rt::kStruct || t->kind == rt::kArray || t->kind == rt::kSlice ||
         t->kind == rt::kMap;
}

bool IsNamed(const rt::Type* t) { return (t->tflag & rt::kTFlagNamed) != 0; }

class Printer {
 public:
  explicit Printer(const PrintOptions& options) : options_(options) {}

  // with_type: the type is not plain from what stands around.
  Node Make(const rt::Type* t, const void* p, bool with_type, int depth) {
    switch (t->kind) {
      case rt::kStruct: return Struct(static_cast<const rt::StructType*>(t), p, with_type, depth);
      case rt::kArray: {
        auto* a = static_cast<const rt::ArrayType*>(t);
        return Elements(t, a->elem, p, a->len, with_type, depth);
      }
      case rt::kSlice: {
        const auto s = Load<rt::GoSlice>(p);
        if (s.ptr == nullptr && s.len == 0) return Nil(t, with_type);
        return Elements(t, static_cast<const rt::SliceType*>(t)->elem, s.ptr, s.len, with_type,
                        depth);
      }
      case rt::kMap: return Map(static_cast<const rt::MapType*>(t), p, with_type, depth);
      case rt::kPointer: return Pointer(static_cast<const rt::PtrType*>(t), p, with_type, depth);
      case rt::kInterface: return Interface(static_cast<const rt::InterfaceType*>(t), p, depth);
      default: break;
    }
    std::string text = Scalar(t, p);
    if (with_type && IsNamed(t) && View(t->str).find('.') != std::string_view::npos) {
      text = PrintType(t) + "(" + text + ")";
    }
    return {std::move(text), {}, {}};
  }

 private:
  std::string Scalar(const rt::Type* t, const void* p) {
    switch (t->kind) {
      case rt::kBool: return Load<uint8_t>(p) != 0 ? "true" : "false";
      case rt::kInt:
      case rt::kInt64: return std::to_string(Load<int64_t>(p));
      case rt::kInt8: return std::to_string(Load<int8_t>(p));
      case rt::kInt16: return std::to_string(Load<int16_t>(p));
      case rt::kInt32: return std::to_string(Load<int32_t>(p));
      case rt::kUint:
      case rt::kUint64: return std::to_string(Load<uint64_t>(p));
      case rt::kUint8: return std::to_string(Load<uint8_t>(p));
      case rt::kUint16: return std::to_string(Load<uint16_t>(p));
      case rt::kUint32: return std::to_string(Load<uint32_t>(p));
      case rt::kUintptr: return Hex(Load<uint64_t>(p));
      case rt::kFloat32: return Float(Load<float>(p), true);
      case rt::kFloat64: return Float(Load<double>(p), false);
      case rt::kComplex64: return Complex(Load<float>(p), Load<float>(At(p, 4)), true);
      case rt::kComplex128: return Complex(Load<double>(p), Load<double>(At(p, 8)), false);
      case rt::kString:
        return Quoted(View(Load<rt::GoString>(p)), static_cast<size_t>(options_.max_string));
      case rt::kFunc:
      case rt::kChan:
      case rt::kUnsafePointer: {
        const auto word = Load<uint64_t>(p);
        return word == 0 ? "nil" : "(" + PrintType(t) + ")(" + Hex(word) + ")";
      }
      default: return "?";
    }
  }

  static const void* At(const void* p, uint64_t offset) {
    return static_cast<const char*>(p) + offset;
  }

  static std::string Complex(double re, double im, bool is_single) {
    std::string imaginary = Float(im, is_single);
    if (imaginary[0] != '-' && imaginary[0] != '+') imaginary.insert(0, 1, '+');
    return "(" + Float(re, is_single) + imaginary + "i)";
  }

  static Node Nil(const rt::Type* t, bool with_type) {
    if (!with_type) return {"nil", {}, {}};
    const std::string name = PrintType(t);
    // []int(nil), but (*T)(nil).
    return {(name[0] == '*' ? "(" + name + ")" : name) + "(nil)", {}, {}};
  }

  Node Struct(const rt::StructType* t, const void* p, bool with_type, int depth) {
    Node node{(with_type ? PrintType(t) : "") + "{", {}, "}"};
    if (depth >= options_.max_depth && t->nfields > 0) return {node.open + "…}", {}, {}};
    for (int64_t i = 0; i < t->nfields; i++) {
      const rt::StructField& f = t->fields[i];
      Node part = Make(f.type, At(p, f.offset), true, depth + 1);
      part.open.insert(0, std::string(View(f.name)) + ": ");
      node.parts.push_back(std::move(part));
    }
    return node;
  }

  Node Elements(const rt::Type* t, const rt::Type* elem, const void* p, int64_t n, bool with_type,
                int depth) {
    Node node{(with_type ? PrintType(t) : "") + "{", {}, "}"};
    if (depth >= options_.max_depth && n > 0) return {node.open + "…}", {}, {}};
    const int64_t shown = std::min<int64_t>(n, options_.max_elements);
    for (int64_t i = 0; i < shown; i++) {
      const void* at = At(p, static_cast<uint64_t>(i) * elem->size);
      node.parts.push_back(Make(elem, at, elem->kind == rt::kPointer, depth + 1));
    }
    if (shown < n) node.parts.push_back({"… " + std::to_string(n - shown) + " more", {}, {}});
    return node;
  }

  Node Map(const rt::MapType* t, const void* p, bool with_type, int depth) {
    auto* h = Load<rt::hmap*>(p);
    if (h == nullptr) return Nil(t, with_type);
    Node node{(with_type ? PrintType(t) : "") + "{", {}, "}"};
    if (depth >= options_.max_depth && h->count > 0) return {node.open + "…}", {}, {}};
    std::vector<std::pair<const void*, const void*>> entries;
    Collect(t, h, &entries);
    Sort(t->key, &entries);
    const size_t shown = std::min(entries.size(), static_cast<size_t>(options_.max_elements));
    for (size_t i = 0; i < shown; i++) {
      std::string key;
      Make(t->key, entries[i].first, t->key->kind == rt::kPointer, depth + 1).Append(&key);
      Node part = Make(t->elem, entries[i].second, t->elem->kind == rt::kPointer, depth + 1);
      part.open.insert(0, key + ": ");
      node.parts.push_back(std::move(part));
    }
    if (shown < entries.size()) {
      node.parts.push_back({"… " + std::to_string(entries.size() - shown) + " more", {}, {}});
    }
    return node;
  }

  // Entries of the buckets, and of those old ones that growth has not moved yet.
  static void Collect(const rt::MapType* t, rt::hmap* h,
                      std::vector<std::pair<const void*, const void*>>* entries) {
    namespace md = rt::map_detail;
    auto chain = [&](rt::bmap* b) {
      for (; b != nullptr; b = md::Overflow(t, b)) {
        for (int i = 0; i < rt::kBucketCnt; i++) {
          // Small numbers mark free slots and those that were moved.
          if (b->tophash[i] < rt::kMinTopHash) continue;
          const void* key = md::KeyAt(t, b, i);
          const void* elem = md::ElemAt(t, b, i);
          if ((t->flags & rt::kMapIndirectKey) != 0) key = Load<const void*>(key);
          if ((t->flags & rt::kMapIndirectElem) != 0) elem = Load<const void*>(elem);
          entries->emplace_back(key, elem);
        }
      }
    };
    if (h->buckets == nullptr) return;
    for (uint64_t i = 0; i <= md::BucketMask(h->B); i++) {
      chain(md::BucketAt(t, static_cast<rt::bmap*>(h->buckets), i));
    }
    if (h->oldbuckets == nullptr) return;
    for (uint64_t i = 0; i < md::OldBucketCount(h); i++) {
      rt::bmap* b = md::BucketAt(t, static_cast<rt::bmap*>(h->oldbuckets), i);
      if (!md::IsEvacuated(b)) chain(b);
    }
  }

  void Sort(const rt::Type* key, std::vector<std::pair<const void*, const void*>>* entries) {
    auto by = [&](auto get) {
      std::sort(entries->begin(), entries->end(),
                [&](const auto& a, const auto& b) { return get(a.first) < get(b.first); });
    };
    switch (key->kind) {
      case rt::kInt:
      case rt::kInt64: return by([](const void* p) { return Load<int64_t>(p); });
      case rt::kInt32: return by([](const void* p) { return Load<int32_t>(p); });
      case rt::kInt16: return by([](const void* p) { return Load<int16_t>(p); });
      case rt::kInt8: return by([](const void* p) { return Load<int8_t>(p); });
      case rt::kUint:
      case rt::kUint64:
      case rt::kUintptr:
      case rt::kPointer:
      case rt::kChan: return by([](const void* p) { return Load<uint64_t>(p); });
      case rt::kUint32: return by([](const void* p) { return Load<uint32_t>(p); });
      case rt::kUint16: return by([](const void* p) { return Load<uint16_t>(p); });
      case rt::kUint8:
      case rt::kBool: return by([](const void* p) { return Load<uint8_t>(p); });
      case rt::kFloat64: return by([](const void* p) { return Load<double>(p); });
      case rt::kFloat32: return by([](const void* p) { return Load<float>(p); });
      case rt::kString: return by([](const void* p) { return View(Load<rt::GoString>(p)); });
      default:
        return by([&](const void* p) {
          std::string text;
          Make(key, p, true, options_.max_depth - 2).Append(&text);
          return text;
        });
    }
  }

  Node Pointer(const rt::PtrType* t, const void* p, bool with_type, int depth) {
    const auto* target = Load<const void*>(p);
    if (target == nullptr) return Nil(t, with_type);
    const bool is_open = std::find(open_.begin(), open_.end(), target) != open_.end();
    if (!IsComposite(t->elem) || is_open || depth >= options_.max_depth) {
      return {"(" + PrintType(t) + ")(" + Hex(reinterpret_cast<uint64_t>(target)) + ")", {}, {}};
    }
    open_.push_back(target);
    Node node = Make(t->elem, target, true, depth + 1);
    open_.pop_back();
    node.open.insert(0, 1, '&');
    return node;
  }

  Node Interface(const rt::InterfaceType* t, const void* p, int depth) {
    const auto word = Load<const void*>(p);
    if (word == nullptr) return {"nil", {}, {}};
    const rt::Type* dynamic = t->nmethods == 0 ? static_cast<const rt::Type*>(word)
                                               : static_cast<const rt::Itab*>(word)->type;
    const void* data = At(p, 8);
    if ((dynamic->tflag & rt::kTFlagDirectIface) == 0) data = Load<const void*>(data);
    Node node = Make(dynamic, data, true, depth + 1);
    // A plain 5 would be an int.
    const bool is_default = dynamic->kind == rt::kInt || dynamic->kind == rt::kFloat64 ||
                            dynamic->kind == rt::kString || dynamic->kind == rt::kBool;
    if (node.parts.empty() && dynamic->kind <= rt::kComplex128 && !is_default &&
        View(dynamic->str).find('.') == std::string_view::npos) {
      node.open = PrintType(dynamic) + "(" + node.open + ")";
    }
    return node;
  }

  const PrintOptions& options_;
  std::vector<const void*> open_;  // pointers that are being followed
};

}  // namespace

std::string PrintType(const rt::Type* type) {
  const std::string_view text = View(type->str);
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const bool begins = i == 0 || !(std::isalnum(static_cast<unsigned char>(text[i - 1])) ||
                                    text[i - 1] == '_' || text[i - 1] == '/' ||
                                    text[i - 1] == '.');
    if (begins && text.substr(i).starts_with("main.")) {
      i += 5;
      continue;
    }
    // Inside brackets link names stand, with the input's number.
    if (begins && text.substr(i).starts_with("main~")) {
      const size_t dot = text.find('.', i);
      if (dot != std::string_view::npos) {
        i = dot + 1;
        continue;
      }
    }
    if (text.substr(i).starts_with("interface {}")) {
      out += "any";
      i += 12;
      continue;
    }
    out += text[i++];
  }
  return out;
}

std::string PrintValue(const rt::Type* type, const void* address, const PrintOptions& options) {
  Node node = Printer(options).Make(type, address, true, 0);
  std::string out;
  node.Layout(&out, 0, static_cast<size_t>(options.width));
  return out;
}

}  // namespace gol::repl
