// See embed/host_package.h.
//
// A host package is compiled as Go source, so that the checker, the inliner and the collector treat it as
// any other. Each function copies its parameters into a frame, a struct in its own stack frame, and
// calls the one C++ function of all bindings (embed/host_call.cc) with the binding's address:
//
//	func Health(a0 int) int {
//		var f struct {
//			a0 int
//			r0 int
//		}
//		f.a0 = a0
//		if golCall(0x55d0c8e2b0, unsafe.Pointer(&f)) {
//			golRaise()
//		}
//		return f.r0
//	}
//
// Direct functions are declarations without a body: calls of them are calls of the C++ function.
#include "embed/host_package.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <set>

namespace gol {
namespace detail {

PackageData::~PackageData() {
  for (BoundFunction& f : functions) {
    if (f.record.destroy != nullptr) f.record.destroy(f.record.target);
  }
}

const PackageData::Class* PackageData::FindClass(const void* tag) const {
  for (const Class& c : classes) {
    if (c.tag == tag) return &c;
  }
  return nullptr;
}

void* CopyOut(const void* data, size_t bytes) {
  void* p = std::malloc(bytes == 0 ? 1 : bytes);
  if (p == nullptr) std::abort();
  if (data != nullptr && bytes != 0) std::memcpy(p, data, bytes);
  return p;
}

void AddFunction(PackageData& p, std::string name, const FunctionRecord& record) {
  AddMethod(p, nullptr, std::move(name), record);
}

void AddMethod(PackageData& p, const void* class_tag, std::string name,
               const FunctionRecord& record) {
  p.functions.push_back({std::move(name), record, class_tag, {}});
  BoundFunction& f = p.functions.back();
  const FuncDesc& d = *record.desc;
  for (uint32_t i = d.num_params; i < d.num_params + d.num_results; i++) {
    if (embed::IsOwnedResult(*d.types[i])) f.owned.push_back({d.offsets[i], d.types[i]});
  }
}

void AddField(PackageData& p, const void* class_tag, FieldRecord field) {
  for (PackageData::Class& c : p.classes) {
    if (c.tag == class_tag) c.fields.push_back(std::move(field));
  }
}

void AddClass(PackageData& p, const void* class_tag, std::string name, bool is_object, size_t size,
              size_t align) {
  p.classes.push_back({class_tag, std::move(name), is_object, size, align, {}});
}

void AddConstant(PackageData& p, std::string name, std::string literal) {
  p.constants.emplace_back(std::move(name), std::move(literal));
}

std::string IntLiteral(int64_t v) { return std::to_string(v); }
std::string UintLiteral(uint64_t v) { return std::to_string(v); }

std::string FloatLiteral(double v) {
  char text[64];
  auto [end, error] = std::to_chars(text, text + sizeof text, v);
  std::string literal(text, end);
  // A constant of Go's is never infinite or not a number: such a literal is an error of the package's.
  if (std::isfinite(v) && literal.find_first_of(".e") == std::string::npos) literal += ".0";
  return literal;
}

std::string StringLiteral(std::string_view v) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (unsigned char c : v) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c >= 0x20 && c < 0x7f) {
      out += static_cast<char>(c);
    } else {
      out += "\\x";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
  return out + "\"";
}

}  // namespace detail

HostPackage::HostPackage(std::string import_path) : data_(std::make_shared<detail::PackageData>()) {
  data_->path = std::move(import_path);
  data_->name = data_->path.substr(data_->path.rfind('/') + 1);
}
HostPackage::~HostPackage() = default;
HostPackage::HostPackage(HostPackage&&) noexcept = default;
HostPackage& HostPackage::operator=(HostPackage&&) noexcept = default;

namespace embed {
namespace {

using detail::BoundFunction;
using detail::Desc;
using detail::FuncDesc;
using detail::Kind;
using detail::PackageData;

const char* BasicName(Kind kind) {
  switch (kind) {
    case Kind::kBool: return "bool";
    case Kind::kInt8: return "int8";
    case Kind::kInt16: return "int16";
    case Kind::kInt32: return "int32";
    case Kind::kInt: return "int";
    case Kind::kInt64: return "int64";
    case Kind::kUint8: return "uint8";
    case Kind::kUint16: return "uint16";
    case Kind::kUint32: return "uint32";
    case Kind::kUint64: return "uint64";
    case Kind::kFloat32: return "float32";
    case Kind::kFloat64: return "float64";
    case Kind::kString: return "string";
    case Kind::kError: return "error";
    default: return nullptr;
  }
}

// How a class is written: its name, qualified or not; empty if it is not declared.
using NameClass = std::string (*)(const PackageData& owner, const PackageData::Class& c, void* ctx);

std::string ClassText(const void* tag, const HostPackages& all, NameClass name, void* ctx) {
  for (const auto& p : all) {
    if (const PackageData::Class* c = p->FindClass(tag)) return name(*p, *c, ctx);
  }
  return {};
}

std::string TypeText(const Desc& d, const HostPackages& all, bool is_shape, NameClass name, void* ctx) {
  if (is_shape && d.kind == Kind::kInt) return "int64";
  if (const char* basic = BasicName(d.kind)) return basic;
  switch (d.kind) {
    case Kind::kSlice: {
      const std::string elem = TypeText(*d.elem, all, is_shape, name, ctx);
      return elem.empty() ? elem : "[]" + elem;
    }
    case Kind::kPointer: {
      const std::string elem = TypeText(*d.elem, all, is_shape, name, ctx);
      return elem.empty() ? elem : "*" + elem;
    }
    case Kind::kStruct: return ClassText(d.tag, all, name, ctx);
    case Kind::kObject: {
      const std::string text = ClassText(d.tag, all, name, ctx);
      return text.empty() ? text : "*" + text;
    }
    case Kind::kFunc: {
      if (d.func == nullptr) return {};
      std::string text = "func(";
      const FuncDesc& f = *d.func;
      for (uint32_t i = 0; i < f.num_params + f.num_results; i++) {
        if (i == f.num_params) text += f.num_results > 1 ? ") (" : ") ";
        else if (i > 0) text += ", ";
        const std::string t = TypeText(*f.types[i], all, is_shape, name, ctx);
        if (t.empty()) return t;
        text += t;
      }
      if (f.num_results != 1) text += ")";
      return text;
    }
    default: return {};
  }
}

std::string PathName(const PackageData& owner, const PackageData::Class& c, void*) {
  return owner.path + "." + c.name;
}

bool IsExportedName(const std::string& name) {
  if (name.empty() || name[0] < 'A' || name[0] > 'Z') return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_';
  });
}

// Writes one package.
class Writer {
 public:
  Writer(const PackageData& package, const HostPackages& all, std::vector<std::string>* errors)
      : package_(package), all_(all), errors_(errors) {}

  std::string Write() {
    for (const auto& [name, literal] : package_.constants) {
      CheckName(name);
      body_ += "const " + name + " = " + literal + "\n";
    }
    for (const PackageData::Class& c : package_.classes) Class(c);
    for (const BoundFunction& f : package_.functions) Function(f);
    for (const PackageData::Class& c : package_.classes) needs_runtime_ |= c.is_object;
    if (needs_runtime_) imports_.insert("runtime");
    std::string text = "package " + package_.name + "\n\nimport (\n\t\"unsafe\"\n";
    for (const std::string& path : imports_) text += "\t\"" + path + "\"\n";
    text += ")\n\n";
    text += kCommon;
    return text + body_;
  }

 private:
  static constexpr const char* kCommon = R"(//go:noescape
func golCall(binding uintptr, frame unsafe.Pointer) bool

// Of functions that may keep a closure: it must not lie in a stack, nor the frame that it is passed in.
func golCallKeep(binding uintptr, frame unsafe.Pointer) bool

func golTakePanic() string

func golNotePanic(value unsafe.Pointer)

//go:noescape
func golMoveRef(to unsafe.Pointer, from uintptr)

func golRelease(owner uintptr)

type golRef struct{ object, owner uintptr }

type golError struct{ text string }

func (e *golError) Error() string { return e.text }

type golText struct {
	data unsafe.Pointer
	len  int
}

func (t golText) error() error {
	if t.data == nil {
		return nil
	}
	return &golError{unsafe.String((*byte)(t.data), t.len)}
}

//go:noinline
func golRaise() {
	e := &golError{golTakePanic()}
	golNotePanic(unsafe.Pointer(e))
	panic(e)
}

//go:noinline
func golNil(what string) { panic("nil " + what + " passed to the host") }

)";

  void Fail(const std::string& text) { errors_->push_back(package_.path + ": " + text); }

  void CheckName(const std::string& name) {
    if (!IsExportedName(name)) Fail("\"" + name + "\" is not the name of something exported");
  }

  std::string Type(const Desc& d, const std::string& where) {
    std::string text = TypeText(
        d, all_, false,
        [](const PackageData& owner, const PackageData::Class& c, void* self) {
          auto* w = static_cast<Writer*>(self);
          if (&owner == &w->package_) return c.name;
          w->imports_.insert(owner.path);
          return owner.name + "." + c.name;
        },
        this);
    if (text.empty()) Fail(where + " uses a C++ type that no package declares");
    return text;
  }

  const PackageData::Class* ClassOf(const void* tag) const {
    for (const auto& p : all_) {
      if (const PackageData::Class* c = p->FindClass(tag)) return c;
    }
    return nullptr;
  }

  void Class(const PackageData::Class& c) {
    CheckName(c.name);
    if (c.is_object) {
      body_ += "type " + c.name + " struct{ ref golRef }\n\n";
      body_ += "func (p *" + c.name + ") golFree() { golRelease(p.ref.owner) }\n\n";
      body_ += "func golAdopt_" + c.name + "(f *struct {\n\tin  uintptr\n\tout *" + c.name +
               "\n}) {\n\tif f.in == 0 {\n\t\treturn\n\t}\n\tp := new(" + c.name +
               ")\n\tgolMoveRef(unsafe.Pointer(p), f.in)\n\truntime.SetFinalizer(p, (*" + c.name +
               ").golFree)\n\tf.out = p\n}\n\n";
      return;
    }
    std::vector<detail::FieldRecord> fields = c.fields;
    std::sort(fields.begin(), fields.end(),
              [](const auto& a, const auto& b) { return a.offset < b.offset; });
    body_ += "type " + c.name + " struct {\n";
    size_t at = 0, align = 1;
    auto pad = [&](size_t to) {
      if (to > at) body_ += "\t_ [" + std::to_string(to - at) + "]byte\n";
      at = to;
    };
    for (const detail::FieldRecord& f : fields) {
      CheckName(f.name);
      if (f.desc->kind == Kind::kString || f.desc->kind == Kind::kSlice ||
          f.desc->kind == Kind::kObject || f.desc->kind == Kind::kFunc) {
        Fail("field " + c.name + "." + f.name + " is not of a plain type");
      }
      if (f.offset < at) Fail("field " + c.name + "." + f.name + " overlaps another");
      pad(f.offset);
      body_ += "\t" + f.name + " " + Type(*f.desc, "field " + c.name + "." + f.name) + "\n";
      at = f.offset + f.desc->size;
      align = std::max<size_t>(align, f.desc->align);
    }
    pad(c.size);
    body_ += "}\n\n";
    if (align != c.align) Fail("struct " + c.name + " needs its most aligned field listed");
  }

  void Function(const BoundFunction& f) {
    CheckName(f.name);
    const FuncDesc& d = *f.record.desc;
    std::string where = f.name;
    std::string receiver;
    uint32_t first = 0;
    if (f.class_tag != nullptr) {
      const PackageData::Class* c = package_.FindClass(f.class_tag);
      if (c == nullptr) return Fail("method " + f.name + " of an unknown class");
      where = c->name + "." + f.name;
      receiver = "(a0 *" + c->name + ") ";
      first = 1;
    }
    std::string head = "func " + receiver + f.name + "(";
    for (uint32_t i = first; i < d.num_params; i++) {
      if (i > first) head += ", ";
      head += "a" + std::to_string(i) + " " + Type(*d.types[i], where);
    }
    head += ")";
    if (d.num_results > 0) {
      head += " (";
      for (uint32_t i = 0; i < d.num_results; i++) {
        if (i > 0) head += ", ";
        head += Type(*d.types[d.num_params + i], where);
      }
      head += ")";
    }
    if (f.record.direct != nullptr) {
      body_ += head + "\n\n";
      return;
    }
    body_ += head + " {\n";
    // Nil is looked for before the host function sees it.
    for (uint32_t i = 0; i < d.num_params; i++) {
      if (!d.types[i]->must_not_be_nil) continue;
      const std::string a = "a" + std::to_string(i);
      body_ += "\tif " + a + " == nil {\n\t\tgolNil(\"" +
               (i == 0 && first == 1 ? "receiver of " + where : a + " of " + where) + "\")\n\t}\n";
    }
    body_ += "\tvar f struct {\n";
    for (uint32_t i = 0; i < d.num_params; i++) {
      const bool is_receiver = i == 0 && first == 1;
      body_ += "\t\ta" + std::to_string(i) + " " +
               (is_receiver ? "*" + package_.FindClass(f.class_tag)->name : Type(*d.types[i], where)) +
               "\n";
    }
    for (uint32_t i = 0; i < d.num_results; i++) {
      body_ += "\t\tr" + std::to_string(i) + " " + FrameType(*d.types[d.num_params + i], where) + "\n";
    }
    body_ += "\t}\n";
    for (uint32_t i = 0; i < d.num_params; i++) {
      const std::string a = "a" + std::to_string(i);
      body_ += "\tf." + a + " = " + a + "\n";
    }
    bool keeps = false;
    for (uint32_t i = 0; i < d.num_params; i++) keeps |= d.types[i]->kind == Kind::kFunc;
    body_ += std::string("\tif ") + (keeps ? "golCallKeep(" : "golCall(") + std::to_string(reinterpret_cast<uint64_t>(&f)) +
             ", unsafe.Pointer(&f)) {\n\t\tgolRaise()\n\t}\n";
    for (uint32_t i = 0; i < d.num_params; i++) {
      if (d.types[i]->kind == Kind::kObject) {
        body_ += "\truntime.KeepAlive(a" + std::to_string(i) + ")\n";
        needs_runtime_ = true;
      }
    }
    std::string results;
    for (uint32_t i = 0; i < d.num_results; i++) {
      const Desc& t = *d.types[d.num_params + i];
      const std::string r = "f.r" + std::to_string(i);
      results += i > 0 ? ", " : " ";
      if (t.kind == Kind::kError) {
        results += r + ".error()";
      } else if (t.kind == Kind::kObject) {
        const PackageData::Class* c = ClassOf(t.tag);
        if (c == nullptr || package_.FindClass(t.tag) == nullptr) {
          Fail(where + " returns an object of another package");
          continue;
        }
        const std::string o = "o" + std::to_string(i);
        body_ += "\tvar " + o + " struct {\n\t\tin  uintptr\n\t\tout *" + c->name + "\n\t}\n\t" + o +
                 ".in = " + r + "\n\tgolAdopt_" + c->name + "(&" + o + ")\n";
        results += o + ".out";
      } else {
        results += r;
      }
    }
    if (d.num_results > 0) body_ += "\treturn" + results + "\n";
    body_ += "}\n\n";
  }

  // What the frame holds of a result before it is the script's.
  std::string FrameType(const Desc& d, const std::string& where) {
    if (d.kind == Kind::kError) return "golText";
    if (d.kind == Kind::kObject) return "uintptr";
    return Type(d, where);
  }

  const PackageData& package_;
  const HostPackages& all_;
  std::vector<std::string>* errors_;
  std::set<std::string> imports_;
  bool needs_runtime_ = false;
  std::string body_;
};

}  // namespace

std::string SourceOfHostPackage(const PackageData& package, const HostPackages& all,
                                std::vector<std::string>* errors) {
  return Writer(package, all, errors).Write();
}

std::string ShapeOf(const Desc& desc, const HostPackages& all) {
  return TypeText(desc, all, true, PathName, nullptr);
}

std::string GoTextOf(const Desc& desc, const HostPackages& all) {
  std::string text = TypeText(desc, all, false, PathName, nullptr);
  return text.empty() ? "a type that no host package declares" : text;
}

std::string GoTextOf(const FuncDesc& desc, const HostPackages& all) {
  std::string text = "func(";
  for (uint32_t i = 0; i < desc.num_params + desc.num_results; i++) {
    if (i == desc.num_params) text += desc.num_results > 1 ? ") (" : ") ";
    else if (i > 0) text += ", ";
    text += GoTextOf(*desc.types[i], all);
  }
  return desc.num_results == 1 ? text : text + ")";
}

bool IsOwnedResult(const Desc& d) {
  return d.kind == Kind::kString || d.kind == Kind::kSlice || d.kind == Kind::kError;
}

}  // namespace embed
}  // namespace gol
