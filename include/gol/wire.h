// How C++ types stand for Go types, and how values travel. Part of gol.h; hosts need only the table.
//
//   C++                                    Go
//   bool                                   bool
//   int8_t ... int32_t, uint8_t ...        int8 ... int32, uint8 ... (int is int32)
//   int64_t (long)                         int; calls of script functions take int64 for it as well
//   long long                              int64
//   uint64_t (unsigned long)               uint64; calls take uint and uintptr as well
//   float, double                          float32, float64
//   std::string, std::string_view          string
//   std::vector<T>, std::span<const T>     []T, for T of this table but vectors, objects and callbacks
//   struct T, trivially copyable           the struct that HostPackage::Struct<T> declares
//   T*, T& of such a struct                *T, in parameters of host functions and methods
//   std::shared_ptr<T>, T*, T& of others   *T, the object that HostPackage::Object<T> declares
//   Callback<R(A...)>                      func(A...) R
//   OrError<T>, as a result                (T, error);  OrError<void>: error
//   std::tuple<A, B, ...>, as a result     (A, B, ...)
//
// Strings and slices that a script gets are copied into its heap. A host function sees those of the script
// where they are: views are good until the function returns. Results of script functions are copies.
//
// A call's parameters and results travel in a frame, a struct with Go's layout. Thin templates fill and read it;
// everything else sees descriptions of types (Desc), so that a binding compiles to a
// few dozen instructions and no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace gol {

// An error value of a script, or for one: its text.
struct ScriptError {
  std::string text;
};

// A result together with an error: one of the two.
template <typename T>
class OrError {
 public:
  OrError(T value) : value_(std::move(value)) {}
  OrError(ScriptError error) : error_(std::move(error)), has_error_(true) {}
  bool ok() const { return !has_error_; }
  const T& value() const { return value_; }
  T& value() { return value_; }
  const std::string& error() const { return error_.text; }

 private:
  T value_{};
  ScriptError error_;
  bool has_error_ = false;
};
template <>
class OrError<void> {
 public:
  OrError() = default;
  OrError(ScriptError error) : error_(std::move(error)), has_error_(true) {}
  bool ok() const { return !has_error_; }
  const std::string& error() const { return error_.text; }

 private:
  ScriptError error_;
  bool has_error_ = false;
};

// Whether scripts hold values of T by reference (HostPackage::Object) instead of by value
// (HostPackage::Struct). Hosts may specialise it.
template <typename T>
inline constexpr bool kIsObject = !(std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>);

template <typename Signature>
class Callback;

namespace detail {

enum class Kind : uint8_t {
  kBool, kInt8, kInt16, kInt32, kInt, kInt64, kUint8, kUint16, kUint32, kUint64,
  kFloat32, kFloat64, kString, kSlice, kStruct, kPointer, kObject, kFunc, kError,
};

struct FuncDesc;

// A type as scripts see it. One per C++ type; compared by contents.
struct Desc {
  Kind kind;
  uint32_t size;
  uint32_t align;
  const Desc* elem = nullptr;      // of slices and pointers
  const FuncDesc* func = nullptr;  // of functions
  const void* tag = nullptr;       // of structs and objects: which class
  bool must_not_be_nil = false;    // of pointers and objects: a C++ reference
};

// Parameters first, then results.
struct FuncDesc {
  const Desc* const* types;
  const uint32_t* offsets;  // in the frame
  uint32_t num_params;
  uint32_t num_results;
  uint32_t frame_bytes;
};

// Go's layouts.
struct WireString {
  const char* data;
  int64_t len;
};
struct WireSlice {
  void* data;
  int64_t len;
  int64_t cap;
};
struct WireError {  // made into an error, or of one, by gol; as large as an interface
  const char* text;  // null: no error
  int64_t len;
};
struct WireRef {  // what a script's pointer to a host object points to
  void* object;
  std::shared_ptr<void>* owner;  // on the host's heap
};

template <typename T>
inline constexpr char kClassTag = 0;

// Memory that the library frees once it has copied what is there; never null.
void* CopyOut(const void* data, size_t bytes);
template <typename T>
struct Wire;

template <typename T, Kind K>
struct PlainWire {
  using Type = T;
  static constexpr Desc desc{K, sizeof(T), alignof(T)};
  static T Read(const Type& w) { return w; }
  static void WriteArg(Type* w, const T& v) { *w = v; }
  static void WriteResult(Type* w, const T& v) { *w = v; }
};

template <> struct Wire<bool> : PlainWire<bool, Kind::kBool> {};
template <> struct Wire<signed char> : PlainWire<signed char, Kind::kInt8> {};
template <> struct Wire<short> : PlainWire<short, Kind::kInt16> {};
template <> struct Wire<int> : PlainWire<int, Kind::kInt32> {};
template <> struct Wire<long> : PlainWire<long, Kind::kInt> {};
template <> struct Wire<long long> : PlainWire<long long, Kind::kInt64> {};
template <> struct Wire<unsigned char> : PlainWire<unsigned char, Kind::kUint8> {};
template <> struct Wire<unsigned short> : PlainWire<unsigned short, Kind::kUint16> {};
template <> struct Wire<unsigned> : PlainWire<unsigned, Kind::kUint32> {};
template <> struct Wire<unsigned long> : PlainWire<unsigned long, Kind::kUint64> {};
template <> struct Wire<float> : PlainWire<float, Kind::kFloat32> {};
template <> struct Wire<double> : PlainWire<double, Kind::kFloat64> {};

struct StringWire {
  using Type = WireString;
  static constexpr Desc desc{Kind::kString, sizeof(Type), alignof(Type)};
  static void WriteArg(Type* w, std::string_view v) {
    *w = {v.data(), static_cast<int64_t>(v.size())};
  }
  static void WriteResult(Type* w, std::string_view v) {
    *w = {static_cast<const char*>(CopyOut(v.data(), v.size())), static_cast<int64_t>(v.size())};
  }
};
template <>
struct Wire<std::string> : StringWire {
  static std::string Read(const Type& w) { return {w.data, static_cast<size_t>(w.len)}; }
};
template <>
struct Wire<std::string_view> : StringWire {
  static std::string_view Read(const Type& w) { return {w.data, static_cast<size_t>(w.len)}; }
};

template <typename T>
concept SliceElement = std::is_arithmetic_v<T> || std::is_same_v<T, std::string> ||
                       (std::is_class_v<T> && !kIsObject<T>);

template <typename T>
inline constexpr Desc kSliceDesc{Kind::kSlice, sizeof(WireSlice), alignof(WireSlice), &Wire<T>::desc};

template <SliceElement T>
  requires(!std::is_same_v<T, bool>)
struct Wire<std::vector<T>> {
  using Type = WireSlice;
  static constexpr const Desc& desc = kSliceDesc<T>;
  static std::vector<T> Read(const Type& w) {
    const auto* at = static_cast<const typename Wire<T>::Type*>(w.data);
    std::vector<T> v;
    v.reserve(static_cast<size_t>(w.len));
    for (int64_t i = 0; i < w.len; i++) v.push_back(Wire<T>::Read(at[i]));
    return v;
  }
  static void WriteArg(Type* w, const std::vector<T>& v) {
    if constexpr (std::is_same_v<T, std::string>) {
      WriteResult(w, v);  // freed by the library, as all arrays of strings
    } else {
      *w = {const_cast<T*>(v.data()), static_cast<int64_t>(v.size()), static_cast<int64_t>(v.size())};
    }
  }
  static void WriteResult(Type* w, const std::vector<T>& v) {
    using E = typename Wire<T>::Type;
    const auto n = static_cast<int64_t>(v.size());
    if constexpr (std::is_same_v<T, std::string>) {
      auto* array = static_cast<E*>(CopyOut(nullptr, v.size() * sizeof(E)));
      for (size_t i = 0; i < v.size(); i++) Wire<T>::WriteResult(array + i, v[i]);
      *w = {array, n, n};
    } else {
      *w = {CopyOut(v.data(), v.size() * sizeof(T)), n, n};
    }
  }
};

template <SliceElement T>
  requires(!std::is_same_v<T, std::string>)
struct Wire<std::span<const T>> {
  using Type = WireSlice;
  static constexpr const Desc& desc = kSliceDesc<T>;
  static std::span<const T> Read(const Type& w) {
    return {static_cast<const T*>(w.data), static_cast<size_t>(w.len)};
  }
  static void WriteArg(Type* w, std::span<const T> v) {
    *w = {const_cast<T*>(v.data()), static_cast<int64_t>(v.size()), static_cast<int64_t>(v.size())};
  }
};

// Structs by value.
template <typename T>
  requires(std::is_class_v<T> && !kIsObject<T>)
struct Wire<T> {
  using Type = T;
  static constexpr Desc desc{Kind::kStruct, sizeof(T), alignof(T), nullptr, nullptr, &kClassTag<T>};
  static T Read(const Type& w) { return w; }
  static void WriteArg(Type* w, const T& v) { *w = v; }
  static void WriteResult(Type* w, const T& v) { *w = v; }
};

template <typename T>
inline constexpr Desc kObjectDesc{Kind::kObject, 8, 8, nullptr, nullptr, &kClassTag<T>};
template <typename T>
inline constexpr Desc kObjectRefDesc{Kind::kObject, 8, 8, nullptr, nullptr, &kClassTag<T>, true};
template <typename T>
inline constexpr Desc kPointerDesc{Kind::kPointer, 8, 8, &Wire<T>::desc};
template <typename T>
inline constexpr Desc kReferenceDesc{Kind::kPointer, 8, 8, &Wire<T>::desc, nullptr, nullptr, true};

template <typename Class, bool kIsReference>
constexpr const Desc& DescribePointer() {
  if constexpr (kIsObject<Class>) return kIsReference ? kObjectRefDesc<Class> : kObjectDesc<Class>;
  else return kIsReference ? kReferenceDesc<Class> : kPointerDesc<Class>;
}

// Pointers and references to structs in the script's memory, or to host objects.
template <typename T, bool kIsReference>
struct PointerWire {
  using Class = std::remove_const_t<T>;
  using Type = std::conditional_t<kIsObject<Class>, WireRef*, T*>;
  static constexpr const Desc& desc = DescribePointer<Class, kIsReference>();
  static T* Get(const Type& w) {
    if constexpr (!kIsObject<Class>) return w;
    else return w != nullptr ? static_cast<T*>(w->object) : nullptr;
  }
};
template <typename T>
  requires std::is_class_v<T>
struct Wire<T*> : PointerWire<T, false> {
  static T* Read(const typename PointerWire<T, false>::Type& w) { return PointerWire<T, false>::Get(w); }
};
template <typename T>
  requires std::is_class_v<T>
struct Wire<T&> : PointerWire<T, true> {
  static T& Read(const typename PointerWire<T, true>::Type& w) { return *PointerWire<T, true>::Get(w); }
};

template <typename T>
struct Wire<std::shared_ptr<T>> {
  using Type = WireRef*;
  static constexpr const Desc& desc = kObjectDesc<T>;
  static std::shared_ptr<T> Read(const Type& w) {
    if (w == nullptr) return nullptr;
    return {*w->owner, static_cast<T*>(w->object)};
  }
  // The library makes it the script's, and frees the record.
  static void WriteResult(Type* w, const std::shared_ptr<T>& v) {
    *w = nullptr;
    if (v == nullptr) return;
    const WireRef ref{const_cast<std::remove_const_t<T>*>(v.get()), new std::shared_ptr<void>(v)};
    *w = static_cast<Type>(CopyOut(&ref, sizeof ref));
  }
  static void WriteArg(Type* w, const std::shared_ptr<T>& v) { WriteResult(w, v); }
};

template <>
struct Wire<ScriptError> {
  using Type = WireError;
  static constexpr Desc desc{Kind::kError, sizeof(Type), alignof(Type)};
};

// ---- signatures ----

// The wire of a parameter: const references to what has one are values, other references stay.
template <typename T>
concept HasWire = requires { Wire<T>::desc; };
template <typename A>
struct Param {
  using Plain = std::remove_cvref_t<A>;
  static constexpr bool kStays = std::is_lvalue_reference_v<A> && std::is_class_v<Plain> &&
                                 (!std::is_const_v<std::remove_reference_t<A>> || !HasWire<Plain>);
  using Type = std::conditional_t<kStays, A, Plain>;
};

// The list of wires that a result type stands for.
template <typename... T>
struct TypeList {};
template <typename R>
struct ResultList {
  using Type = TypeList<R>;
};
template <>
struct ResultList<void> {
  using Type = TypeList<>;
};
template <typename T>
struct ResultList<OrError<T>> {
  using Type = TypeList<T, ScriptError>;
};
template <>
struct ResultList<OrError<void>> {
  using Type = TypeList<ScriptError>;
};
template <typename... T>
struct ResultList<std::tuple<T...>> {
  using Type = TypeList<T...>;
};

constexpr uint32_t AlignTo(uint32_t n, uint32_t align) { return (n + align - 1) / align * align; }

template <typename Params, typename Results>
struct Frame;
template <typename... P, typename... R>
struct Frame<TypeList<P...>, TypeList<R...>> {
  static constexpr uint32_t kNumParams = sizeof...(P);
  static constexpr uint32_t kCount = sizeof...(P) + sizeof...(R);
  static constexpr const Desc* kTypes[kCount + 1] = {&Wire<P>::desc..., &Wire<R>::desc..., nullptr};
  struct Offsets {
    uint32_t at[kCount + 1];
    uint32_t bytes;
  };
  static constexpr Offsets Compute() {
    Offsets o{};
    uint32_t n = 0;
    for (uint32_t i = 0; i < kCount; i++) {
      n = AlignTo(n, kTypes[i]->align);
      o.at[i] = n;
      n += kTypes[i]->size;
    }
    o.bytes = AlignTo(n, 8);
    return o;
  }
  static constexpr Offsets kOffsets = Compute();
  static constexpr FuncDesc kDesc{kTypes, kOffsets.at, kNumParams, sizeof...(R), kOffsets.bytes};
};

template <typename T>
typename Wire<T>::Type& WordAt(char* frame, uint32_t offset) {
  return *reinterpret_cast<typename Wire<T>::Type*>(frame + offset);
}

// Of a function type: its frame, and how results go in and out.
template <typename Signature>
struct SignatureOf;
template <typename R, typename... A>
struct SignatureOf<R(A...)> {
  using Results = typename ResultList<R>::Type;
  using FrameType = Frame<TypeList<typename Param<A>::Type...>, Results>;
  static constexpr uint32_t kBytes = FrameType::kOffsets.bytes;
  static constexpr uint32_t Offset(uint32_t i) { return FrameType::kOffsets.at[i]; }
};

inline void WriteError(WireError* w, const std::string* text) {
  *w = {nullptr, 0};
  if (text == nullptr) return;
  *w = {static_cast<const char*>(CopyOut(text->data(), text->size())),
        static_cast<int64_t>(text->size())};
}

// Writes what a host function returned behind its parameters.
template <typename R>
struct ResultWriter {
  static void Write(char* frame, const uint32_t* at, R&& r) {
    Wire<R>::WriteResult(&WordAt<R>(frame, at[0]), std::move(r));
  }
};
template <typename T>
struct ResultWriter<OrError<T>> {
  static void Write(char* frame, const uint32_t* at, OrError<T>&& r) {
    if (r.ok()) Wire<T>::WriteResult(&WordAt<T>(frame, at[0]), std::move(r.value()));
    WriteError(&WordAt<ScriptError>(frame, at[1]), r.ok() ? nullptr : &r.error());
  }
};
template <>
struct ResultWriter<OrError<void>> {
  static void Write(char* frame, const uint32_t* at, OrError<void>&& r) {
    WriteError(&WordAt<ScriptError>(frame, at[0]), r.ok() ? nullptr : &r.error());
  }
};
template <typename... T>
struct ResultWriter<std::tuple<T...>> {
  static void Write(char* frame, const uint32_t* at, std::tuple<T...>&& r) {
    WriteEach(frame, at, r, std::index_sequence_for<T...>());
  }
  template <size_t... I>
  static void WriteEach(char* frame, const uint32_t* at, std::tuple<T...>& r,
                        std::index_sequence<I...>) {
    (Wire<T>::WriteResult(&WordAt<T>(frame, at[I]), std::move(std::get<I>(r))), ...);
  }
};

// Reads what a script function returned. Errors have been made into text by then.
template <typename R>
struct ResultReader {
  static R Read(char* frame, const uint32_t* at) { return Wire<R>::Read(WordAt<R>(frame, at[0])); }
};
inline ScriptError ReadError(const WireError& w) {
  return {std::string(w.text, static_cast<size_t>(w.len))};
}
template <typename T>
struct ResultReader<OrError<T>> {
  static OrError<T> Read(char* frame, const uint32_t* at) {
    const WireError& e = WordAt<ScriptError>(frame, at[1]);
    if (e.text != nullptr) return ReadError(e);
    return Wire<T>::Read(WordAt<T>(frame, at[0]));
  }
};
template <>
struct ResultReader<OrError<void>> {
  static OrError<void> Read(char* frame, const uint32_t* at) {
    const WireError& e = WordAt<ScriptError>(frame, at[0]);
    if (e.text != nullptr) return ReadError(e);
    return {};
  }
};
template <typename... T>
struct ResultReader<std::tuple<T...>> {
  static std::tuple<T...> Read(char* frame, const uint32_t* at) {
    return ReadEach(frame, at, std::index_sequence_for<T...>());
  }
  template <size_t... I>
  static std::tuple<T...> ReadEach(char* frame, const uint32_t* at, std::index_sequence<I...>) {
    return {Wire<T>::Read(WordAt<T>(frame, at[I]))...};
  }
};

}  // namespace detail
}  // namespace gol
