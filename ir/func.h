// The IR: modules, functions, blocks and instructions.
//
// What it is. A typed control-flow graph per function, over Go's types. A value is the result of
// one instruction and is defined once; variables are locals in memory. There are no phis: what
// crosses a join goes through a local, and LLVM's SROA makes registers of them. This keeps
// building and inlining simple, and costs little, since LLVM promotes locals in linear time.
//
// Values. The types in the IR are canonical types::Type (Context::Canonical), without type
// parameters: generic functions are instantiated while they are built. A *word type* is one
// whose values are IR values: everything but structs and arrays (type_layout.h, IsWord).
//
// Aggregates. Structs and arrays are named by the address of memory that holds them. The builder
// evaluates an aggregate expression *into* a destination address. An aggregate argument is the
// address of memory which the callee owns during the call (the builder copies unless the memory
// is a fresh temporary); an aggregate result is written to an address which the caller appends
// to the call's operands: frame memory that nothing else refers to during the call. The lowering
// is free to pass small ones in registers.
//
// Locals. Parameters and results (Func::params, results) are locals in the frame, never on_heap:
// parameters hold the arguments at entry; where a parameter or result variable must live in the
// heap, the builder declares a second local for the variable and copies. An aggregate result is
// what the local of the result holds at Return; word results are Return's operands. A local that
// has no DeclLocal is a temporary of the frame whose contents are undefined until stored. A local
// with DeclLocal is used only where a DeclLocal of it dominates.
//
// Addresses and nil. An address computed by FieldAddr or ElemAddr from a pointer of the program
// is preceded by a NilCheck unless the base is known not to be nil. The lowering may turn a
// NilCheck into nothing when a load or store at a small offset faults by itself.
//
// Closures. A function literal is a Func whose `captures` tell the words of its closure object
// after the code word: a captured variable that is never reassigned after capture and is small is
// captured by value, else by reference (the local then lives in the heap, or in the frame when
// the closure does not escape, and the word is its address). MakeClosure's operands are the
// captures in order; an aggregate captured by value is given by address and copied. CaptureAddr
// of slot i is the address of captures[i] in the closure object, read-only.
//
// Defers. Deferred and go'ed calls are closures without parameters, made by the builder. A
// function with defers runs RunDefers before each return; its results are locals that RunDefers
// may change through captures. `recover_block` loads them after a recovered panic.
//
// Write barriers, safepoints, escape decisions are fields set by passes (pass/passes.def); the
// lowering obeys them and decides nothing about them itself.
//
// Ownership: everything lives in the Module's arena. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "base/id.h"
#include "frontend/source/pos.h"
#include "frontend/source/source_manager.h"
#include "frontend/types/object.h"
#include "frontend/types/type.h"

namespace gol::ir {

struct Func;
struct Module;
class TypeLayout;

using ValueId = Id<struct ValueTag>;  // the instruction that makes the value
using BlockId = Id<struct BlockTag>;
using LocalId = Id<struct LocalTag>;

enum class Op : uint8_t {
#define OP(name, text, result, operands, flags) k##name,
#include "ir/ops.def"
#undef OP
  kCount,
};

enum class ResultKind : uint8_t { kNone, kValue, kTuple };

// Static facts of an operation, from ops.def.
struct OpInfo {
  const char* text;
  ResultKind result;
  const char* operands;
  bool is_terminator, has_effect, is_safepoint, may_panic, reads, writes;
};
const OpInfo& InfoOf(Op op);

// imm of SliceCheck: which operand is the upper bound of which, for the panic's text.
enum class SliceCheckKind : uint8_t {
  kString,    // s[low:high] of a string: limit is len
  kArray,     // of an array or pointer to one: limit is len, cap given equal
  kSlice,     // of a slice without max: limit is cap
  kSlice3,    // with max
  kSlice3Array,
  kToArray,   // conversion of a slice to an array: low = want, high = have
};

// Above the kind, imm of SliceCheck has a bit for each bound (low, high, max) of an unsigned type.
inline constexpr int kSliceCheckUnsignedShift = 8;

// imm of PanicRuntime.
enum class RuntimePanic : uint8_t {
  kDivide,
  kShift,
  kNilDeref,
  kMakeSliceLen,
  kMakeSliceCap,
  kUnsafeSliceLen,
  kUnsafeSliceNilPtr,
  kUnsafeStringLen,
  kRangeState,    // range-over-func: loop body called after exit
  kMissingReturn, // control reached the end of a function that must return
  kWrap,          // method wrapper called with a nil pointer; text: "package type method"
};

// imm of Print.
enum class PrintKind : uint8_t {
  kLock, kUnlock, kBool, kInt, kUint, kFloat, kComplex, kString, kPointer, kEface, kIface, kSlice,
  kSpace, kNewline,
};

// imm of CallIntrinsic: functions of standard packages that the lowering writes out. The list, with
// package and name, is ir/intrinsics.def.
enum class Intrinsic : uint16_t {
#define INTRINSIC(id, pkg, name) k##id,
#include "ir/intrinsics.def"
#undef INTRINSIC
  kCount,
  kNone = 0xffff,
};

// Package-level variable. Its address is the runtime's globals base plus `offset`.
struct Global {
  std::string_view name;  // link name: "path.Name"
  types::Type* type = nullptr;
  types::Var* var = nullptr;
  int64_t offset = -1;    // bytes; assigned by Module::LayoutGlobals or fixed for precompiled ones
  bool is_extern = false; // belongs to a precompiled package
  // Initial contents that need no code, or null: copied to the block when the module is attached.
  const struct StaticData* init = nullptr;
};

// Static data: bytes with references to symbols (other data, functions, descriptors).
struct StaticData {
  enum class RefKind : uint8_t { kData, kFunc, kType, kItab, kString };
  struct Ref {
    int64_t offset = 0;  // where the 8-byte address stands
    RefKind kind = RefKind::kData;
    const StaticData* data = nullptr;
    Func* func = nullptr;               // static closure object of the function
    types::Type* type = nullptr;        // kType; concrete type of kItab
    types::Type* iface = nullptr;       // kItab
    std::string_view text;              // kString: address of these bytes
  };
  std::string_view name;  // link name, or empty for a private symbol
  std::string_view bytes; // zero where references stand
  int64_t align = 8;
  bool is_writable = false;
  std::span<const Ref> refs;
};

// One case of a Switch.
struct SwitchCase {
  int64_t value;
  BlockId target;
};

struct Inst {
  Op op = Op::kUnreachable;
  // Flags set by builder or passes; each means something only for the ops that name it in ops.def.
  bool barrier : 1 = false;     // Store, Move, Clear: through the write barrier
  bool on_stack : 1 = false;    // allocation stays in the frame
  bool is_unsigned : 1 = false; // BoundsCheck: the index is of an unsigned type
  bool in_loop : 1 = false;     // Defer
  bool blocking : 1 = false;    // Select
  bool no_copy : 1 = false;     // BytesToStr
  bool may_fault : 1 = false;   // Load, Store: stands for a NilCheck that was folded into it
  bool is_volatile : 1 = false; // Load, Store: result locals of functions that may recover
  bool is_init : 1 = false;     // Store: first store to fresh memory, needs no deletion barrier
  bool is_literal : 1 = false;  // IfaceBox: its text is that of a constant
  uint8_t likely = 0;           // Branch: 0 unknown, 1 true, 2 false
  BlockId block;                // where the instruction stands
  Pos pos;
  types::Type* type = nullptr;  // of the result; a Tuple for several word results; null for none
  types::Type* elem = nullptr;  // T in ops.def
  types::Type* elem2 = nullptr;
  std::span<ValueId> args;
  int64_t imm = 0;
  double fimm = 0, fimm2 = 0;
  std::string_view text;
  LocalId local;
  Func* callee = nullptr;
  Global* global = nullptr;
  const StaticData* data = nullptr;
  types::Signature* sig = nullptr;
  BlockId target0, target1;
  std::span<SwitchCase> cases;
  // Inlining: the call site this instruction came from (index into Func::inline_sites), or -1.
  int32_t inline_site = -1;
};

// An inlined call, for line tables and tracebacks.
struct InlineSite {
  Func* callee = nullptr;
  Pos call_pos;
  int32_t outer = -1;  // the site in which this one stands, or -1
};

// A variable in memory.
struct Local {
  std::string_view name;       // as in the source; empty for temporaries
  types::Type* type = nullptr;
  types::Var* var = nullptr;   // null for temporaries
  Pos pos;
  bool is_param = false;
  bool is_result = false;
  bool address_taken = false;  // its address is used other than by Load, Store and the like
  bool captured = false;       // by reference, by some closure
  bool on_heap = false;        // decided by escape analysis: each DeclLocal allocates
  bool is_volatile = false;    // must be in memory across calls (results of a function that recovers)
};

// One word (or several, for word types of more) of a closure object after the code.
struct Capture {
  types::Type* type = nullptr;  // of the captured value, or pointer to the variable's type
  types::Var* var = nullptr;
  bool by_value = false;
  int64_t offset = 0;           // in the closure object; the code word is at 0
};

struct Block {
  std::vector<ValueId> insts;  // the last one is the terminator
  int32_t loop_depth = 0;
};

enum class FuncKind : uint8_t {
  kDeclared,
  kLiteral,
  kWrapper,   // made by the compiler: method wrappers, bound methods, thunks of go and defer
  kInit,      // package initialiser
  kNative,    // bodyless: C++ function, see natives
  kIntrinsic, // bodyless: written out where called
  kExtern,    // compiled elsewhere (precompiled package)
};

struct Func {
  std::string_view name;       // link name, as tracebacks print it: "main.f", "main.(*T).m", "main.f.func1"
  // Of an instance, and of what is made in it, where -gcflags=-m wants it: "[go.shape.int]".
  std::string_view shapes;
  FuncKind kind = FuncKind::kDeclared;
  Module* module = nullptr;
  types::Package* pkg = nullptr;
  types::Func* object = nullptr;       // null for literals and wrappers
  types::Signature* sig = nullptr;     // without type parameters; a method's receiver is params[0] of the IR
  Intrinsic intrinsic = Intrinsic::kNone;  // kIntrinsic
  Pos pos;
  Pos decl_pos;                        // behind "func " of a declaration: where messages point
  bool has_defer = false;
  bool has_recover = false;            // calls recover: not inlined
  bool is_wrapper = false;             // runs wrapper_adjust on entry
  bool no_inline = false;              // //go:noinline, recover
  bool is_closure = false;             // reads its context
  bool no_escape = false;              // //go:noescape native
  bool uintptr_escapes = false;        // //go:uintptrescapes
  // Instance of a generic function, method wrapper: may be built by several modules; any copy does.
  bool is_instance = false;
  bool is_built = false;
  // What inlining it costs (ir/build/inline_cost.h); negative: it is never inlined.
  int inline_cost = -1;

  std::vector<LocalId> params;         // receiver first
  std::vector<LocalId> results;
  std::vector<Capture> captures;
  std::vector<Local> locals;
  std::vector<Inst> insts;
  std::vector<Block> blocks;           // blocks[0] is the entry
  BlockId recover_block;               // valid when has_defer
  std::vector<InlineSite> inline_sites;

  Inst& inst(ValueId v) { return insts[v.index]; }
  const Inst& inst(ValueId v) const { return insts[v.index]; }
  Local& local(LocalId l) { return locals[l.index]; }
  const Local& local(LocalId l) const { return locals[l.index]; }
  Block& block(BlockId b) { return blocks[b.index]; }
  const Block& block(BlockId b) const { return blocks[b.index]; }
};

// The code of one method of a type, for its descriptor and its itabs.
struct MethodCode {
  types::Func* method = nullptr;  // name, package of unexported names, signature
  Func* ifn = nullptr;            // called through an interface: the receiver is the data word
  Func* tfn = nullptr;            // called with the receiver itself; ifn for pointer receivers
};

// What is compiled together: a program's packages, or one standard package.
struct Module {
  explicit Module(types::Context* c);
  ~Module();

  types::Context* const context;
  Arena arena;
  std::vector<Func*> funcs;        // reachable, in order of discovery
  std::vector<Global*> globals;
  std::vector<StaticData*> data;
  std::string_view name;           // import path of a precompiled package; "main" for a program
  const SourceManager* sources = nullptr;  // resolves the positions for line tables; may be null
  // Runs the initialisers, then main.main where there is one; no parameters.
  Func* entry = nullptr;
  // Canonical types whose descriptors must exist although nothing in `funcs` and `data` names
  // them. Those that are named there, and what they refer to, are emitted without being listed.
  std::vector<types::Type*> types;
  // Types of earlier modules that got methods (interactive sessions): a descriptor with the new
  // method set is emitted beside theirs, under ExtendedTypeSymbol.
  std::vector<types::Type*> extended_types;
  // The method sets of canonical concrete types, sorted by (name, package path of unexported
  // names), the functions kExtern where another module has them. Each concrete type that meets an
  // interface (IfaceBox, TypeAddr, ItabAddr, a descriptor's reference to a type with methods) has
  // an entry unless it has no methods; the functions stand in `funcs`. Of a type that a precompiled
  // package declares (T and *T) only that package's module emits the descriptor.
  std::unordered_map<types::Type*, std::vector<MethodCode>> methods;
  int64_t globals_bytes = 0;       // size of this module's part of the globals block
  int64_t globals_base = 0;        // its offset in the block

  TypeLayout& layout() const { return *layout_; }
  Func* NewFunc(std::string_view name, FuncKind kind);
  Global* NewGlobal(std::string_view name, types::Type* type);
  StaticData* NewData();
  // Gives every global that is not extern its offset, from globals_base on.
  void LayoutGlobals();

 private:
  std::unique_ptr<TypeLayout> layout_;
};

}  // namespace gol::ir
