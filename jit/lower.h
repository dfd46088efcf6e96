// Lowering of the IR to LLVM's: the three contexts that the handlers work in.
//
// RunContext holds what one compilation of a module needs from outside; ModuleContext makes what a
// module has once (declarations, descriptors, static data, debug scopes); FuncContext lowers one
// function, with one handler per operation of ir/ops.def.
//
//   lower_module.cc   ModuleContext: word types, conventions, declarations, static data
//   lower_types.cc    ModuleContext: type descriptors, itabs, the ModuleInfo record
//   debug_lines.cc    ModuleContext: debug locations
//   lower_func.cc     FuncContext: frame, blocks, locals, defers, control, panics and checks
//   lower_arith.cc    constants, arithmetic, conversion, comparison
//   lower_memory.cc   loads, stores, moves, barriers, allocation
//   lower_value.cc    strings, slices, interfaces
//   lower_map.cc      maps, with the inlined paths
//   lower_call.cc     calls, closures, goroutines, channels, select
//   lower_intrinsic.cc  functions that are written out where called
//   nil_address.cc    what address the panic of a nil check reports
//
// How values look. A word type of the IR is one to three LLVM values (Val): a bool is i1 (i8 in
// memory), an integer iN, a string (ptr, i64), a slice (ptr, i64, i64), an interface (ptr, ptr), a
// complex number two floats. Taking a string apart costs no instruction this way, and LLVM never
// sees first-class aggregates. An aggregate is the address of its memory.
//
// Internal header: it includes LLVM's, which takes seconds to compile.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/func.h"
#include "ir/type_layout.h"
#include "jit/jit.h"
#include "jit/map_heads.h"
#include "runtime/abi/entry_points.h"
#include "runtime/abi/layout.h"
#include "runtime/abi/tls.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-parameter"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#pragma clang diagnostic pop

namespace gol::jit {

using V = llvm::Value*;

// One of several objects that a module is made into, so that several threads can optimise and generate
// code: parts.cc. The last one holds the descriptors, itabs and data of all; the others tell it what
// they refer to. They are lowered one after another.
struct ModulePart {
  struct Needs {
    std::vector<types::Type*> types;
    std::vector<std::pair<types::Type*, types::Type*>> itabs;  // concrete, interface
    std::vector<const ir::StaticData*> data;
  };
  std::unordered_set<const ir::Func*> funcs;  // of this part; of the last: of the other parts
  bool is_last = false;
  Needs* needs = nullptr;
  // Of optimised code: functions of other parts that are here too, to be inlined, and those of this one
  // that other parts refer to.
  std::unordered_set<const ir::Func*> copies;
  std::unordered_set<const ir::Func*> exports;

  bool Owns(const ir::Func* f) const { return funcs.contains(f) != is_last; }
};

// What one compilation needs from outside.
struct RunContext {
  const Options& options;
  llvm::LLVMContext& llvm;
  // Whether a symbol exists already (an earlier module of the session, a precompiled object): it is
  // declared then, not defined again. Null for objects.
  std::function<bool(std::string_view)> is_defined;
  // The same without the session's own modules. Null for objects.
  std::function<bool(std::string_view)> is_precompiled;
  bool for_object = false;
  CodeKind kind = CodeKind::kWhole;
  const ModulePart* part = nullptr;  // null when there is one object
  bool leaves_data() const { return part != nullptr && !part->is_last; }  // to the last part
};

// The LLVM values that a word type consists of.
struct Words {
  int count = 0;  // 0: an aggregate
  llvm::Type* type[3] = {};  // in registers
  llvm::Type* mem[3] = {};   // in memory: differs for bools
  int64_t offset[3] = {};
  bool pointer[3] = {};      // may point into the heap
  bool is_signed = false;    // of integers
  bool is_float(int i) const { return type[i]->isFloatingPointTy(); }
};

struct Val {
  V w[3] = {};
  int n = 0;
  Val() = default;
  explicit Val(V a) : w{a}, n(1) {}
  Val(V a, V b) : w{a, b}, n(2) {}
  Val(V a, V b, V c) : w{a, b, c}, n(3) {}
};

// How a function is called. Order of LLVM's parameters: an address for each hidden result, the
// words of the parameters, the context of a closure. See runtime/abi/README.md.
struct FuncAbi {
  struct Result {
    types::Type* type;
    int hidden = -1;   // index among the hidden addresses, or -1
    int first = -1;    // index of the first word in the returned struct
  };
  llvm::FunctionType* type = nullptr;
  std::vector<types::Type*> params;  // receiver first
  std::vector<Result> results;
  int num_hidden = 0;
  int num_words = 0;                 // returned in registers
  int first_arg = 0;                 // index of the first parameter's first word
  bool has_context = false;
};

class ModuleContext {
 public:
  ModuleContext(RunContext& run, const ir::Module& ir, llvm::TargetMachine& machine);
  ~ModuleContext();

  // Lowers everything. The module is complete afterwards.
  void Lower();
  std::unique_ptr<llvm::Module> Take() { return std::move(module_); }

  RunContext& run;
  const ir::Module& ir;
  ir::TypeLayout& layout;
  llvm::LLVMContext& llvm;
  llvm::Module& module() { return *module_; }
  const llvm::DataLayout& data_layout() const { return module_->getDataLayout(); }

  llvm::Type *void_ty, *i1, *i8, *i16, *i32, *i64, *f32, *f64, *ptr;

  // ---- types
  const Words& WordsOf(types::Type* t);
  llvm::Type* IntType(int64_t bytes);

  // ---- conventions. A null type among params stands for one pointer word.
  FuncAbi MakeAbi(const std::vector<types::Type*>& params, const types::Signature* sig,
                  bool has_context);
  const FuncAbi& AbiOf(const ir::Func* f);
  // Of a call through a func value, or through an itab with the data word as the receiver.
  const FuncAbi& AbiOfValue(const types::Signature* sig, bool through_iface);
  // Attributes that a call or function needs for its context and bools.
  llvm::AttributeList AttributesOf(const FuncAbi& abi);

  // ---- symbols
  llvm::Function* FuncOf(const ir::Func* f);
  // What stands for the function in values of the program: the quick code, where there is one, whose
  // address stays the same when the function is replaced.
  llvm::Function* CodeAddressOf(const ir::Func* f);
  llvm::FunctionCallee Entry(rt::EntryPoint e);
  llvm::FunctionCallee Native(const ir::Func* f);
  llvm::Constant* StaticClosure(const ir::Func* f);
  llvm::Constant* TypeDesc(types::Type* t);
  llvm::Constant* ItabOf(types::Type* concrete, types::Type* iface);
  llvm::Constant* DataOf(const ir::StaticData* d);
  llvm::Constant* StringBytes(std::string_view text);
  // Descriptor of a heap object that has no Go type: closure objects, defer records.
  llvm::Constant* ObjectDesc(int64_t size, const std::vector<bool>& pointers);
  // Lets allocations of what the descriptor describes be inlined: inline_alloc.cc.
  void NoteAlloc(llvm::Constant* desc, int64_t size, const std::vector<bool>& pointers);
  llvm::Constant* Int64(int64_t v) { return llvm::ConstantInt::get(i64, v, true); }
  llvm::Constant* Int32(int64_t v) { return llvm::ConstantInt::get(i32, v, true); }
  llvm::Constant* Null() { return llvm::ConstantPointerNull::get(llvm::cast<llvm::PointerType>(ptr)); }
  // A private constant.
  // The address of all variables and objects of size 0.
  llvm::Constant* ZeroBase();
  llvm::GlobalVariable* Private(llvm::Constant* init, const char* name, int64_t align);
  llvm::Constant* ByteMasks();  // 16 bytes of ones, then 16 of zeros
  // A constant of packed words for a struct laid out by hand: pads to the natural alignment.
  llvm::Constant* Record(const std::vector<llvm::Constant*>& fields);
  llvm::Constant* GoString(std::string_view text);  // {ptr, i64}

  // ---- debug locations
  llvm::DISubprogram* SubprogramOf(const ir::Func* f);
  bool IsFromDirective(Pos pos, const Position& p, std::string* name) const;
  llvm::DILocation* LocationOf(const ir::Func* f, Pos pos, int32_t inline_site);
  // debug_vars.cc; only for debuggers. arg_number: from 1, 0 for other variables.
  llvm::DIType* DebugTypeOf(types::Type* t);
  void DeclareLocal(const ir::Func* f, const ir::Local& local, int arg_number, bool is_behind_pointer,
                    V slot, llvm::IRBuilder<>& b);
  void FinishDebug();

  llvm::MDNode* likely;    // branch weights
  llvm::MDNode* unlikely;
  int num_straight_maps = 0;  // inlined map operations outside of loops
  llvm::MDNode* empty_node;

 private:
  void DeclareFunc(const ir::Func* f);
  bool HasCode(const ir::Func* f) const;         // in this module
  bool IsCopy(const ir::Func* f) const { return run.part != nullptr && run.part->copies.contains(f); }
  // replace.cc
  void EmitReplacementTable();
  std::string DataSymbol(const ir::StaticData* d);
  std::string LayoutSymbol() const;
  void EmitModuleInfo();
  // Static contents: bytes or an address at an offset; zero in between.
  struct Piece {
    int64_t offset;
    std::string_view bytes;
    llvm::Constant* address;
  };
  llvm::Constant* Pack(int64_t size, std::vector<Piece> pieces);
  void AddPieces(const ir::StaticData* d, int64_t base, std::vector<Piece>* out);
  llvm::Constant* RefTarget(const ir::StaticData::Ref& ref);
  llvm::Constant* GlobalsImage();       // null: all zero
  llvm::Constant* GlobalsPointerMap();
  // Type descriptors: lower_types.cc.
  struct TypeEntry {
    types::Type* type;
    llvm::GlobalVariable* var;
  };
  void DefineType(types::Type* t, llvm::GlobalVariable* var);
  void DefineExtendedType(types::Type* t);
  bool DefinesType(types::Type* t, const std::string& symbol);
  llvm::Constant* GcData(types::Type* t, uint8_t* flags);
  llvm::Constant* Bitmap(const std::vector<bool>& bits);
  llvm::Constant* Uncommon(types::Type* t, uint8_t* flags);
  llvm::Constant* PkgPath(const types::Object* o);
  llvm::GlobalVariable* NewSymbol(llvm::Type* type, const std::string& name);
  void SetOnce(llvm::GlobalVariable* var);

  llvm::DIFile* FileOf(std::string_view name);

  std::unique_ptr<llvm::Module> module_;
  std::deque<Words> words_;                       // by canonical id
  std::vector<bool> words_known_;
  std::unordered_map<const ir::Func*, FuncAbi> abis_;
  std::map<std::pair<const types::Signature*, bool>, FuncAbi> value_abis_;
  std::unordered_map<const ir::Func*, llvm::Function*> funcs_;
  std::unordered_map<const ir::Func*, llvm::Constant*> closures_;
  std::unordered_map<types::Type*, llvm::GlobalVariable*> types_;
  std::vector<TypeEntry> pending_types_;          // declared, to be defined
  std::vector<TypeEntry> defined_types_;
  std::unordered_map<std::string, llvm::Constant*> itabs_;
  std::vector<llvm::Constant*> defined_itabs_;
  std::unordered_map<const ir::StaticData*, llvm::GlobalVariable*> data_;
  std::unordered_map<const ir::StaticData*, size_t> data_index_;  // in ir.data; filled when needed
  std::unordered_map<std::string, llvm::Constant*> strings_;
  llvm::Constant* byte_masks_ = nullptr;
  std::unordered_map<std::string, llvm::Constant*> bitmaps_;
  std::unordered_map<std::string, llvm::Constant*> objects_;
  std::unordered_map<llvm::Constant*, bool> noted_allocs_;
  llvm::Function* entries_[static_cast<size_t>(rt::EntryPoint::kCount)] = {};

  std::unique_ptr<llvm::DIBuilder> di_;
  llvm::DICompileUnit* unit_ = nullptr;
  llvm::DISubroutineType* subroutine_type_ = nullptr;
  std::unordered_map<std::string, llvm::DIFile*> files_;
  std::unordered_map<const ir::Func*, llvm::DISubprogram*> subprograms_;
  std::unordered_map<types::Type*, llvm::DIType*> debug_types_;
  std::map<std::pair<const ir::Func*, int32_t>, llvm::DILocation*> inline_locations_;
  std::map<std::pair<llvm::DISubprogram*, std::string>, llvm::DIScope*> block_files_;
};

class FuncContext {
 public:
  FuncContext(ModuleContext& m, const ir::Func& f, llvm::Function* fn)
      : m_(m), layout_(m.layout), f_(f), fn_(fn), b_(m.llvm) {}
  void Lower();
  // The body of a function that has compiled code's convention and calls a native one.
  void LowerNativeAdapter();

 private:
  using Inst = ir::Inst;
  using Type = types::Type;
  struct Slot {
    V address = nullptr;    // of the variable, or of the word that points to it in the heap
    bool on_heap = false;
    bool is_volatile = false;
  };

#define OP(name, text, result, operands, flags) void Lower##name(const Inst& in);
#include "ir/ops.def"
#undef OP

  // ---- lower_func.cc
  void SetUpFrame();
  void SetUpDefers();
  void EmitRunDefers(bool after_panic);
  void EmitReturn(const std::vector<Val>& word_results);
  void LowerInst(ir::ValueId id);
  void Dispatch(const Inst& in);
  V LocalAddress(ir::LocalId l);
  V FrameSlot(int64_t bytes, int64_t align, const char* name = "", bool has_pointers = true);
  V FrameSlotOf(Type* t, const char* name = "");
  llvm::BasicBlock* NewBlock(const char* name);
  llvm::BasicBlock* BlockOf(ir::BlockId id) { return blocks_[id.index]; }
  // Continues where ok holds; elsewhere calls a panic function with the arguments.
  void Check(V ok, rt::EntryPoint panic, std::initializer_list<V> args);
  void PanicCall(rt::EntryPoint panic, llvm::ArrayRef<V> args);
  // Ends the current block; cold runs where cond holds and joins.
  void UnlikelyIf(V cond, const std::function<void()>& cold, bool joins = true);
  V CallEntry(rt::EntryPoint e, llvm::ArrayRef<V> args);
  // Whether the function is not optimised: it is lowered to what FastISel takes then, and to few
  // instructions rather than fast ones.
  bool IsQuick() const {
    return m_.run.options.opt_level == 0 || fn_->hasFnAttribute(llvm::Attribute::OptimizeNone);
  }
  V Extend(V v, bool is_signed);  // an integer to i64
  V ExtendOf(ir::ValueId v);      // an integer operand to i64, by its type's signedness
  V LoadTls(rt::TlsSlot slot, llvm::Type* type, bool invariant = false);

  // ---- operands and results
  const Val& Arg(const Inst& in, size_t i) { return vals_[in.args[i].index]; }
  V Word(const Inst& in, size_t i) { return vals_[in.args[i].index].w[0]; }
  bool HasArg(const Inst& in, size_t i) { return i < in.args.size() && in.args[i].is_valid(); }
  Type* ArgType(const Inst& in, size_t i) { return f_.inst(in.args[i]).type; }
  // Operand for a value or aggregate address as memory: spills words to the frame.
  V AsMemory(const Inst& in, size_t i, Type* t);
  V AsMemory(const Val& v, Type* t);
  void Set(const Inst& in, Val v);
  void Set(const Inst& in, V v) { Set(in, Val(v)); }
  void SetTuple(const Inst& in, std::vector<Val> vals);
  const Words& WordsOf(Type* t) { return m_.WordsOf(t); }

  // ---- lower_memory.cc
  Val LoadWords(V address, Type* t, bool is_volatile = false);
  void StoreWords(V address, const Val& v, Type* t, bool is_volatile = false);
  void StoreBarrier(V address, const Val& v, Type* t);
  void StorePointerBarrier(V slot, V value);
  V BarrierOn();
  // Copies an aggregate with pointers into memory that may be on the heap.
  void MoveBarrier(V dst, V src, Type* t);
  // Stores a value, or the aggregate at v, into a new object.
  void InitObject(V object, const Val& v, Type* t);
  void CopyMemory(V dst, V src, Type* t);
  void ClearBarrier(V dst, Type* t);  // of a type with pointers
  void ZeroMemory(V dst, int64_t bytes, int64_t align);
  V NewObject(Type* t);
  llvm::Constant* AllocDesc(Type* t);
  V At(V address, int64_t offset);
  bool IsNonNull(ir::ValueId v);

  // ---- lower_value.cc
  V DynamicType(const Val& iface, Type* iface_type);
  V BoxValue(const Inst& in, Type* concrete);
  V ConstantBox(const Inst& in, Type* concrete);
  V MatchesType(const Val& iface, Type* iface_type, Type* concrete);
  Val UnboxData(V data, Type* t);
  V BytesEqual(V a, V b, int64_t n);

  // ---- lower_arith.cc
  V IntDivRem(const Inst& in, bool rem);
  Val ComplexOp(const Inst& in);
  V Shift(const Inst& in, bool left);
  V PointerOf(ir::ValueId integer, int depth);
  V Compare(const Inst& in, int predicate);
  V FloatToInt(V v, Type* from, Type* to);
  V CvttSd(V v, bool to64);

  // ---- lower_map.cc
  std::vector<V> MapArgs(const Inst& in);
  // The key of an inlined operation.
  struct MapKey {
    enum Kind { kInt, kBytes, kString } kind = kInt;
    int64_t size = 0;      // bytes of a slot
    V data = nullptr;      // the integer; where the bytes are
    V len = nullptr;       // of a string
    // Of a string whose length is not known: a mask of as many bytes, and those bytes. Once hashed.
    V mask = nullptr, bytes = nullptr;
    V a = nullptr, b = nullptr;  // of one whose length is: its words
  };
  bool InlinesMap(const Inst& in, Type* map_type);
  MapKey MakeMapKey(const Inst& in);
  std::pair<V, V> ShortWords(V p, V n);
  V FirstBytes(V p, V mask, llvm::BasicBlock* bail);
  V HashMapKey(MapKey& key, V seed, llvm::BasicBlock* bail);
  void CompareMapKey(const MapKey& key, V slot, bool is_assign, llvm::BasicBlock* hit,
                     llvm::BasicBlock* next, llvm::BasicBlock* bail);
  V MatchTops(V bucket, V high);
  V NothingFollows(V bucket);
  V SlotAt(V bucket, int64_t offset, int64_t size, V slot);
  bool IsLongString(const MapKey& key) const;
  V IsBusyMap(V flags);
  V ProbeBucket(const MapHead& head, V hash, const MapKey& key, const ir::MapLayout& l,
                bool is_assign, llvm::BasicBlock* hit, llvm::BasicBlock* miss,
                llvm::BasicBlock* bail, V* bucket, V* slot_at = nullptr);
  V MapInFrame(Type* map_type);
  void MarkSlow(llvm::BasicBlock* slow, const std::function<void()>& call_it);
  V EmptySlot(V tops, V slot);
  V KnownElem() const;
  V JoinAssign(V elem, llvm::BasicBlock* hit, llvm::BasicBlock* slow, const std::function<V()>& call_it);
  V AssignKnown(V map, V known, const std::function<V()>& call_it);
  V AssignView(const Inst& in);
  V LengthOf(V p, int64_t offset);  // the word at the offset, or 0 where p is nil

  // ---- lower_call.cc
  void EmitCall(const Inst& in, const FuncAbi& abi, V callee, V receiver, size_t first,
                V context);
  std::vector<Val> CallNativeFunc(const ir::Func* f, llvm::ArrayRef<Val> args,
                                  llvm::ArrayRef<V> addresses);

  // ---- lower_intrinsic.cc
  void LowerMath(const Inst& in, ir::Intrinsic id);
  void LowerBits(const Inst& in, ir::Intrinsic id);
  void LowerAtomic(const Inst& in, ir::Intrinsic id);

  ModuleContext& m_;
  ir::TypeLayout& layout_;
  const ir::Func& f_;
  llvm::Function* fn_;
  llvm::IRBuilder<> b_;
  const FuncAbi* abi_ = nullptr;
  ir::ValueId current_;
  std::span<const ir::ValueId> rest_;  // what follows it in its block
  std::vector<Val> vals_;                                  // by value
  std::unordered_map<uint32_t, std::vector<Val>> tuples_;  // of operations with several results
  std::unordered_map<uint32_t, ir::ValueId> known_elems_;  // of maps: ir/pass/map_elems.h
  std::vector<Slot> slots_;                                // by local
  std::vector<llvm::BasicBlock*> blocks_;
  llvm::Instruction* alloca_point_ = nullptr;
  // The debug location of the instruction before, and what it was made of.
  llvm::DILocation* location_ = nullptr;
  Pos location_pos_;
  int32_t location_site_ = -1;
  V context_ = nullptr;        // closure object
  V defer_frame_ = nullptr;
  std::vector<V> hidden_;      // addresses for hidden results
  // Defer statements outside of loops that call a function known here: the record in the frame.
  struct KnownDefer {
    V record;
    const ir::Func* callee;
  };
  // More: the loop over the records is shorter code.
  static constexpr size_t kMaxKnownDefers = 4;
  std::vector<KnownDefer> known_defers_;
};

// The symbol of an itab.
std::string ItabSymbol(types::Type* concrete, types::Type* iface);
std::string ClosureSymbol(const ir::Func& func);

}  // namespace gol::jit
