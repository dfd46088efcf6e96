// gol/c.h over the C++ library. Signatures are known at run time only: descriptions of types (gol/wire.h)
// are made here instead of by templates.
#include "gol/c.h"

#include <cstring>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "embed/isolate_core.h"
#include "gol/gol.h"

using gol::detail::CallState;
using gol::detail::Desc;
using gol::detail::FuncDesc;
using gol::detail::Kind;
using gol::detail::WireError;
using gol::detail::WireString;

namespace {

struct BasicType {
  const char* name;
  Desc desc;
};
constexpr BasicType kBasicTypes[] = {
    {"bool", {Kind::kBool, 1, 1}},       {"int8", {Kind::kInt8, 1, 1}},
    {"int16", {Kind::kInt16, 2, 2}},     {"int32", {Kind::kInt32, 4, 4}},
    {"int", {Kind::kInt, 8, 8}},         {"int64", {Kind::kInt64, 8, 8}},
    {"uint8", {Kind::kUint8, 1, 1}},     {"uint16", {Kind::kUint16, 2, 2}},
    {"uint32", {Kind::kUint32, 4, 4}},   {"uint64", {Kind::kUint64, 8, 8}},
    {"float32", {Kind::kFloat32, 4, 4}}, {"float64", {Kind::kFloat64, 8, 8}},
    {"string", {Kind::kString, 16, 8}},  {"error", {Kind::kError, 16, 8}},
};

const Desc* FindType(std::string_view name) {
  if (name == "byte") name = "uint8";
  if (name == "rune") name = "int32";
  for (const BasicType& t : kBasicTypes) {
    if (name == t.name) return &t.desc;
  }
  return nullptr;
}

// A FuncDesc and what it refers to.
struct Signature {
  std::vector<const Desc*> types;
  std::vector<uint32_t> offsets;
  FuncDesc desc{};

  void Finish(size_t num_params) {
    uint32_t n = 0;
    for (const Desc* t : types) {
      n = gol::detail::AlignTo(n, t->align);
      offsets.push_back(n);
      n += t->size;
    }
    types.push_back(nullptr);
    offsets.push_back(n);
    desc = {types.data(), offsets.data(), static_cast<uint32_t>(num_params),
            static_cast<uint32_t>(types.size() - 1 - num_params), gol::detail::AlignTo(n, 8)};
  }
};

std::string_view Trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

// "int, string": false for anything but basic types.
bool ParseTypes(std::string_view list, std::vector<const Desc*>* out) {
  list = Trim(list);
  while (!list.empty()) {
    const size_t comma = list.find(',');
    const Desc* t = FindType(Trim(list.substr(0, comma)));
    if (t == nullptr) return false;
    out->push_back(t);
    if (comma == std::string_view::npos) break;
    list = Trim(list.substr(comma + 1));
  }
  return true;
}

bool ParseSignature(std::string_view text, Signature* out) {
  text = Trim(text);
  if (!text.starts_with("func(")) return false;
  const size_t close = text.find(')');
  if (close == std::string_view::npos || !ParseTypes(text.substr(5, close - 5), &out->types)) return false;
  for (const Desc* t : out->types) {
    if (t->kind == Kind::kError) return false;  // errors are results only
  }
  const size_t num_params = out->types.size();
  std::string_view results = Trim(text.substr(close + 1));
  if (results.starts_with("(") && results.ends_with(")")) results = results.substr(1, results.size() - 2);
  if (!ParseTypes(results, &out->types)) return false;
  out->Finish(num_params);
  return true;
}

int32_t KindOf(const Desc& d) {
  switch (d.kind) {
    case Kind::kBool: return GOL_BOOL;
    case Kind::kInt8: case Kind::kInt16: case Kind::kInt32: case Kind::kInt: case Kind::kInt64:
      return GOL_INT;
    case Kind::kUint8: case Kind::kUint16: case Kind::kUint32: case Kind::kUint64: return GOL_UINT;
    case Kind::kFloat32: case Kind::kFloat64: return GOL_FLOAT;
    case Kind::kString: return GOL_STRING;
    case Kind::kError: return GOL_ERROR;
    default: return GOL_NONE;
  }
}

void Load(const Desc& d, const char* at, gol_value* out) {
  *out = {};
  out->kind = KindOf(d);
  auto as = [&](auto zero) {
    std::memcpy(&zero, at, sizeof zero);
    return zero;
  };
  switch (d.kind) {
    case Kind::kBool: out->v.i = as(uint8_t{}) != 0; return;
    case Kind::kInt8: out->v.i = as(int8_t{}); return;
    case Kind::kInt16: out->v.i = as(int16_t{}); return;
    case Kind::kInt32: out->v.i = as(int32_t{}); return;
    case Kind::kInt: case Kind::kInt64: out->v.i = as(int64_t{}); return;
    case Kind::kUint8: out->v.u = as(uint8_t{}); return;
    case Kind::kUint16: out->v.u = as(uint16_t{}); return;
    case Kind::kUint32: out->v.u = as(uint32_t{}); return;
    case Kind::kUint64: out->v.u = as(uint64_t{}); return;
    case Kind::kFloat32: out->v.f = static_cast<double>(as(float{})); return;
    case Kind::kFloat64: out->v.f = as(double{}); return;
    case Kind::kString: {
      const auto w = as(WireString{});
      out->s = w.data;
      out->len = static_cast<size_t>(w.len);
      return;
    }
    case Kind::kError: {
      const auto w = as(WireError{});
      out->v.i = w.text != nullptr;
      out->s = w.text;
      out->len = static_cast<size_t>(w.len);
      return;
    }
    default: return;
  }
}

// False when the value is not one of the type. is_result: of a host function: strings are copied for the
// library.
bool Store(const Desc& d, const gol_value& v, bool is_result, char* at) {
  if (v.kind != KindOf(d)) return false;
  auto put = [&](auto value) {
    std::memcpy(at, &value, sizeof value);
    return true;
  };
  auto put_int = [&](auto zero) {
    using T = decltype(zero);
    const T value = static_cast<T>(v.v.i);
    return static_cast<int64_t>(value) == v.v.i && put(value);
  };
  auto put_uint = [&](auto zero) {
    using T = decltype(zero);
    const T value = static_cast<T>(v.v.u);
    return static_cast<uint64_t>(value) == v.v.u && put(value);
  };
  switch (d.kind) {
    case Kind::kBool: return put(static_cast<uint8_t>(v.v.i != 0));
    case Kind::kInt8: return put_int(int8_t{});
    case Kind::kInt16: return put_int(int16_t{});
    case Kind::kInt32: return put_int(int32_t{});
    case Kind::kInt: case Kind::kInt64: return put_int(int64_t{});
    case Kind::kUint8: return put_uint(uint8_t{});
    case Kind::kUint16: return put_uint(uint16_t{});
    case Kind::kUint32: return put_uint(uint32_t{});
    case Kind::kUint64: return put_uint(uint64_t{});
    case Kind::kFloat32: return put(static_cast<float>(v.v.f));
    case Kind::kFloat64: return put(v.v.f);
    case Kind::kString: {
      auto* w = reinterpret_cast<WireString*>(at);
      const std::string_view text(v.s != nullptr ? v.s : "", v.s != nullptr ? v.len : 0);
      if (is_result) gol::detail::StringWire::WriteResult(w, text);
      else gol::detail::StringWire::WriteArg(w, text);
      return true;
    }
    case Kind::kError: {
      const std::string text(v.s != nullptr ? v.s : "", v.s != nullptr ? v.len : 0);
      gol::detail::WriteError(reinterpret_cast<WireError*>(at), v.v.i != 0 ? &text : nullptr);
      return true;
    }
    default: return false;
  }
}

// A function of C behind a binding.
struct CFunction {
  Signature signature;
  gol_function function;
  void* user;

  static void Invoke(void* target, char* frame, CallState* state) {
    auto& f = *static_cast<CFunction*>(target);
    const FuncDesc& d = f.signature.desc;
    std::vector<gol_value> values(d.num_params + d.num_results);
    for (uint32_t i = 0; i < d.num_params; i++) Load(*d.types[i], frame + d.offsets[i], &values[i]);
    for (uint32_t i = d.num_params; i < values.size(); i++) values[i].kind = KindOf(*d.types[i]);
    const char* error = nullptr;
    bool ok = f.function(f.user, values.data(), d.num_params, values.data() + d.num_params,
                         d.num_results, &error) == 0;
    if (!ok) *state->message = error != nullptr ? error : "failure of the host";
    for (uint32_t i = d.num_params; ok && i < values.size(); i++) {
      ok = Store(*d.types[i], values[i], true, frame + d.offsets[i]);
      if (!ok) *state->message = "a result of the host function is not of its type";
    }
    state->has_failed = !ok;
  }
};

}  // namespace

struct gol_engine {
  gol::Engine engine;
  bool counts_fuel = false;
};
struct gol_files {
  std::shared_ptr<gol::MemoryFiles> files;
  std::string text;  // of the last gol_files_get
};
struct gol_package {
  gol::HostPackage package;
};
struct gol_module {
  gol::Module module;
};
struct gol_failure {
  gol::Failure failure;
  std::string description;
};
struct gol_isolate {
  gol_isolate(gol::Engine& engine, gol::IsolateOptions options) : isolate(engine, std::move(options)) {}
  // Functions called so far, and what they returned last.
  struct Function {
    std::string name;
    Signature signature;
    gol::detail::Callee callee;
  };
  std::deque<Function> functions;
  std::deque<std::string> texts;
  gol::Isolate isolate;
};

namespace {

void Fail(gol::Failure failure, gol_failure** out) {
  if (out == nullptr) return;
  *out = new gol_failure{std::move(failure), {}};
  (*out)->description = (*out)->failure.Describe();
}

// The function with its own types, looked up once.
gol_isolate::Function* FindFunction(gol_isolate* c, const char* name, gol_failure** failure) {
  for (gol_isolate::Function& f : c->functions) {
    if (f.name == name) return &f;
  }
  const gol::detail::IsolateCore& core = *c->isolate.core();
  const gol::detail::ModuleCode* module = core.module.get();
  auto fail = [&](std::string text) {
    Fail({gol::FailureKind::kSignature, std::move(text)}, failure);
    return nullptr;
  };
  if (module == nullptr) return fail("the isolate has no module");
  auto it = module->exports.find(name);
  if (it == module->exports.end()) return fail(std::string("the module has no function ") + name);
  gol_isolate::Function f;
  f.name = name;
  for (const std::string& shape : it->second.shapes) {
    const Desc* t = FindType(shape);
    if (t == nullptr) {
      return fail("function " + f.name + " is " + it->second.text +
                  ": only basic types can be called through the C interface");
    }
    f.signature.types.push_back(t);
  }
  f.signature.Finish(it->second.num_params);
  if (f.signature.desc.frame_bytes > gol::detail::kMaxFrameBytes) {
    return fail("function " + f.name + " has too many parameters");
  }
  c->functions.push_back(std::move(f));
  gol_isolate::Function& kept = c->functions.back();
  kept.callee.code = it->second.code;
  kept.signature.desc.types = kept.signature.types.data();
  kept.signature.desc.offsets = kept.signature.offsets.data();
  kept.callee.desc = &kept.signature.desc;
  kept.callee.needs_copies = gol::detail::NeedsCopies(kept.signature.desc);
  return &kept;
}

}  // namespace

extern "C" {

const char* gol_version(void) { return "0.1.0"; }

gol_engine* gol_engine_new(int opt_level) {
  return new gol_engine{gol::Engine({.opt_level = opt_level > 0 ? 2 : 0})};
}
void gol_engine_free(gol_engine* e) { delete e; }

gol_package* gol_package_new(const char* import_path) {
  return new gol_package{gol::HostPackage(import_path)};
}
void gol_package_free(gol_package* p) { delete p; }

int gol_package_function(gol_package* p, const char* name, const char* signature,
                         gol_function function, void* user) {
  auto f = std::make_unique<CFunction>();
  if (function == nullptr || !ParseSignature(signature, &f->signature)) return 0;
  f->function = function;
  f->user = user;
  gol::detail::FunctionRecord record;
  record.desc = &f->signature.desc;
  record.invoke = &CFunction::Invoke;
  record.destroy = [](void* target) { delete static_cast<CFunction*>(target); };
  record.target = f.release();
  gol::detail::AddFunction(*p->package.data(), name, record);
  return 1;
}

gol_module* gol_engine_compile(gol_engine* e, const char* const* names, const char* const* texts,
                               size_t nfiles, gol_package* const* packages, size_t npackages,
                               gol_failure** failure) {
  gol::ModuleSource source;
  for (size_t i = 0; i < nfiles; i++) source.source.files.emplace_back(names[i], texts[i]);
  for (size_t i = 0; i < npackages; i++) source.packages.push_back(&packages[i]->package);
  source.count_fuel = e->counts_fuel;
  gol::Expected<gol::Module> module = e->engine.CompileModule(source);
  if (!module) {
    Fail(std::move(*module.TakeFailure()), failure);
    return nullptr;
  }
  return new gol_module{*module};
}

void gol_engine_count_fuel(gol_engine* e, int on) { e->counts_fuel = on != 0; }

gol_files* gol_files_new(uint64_t max_bytes) {
  return new gol_files{std::make_shared<gol::MemoryFiles>(max_bytes), {}};
}

void gol_files_add(gol_files* f, const char* path, const char* data, size_t len) {
  f->files->Add(path, std::string(data, len));
}

const char* gol_files_get(gol_files* f, const char* path, size_t* len) {
  if (!f->files->Get(path, &f->text)) return nullptr;
  if (len != nullptr) *len = f->text.size();
  return f->text.c_str();
}

void gol_files_free(gol_files* f) { delete f; }

int gol_module_optimize(gol_module* m, gol_failure** failure) {
  gol::Expected<void> done = m->module.Optimize();
  if (!done) Fail(std::move(*done.TakeFailure()), failure);
  return done.ok();
}

void gol_module_free(gol_module* m) { delete m; }

gol_isolate* gol_isolate_new(gol_engine* e, const gol_options* o) {
  gol::IsolateOptions options;
  if (o != nullptr) {
    if (o->heap_bytes != 0) options.limits.heap_bytes = o->heap_bytes;
    if (o->goroutines != 0) options.limits.goroutines = o->goroutines;
    if (o->stack_bytes != 0) options.limits.stack_bytes = o->stack_bytes;
    if (o->output_bytes != 0) options.limits.output_bytes = o->output_bytes;
    if (o->deadline_ns != 0) options.limits.deadline = std::chrono::nanoseconds(o->deadline_ns);
    options.grants = {(o->grants & GOL_GRANT_FILES) != 0, (o->grants & GOL_GRANT_ENVIRONMENT) != 0,
                      (o->grants & GOL_GRANT_PROCESSES) != 0, (o->grants & GOL_GRANT_CLOCK) != 0,
                      (o->grants & GOL_GRANT_NETWORK) != 0};
    if (o->files != nullptr) options.files = o->files->files;
    if (o->fuel != 0) options.fuel = o->fuel;
    if (o->seed != 0) options.seed = o->seed;
    if (o->write != nullptr) {
      options.write_stdout = [write = o->write, user = o->user](std::string_view s) {
        write(user, 1, s.data(), s.size());
      };
      options.write_stderr = [write = o->write, user = o->user](std::string_view s) {
        write(user, 2, s.data(), s.size());
      };
    }
  }
  return new gol_isolate(e->engine, std::move(options));
}
void gol_isolate_free(gol_isolate* i) { delete i; }

int gol_isolate_load(gol_isolate* i, gol_module* m, gol_failure** failure) {
  gol::Expected<void> loaded = i->isolate.Load(m->module);
  if (!loaded) Fail(std::move(*loaded.TakeFailure()), failure);
  return loaded.ok();
}

int gol_isolate_call(gol_isolate* c, const char* name, const gol_value* args, size_t nargs,
                     gol_value* results, size_t nresults, gol_failure** failure) {
  gol_isolate::Function* f = FindFunction(c, name, failure);
  if (f == nullptr) return 0;
  const FuncDesc& d = f->signature.desc;
  alignas(16) char frame[gol::detail::kMaxFrameBytes];
  std::memset(frame, 0, d.frame_bytes);
  bool fits = nargs == d.num_params && nresults >= d.num_results;
  for (uint32_t i = 0; fits && i < d.num_params; i++) {
    fits = Store(*d.types[i], args[i], false, frame + d.offsets[i]);
  }
  if (!fits) {
    Fail({gol::FailureKind::kSignature, std::string("the arguments do not fit function ") + name}, failure);
    return 0;
  }
  gol::detail::IsolateCore* core = c->isolate.core().get();
  if (!gol::detail::BeginCall(core, f->callee, frame)) {
    Fail(std::move(*gol::detail::TakeFailure(core)), failure);
    return 0;
  }
  c->texts.clear();
  for (uint32_t i = 0; i < d.num_results; i++) {
    const uint32_t at = d.num_params + i;
    Load(*d.types[at], frame + d.offsets[at], &results[i]);
    if (results[i].s == nullptr) continue;
    c->texts.emplace_back(results[i].s, results[i].len);
    results[i].s = c->texts.back().c_str();
  }
  gol::detail::EndCall(core);
  return 1;
}

void gol_isolate_interrupt(gol_isolate* i) { i->isolate.Interrupt(); }
void gol_isolate_collect(gol_isolate* i) { i->isolate.Collect(); }
uint64_t gol_isolate_fuel(gol_isolate* i) { return i->isolate.fuel(); }

void gol_isolate_set_fuel(gol_isolate* i, uint64_t units) { i->isolate.SetFuel(units); }

uint64_t gol_isolate_heap_bytes(gol_isolate* i) { return i->isolate.GetStats().heap_bytes; }

const char* gol_failure_kind(const gol_failure* f) { return gol::FailureKindName(f->failure.kind); }
const char* gol_failure_text(const gol_failure* f) { return f->failure.text.c_str(); }
const char* gol_failure_describe(const gol_failure* f) { return f->description.c_str(); }
int gol_failure_exit_code(const gol_failure* f) { return f->failure.exit_code; }
void gol_failure_free(gol_failure* f) { delete f; }

}  // extern "C"
