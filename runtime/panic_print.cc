// The end of a program that panics: printing the panics in progress as Go does, then the traceback.
//
//   panic: first
//   	panic: second [recovered]
//   [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x...]
//
//   goroutine 1 [running]:
//   ...
//
// Values that are errors or Stringers are printed through their methods, which run on the goroutine
// before anything is written.
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "runtime/format.h"
#include "runtime/panic.h"
#include "runtime/panic_internal.h"
#include "runtime/runtime.h"
#include "runtime/sched/sched.h"

extern "C" void gol_rt_call_string_method(const void* code, void* receiver,
                                          gol::rt::GoString* result);

namespace gol::rt {
namespace {

std::string_view View(const GoString& s) { return {s.ptr, static_cast<size_t>(s.len)}; }

// Each line after the first starts with a tab.
void AppendIndented(std::string_view s, std::string* out) {
  for (char c : s) {
    out->push_back(c);
    if (c == '\n') out->push_back('\t');
  }
}

// The code of the method name() string, or null.
const void* FindStringMethod(const Type* t, std::string_view name) {
  if (t->uncommon == nullptr) return nullptr;
  for (int64_t i = 0; i < t->uncommon->nmethods; i++) {
    const Method& m = t->uncommon->methods[i];
    if (View(m.name) != name || m.pkg_path.len != 0) continue;
    const FuncType* f = static_cast<const FuncType*>(m.mtyp);
    if (f == nullptr || f->nin != 0 || f->nout != 1 || View(f->out[0]->str) != "string") {
      return nullptr;
    }
    return m.ifn;
  }
  return nullptr;
}

// The value of a basic kind as print writes it; false for other kinds.
bool AppendBasic(const Type* t, const void* data, std::string* out) {
  auto load = [&](auto zero) {
    decltype(zero) v;
    std::memcpy(&v, data, sizeof(v));
    return v;
  };
  char buf[80];
  size_t n;
  switch (t->kind) {
    case kBool: out->append(load(uint8_t{}) != 0 ? "true" : "false"); return true;
    case kInt: case kInt64: n = FormatInt(load(int64_t{}), buf); break;
    case kInt8: n = FormatInt(load(int8_t{}), buf); break;
    case kInt16: n = FormatInt(load(int16_t{}), buf); break;
    case kInt32: n = FormatInt(load(int32_t{}), buf); break;
    case kUint: case kUint64: case kUintptr: n = FormatUint(load(uint64_t{}), buf); break;
    case kUint8: n = FormatUint(load(uint8_t{}), buf); break;
    case kUint16: n = FormatUint(load(uint16_t{}), buf); break;
    case kUint32: n = FormatUint(load(uint32_t{}), buf); break;
    case kFloat32: n = FormatFloat(load(float{}), true, buf); break;
    case kFloat64: n = FormatFloat(load(double{}), false, buf); break;
    case kComplex64: {
      struct { float re, im; } c;
      std::memcpy(&c, data, sizeof(c));
      n = FormatComplex(c.re, c.im, true, buf);
      break;
    }
    case kComplex128: {
      struct { double re, im; } c;
      std::memcpy(&c, data, sizeof(c));
      n = FormatComplex(c.re, c.im, false, buf);
      break;
    }
    default: return false;
  }
  out->append(buf, n);
  return true;
}

const char* BasicName(Kind kind) {
  static constexpr const char* kNames[] = {
      "",       "bool",   "int",    "int8",    "int16",   "int32",     "int64",
      "uint",   "uint8",  "uint16", "uint32",  "uint64",  "uintptr",   "float32",
      "float64", "complex64", "complex128"};
  if (kind == kString) return "string";
  return kind <= kComplex128 ? kNames[kind] : "";
}

}  // namespace

bool PanicValueText(const Eface& v, std::string* out) {
  if (v.type == nullptr) return false;
  if (v.type->uncommon == nullptr && v.type->kind == kString) {
    // The runtime's own stand-ins for package runtime.
    std::string_view name = View(v.type->str);
    if (name == "runtime.errorString" || name == "runtime.plainError") {
      out->append(name == "runtime.errorString" ? "runtime error: " : "");
      out->append(View(*static_cast<const GoString*>(v.data)));
      return true;
    }
  }
  const void* code = FindStringMethod(v.type, "Error");
  if (code == nullptr) code = FindStringMethod(v.type, "String");
  if (code == nullptr) return false;
  GoString s{};
  gol_rt_call_string_method(code, v.data, &s);
  out->append(View(s));
  return true;
}

void AppendPanicValue(const Eface& v, std::string* out) {
  if (v.type == nullptr) {
    out->append("nil");
    return;
  }
  const Type* t = v.type;
  std::string_view name = View(t->str);
  bool predeclared = name == BasicName(t->kind);
  if (t->kind == kString) {
    std::string_view s = View(*static_cast<const GoString*>(v.data));
    if (predeclared) {
      AppendIndented(s, out);
      return;
    }
    out->append(name).append("(\"");
    AppendIndented(s, out);
    out->append("\")");
    return;
  }
  std::string text;
  if (AppendBasic(t, v.data, &text)) {
    if (predeclared) {
      out->append(text);
    } else if (t->kind == kComplex64 || t->kind == kComplex128) {
      out->append(name).append(text);  // brings its own parentheses
    } else {
      out->append(name).append("(").append(text).append(")");
    }
    return;
  }
  char address[24];
  snprintf(address, sizeof(address), "%p", v.data);
  out->append("(").append(name).append(") ").append(v.data == nullptr ? "0x0" : address);
}

// What is gathered while methods of the values run. Hangs off the G, since such a method may end the
// Run.
struct PanicReport {
  struct Line {
    Panic* panic;
    bool has_text;
    std::string text;
  };
  std::vector<Line> lines;  // outermost panic first
};

void DeletePanicReport(G* g) {
  delete g->panic_report;
  g->panic_report = nullptr;
}

// Whether a panic goes on with the value of the one before. Run-time errors without numbers are one
// value each in Go, copies here.
static bool IsSameValue(Runtime& rt, const Eface& a, const Eface& b) {
  if (a.type != b.type || a.type == nullptr) return a.type == b.type;
  if (a.data == b.data) return true;
  return a.type == rt.types().error_string &&
         View(*static_cast<const GoString*>(a.data)) == View(*static_cast<const GoString*>(b.data));
}

void DieOfPanic(G* g, uint64_t pc, uint64_t fp) {
  Runtime& rt = *g->rt;
  if (g->panic_report != nullptr) {
    // A method called below panicked, and nothing inside of it recovered.
    char text[300];
    const Eface& v = g->panic->arg;
    if (v.type != nullptr && v.type->kind == kString && View(v.type->str) == "string") {
      const GoString& s = *static_cast<const GoString*>(v.data);
      snprintf(text, sizeof(text), "panic while printing panic value: %.*s",
               static_cast<int>(s.len), s.ptr);
    } else {
      std::string_view type = v.type != nullptr ? View(v.type->str) : "nil";
      snprintf(text, sizeof(text), "panic while printing panic value: type %.*s",
               static_cast<int>(type.size()), type.data());
    }
    Fatal(text);
  }
  g->panic_report = new PanicReport;
  std::vector<PanicReport::Line>& lines = g->panic_report->lines;
  for (Panic* p = g->panic; p != nullptr; p = p->link) lines.insert(lines.begin(), {p, false, {}});
  for (size_t i = lines.size(); i-- > 0;) {
    Panic* p = lines[i].panic;
    if (p->goexit) continue;
    if (p->link != nullptr && !p->link->goexit && IsSameValue(rt, p->link->arg, p->arg)) {
      p->link->repanicked = true;
      continue;
    }
    lines[i].has_text = PanicValueText(p->arg, &lines[i].text);
  }

  Outcome outcome;
  outcome.kind = Outcome::kPanic;
  outcome.exit_code = 2;
  outcome.panic_data = g->panic->arg.data;
  OnSystemStack([&] {
    std::string& out = outcome.text;
    for (size_t i = 0; i < lines.size(); i++) {
      Panic* p = lines[i].panic;
      if (i > 0) {
        if (lines[i - 1].panic->repanicked) continue;
        if (!lines[i - 1].panic->goexit) out.append("\t");
      }
      if (p->goexit) continue;
      out.append("panic: ");
      if (lines[i].has_text) {
        AppendIndented(lines[i].text, &out);
      } else {
        AppendPanicValue(p->arg, &out);
      }
      if (p->recovered) out.append(p->repanicked ? " [recovered, repanicked]" : " [recovered]");
      out.append("\n");
    }
    std::string all = out;
    if (g->sig_pc != 0) {
      char line[160];
      snprintf(line, sizeof(line),
               "[signal SIGSEGV: segmentation violation code=0x%x addr=0x%lx pc=0x%lx]\n",
               static_cast<unsigned>(g->sig_code), g->sig_addr, g->sig_pc);
      all.append(line);
    }
    AppendFatalTraces(rt, g, pc, fp, false, &all);
    rt.WriteCrash(all.data(), all.size());
    if (!out.empty() && out.back() == '\n') out.pop_back();
    DeletePanicReport(g);
  });
  rt.EndRun(std::move(outcome));
}

}  // namespace gol::rt
