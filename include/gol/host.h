// Packages that the host provides to scripts: functions, constants, structs, objects. Part of gol.h.
//
//   gol::HostPackage player("host/player");
//   player.Function("Health", [&](int64_t id) { return world.players[id].health; })
//         .Constant("MaxHealth", 100);
//   player.Struct<Vec3>("Vec3").Field("X", &Vec3::x).Field("Y", &Vec3::y).Method("Len", &Vec3::Len);
//   player.Object<Monster>("Monster").Method("Roar", &Monster::Roar);
//   auto module = engine.CompileModule({.source = ..., .packages = {&player}});
//
// A script writes `import "host/player"` and is checked against these declarations as against any
// package's: wire.h says which type stands for which.
//
// A host function runs on the thread that called the script, on its stack, with all of it. It may
// call script functions again, return an OrError, and throw: the exception becomes a panic of the
// script and comes out of the host's call as Failure::exception unless the script recovers. A
// collection that has begun may have to wait until it returns; nothing else of the isolate goes on meanwhile.
//
// Ownership: the package keeps copies of what it was given; modules keep what they were compiled with alive. The last to
// let go of it may be a thread of an engine's.
// Functions are shared by all isolates of a module: one that several threads may call must allow for it.
// Isolate::Current() tells for which isolate it runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "gol/wire.h"

namespace gol {

namespace detail {

struct PackageData;

// What a call of a host function came to.
struct CallState {
  bool has_failed = false;
  std::string* message = nullptr;           // of the panic; where the library may write it
  std::exception_ptr* exception = nullptr;
};

// One binding, without its types.
struct FunctionRecord {
  void (*invoke)(void* target, char* frame, CallState* state) = nullptr;
  void* target = nullptr;                  // what invoke is given
  void (*destroy)(void* target) = nullptr; // null: nothing to do
  const FuncDesc* desc = nullptr;
  const void* direct = nullptr;            // the function itself, called without a frame
};

struct FieldRecord {
  std::string name;
  const Desc* desc;
  size_t offset;
};

void AddFunction(PackageData& p, std::string name, const FunctionRecord& record);
void AddMethod(PackageData& p, const void* class_tag, std::string name, const FunctionRecord& record);
void AddField(PackageData& p, const void* class_tag, FieldRecord field);
void AddClass(PackageData& p, const void* class_tag, std::string name, bool is_object, size_t size,
              size_t align);
void AddConstant(PackageData& p, std::string name, std::string literal);
std::string IntLiteral(int64_t v);
std::string UintLiteral(uint64_t v);
std::string FloatLiteral(double v);
std::string StringLiteral(std::string_view v);

// To be called in a handler: keeps the exception for the host, and its text for the script.
#if defined(__cpp_exceptions)
inline void NoteException(CallState* state) {
  state->has_failed = true;
  *state->exception = std::current_exception();
  try {
    throw;
  } catch (const std::exception& e) {
    *state->message = e.what();
  } catch (...) {
    *state->message = "exception of the host";
  }
}
#define GOL_TRY try
#define GOL_CATCH(state) \
  catch (...) { ::gol::detail::NoteException(state); }
#else
#define GOL_TRY
#define GOL_CATCH(state)
#endif

// Calls f with the parameters of a frame and leaves the results there.
template <typename R, typename... A>
struct Binding {
  using Sig = SignatureOf<R(A...)>;

  template <typename F, size_t... I>
  static void CallWith(F& f, char* frame, std::index_sequence<I...>) {
    if constexpr (std::is_void_v<R>) {
      f(Wire<typename Param<A>::Type>::Read(WordAt<typename Param<A>::Type>(frame, Sig::Offset(I)))...);
    } else {
      R r = f(Wire<typename Param<A>::Type>::Read(
          WordAt<typename Param<A>::Type>(frame, Sig::Offset(I)))...);
      ResultWriter<R>::Write(frame, Sig::FrameType::kOffsets.at + sizeof...(A), std::move(r));
    }
  }

  template <typename F>
  static void Invoke(void* target, char* frame, [[maybe_unused]] CallState* state) {
    GOL_TRY { CallWith(*static_cast<F*>(target), frame, std::index_sequence_for<A...>()); }
    GOL_CATCH(state)
  }

  template <typename F>
  static FunctionRecord Record(F f) {
    FunctionRecord r;
    r.invoke = &Invoke<F>;
    r.target = new F(std::move(f));
    r.destroy = [](void* t) { delete static_cast<F*>(t); };
    r.desc = &Sig::FrameType::kDesc;
    return r;
  }
};

// The signature of what can be called.
template <typename F>
struct CallableOf : CallableOf<decltype(&F::operator())> {};
template <typename R, typename... A>
struct CallableOf<R (*)(A...)> {
  using Bind = Binding<R, A...>;
};
template <typename R, typename... A>
struct CallableOf<R (*)(A...) noexcept> : CallableOf<R (*)(A...)> {};
template <typename C, typename R, typename... A>
struct CallableOf<R (C::*)(A...)> {
  using Bind = Binding<R, A...>;
  using Method = Binding<R, C&, A...>;
};
template <typename C, typename R, typename... A>
struct CallableOf<R (C::*)(A...) const> {
  using Bind = Binding<R, A...>;
  using Method = Binding<R, C&, A...>;  // a receiver is always a pointer of the script's
};
template <typename C, typename R, typename... A>
struct CallableOf<R (C::*)(A...) noexcept> : CallableOf<R (C::*)(A...)> {};
template <typename C, typename R, typename... A>
struct CallableOf<R (C::*)(A...) const noexcept> : CallableOf<R (C::*)(A...) const> {};

// A function whose first parameter is the receiver: a reference, whatever it says.
template <typename T, typename Bind>
struct MethodBind;
template <typename T, typename R, typename First, typename... A>
struct MethodBind<T, Binding<R, First, A...>> {
  static_assert(std::is_same_v<std::remove_cvref_t<First>, T>, "the receiver comes first");
  using Type = Binding<R, T&, A...>;
};

// A member function as a function of the object.
template <typename M>
struct MemberCall {
  M member;
  template <typename C, typename... A>
  decltype(auto) operator()(C& object, A&&... args) const {
    return (object.*member)(std::forward<A>(args)...);
  }
};

template <typename F>
FunctionRecord RecordOf(F f) {
  return CallableOf<std::decay_t<F>>::Bind::Record(std::decay_t<F>(std::move(f)));
}

template <typename T>
inline constexpr bool kIsDirect = std::is_arithmetic_v<T> && sizeof(T) >= 4;
template <typename R, typename... A>
constexpr const FuncDesc* DirectDesc(R (*)(A...)) {
  static_assert((kIsDirect<A> && ...) && (kIsDirect<R> || std::is_void_v<R>),
                "direct functions take and return numbers of 32 or 64 bits");
  return &SignatureOf<R(A...)>::FrameType::kDesc;
}

template <typename T, typename V>
size_t OffsetOf(V T::*member) {
  alignas(T) char space[sizeof(T)];
  const T* t = reinterpret_cast<const T*>(space);
  return static_cast<size_t>(reinterpret_cast<const char*>(&(t->*member)) - space);
}

}  // namespace detail

class HostPackage {
 public:
  // import_path: "host/player"; its last element is the package's name.
  explicit HostPackage(std::string import_path);
  ~HostPackage();
  HostPackage(HostPackage&&) noexcept;
  HostPackage& operator=(HostPackage&&) noexcept;

  // A function pointer, a lambda, anything with one operator(). The name begins with a capital.
  template <typename F>
  HostPackage& Function(std::string name, F f) {
    detail::AddFunction(*data_, std::move(name), detail::RecordOf(std::move(f)));
    return *this;
  }
  // A member function of an object, which must outlive all modules that use the package.
  template <typename C, typename R, typename... A>
  HostPackage& Function(std::string name, C* object, R (C::*member)(A...)) {
    return Function(std::move(name), [object, member](A... args) -> R {
      return (object->*member)(std::forward<A>(args)...);
    });
  }
  // A function that compiled code calls as it stands: at the cost of a call in C. It runs on the
  // goroutine's stack, so it must need less than 16 KB of stack, not throw, not block and not call
  // scripts. Numbers of 32 and 64 bits only.
  template <auto kFunction>
  HostPackage& Direct(std::string name) {
    detail::FunctionRecord r;
    r.desc = detail::DirectDesc(kFunction);
    r.direct = reinterpret_cast<const void*>(kFunction);
    detail::AddFunction(*data_, std::move(name), r);
    return *this;
  }

  // An untyped constant, as `const MaxHealth = 100` declares one.
  template <typename V>
  HostPackage& Constant(std::string name, V value) {
    std::string literal;
    if constexpr (std::is_same_v<V, bool>) literal = value ? "true" : "false";
    else if constexpr (std::is_integral_v<V> && std::is_signed_v<V>) literal = detail::IntLiteral(value);
    else if constexpr (std::is_integral_v<V>) literal = detail::UintLiteral(value);
    else if constexpr (std::is_floating_point_v<V>) literal = detail::FloatLiteral(value);
    else literal = detail::StringLiteral(value);
    detail::AddConstant(*data_, std::move(name), std::move(literal));
    return *this;
  }

  // A struct that scripts hold by value, with the host's layout. Fields that are not listed are there, but
  // have no name.
  template <typename T>
  class StructBuilder {
   public:
    explicit StructBuilder(detail::PackageData* data) : data_(data) {}
    template <typename V>
    StructBuilder& Field(std::string name, V T::*member) {
      detail::AddField(*data_, &detail::kClassTag<T>,
                       {std::move(name), &detail::Wire<V>::desc, detail::OffsetOf(member)});
      return *this;
    }
    // A member function, or anything callable that takes a T& first.
    template <typename M>
    StructBuilder& Method(std::string name, M method) {
      AddMethodOf<T>(data_, std::move(name), method);
      return *this;
    }

   private:
    detail::PackageData* data_;
  };
  template <typename T>
  StructBuilder<T> Struct(std::string name) {
    static_assert(!kIsObject<T>, "only structs that can be copied byte by byte: see Object");
    detail::AddClass(*data_, &detail::kClassTag<T>, std::move(name), false, sizeof(T), alignof(T));
    return StructBuilder<T>(data_.get());
  }

  // A class whose objects scripts hold by reference. They come from host functions that return a
  // std::shared_ptr<T>, which the script's collector releases; what a script still holds is
  // released with its isolate.
  template <typename T>
  class ObjectBuilder {
   public:
    explicit ObjectBuilder(detail::PackageData* data) : data_(data) {}
    template <typename M>
    ObjectBuilder& Method(std::string name, M method) {
      AddMethodOf<T>(data_, std::move(name), method);
      return *this;
    }

   private:
    detail::PackageData* data_;
  };
  template <typename T>
  ObjectBuilder<T> Object(std::string name) {
    static_assert(kIsObject<T>, "scripts hold such a class by value: see Struct, or specialise kIsObject");
    detail::AddClass(*data_, &detail::kClassTag<T>, std::move(name), true, 16, 8);
    return ObjectBuilder<T>(data_.get());
  }

  const std::shared_ptr<detail::PackageData>& data() const { return data_; }

 private:
  template <typename T, typename M>
  static void AddMethodOf(detail::PackageData* data, std::string name, M method) {
    if constexpr (std::is_member_function_pointer_v<M>) {
      using Bind = typename detail::CallableOf<M>::Method;
      detail::AddMethod(*data, &detail::kClassTag<T>, std::move(name),
                        Bind::Record(detail::MemberCall<M>{method}));
    } else {
      using Bind = typename detail::MethodBind<T, typename detail::CallableOf<M>::Bind>::Type;
      detail::AddMethod(*data, &detail::kClassTag<T>, std::move(name), Bind::Record(std::move(method)));
    }
  }

  std::shared_ptr<detail::PackageData> data_;
};

}  // namespace gol
