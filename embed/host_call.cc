// Calls between scripts and the host, below the types: the one C++ function that all bindings go
// through, and what carries strings, slices, errors and objects over.
//
// golCall runs on the goroutine's stack. It switches to the host's stack for the host function (OnSystemStack:
// a call and a return), and then, back on the goroutine, copies what the function returned in memory of the
// host's to the script's heap, where allocation may collect: the frame, a variable of the
// generated function, is scanned meanwhile.
//
// The other direction: RunCopied calls a script function from a C++ function on the goroutine's stack,
// whose frame holds the copied parameters. C++ frames are scanned word by word.
//
// C++ frames on a goroutine own nothing: it may end at any allocation.
#include <cstring>

#include "embed/isolate_core.h"
#include "runtime/abi/entry_points.h"
#include "runtime/mem/mheap.h"
#include "runtime/sched/sched.h"

extern "C" {
void gol_rt_calladapter(void* frame, const void* code, const void* context);
void gol_rt_call_string_method(const void* code, void* receiver, gol::rt::GoString* result);
}

namespace gol::detail {
namespace {

constexpr uint8_t kFirstWord[] = {1};
// For arrays of strings: their layout is all that counts.
constexpr rt::Type kStringType = {.size = 16,
                                  .ptrdata = 8,
                                  .hash = 0,
                                  .tflag = rt::kTFlagComparable,
                                  .align = 8,
                                  .field_align = 8,
                                  .kind = rt::kString,
                                  .equal = nullptr,
                                  .gcdata = kFirstWord,
                                  .str = {"string", 6},
                                  .ptr_to_this = nullptr,
                                  .uncommon = nullptr};

// Bytes of the host's in the script's heap. frees: they came from CopyOut.
const char* CopyBytes(const char* data, int64_t len, bool frees) {
  void* p = nullptr;
  if (len > 0) {
    p = rt::Heap::Malloc(static_cast<uint64_t>(len), nullptr, false);
    std::memcpy(p, data, static_cast<size_t>(len));
  }
  if (frees) std::free(const_cast<char*>(data));
  return static_cast<const char*>(p);
}

void CopySlice(WireSlice* w, const Desc& elem, bool frees) {
  const int64_t n = w->len;
  void* from = w->data;
  if (elem.kind == Kind::kString) {
    // Always from CopyOut. The array is in the frame, and so alive, before its elements are made.
    auto* source = static_cast<WireString*>(from);
    w->data = nullptr;
    if (n > 0) w->data = rt::Heap::Malloc(static_cast<uint64_t>(n) * 16, &kStringType, true);
    for (int64_t i = 0; i < n; i++) {
      const char* bytes = CopyBytes(source[i].data, source[i].len, true);
      auto* slot = static_cast<WireString*>(w->data) + i;
      rt::entry::gol_rt_gcWriteBarrier(&slot->data, const_cast<char*>(bytes));
      slot->len = source[i].len;
    }
    std::free(source);
    w->cap = n;
    return;
  }
  w->data = const_cast<char*>(
      CopyBytes(static_cast<const char*>(from), n * static_cast<int64_t>(elem.size), frees));
  w->cap = n;
}

// What a host function left in the frame becomes the script's.
void AdoptResult(char* at, const Desc& desc) {
  switch (desc.kind) {
    case Kind::kString: {
      auto* w = reinterpret_cast<WireString*>(at);
      w->data = CopyBytes(w->data, w->len, true);
      return;
    }
    case Kind::kSlice:
      return CopySlice(reinterpret_cast<WireSlice*>(at), *desc.elem, true);
    case Kind::kError: {
      auto* w = reinterpret_cast<WireError*>(at);
      if (w->text == nullptr) return;
      const char* text = w->text;
      // Not null, even if it is empty.
      void* p = rt::Heap::Malloc(static_cast<uint64_t>(w->len) + 1, nullptr, false);
      std::memcpy(p, text, static_cast<size_t>(w->len));
      std::free(const_cast<char*>(text));
      w->text = static_cast<const char*>(p);
      return;
    }
    default:
      return;
  }
}

struct HostCall {
  BoundFunction* function;
  char* frame;
  CallState state;
};

struct CopiedCall {
  IsolateCore* core;
  const Callee* callee;
  char* frame;
};

// On the goroutine's stack.
void CopiedBody(void* arg) {
  const auto& call = *static_cast<const CopiedCall*>(arg);
  const FuncDesc& d = *call.callee->desc;
  alignas(16) char local[kMaxFrameBytes];
  std::memcpy(local, call.frame, d.frame_bytes);
  // The host's pointers must not look like the heap's; they do not.
  for (uint32_t i = 0; i < d.num_params; i++) {
    char* at = local + d.offsets[i];
    switch (d.types[i]->kind) {
      case Kind::kString: {
        auto* w = reinterpret_cast<WireString*>(at);
        w->data = CopyBytes(w->data, w->len, false);
        break;
      }
      case Kind::kSlice:
        CopySlice(reinterpret_cast<WireSlice*>(at), *d.types[i]->elem, false);
        break;
      case Kind::kObject: {
        struct {
          void* in;
          void* out;
        } adopt{*reinterpret_cast<void**>(at), nullptr};
        gol_rt_calladapter(&adopt, call.core->module->adopts.at(d.types[i]->tag), nullptr);
        *reinterpret_cast<void**>(at) = adopt.out;
        break;
      }
      default:
        break;
    }
  }
  gol_rt_calladapter(local, call.callee->code, nullptr);
  for (uint32_t i = d.num_params; i < d.num_params + d.num_results; i++) {
    char* at = local + d.offsets[i];
    if (d.types[i]->kind == Kind::kError) {
      const auto iface = *reinterpret_cast<rt::Iface*>(at);
      WireError text{nullptr, 0};
      if (iface.tab != nullptr) {
        rt::GoString s{nullptr, 0};
        gol_rt_call_string_method(iface.tab->fun[0], const_cast<void*>(iface.data), &s);
        text = {s.len > 0 ? s.ptr : "", s.len};
      }
      std::memcpy(at, &text, sizeof text);
    }
  }
  if (d.num_results > 0) {
    const uint32_t first = d.offsets[d.num_params];
    std::memcpy(call.frame + first, local + first, d.frame_bytes - first);
  }
}

}  // namespace

bool NeedsCopies(const FuncDesc& d) {
  for (uint32_t i = 0; i < d.num_params + d.num_results; i++) {
    const Kind k = d.types[i]->kind;
    const bool is_param = i < d.num_params;
    if (k == Kind::kError || (is_param && (k == Kind::kString || k == Kind::kSlice || k == Kind::kObject))) {
      return true;
    }
  }
  return false;
}

bool RunCopied(IsolateCore* core, const Callee& callee, char* frame) {
  CopiedCall call{core, &callee, frame};
  return core->calls->RunNative(CopiedBody, &call);
}

}  // namespace gol::detail

namespace gol::embed {

namespace {

// func golTakePanic() string
rt::TwoWords HostTakePanic() {
  const std::string& message = detail::CurrentCore()->panic_message;
  const auto len = static_cast<int64_t>(message.size());
  const char* p = detail::CopyBytes(message.data(), len, false);
  return {reinterpret_cast<uint64_t>(p), static_cast<uint64_t>(len)};
}

}  // namespace

const void* HostTakePanicAddress() { return reinterpret_cast<const void*>(&HostTakePanic); }

}  // namespace gol::embed

using gol::detail::BoundFunction;
using gol::detail::CallState;
using gol::detail::CurrentCore;
using gol::detail::HostCall;
using gol::detail::IsolateCore;

extern "C" {

bool gol_host_call(BoundFunction* f, char* frame) {
  IsolateCore* core = CurrentCore();
  HostCall call{f, frame, {false, &core->panic_message, &core->exception}};
  gol_rt_systemstack(
      [](void* p) {
        auto* c = static_cast<HostCall*>(p);
        c->function->record.invoke(c->function->record.target, c->frame, &c->state);
      },
      &call);
  core->calls->EndIfBroken();
  if (call.state.has_failed) [[unlikely]] return true;
  for (const BoundFunction::Owned& o : f->owned) gol::detail::AdoptResult(frame + o.offset, *o.desc);
  return false;
}

void gol_host_note_panic(void* value) { CurrentCore()->noted_panic = value; }

// A record that WriteResult made goes to the script's object.
void gol_host_move_ref(void* to, void* from) {
  auto* ref = static_cast<gol::detail::WireRef*>(from);
  *static_cast<gol::detail::WireRef*>(to) = *ref;
  gol::rt::OnSystemStack([ref] {
    CurrentCore()->host_objects.insert(ref->owner);
    std::free(ref);
  });
}

// A finalizer: the script holds the object no more.
void gol_host_release(void* owner) {
  gol::rt::OnSystemStack([owner] {
    auto* object = static_cast<std::shared_ptr<void>*>(owner);
    if (CurrentCore()->host_objects.erase(object) != 0) delete object;
  });
}

}  // extern "C"
