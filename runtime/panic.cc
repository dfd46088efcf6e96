// panic, recover, Goexit, and the run-time errors.
//
// A function that defers keeps a DeferFrame in its frame, linked to the goroutine (abi/layout.h).
// GoPanic runs on top of the panicking stack: it takes deferred calls from the innermost frame
// outwards and calls them through gol_rt_call_deferred. Nothing is unwound meanwhile, so a
// traceback shows where the panic came from.
//
//   recover   is right only in a function that a deferred call started directly. The trampoline
//             leaves its frame pointer in Panic::trampoline_fp; gol_rt_gorecover looks
//             whether its caller's saved frame pointer is that. A function that entered through __morestack has that
//             one frame in between. Wrappers made by the compiler announce themselves
//             (gol_rt_wrapper_adjust), so that the function they call passes.
//   recovered when the deferred call returns, the stack is cut back to the DeferFrame's frame: the segments
//             above are only unlinked, the limit is set, and gol_rt_resume jumps to the
//             resume point, where compiled code runs the frame's remaining deferred calls and
//             returns.
//   nesting   a deferred call may panic: a new Panic, linked to the old one, goes on with the frames that are
//             left. If it is recovered in a frame outside of the old panic's, the old one is
//             cut away with its stack; if that was a Goexit, Goexit goes on.
//   the end   no frame is left: print everything, end the Run (panic_print.cc).
//
// C++ frames between are cut without destructors: functions of the runtime that may panic hold
// nothing that needs one.
//
// Goexit is a Panic that recover does not see.
#include "runtime/panic.h"

#include <cstring>
#include <string>

#include "base/check.h"
#include "runtime/abi/entry_points.h"
#include "runtime/panic_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/sched/stack_grow.h"
#include "runtime/traceback.h"

extern "C" {
void gol_rt_call_deferred(const gol::rt::Funcval* fn, uint64_t* frame);
void gol_rt_call_deferred_goexit(const gol::rt::Funcval* fn, uint64_t* frame);
[[noreturn]] void gol_rt_resume(void* const* resume);
extern const char gol_rt_call_deferred_return[];
extern const char gol_rt_call_deferred_goexit_return[];
}

namespace gol::rt {

using namespace entry;

namespace {

// ---- values of run-time errors ----

constexpr uint8_t kFirstWord[] = {1};
constexpr Type StringType(const char* name, int64_t len) {
  return {.size = 16,
          .ptrdata = 8,
          .hash = static_cast<uint32_t>(len),
          .tflag = kTFlagNamed | kTFlagComparable,
          .align = 8,
          .field_align = 8,
          .kind = kString,
          .equal = nullptr,
          .gcdata = kFirstWord,
          .str = {name, len},
          .ptr_to_this = nullptr,
          .uncommon = nullptr};
}
// Stand in for the types of package runtime when it is not part of the program; their text is known to
// panic_print.cc.
constexpr Type kErrorString = StringType("runtime.errorString", 19);
constexpr Type kPlainError = StringType("runtime.plainError", 18);

// A heap object that holds a Go string with a copy of text. type: string-shaped.
void* NewString(const Type* type, std::string_view text) {
  char* bytes = static_cast<char*>(
      gol_rt_mallocgc(static_cast<int64_t>(text.size()), nullptr, false));
  std::memcpy(bytes, text.data(), text.size());
  GoString* s = static_cast<GoString*>(gol_rt_mallocgc(16, const_cast<Type*>(type), true));
  gol_rt_gcWriteBarrier(&s->ptr, bytes);
  s->len = static_cast<int64_t>(text.size());
  return s;
}

// ---- positions on a stack of several segments ----

// Whether address a lies deeper (was pushed later) than b on g's stack.
bool IsDeeper(const G& g, uint64_t a, uint64_t b) {
  for (const StackSegment* s = g.seg; s != nullptr; s = s->prev) {
    bool has_a = a >= reinterpret_cast<uint64_t>(s->lo) && a <= reinterpret_cast<uint64_t>(s->hi);
    bool has_b = b >= reinterpret_cast<uint64_t>(s->lo) && b <= reinterpret_cast<uint64_t>(s->hi);
    if (has_a && has_b) return a < b;
    if (has_a || has_b) return has_a;
  }
  return false;
}

// The frame pointer of the caller of the function whose frame pointer is fp.
uint64_t CallerFrame(uint64_t fp) {
  uint64_t parent = *reinterpret_cast<uint64_t*>(fp);
  uint64_t ret = *reinterpret_cast<uint64_t*>(fp + 8);
  if (ret == reinterpret_cast<uint64_t>(&gol_rt_morestack_return[0])) {
    parent = *reinterpret_cast<uint64_t*>(parent);
  }
  return parent;
}

// p was recovered by a deferred call of frame f: continues there.
[[noreturn]] void FinishRecovery(G* g, Panic* p, DeferFrame* f) {
  uint64_t sp = reinterpret_cast<uint64_t>(f->resume[2]);
  Panic* q = p->link;
  bool goexit = false;
  while (q != nullptr && IsDeeper(*g, reinterpret_cast<uint64_t>(q), sp)) {
    goexit |= q->goexit;
    q = q->link;
  }
  g->panic = q;
  g->sig_pc = 0;  // the fault that began it, if one did, is dealt with
  // The stack is left as it is: Goexit does not come back.
  if (goexit) Goexit();
  CutStack(g, sp);
  gol_rt_resume(f->resume);
}

// The lines of the calls that tracebacks show for panics and Goexit.
constexpr int kCallsFrom = __LINE__;
void RunDeferredCalls(G* g, Panic* p) {
  while (DeferFrame* f = g->defer_frames) {
    DeferRecord* r = f->records;
    if (r == nullptr) {
      g->defer_frames = f->link;
      continue;
    }
    f->records = r->link;
    if (r->fn == nullptr) gol_rt_panicmem(0);
    if (p->goexit) {
      gol_rt_call_deferred_goexit(r->fn, &p->trampoline_fp);
    } else {
      gol_rt_call_deferred(r->fn, &p->trampoline_fp);
    }
    p->trampoline_fp = 0;
    if (p->recovered) FinishRecovery(g, p, f);
  }
}

}  // namespace

namespace {

void SetRuntimeType(RuntimeTypes* found, const Type* t) {
  std::string_view name(t->str.ptr, static_cast<size_t>(t->str.len));
  if (name == "runtime.errorString") found->error_string = t;
  if (name == "runtime.boundsError" && t->kind == kString) found->bounds_error = t;
  if (name == "runtime.errorAddressString") found->error_address_string = t;
  if (name == "runtime.plainError") found->plain_error = t;
  if (name == "*runtime.TypeAssertionError") found->type_assertion_error = t;
  if (name == "*runtime.PanicNilError") found->panic_nil_error = t;
}

}  // namespace

RuntimeTypes FindRuntimeTypes(const Type* const* types, int64_t n) {
  RuntimeTypes found;
  for (int64_t i = 0; i < n; i++) SetRuntimeType(&found, types[i]);
  return found;
}

const RuntimeTypes& Runtime::types() {
  LockGuard guard(types_lock_);
  if (types_ == nullptr) {
    found_types_ = std::make_unique<RuntimeTypes>();
    if (code_info_ != nullptr) {
      for (const char* name :
           {"runtime.errorString", "runtime.boundsError", "runtime.plainError",
            "runtime.errorAddressString", "*runtime.TypeAssertionError", "*runtime.PanicNilError"}) {
        if (const Type* t = code_info_->FindType(name, 0)) SetRuntimeType(found_types_.get(), t);
      }
    }
    types_ = found_types_.get();
  }
  return *types_;
}

bool IsGopanicPc(uint64_t pc) {
  return pc == reinterpret_cast<uint64_t>(&gol_rt_call_deferred_return[0]);
}

bool IsGoexitCallPc(uint64_t pc) {
  return pc == reinterpret_cast<uint64_t>(&gol_rt_call_deferred_goexit_return[0]);
}

int DeferredCallLine(bool for_panic) { return kCallsFrom + (for_panic ? 13 : 11); }

__attribute__((noinline)) void GoPanic(Eface v) {
  G* g = CurrentG();
  if (g == nullptr || IsOnSystemStack()) Throw("panic on a system stack");
  if (v.type == nullptr && g->rt->debug().panicnil == 0) {
    const Type* t = g->rt->types().panic_nil_error;
    if (t == nullptr) PanicPlainError("panic called with nil argument");
    v.type = t;
    v.data = gol_rt_newobject(const_cast<Type*>(static_cast<const PtrType*>(t)->elem));
  }
  Panic p{};
  p.link = g->panic;
  p.arg = v;
  g->panic = &p;
  RunDeferredCalls(g, &p);
  DieOfPanic(g, reinterpret_cast<uint64_t>(__builtin_return_address(0)),
             *static_cast<uint64_t*>(__builtin_frame_address(0)));
}

void Goexit() {
  G* g = CurrentG();
  Panic p{};
  p.link = g->panic;
  p.goexit = true;
  g->panic = &p;
  RunDeferredCalls(g, &p);
  g->rt->sched().GoExit0();
}

// ---- run-time errors ----

namespace {

[[noreturn]] void PanicString(const Type* type, const Type* fallback, std::string_view text) {
  if (type == nullptr) type = fallback;
  GoPanic({type, NewString(type, text)});
}

// Texts of bounds errors: %x the offending value, %y the other one.
[[noreturn]] void PanicBounds(const char* format, const char* negative, int64_t x, bool is_signed,
                              int64_t y) {
  char text[128];
  size_t n = 0;
  auto append = [&](const char* s, size_t len) {
    for (size_t i = 0; i < len && n < sizeof(text); i++) text[n++] = s[i];
  };
  const char* f = is_signed && x < 0 ? negative : format;
  for (; *f != 0; f++) {
    if (f[0] == '%' && (f[1] == 'x' || f[1] == 'y')) {
      char digits[24];
      int len = f[1] == 'y' || is_signed
                    ? snprintf(digits, sizeof(digits), "%ld", f[1] == 'x' ? x : y)
                    : snprintf(digits, sizeof(digits), "%lu", static_cast<uint64_t>(x));
      append(digits, static_cast<size_t>(len));
      f++;
    } else {
      append(f, 1);
    }
  }
  const RuntimeTypes& types = CurrentRuntime()->types();
  PanicString(types.bounds_error != nullptr ? types.bounds_error : types.error_string,
              &kErrorString, {text, n});
}

}  // namespace

void PanicRuntimeError(std::string_view text) {
  PanicString(CurrentRuntime()->types().error_string, &kErrorString, text);
}

void PanicPlainError(std::string_view text) {
  PanicString(CurrentRuntime()->types().plain_error, &kPlainError, text);
}

void PanicTypeAssertion(const Type* iface, const Type* have, const Type* want,
                        GoString missing_method) {
  // In a fixed buffer: no destructor runs when this frame is cut.
  char text[1024];
  size_t n = 0;
  auto append = [&](std::string_view s) {
    size_t len = s.size() < sizeof(text) - n ? s.size() : sizeof(text) - n;
    std::memcpy(text + n, s.data(), len);
    n += len;
  };
  auto name = [](const Type* t) {
    return std::string_view(t->str.ptr, static_cast<size_t>(t->str.len));
  };
  append("interface conversion: ");
  std::string_view operand = iface != nullptr ? name(iface) : "interface";
  if (have == nullptr) {
    append(operand);
    append(" is nil, not ");
    append(name(want));
  } else if (missing_method.len == 0) {
    append(operand);
    append(" is ");
    append(name(have));
    append(", not ");
    append(name(want));
    if (name(have) == name(want)) {
      auto pkg = [](const Type* t) {
        GoString path{};
        if (t->uncommon != nullptr) {
          path = t->uncommon->pkg_path;
        } else if (t->kind == kStruct) {
          path = static_cast<const StructType*>(t)->pkg_path;
        } else if (t->kind == kInterface) {
          path = static_cast<const InterfaceType*>(t)->pkg_path;
        }
        return std::string_view(path.ptr, static_cast<size_t>(path.len));
      };
      append(pkg(have) != pkg(want) ? " (types from different packages)"
                                    : " (types from different scopes)");
    }
  } else {
    append(name(have));
    append(" is not ");
    append(name(want));
    append(": missing method ");
    append({missing_method.ptr, static_cast<size_t>(missing_method.len)});
  }
  const Type* t = CurrentRuntime()->types().type_assertion_error;
  if (t == nullptr) PanicString(nullptr, &kPlainError, {text, n});
  GoPanic({t, NewString(static_cast<const PtrType*>(t)->elem, {text, n})});
}

}  // namespace gol::rt

// ---- entry points ----

extern "C" {

using namespace gol::rt;

void gol_rt_gopanic(void* type, void* data) {
  GoPanic({static_cast<Type*>(type), data});
}

TwoWords gol_rt_gorecover(void* frame_pointer) {
  Panic* p = CurrentG()->panic;
  uint64_t fp = reinterpret_cast<uint64_t>(frame_pointer);
  // A deferred recover counts as called by the function that deferred it.
  if (fp % 2 != 0) fp = CallerFrame(fp - 1);
  if (p == nullptr || p->goexit || p->recovered || p->trampoline_fp == 0 ||
      CallerFrame(fp) != p->trampoline_fp) {
    return {0, 0};
  }
  p->recovered = true;
  return {reinterpret_cast<uint64_t>(p->arg.type), reinterpret_cast<uint64_t>(p->arg.data)};
}

void gol_rt_wrapper_adjust(void* frame_pointer) {
  Panic* p = CurrentG()->panic;
  if (p == nullptr || p->trampoline_fp == 0) return;
  uint64_t fp = reinterpret_cast<uint64_t>(frame_pointer);
  if (CallerFrame(fp) == p->trampoline_fp) p->trampoline_fp = fp;
}

#define BOUNDS(name, format, negative)                                                        \
  void gol_rt_##name(int64_t x, int64_t y) { PanicBounds(format, negative, x, true, y); }     \
  void gol_rt_##name##U(int64_t x, int64_t y) { PanicBounds(format, negative, x, false, y); }

BOUNDS(panicIndex, "index out of range [%x] with length %y", "index out of range [%x]")
BOUNDS(panicSliceAlen, "slice bounds out of range [:%x] with length %y",
       "slice bounds out of range [:%x]")
BOUNDS(panicSliceAcap, "slice bounds out of range [:%x] with capacity %y",
       "slice bounds out of range [:%x]")
BOUNDS(panicSliceB, "slice bounds out of range [%x:%y]", "slice bounds out of range [%x:]")
BOUNDS(panicSlice3Alen, "slice bounds out of range [::%x] with length %y",
              "slice bounds out of range [::%x]")
BOUNDS(panicSlice3Acap, "slice bounds out of range [::%x] with capacity %y",
              "slice bounds out of range [::%x]")
BOUNDS(panicSlice3B, "slice bounds out of range [:%x:%y]",
              "slice bounds out of range [:%x:]")
BOUNDS(panicSlice3C, "slice bounds out of range [%x:%y:]",
              "slice bounds out of range [%x::]")
#undef BOUNDS

void gol_rt_panicSliceConvert(int64_t have, int64_t want) {
  const char* format =
      "cannot convert slice with length %x to array or pointer to array with length %y";
  PanicBounds(format, format, have, true, want);
}

void gol_rt_panicdivide() { PanicRuntimeError("integer divide by zero"); }
void gol_rt_panicshift() { PanicRuntimeError("negative shift amount"); }
void gol_rt_panicmakeslicelen() { PanicRuntimeError("makeslice: len out of range"); }
void gol_rt_panicmakeslicecap() { PanicRuntimeError("makeslice: cap out of range"); }
void gol_rt_panicunsafeslicelen() { PanicRuntimeError("unsafe.Slice: len out of range"); }
void gol_rt_panicunsafestringlen() { PanicRuntimeError("unsafe.String: len out of range"); }
void gol_rt_panicunsafeslicenilptr() {
  PanicRuntimeError("unsafe.Slice: ptr is nil and len is not zero");
}

__attribute__((noinline)) void gol_rt_panicmem(int64_t address) {
  // Go finds nil dereferences by a fault at that address; the report is the same.
  G* g = CurrentG();
  g->sig_pc = reinterpret_cast<uint64_t>(__builtin_return_address(0)) - 1;
  g->sig_addr = static_cast<uint64_t>(address);
  g->sig_code = 1;
  PanicRuntimeError("invalid memory address or nil pointer dereference");
}

// After a fault in compiled code; the signal handler filled in G::sig_*.
[[noreturn]] void gol_rt_sigpanic() {
  G* g = CurrentG();
  if (g->sig_addr < 4096) PanicRuntimeError("invalid memory address or nil pointer dereference");
  const Type* t = g->rt->types().error_address_string;
  if (g->panic_on_fault && t != nullptr) {
    const std::string_view text = "invalid memory address or nil pointer dereference";
    auto* words = static_cast<uint64_t*>(gol_rt_newobject(const_cast<Type*>(t)));
    words[0] = reinterpret_cast<uint64_t>(text.data());  // not on the heap: no barrier
    words[1] = text.size();
    words[2] = g->sig_addr;
    GoPanic({t, words});
  }
  char text[64];
  int n = snprintf(text, sizeof(text), "unexpected fault address 0x%lx\n", g->sig_addr);
  g->rt->WriteStderr(text, static_cast<size_t>(n));
  Fatal("fault");
}

void gol_rt_panicwrap(GoString pkg, GoString type, GoString method) {
  char text[512];
  int n = snprintf(text, sizeof(text), "value method %.*s.%.*s.%.*s called using nil *%.*s pointer",
                   static_cast<int>(pkg.len), pkg.ptr, static_cast<int>(type.len), type.ptr,
                   static_cast<int>(method.len), method.ptr, static_cast<int>(type.len), type.ptr);
  PanicPlainError({text, static_cast<size_t>(n) < sizeof(text) ? static_cast<size_t>(n)
                                                               : sizeof(text) - 1});
}
}
