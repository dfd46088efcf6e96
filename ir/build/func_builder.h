// FuncBuilder: builds the body of one function. Its members are grouped by the file that defines
// them; see module_builder.cc for the overview.
//
// Values of word types are ValueIds; aggregates are addresses of memory (ir/func.h). Where a member
// says "value", it means either, by the type.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/syntax/ast.h"
#include "frontend/types/object.h"
#include "frontend/types/selection.h"
#include "ir/build/module_builder.h"
#include "ir/build/note_text.h"
#include "ir/build/temp_numbers.h"
#include "ir/builder.h"

namespace gol::ir {

// Where a variable lives.
struct VarPlace {
  enum Kind { kLocal, kCapture } kind = kLocal;
  LocalId local;
  size_t capture = 0;
  bool by_value = false;
};

// The left side of an assignment: operands evaluated, checks still to come.
struct LValue {
  enum Kind { kBlank, kAddr, kPointer, kSlice, kMap } kind = kBlank;
  types::Type* type = nullptr;  // of the variable
  Pos pos;
  ValueId base;                 // kAddr, kPointer: address; kSlice: slice; kMap: map
  ValueId index;                // kSlice: index as int; kMap: key
  bool is_unsigned = false;
  types::Type* elem = nullptr;  // kSlice: element type; kMap: map type
  // From the base variable to the one assigned: a field of a struct, or an array's element.
  struct Step {
    types::Type* type;          // struct or array
    size_t field = 0;
    ValueId index;              // valid: element
    bool is_unsigned = false;
    bool check = false;
    Pos pos;
  };
  std::vector<Step> steps;
};

// What a call goes to, evaluated.
struct Callee {
  enum Kind { kStatic, kClosure, kIface } kind = kStatic;
  Func* func = nullptr;
  ValueId value;                     // func value or interface
  types::Signature* sig = nullptr;   // canonical; without receiver
  int64_t method = 0;                // kIface
  bool has_recv = false;             // kStatic: args[0] is the receiver
  types::Type* recv_type = nullptr;
};

class RangeFunc;

class FuncBuilder {
 public:
  FuncBuilder(ModuleBuilder* mb, Func* func, const Env* env, NameScope* names);

  // --- func.cc ------------------------------------------------------------------------------

  // Builds the body of a declared function or of a literal.
  void BuildBody(types::FuncInfo* info);
  // Ends the function: removes dead blocks, fixes barriers.
  void Finish();
  // A package-level variable that //go:embed fills.
  void Embed(const EmbeddedVar& e);
  // Package-level variables with their initial values.
  void Initialize(const std::vector<types::Initializer>& list);
  // Sets parameters and results up from the signature, for synthesized functions.
  void BeginSynthesized(const std::vector<types::Type*>& params,
                        const std::vector<types::Type*>& results);

  Builder& b() { return b_; }
  ModuleBuilder* mb() { return mb_; }
  const Env* env() const { return env_; }

  // --- func.cc: types and variables -----------------------------------------------------------

  types::Type* TypeOf(const syntax::Expr* e);
  types::Type* Canon(types::Type* t) { return mb_->Subst(t, env_); }
  types::Type* Under(types::Type* t) { return layout_.Under(t); }
  template <typename T>
  T* UnderAs(types::Type* t) {
    return types::DynCast<T>(types::Under(t));
  }
  bool IsWord(types::Type* t) { return layout_.IsWord(t); }
  bool IsIface(types::Type* t) { return layout_.KindOf(t) == rt::kInterface; }
  types::Type* FieldType(types::Type* struct_type, size_t i) {
    return layout_.Canon(UnderAs<types::Struct>(struct_type)->fields[i]->type);
  }

  // Declares a local variable where its life begins (zeroed).
  LocalId DeclareVar(types::Var* v);
  ValueId VarAddr(types::Var* v);
  bool LivesInHeap(types::Var* v);
  std::vector<types::Var*> CapturesOf(types::FuncInfo* info);
  bool CapturedByValue(types::Var* v, types::Type* type);
  ValueId MakeClosure(Func* f, types::Type* type, const std::vector<types::Var*>& vars);

  // --- const.cc -------------------------------------------------------------------------------

  ValueId Const(const types::ConstValue& v, types::Type* type);
  ValueId ConstFloat(types::Type* type, double d);

  // --- expr.cc --------------------------------------------------------------------------------

  // The value of an expression. An aggregate's address may be that of a variable: it is good
  // until something is stored.
  ValueId Expr(const syntax::Expr* e);
  // The value, converted to a type it is assignable to.
  ValueId ExprAs(const syntax::Expr* e, types::Type* type);
  // As ExprAs; an aggregate lies in memory that nobody else refers to.
  ValueId OwnedAs(const syntax::Expr* e, types::Type* type);
  // Evaluates into memory. is_fresh: nothing in e can refer to the memory.
  void ExprTo(ValueId addr, const syntax::Expr* e, types::Type* type, bool is_fresh);
  // The address of an addressable expression, checked; of a temporary for any other aggregate.
  ValueId Addr(const syntax::Expr* e);
  // Evaluates a condition and branches.
  void Cond(const syntax::Expr* e, BlockId if_true, BlockId if_false);
  // Evaluates for effects only.
  void Discard(const syntax::Expr* e);

  ValueId Unary(const syntax::UnaryExpr* e);
  ValueId Binary(const syntax::BinaryExpr* e);
  ValueId Arith(syntax::Operator op, types::Type* type, ValueId x, ValueId y, Pos pos,
                const syntax::Expr* y_expr);
  ValueId Shift(syntax::Operator op, types::Type* type, ValueId x, const syntax::Expr* count);
  ValueId ShiftBy(syntax::Operator op, types::Type* type, ValueId x, ValueId count,
                  bool known_positive);
  ValueId Comparison(const syntax::BinaryExpr* e);
  // x == y or the like for two values of one type.
  ValueId Compare(syntax::Operator op, types::Type* type, ValueId x, ValueId y);
  ValueId Equal(types::Type* type, ValueId x, ValueId y);
  ValueId EqualIfaceConcrete(ValueId iface, ValueId value, types::Type* type);
  ValueId IsNil(types::Type* type, ValueId v, bool want_nil);
  ValueId LogicalValue(const syntax::Expr* e);
  ValueId Concat(const syntax::BinaryExpr* e);
  ValueId Not(ValueId v) { return b_.Emit(Op::kNot, b_.TypeOf(v), {v}); }
  ValueId Ident(const syntax::Ident* e);
  ValueId Selector(const syntax::SelectorExpr* e);
  ValueId SelectorAddr(const syntax::SelectorExpr* e);
  ValueId Index(const syntax::IndexExpr* e);
  ValueId IndexAddr(const syntax::IndexExpr* e);
  ValueId SliceExpr(const syntax::SliceExpr* e);
  ValueId MapLookup(types::Type* map_type, ValueId m, ValueId key, ValueId* ok);
  ValueId MapKey(const syntax::Expr* key, types::Type* map_type);
  // An index or size of any integer type as int.
  ValueId ToInt(ValueId v, bool* is_unsigned);
  ValueId IntIndex(const syntax::Expr* e, bool* is_unsigned, bool* is_const, int64_t* value);
  void BoundsCheck(ValueId index, ValueId len, bool is_unsigned);
  // Follows embedded fields from a value of type t: the address of the last one. *t becomes its
  // type.
  ValueId WalkPath(ValueId addr, types::Type** t, const int* path, size_t n);
  ValueId CopyToTemp(types::Type* type, ValueId addr);
  // Notes the source text of an allocation, for -gcflags=-m. Both return v.
  ValueId Describe(ValueId v, const syntax::Expr* e, std::string_view prefix = {});
  // The same of an expression that was converted to an interface, where that made a box.
  ValueId DescribeBox(ValueId v, const syntax::Expr* e);
  // The same of the i-th result of a call that is all the arguments of another.
  ValueId DescribeResult(ValueId v, const syntax::Expr* call, size_t i);
  ValueId DescribeAs(ValueId v, std::string_view text);
  NoteContext Notes() const;
  ValueId TempAddr(types::Type* type);
  // The value at an address: a load, or the address itself.
  ValueId ValueAt(types::Type* type, ValueId addr) {
    return IsWord(type) ? b_.Load(type, addr) : addr;
  }
  void StoreAt(types::Type* type, ValueId addr, ValueId value) {
    if (IsWord(type)) {
      b_.Store(addr, value);
    } else {
      b_.Move(type, addr, value);
    }
  }
  // An address that holds the value: of a fresh temporary for words.
  ValueId Spill(types::Type* type, ValueId value);
  ValueId ZeroValue(types::Type* type);

  // --- convert.cc -----------------------------------------------------------------------------

  // Implicit conversion of a value to a type that it is assignable to.
  ValueId Coerce(ValueId v, types::Type* from, types::Type* to);
  // Explicit conversion T(x).
  ValueId Conversion(const syntax::CallExpr* e);
  // Notes the text of what an explicit conversion allocates.
  ValueId DescribeConversion(ValueId v, const syntax::CallExpr* e);
  ValueId Convert(ValueId v, types::Type* from, types::Type* to);
  ValueId Box(ValueId v, types::Type* concrete, types::Type* iface);
  ValueId TypeAssert(const syntax::TypeAssertExpr* e);
  // v, ok := x.(T): the value (zero where not), *ok.
  ValueId TypeAssert2(ValueId iface, types::Type* iface_type, types::Type* type, ValueId* ok);
  ValueId TypeTest(ValueId iface, types::Type* iface_type, types::Type* type);
  ValueId Unboxed(ValueId iface, types::Type* type);

  // --- call.cc --------------------------------------------------------------------------------

  // A call's results, in order: values.
  std::vector<ValueId> Call(const syntax::CallExpr* e);
  ValueId CallValue(const syntax::CallExpr* e);
  Callee ResolveCallee(const syntax::Expr* fun, std::vector<ValueId>* args);
  std::vector<ValueId> EmitCall(const Callee& callee, std::vector<ValueId> args, Pos pos);
  void EvalArgs(const syntax::CallExpr* e, types::Signature* sig, std::vector<ValueId>* args);
  // The same; returns what must stay alive during the call: pointers that are converted to uintptr
  // in the arguments of a native or a //go:uintptrescapes function.
  std::vector<ValueId> EvalArgs(const syntax::CallExpr* e, const Callee& callee,
                                std::vector<ValueId>* args);
  // Evaluates receiver for a method with the given receiver type.
  ValueId Receiver(const syntax::Expr* x, const types::Selection* sel, types::Type* x_type,
                   const std::vector<int>& path, types::Func* method, bool ptr_recv,
                   types::Type** recv_type);
  // Ends a wrapper: calls with args and the function's parameters from first_param on, returns the
  // results.
  void ForwardCall(const Callee& callee, std::vector<ValueId> args, size_t first_param);
  ValueId MethodValue(const syntax::SelectorExpr* e);
  ValueId MethodExpr(const syntax::SelectorExpr* e);
  // The function an identifier or qualified identifier denotes, with its type arguments applied.
  Func* StaticFunc(const syntax::Expr* e);
  // Values of several expressions, or of one call with several results, with their types.
  struct Value {
    ValueId v;
    types::Type* type;
    const syntax::Expr* expr;  // null: from a call
  };
  std::vector<Value> MultiValues(const syntax::Expr* e);
  // The same for what stands alone on the right of several variables: also v, ok forms.
  std::vector<Value> TupleValues(const syntax::Expr* e);
  // Selection of a method after substitution.
  struct MethodSel {
    types::Func* method = nullptr;
    std::vector<int> path;       // embedded fields only
    types::Type* holder = nullptr;  // type after the path (named type, pointer to it, interface)
    bool is_iface = false;
  };
  MethodSel ResolveMethod(const syntax::SelectorExpr* e, types::Type* recv);

  // --- builtin.cc -----------------------------------------------------------------------------

  std::vector<ValueId> Builtin(const syntax::CallExpr* e, types::BuiltinId id);
  ValueId Append(const syntax::CallExpr* e);
  ValueId AppendValues(types::Type* t, ValueId s, const std::vector<ValueId>& values);
  const syntax::CallExpr* MakeCall(const syntax::Expr* x);
  const syntax::CallExpr* MakeOfLength(const syntax::Expr* x);
  ValueId AppendZeros(types::Type* t, ValueId s, const syntax::CallExpr* made);
  std::vector<ValueId> BuiltinOnCall(const syntax::CallExpr* e, types::BuiltinId id);
  ValueId Make(const syntax::CallExpr* e);
  ValueId Length(const syntax::CallExpr* e, bool is_cap);
  ValueId MinMax(const syntax::CallExpr* e, bool is_min);
  ValueId LeastOf(types::Type* t, const std::vector<ValueId>& values, bool is_min);
  void Print(const syntax::CallExpr* e, bool newline);
  ValueId UnsafeBuiltin(const syntax::CallExpr* e, types::BuiltinId id);
  ValueId UnsafeWithLength(const syntax::CallExpr* e, types::BuiltinId id, ValueId p, ValueId n);
  void CheckWraps(ValueId p, ValueId n, int64_t size, RuntimePanic what);
  void PanicIf(ValueId cond, RuntimePanic what);

  // --- literal.cc -----------------------------------------------------------------------------

  void CompositeTo(ValueId addr, const syntax::CompositeLit* e, types::Type* type, bool zeroed);
  // Fills the map from static data; false if the literal is small or not all constant.
  bool StaticMapLiteral(ValueId map, const syntax::CompositeLit* e, types::Type* type,
                        types::Type* key, types::Type* elem);
  ValueId CompositeWord(const syntax::CompositeLit* e, types::Type* type);
  ValueId AddressOfLiteral(const syntax::CompositeLit* e, types::Type* type);
  ValueId FuncLit(const syntax::FuncLit* e);
  void ElementsTo(ValueId base, types::Type* elem, const syntax::CompositeLit* e);

  // --- stmt.cc --------------------------------------------------------------------------------

  void Stmt(const syntax::Stmt* s);
  void Stmts(syntax::List<syntax::Stmt*> list);
  // ---- map_size.cc
  // A map without a size that is made right before a loop which fills it.
  struct SizedMap {
    const syntax::Expr* make = nullptr;
    const syntax::RangeStmt* loop = nullptr;
  };
  SizedMap MapFilledBy(const syntax::Stmt* s, const syntax::Stmt* next);
  // The hint for the map that e makes, where e gives none: from the loop of sized_. Invalid: none.
  ValueId SizeFromLoop(const syntax::Expr* e);
  void If(const syntax::IfStmt* s);
  void For(const syntax::ForStmt* s);
  void Branch(const syntax::BranchStmt* s);
  void Return(const syntax::ReturnStmt* s);
  void ReturnValues(const std::vector<Value>& values);
  void EmitReturn();
  void LocalDecl(const syntax::Decl* d);
  void Labeled(const syntax::LabeledStmt* s);
  BlockId LabelBlock(const syntax::LabeledStmt* s);
  void BackEdge(BlockId target);

  // --- assign.cc ------------------------------------------------------------------------------

  void Assign(const syntax::AssignStmt* s);
  void IncDec(const syntax::IncDecStmt* s);
  void OpAssign(const syntax::Expr* lhs, syntax::Operator op, const syntax::Expr* rhs, Pos pos);
  void DefineOrAssign(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs,
                      bool is_define);
  LValue Left(const syntax::Expr* e);
  ValueId LeftAddr(const LValue& l);
  void StoreLeft(const LValue& l, ValueId v);
  bool IsBlank(const syntax::Expr* e);
  // The variable that an identifier on the left of := declares here, or null.
  types::Var* Declares(const syntax::Expr* e, bool is_define);

  // --- range.cc, range_func.cc, switch.cc, select.cc, defer.cc ---------------------------------

  void Range(const syntax::RangeStmt* s);
  // A branch that leaves the body of a range-over-func loop; false if it does not.
  bool BranchOutOfRange(const syntax::BranchStmt* s);
  void ReturnFromRange(const syntax::ReturnStmt* s);
  void ExitRange(int64_t code);
  // Defers of bodies go through a list that the function runs, see range_func.cc.
  void DeferInRange(ValueId closure);
  ValueId DeferListAddr();
  Func* DeferListRunner();
  types::Type* DeferListType();
  ValueId BeginDeferList();
  ValueId CapturedPointer(size_t capture);
  ValueId ResultAddr(size_t i);
  void CountedLoop(const syntax::RangeStmt* s, types::Type* type, ValueId limit,
                   const std::function<void(ValueId)>& bind);
  void RangeInt(const syntax::RangeStmt* s, types::Type* t);
  void RangeIndexed(const syntax::RangeStmt* s, types::Type* t);
  void RangeString(const syntax::RangeStmt* s);
  void RangeMap(const syntax::RangeStmt* s, types::Type* t);
  void RangeChan(const syntax::RangeStmt* s, types::Type* t);
  // Notes the variables that bodies of range-over-func loops share with their function.
  void CollectRangeCaptures(const syntax::BlockStmt* body);
  void RangeOverFunc(const syntax::RangeStmt* s, types::Type* t);
  // Gives the loop's variables their values for an iteration; a second value may be missing.
  void BindRangeVars(const syntax::RangeStmt* s, ValueId k, types::Type* key_type,
                     ValueId v = ValueId(), types::Type* val_type = nullptr);
  // Whether evaluating e calls a function or receives.
  bool HasCall(const syntax::Expr* e);
  void Switch(const syntax::SwitchStmt* s);
  void TypeSwitch(const syntax::TypeSwitchStmt* s);
  void Select(const syntax::SelectStmt* s);
  void Send(const syntax::SendStmt* s);
  ValueId Receive(const syntax::UnaryExpr* e, ValueId* ok);
  void GoDefer(const syntax::Expr* call, bool is_go, Pos pos);
  // A closure over the values that runs body without parameters or results.
  ValueId Thunk(bool is_go, const std::vector<ValueId>& values,
                const std::function<void(FuncBuilder&, const std::vector<ValueId>&)>& body);
  void BuiltinOnValues(types::BuiltinId id, const std::vector<ValueId>& values);
  void PrintValues(const std::vector<ValueId>& values, bool newline);
  ValueId CaseTest(ValueId tag, types::Type* tag_type, const syntax::Expr* c);
  bool JumpTable(const syntax::SwitchStmt* s, ValueId tag, types::Type* tag_type,
                 const std::vector<BlockId>& bodies, BlockId otherwise);

 private:
  friend class RangeFunc;

  struct ResultVar {
    LocalId result;        // in Func::results
    LocalId var;           // where the variable lives: result, or a local in the heap
    types::Type* type;
    types::Var* object;    // null: unnamed and not a variable
    bool is_var = false;   // named, or kept in memory for defers
  };
  // Results of the function that a range-over-func body stands in.
  const std::vector<ResultVar>& RootResults() const;

  // Where break and continue of a statement go.
  struct Target {
    const syntax::Stmt* stmt;
    BlockId break_block;
    BlockId continue_block;
  };

  LocalId NewVarLocal(types::Var* v);

  ModuleBuilder* const mb_;
  TypeLayout& layout_;
  Builder b_;
  const Env* const env_;
  NameScope* const names_;
  types::FuncInfo* info_ = nullptr;
  std::unordered_map<const types::Var*, VarPlace> vars_;
  std::vector<ResultVar> results_;
  std::vector<Target> targets_;
  std::unordered_map<const syntax::Stmt*, BlockId> labels_;
  SizedMap sized_;  // of the statement that is built
  std::unordered_map<const syntax::Expr*, bool> has_call_;  // of binary operations asked about
  std::unordered_set<const types::Var*> range_captured_;  // used in bodies of range-over-func
  std::vector<types::Type*> value_types_;  // of the values given to Thunk
  std::unique_ptr<TempNumbers> temps_;  // for messages
  RangeFunc* range_func_ = nullptr;  // when this is the body of a range-over-func
  BlockId fallthrough_;  // the next clause of the innermost switch
  std::vector<ValueId>* kept_ = nullptr;  // collects such pointers, where not null
  int loop_depth_ = 0;
  bool has_labels_ = false;
  bool range_returns_ = false;  // the body of a range-over-func returns
};

}  // namespace gol::ir
