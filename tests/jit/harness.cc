#include "harness.h"

#include <csetjmp>
#include <cstdlib>
#include <cstring>

#include "ir/parse.h"
#include "ir/verify.h"
#include "runtime/abi/entry_points.h"
#include "runtime/abi/tls.h"

#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#endif

namespace gol::jit {

FakeRuntime fake;

namespace {

// The frames of these functions are left by a jump: the address sanitizer must not mark them.
#define GOL_JUMPED_OVER __attribute__((no_sanitize("address")))

// Zeroed memory that nobody frees: there is no collector here.
void* Allocate(size_t bytes) {
  void* p = calloc(1, bytes);
#if __has_feature(address_sanitizer)
  __lsan_ignore_object(p);
#endif
  return p;
}

jmp_buf panic_exit;
bool is_running = false;

[[noreturn]] GOL_JUMPED_OVER void Panicked(std::string text) {
  fake.panics.push_back(std::move(text));
  if (!is_running) abort();
  longjmp(panic_exit, 1);
}

GOL_JUMPED_OVER void PanicIndex(int64_t i, int64_t n) {
  Panicked("index " + std::to_string(i) + " " + std::to_string(n));
}
GOL_JUMPED_OVER void PanicSliceAcap(int64_t i, int64_t n) {
  Panicked("slice acap " + std::to_string(i) + " " + std::to_string(n));
}
GOL_JUMPED_OVER void PanicSliceB(int64_t i, int64_t n) {
  Panicked("slice b " + std::to_string(i) + " " + std::to_string(n));
}
GOL_JUMPED_OVER void PanicDivide() { Panicked("divide"); }
GOL_JUMPED_OVER void PanicMem(int64_t address) { Panicked("nil " + std::to_string(address)); }
GOL_JUMPED_OVER void PanicDotType(void*, void*, void*) { Panicked("type assertion"); }

typedef GOL_COMPILED void DeferredFn(GOL_CONTEXT void*);

// A panic as the real one does it: deferred calls of the innermost frame run, then, if one asked
// for it, control resumes in the frame's function.
bool recovered = false;
rt::TwoWords Recover(void*) {
  recovered = true;
  return {1, 2};
}
GOL_JUMPED_OVER void GoPanic(void* type, void*) {
  rt::DeferFrame* frame = fake.g.defer_frames;
  while (frame != nullptr) {
    while (frame->records != nullptr) {
      rt::DeferRecord* r = frame->records;
      frame->records = r->link;
      auto* code = reinterpret_cast<DeferredFn*>(const_cast<void*>(r->fn->code));
      code(r->fn);
      if (recovered) {
        recovered = false;
        void** resume = frame->resume;
        asm volatile(
            "movq %0, %%rax\n"
            "movq 0(%%rax), %%rbp\n"
            "movq 16(%%rax), %%rsp\n"
            "jmpq *8(%%rax)\n" ::"r"(resume)
            : "rax", "memory");
        __builtin_unreachable();
      }
    }
    frame = frame->link;
    fake.g.defer_frames = frame;
  }
  Panicked("panic " + std::to_string(reinterpret_cast<uintptr_t>(type) != 0));
}

void* MallocGc(int64_t size, void*, bool) { return Allocate(static_cast<size_t>(size + 8)); }
void* NewObject(void* type) {
  fake.calls.push_back("newobject");
  return Allocate(static_cast<rt::Type*>(type)->size + 8);
}
void* MakeSlice(void* type, int64_t, int64_t cap) {
  return Allocate((static_cast<size_t>(cap) + 1) * static_cast<rt::Type*>(type)->size);
}
void GrowSlice(void* out, void* old, int64_t new_len, int64_t old_cap, int64_t, void* type) {
  const auto size = static_cast<int64_t>(static_cast<rt::Type*>(type)->size);
  int64_t cap = old_cap * 2 > new_len ? old_cap * 2 : new_len;
  void* p = Allocate(static_cast<size_t>(cap) * static_cast<size_t>(size));
  if (old_cap > 0) memcpy(p, old, static_cast<size_t>(old_cap * size));
  *static_cast<rt::GoSlice*>(out) = {p, new_len, cap};
}
void WriteBarrier(void* slot, void* value) {
  fake.barriers++;
  *static_cast<void**>(slot) = value;
}
void TypedMemMove(void* type, void* dst, void* src) {
  fake.barriers++;
  memmove(dst, src, static_cast<rt::Type*>(type)->size);
}
bool MemEqual(void* a, void* b, int64_t n) { return memcmp(a, b, static_cast<size_t>(n)) == 0; }
void* ConvT64(int64_t v) { return new int64_t(v); }
void* AssignFast64(void*, void* map, int64_t) {
  fake.calls.push_back("mapassign_fast64");
  if (fake.assign) return fake.assign(map);
  static int64_t slot;
  return &slot;
}
void* AccessFast64(void*, void*, int64_t) {
  fake.calls.push_back("mapaccess2_fast64");
  return nullptr;
}
void* OtherMapCall(void*, void*) {
  fake.calls.push_back("map call");
  return nullptr;
}
void PrintInt(int64_t v) { fake.calls.push_back("print " + std::to_string(v)); }
void Noop() {}
void Morestack() { abort(); }
rt::TwoWords DecodeRune(const char*, int64_t, int64_t k) {
  return {0xe9, static_cast<uint64_t>(k + 2)};
}
int64_t NativeSum(const char* p, int64_t n, int32_t x) {
  int64_t sum = x;
  for (int64_t i = 0; i < n; i++) sum += p[i];
  return sum;
}

uint64_t Resolve(std::string_view name) {
  static const std::map<std::string_view, void*> table = {
#define ROW(name, f) {name, reinterpret_cast<void*>(&f)}
      ROW("gol_rt_panicIndex", PanicIndex),
      ROW("gol_rt_panicIndexU", PanicIndex),
      ROW("gol_rt_panicSliceAcap", PanicSliceAcap),
      ROW("gol_rt_panicSliceB", PanicSliceB),
      ROW("gol_rt_panicdivide", PanicDivide),
      ROW("gol_rt_panicmem", PanicMem),
      ROW("gol_rt_panicdottypeE", PanicDotType),
      ROW("gol_rt_gopanic", GoPanic),
      ROW("gol_rt_gorecover", Recover),
      ROW("gol_rt_mallocgc", MallocGc),
      ROW("gol_rt_newobject", NewObject),
      ROW("gol_rt_makeslice", MakeSlice),
      ROW("gol_rt_growslice", GrowSlice),
      ROW("gol_rt_gcWriteBarrier", WriteBarrier),
      ROW("gol_rt_typedmemmove", TypedMemMove),
      ROW("gol_rt_typedmemclr", Noop),
      ROW("gol_rt_memequal", MemEqual),
      ROW("gol_rt_convT64", ConvT64),
      ROW("runtime.mapassign_fast64", AssignFast64),
      ROW("runtime.mapaccess2_fast64", AccessFast64),
      ROW("runtime.mapassign_fast32", OtherMapCall),
      ROW("runtime.mapaccess2_fast32", OtherMapCall),
      ROW("runtime.mapassign_faststr", OtherMapCall),
      ROW("runtime.mapaccess2_faststr", OtherMapCall),
      ROW("runtime.mapassign", OtherMapCall),
      ROW("runtime.mapaccess2", OtherMapCall),
      ROW("runtime.mapdelete_fast32", OtherMapCall),
      ROW("runtime.mapdelete_fast64", OtherMapCall),
      ROW("runtime.mapdelete_faststr", OtherMapCall),
      ROW("runtime.mapdelete", OtherMapCall),
      ROW("gol_rt_printint", PrintInt),
      ROW("gol_rt_printlock", Noop),
      ROW("gol_rt_printunlock", Noop),
      ROW("gol_rt_poll", Noop),
      ROW("gol_rt_decoderune", DecodeRune),
      ROW("gol_native_native_sum", NativeSum),
      ROW("__morestack", Morestack),
#undef ROW
  };
  auto it = table.find(name);
  return it == table.end() ? 0 : reinterpret_cast<uint64_t>(it->second);
}

}  // namespace

Program::Program(std::string_view text, int opt_level, Options options,
                 const std::function<void(ir::Module&)>& adjust)
    : module(&context) {
  fake = FakeRuntime();
  rt::TlsStore(rt::kTlsG, &fake.g);
  rt::TlsStore(rt::kTlsGlobals, static_cast<char*>(fake.globals));
  fake.p = &fake.mcache;
  rt::TlsStore(rt::kTlsP, &fake.p);
  rt::TlsStore(rt::kTlsWriteBarrier, uint32_t{0});
  Result<void> parsed = ir::Parse(text, &module);
  if (!parsed.ok()) {
    error = parsed.error().message;
    return;
  }
  for (ir::Func* f : module.funcs) {
    if (f->name != "native.sum") continue;
    f->kind = ir::FuncKind::kNative;
    Result<types::Type*> type = ir::ParseType("func(string, int32) int", &module);
    if (!type.ok()) error = type.error().message;
    else f->sig = static_cast<types::Signature*>(type.value());
  }
  if (adjust) adjust(module);
  options.opt_level = opt_level;
  options.verify = getenv("GOL_JIT_TIME") == nullptr;
  if (!options.verify) {
    options.timing = [](std::string_view phase, double seconds) {
      fprintf(stderr, "%-10.*s %8.3f ms\n", static_cast<int>(phase.size()), phase.data(),
              seconds * 1e3);
    };
  }
  auto previous = options.dump;
  if (options.verify) options.dump = [this, previous](std::string_view stage, std::string_view out) {
    if (stage == "asm") asm_ = out;
    if (getenv("GOL_JIT_DUMP") != nullptr) fprintf(stderr, "%.*s\n", (int)out.size(), out.data());
    if (previous) previous(stage, out);
  };
  auto made = Session::Create(options, Resolve);
  if (!made.ok()) {
    error = made.error().message;
    return;
  }
  session = std::move(made.value());
}

Program::~Program() {
  rt::TlsStore(rt::kTlsG, static_cast<void*>(nullptr));
  rt::TlsStore(rt::kTlsGlobals, static_cast<void*>(nullptr));
  rt::TlsStore(rt::kTlsP, static_cast<void*>(nullptr));
  rt::TlsStore(rt::kTlsWriteBarrier, uint32_t{0});
}

uint64_t Program::Address(std::string_view name) {
  if (!error.empty() || session == nullptr) {
    ADD_FAILURE() << error;
    return 0;
  }
  if (linked.info == nullptr) {
    Result<LinkedModule> r = session->Add(module);
    if (!r.ok()) {
      ADD_FAILURE() << r.error().message;
      return 0;
    }
    linked = r.value();
  }
  return session->Lookup(name);
}

std::string Program::Asm(std::string_view name) {
  Address(name);
  const std::string label = std::string(name);
  size_t start = asm_.find("\n\"" + label + "\":");
  if (start == std::string::npos) start = asm_.find("\n" + label + ":");
  if (start == std::string::npos) return {};
  size_t end = asm_.find(".Lfunc_end", start);
  return asm_.substr(start, end - start);
}

uint64_t ResolveMorestack(std::string_view name) {
  constexpr auto kNeverCalled = +[] { abort(); };
  return name == "__morestack" ? reinterpret_cast<uint64_t>(kNeverCalled) : 0;
}

bool Runs(const std::function<void()>& f) {
  is_running = true;
  const bool ok = setjmp(panic_exit) == 0;
  if (ok) f();
  is_running = false;
  return ok;
}

}  // namespace gol::jit
