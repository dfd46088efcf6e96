// Modules: making functions, globals and data; the table of operations.
#include "ir/func.h"

#include <array>

#include "base/bits.h"
#include "ir/type_layout.h"

namespace gol::ir {

namespace {

constexpr bool Has(const char* flags, char c) {
  for (; *flags != 0; flags++) {
    if (*flags == c) return true;
  }
  return false;
}

constexpr ResultKind kResultN = ResultKind::kNone;
constexpr ResultKind kResultV = ResultKind::kValue;
constexpr ResultKind kResultT = ResultKind::kTuple;

constexpr OpInfo kOps[] = {
#define OP(name, text, result, operands, flags)                                              \
  {text,           kResult##result, operands,        Has(flags, 't'), Has(flags, 'e'),       \
   Has(flags, 's'), Has(flags, 'p'), Has(flags, 'r'), Has(flags, 'w')},
#include "ir/ops.def"
#undef OP
};

}  // namespace

const OpInfo& InfoOf(Op op) { return kOps[static_cast<size_t>(op)]; }

Module::Module(types::Context* c) : context(c), layout_(std::make_unique<TypeLayout>(c)) {}
Module::~Module() = default;

Func* Module::NewFunc(std::string_view func_name, FuncKind kind) {
  Func* f = arena.New<Func>();
  f->name = arena.Copy(func_name);
  f->kind = kind;
  f->module = this;
  funcs.push_back(f);
  return f;
}

Global* Module::NewGlobal(std::string_view global_name, types::Type* type) {
  Global* g = arena.New<Global>();
  g->name = arena.Copy(global_name);
  g->type = type;
  globals.push_back(g);
  return g;
}

StaticData* Module::NewData() {
  StaticData* d = arena.New<StaticData>();
  data.push_back(d);
  return d;
}

void Module::LayoutGlobals() {
  int64_t offset = 0;
  for (Global* g : globals) {
    if (g->is_extern || g->offset >= 0) continue;
    int64_t align = layout().AlignOf(g->type);
    offset = static_cast<int64_t>(AlignUp(static_cast<uint64_t>(offset),
                                          static_cast<uint64_t>(align)));
    g->offset = globals_base + offset;
    offset += layout().SizeOf(g->type);
  }
  globals_bytes = static_cast<int64_t>(AlignUp(static_cast<uint64_t>(offset), 16));
}

}  // namespace gol::ir
