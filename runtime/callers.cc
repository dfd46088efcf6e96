// runtime.Callers and what its values stand for.
//
// A value is a return address with the number of a function at it (traceback.h): several functions
// share an address where calls were inlined. Functions that the compiler made are left out.
//
// Between a deferred call and the function that panicked, Go has functions of its own runtime on the stack
// which programs see and count: runtime.gopanic, and runtime.panicBounds or the like where the panic
// is a run-time error. Here they are C++ frames. The trampoline of deferred calls stands for gopanic;
// the outermost C++ frame below it, which compiled code called, is an entry point of
// abi/entry_points.def or the one that faults enter through, and gets that one's name.
#include <algorithm>
#include <string_view>
#include <vector>

#include "runtime/abi/entry_points.h"
#include "runtime/panic_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched_impl.h"
#include "runtime/traceback.h"

extern "C" void gol_rt_sigpanic_entry();

namespace gol::rt {
namespace {

constexpr uint64_t kAddressMask = (uint64_t{1} << kCallerDepthShift) - 1;

struct NamedCode {
  uint64_t address;
  std::string_view name;
};

// Go's names of the entry points, by address.
const std::vector<NamedCode>& EntryPointNames() {
  static const std::vector<NamedCode> names = [] {
    std::vector<NamedCode> list = {
#define ENTRY(name, result, params, flags) \
  {reinterpret_cast<uint64_t>(&entry::gol_rt_##name), "runtime." #name},
#include "runtime/abi/entry_points.def"
#undef ENTRY
        {reinterpret_cast<uint64_t>(&gol_rt_sigpanic_entry), "runtime.sigpanic"},
    };
    std::sort(list.begin(), list.end(),
              [](const NamedCode& a, const NamedCode& b) { return a.address < b.address; });
    for (NamedCode& c : list) {
      if (c.name == "runtime.gopanic") c.name = {};
      if (c.name.starts_with("runtime.panicIndex") || c.name.starts_with("runtime.panicSlice")) {
        c.name = "runtime.panicBounds";
      }
      // A check instead of a fault: Go knows only the fault.
      if (c.name == "runtime.panicmem") c.name = "runtime.sigpanic";
    }
    return list;
  }();
  return names;
}

// The entry point that pc, a return address in C++ code, lies in; empty when it is the one of panic.
std::string_view EntryPointName(uint64_t pc) {
  const std::vector<NamedCode>& names = EntryPointNames();
  auto it = std::upper_bound(names.begin(), names.end(), pc,
                             [](uint64_t a, const NamedCode& c) { return a <= c.address; });
  return it == names.begin() ? std::string_view() : std::prev(it)->name;
}

// Where Go has two functions for one: the name of the one further in.
std::string_view InnerName(std::string_view name) {
  if (name == "runtime.sigpanic") return "runtime.panicmem";
  if (name == "runtime.panicBounds") return "runtime.panicBounds64";
  return {};
}

uint64_t GoexitPc() { return reinterpret_cast<uint64_t>(&gol_rt_goexit_pc[0]); }
bool IsGoexitPc(uint64_t pc) { return pc == GoexitPc(); }

// The module's entry stands for Go's runtime.main; the other functions that the compiler made are not shown.
bool IsCaller(const CodeFrame& f) { return !f.is_wrapper || f.function == "runtime.main"; }

}  // namespace

namespace {

// Makes values of Callers of a stack's return addresses, which come innermost first.
class CallerList {
 public:
  CallerList(CodeInfo* code, int skip, uint64_t* pcs, int max)
      : code_(code), skip_(skip), pcs_(pcs), max_(max) {}

  // False: the list is full.
  bool Add(uint64_t pc) {
    if (IsGopanicPc(pc)) {
      in_panic_ = true;
      native_ = 0;
      Put(pc);
      return n_ < max_;
    }
    uint64_t depth = 0;
    // Collected first: nothing is added for C++ frames.
    uint64_t values[64];
    int count = 0;
    bool found = code_->Lookup(pc - 1, [&](const CodeFrame& frame) {
      if (IsCaller(frame) && count < 64) values[count++] = pc | depth << kCallerDepthShift;
      depth++;
    });
    if (!found) {
      if (in_panic_) native_ = pc;
      return true;
    }
    if (in_panic_ && native_ != 0) {
      std::string_view name = EntryPointName(native_);
      if (!InnerName(name).empty()) Put(native_ | uint64_t{1} << kCallerDepthShift);
      if (!name.empty()) Put(native_);
    }
    in_panic_ = false;
    native_ = 0;
    for (int i = 0; i < count; i++) Put(values[i]);
    return n_ < max_;
  }

  // The goroutine's first frame came.
  void End() { Put(GoexitPc()); }
  int size() const { return n_; }

 private:
  void Put(uint64_t value) {
    if (skip_ > 0) {
      skip_--;
    } else if (n_ < max_) {
      pcs_[n_++] = value;
    }
  }

  CodeInfo* code_;
  int skip_;
  uint64_t* pcs_;
  int max_;
  int n_ = 0;
  bool in_panic_ = false;
  uint64_t native_ = 0;  // the outermost C++ frame since the panic
};

}  // namespace

int CallersOf(const G& g, uint64_t pc, uint64_t fp, int skip, uint64_t* pcs, int max) {
  if (g.rt->code_info() == nullptr) return 0;
  CallerList list(g.rt->code_info(), skip, pcs, max);
  if (WalkStack(g, pc, fp, [&](const StackFrame& f) { return list.Add(f.pc); })) list.End();
  return list.size();
}

int RawCallersOf(const G& g, uint64_t pc, uint64_t fp, uint64_t* pcs, int max) {
  int n = 0;
  bool ended = WalkStack(g, pc, fp, [&](const StackFrame& f) {
    pcs[n++] = f.pc;
    return n < max;
  });
  if (ended && n < max) pcs[n++] = GoexitPc();
  return n;
}

int CallersOfRaw(CodeInfo* code, std::span<const uint64_t> raw, uint64_t* pcs, int max) {
  if (code == nullptr) return 0;
  CallerList list(code, 0, pcs, max);
  for (uint64_t pc : raw) {
    if (IsGoexitPc(pc)) {
      list.End();
      break;
    }
    if (!list.Add(pc)) break;
  }
  return list.size();
}

int ExpandStack(CodeInfo* code, std::span<const uint64_t> stack, uint64_t* pcs, int max) {
  int n = 0;
  for (uint64_t pc : stack) {
    if (code == nullptr || !code->IsCompiled(pc - 1)) continue;
    uint64_t depth = 0;
    code->Lookup(pc - 1, [&](const CodeFrame& frame) {
      if (IsCaller(frame) && n < max) pcs[n++] = pc | depth << kCallerDepthShift;
      depth++;
    });
  }
  return n;
}

__attribute__((noinline)) int Callers(int skip, uint64_t* pcs, int max) {
  G* g = CurrentG();
  if (g == nullptr) return 0;
  return CallersOf(*g, reinterpret_cast<uint64_t>(__builtin_return_address(0)),
                   *static_cast<uint64_t*>(__builtin_frame_address(0)), skip, pcs, max);
}

bool FindCaller(CodeInfo* code, uint64_t value, bool is_entry, CodeFrame* out) {
  const uint64_t depth = value >> kCallerDepthShift;
  const uint64_t pc = value & kAddressMask;
  auto find = [&](uint64_t at, uint64_t which) {
    uint64_t i = 0;
    bool found = false;
    code->Lookup(at, [&](const CodeFrame& f) {
      if (i++ != which) return;
      *out = f;
      found = true;
    });
    return found;
  };
  if (code == nullptr || pc == 0) return false;
  // A function's own name, not that of one inlined at its start.
  if (is_entry && depth == 0 && code->IsCompiled(pc)) {
    uint64_t outermost = 0;
    bool starts_here = false;
    code->Lookup(pc, [&](const CodeFrame& f) {
      starts_here = f.entry_pc == pc;
      outermost += f.is_inlined ? 1 : 0;
    });
    if (starts_here && find(pc, outermost)) return true;
  }
  if (find(pc - 1, depth) || find(pc, depth)) return true;
  auto native = [&](std::string_view name, const char* file, uint64_t entry) {
    *out = {};
    out->function = name;
    out->file = file;
    out->line = 1;
    out->entry_pc = entry;
    return true;
  };
  if (IsGoexitPc(pc) || IsGoexitPc(pc + 1)) {
    return native("runtime.goexit", "runtime/sched/switch_x86_64.S", pc);
  }
  if (IsGopanicPc(pc) || IsGopanicPc(pc + 1)) return native("runtime.gopanic", "runtime/panic.cc", pc);
  std::string_view name = EntryPointName(pc);
  const std::vector<NamedCode>& names = EntryPointNames();
  if (name.empty() || pc > names.back().address + 4096) return false;
  return native(depth == 1 ? InnerName(name) : name, "runtime/panic.cc", pc);
}

}  // namespace gol::rt
