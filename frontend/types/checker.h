// Checker: checks one package. One instance per package, shared by the files check_*.cc.
//
// See checker.cc for the overview. A declarations-only package keeps its Checker for the life of
// the Context: objects, and bodies where asked for, are then checked one at a time.
//
// The members are grouped by the file that defines them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/diag/emitter.h"
#include "frontend/syntax/ast.h"
#include "frontend/types/check.h"
#include "frontend/types/const_value.h"
#include "frontend/types/context.h"
#include "frontend/types/lookup.h"
#include "frontend/types/operand.h"
#include "frontend/types/package.h"
#include "frontend/types/predicates.h"
#include "frontend/types/selection.h"
#include "frontend/types/type_string.h"
#include "frontend/types/typeset.h"

namespace gol::types {

// The declaration of a package-level object or method.
struct DeclInfo {
  Checker* checker = nullptr;
  syntax::File* file = nullptr;
  Scope* file_scope = nullptr;
  std::span<Var*> lhs;               // var x, y = f(): all of them; otherwise empty
  syntax::Expr* type_expr = nullptr;
  syntax::Expr* init = nullptr;
  bool inherited = false;            // init is repeated from an earlier const declaration
  syntax::TypeDecl* type_decl = nullptr;
  syntax::FuncDecl* func_decl = nullptr;
  std::vector<Object*> deps;         // package-level objects that init or body refers to
  std::vector<Func*> methods;        // type declarations: methods not yet attached
  syntax::AssignStmt* script_define = nullptr;  // the := of a script that declares the variable
  uint32_t id = 0;                   // for dedupe of deps
};

// What a function literal or generic function is assigned to, for inference and messages.
struct Target {
  Signature* sig = nullptr;
  std::string desc;
};

// Why inference of type arguments failed.
struct InferError {
  Pos pos;
  std::string message;  // without the "in call to f, " in front
};

// The surroundings of what is being checked. Saved and restored around objects and bodies.
struct Environment {
  DeclInfo* decl = nullptr;          // package-level declaration whose init/body is being checked
  Scope* scope = nullptr;            // innermost scope
  syntax::File* file = nullptr;
  std::optional<ConstValue> iota;    // inside a constant declaration
  Pos errpos;                        // known: errors are reported here (inherited constants)
  bool in_tparam_list = false;       // inside a type parameter list
  bool in_interface = false;         // inside an interface literal
  Signature* sig = nullptr;          // of the function whose body is being checked
  FuncInfo* func = nullptr;          // of that function
  bool has_call_or_recv = false;     // the expression contains a call or receive
};

// What kind of expression RawExpr found: whether it may stand as a statement.
enum class ExprKind : uint8_t { kConversion, kExpression, kStatement };
ExprKind BuiltinExprKind(BuiltinId id);

// Whether, and why not, a constant or untyped operand fits a type.
enum class Fit : uint8_t { kOk, kTruncated, kOverflows, kImpossible };

// The type that an untyped operand takes where another type is expected, see
// Checker::ImplicitTypeAndValue.
struct ImplicitType {
  Type* type = nullptr;    // null: the conversion is not possible
  bool has_value = false;  // value is the constant as represented in type
  ConstValue value;
  Fit fit = Fit::kOk;
};

// A name that a dot-import put into a file scope.
struct DotImport {
  Scope* scope;
  std::string_view name;
  PkgName* pkg_name;
};

class Checker : public NamedLoader {
 public:
  Checker(Context* context, Package* pkg, const CheckOptions& options);
  ~Checker() override;

  Context* context() { return context_; }
  Package* pkg() { return pkg_; }
  ConstPool& consts() { return consts_; }

  // Entry points, see check.h.
  void CheckFiles(std::span<syntax::File* const> files);
  bool CheckFuncBody(Func* func);
  void LoadNamed(Named* named) override;
  void Resolve(Object* obj);

  // --- errors.cc: reporting -------------------------------------------------------------------

  // Reports an error at `at` (Pos, node, operand or object). Arguments may be anything that Str()
  // takes. Dropped without trace if it only repeats the effect of an earlier error. The reference
  // is good until the next report.
  template <typename At, typename... Args>
  diag::Diagnostic& Error(const At& at, diag::Kind kind, const Args&... args) {
    const diag::Arg list[] = {diag::Arg(Str(args))..., diag::Arg("")};
    return Report(PosOf(at), kind, list, sizeof...(args));
  }
  // Adds a continuation line to a diagnostic just reported.
  template <typename At, typename... Args>
  void Note(diag::Diagnostic& d, const At& at, std::string_view text, const Args&... args) {
    d.AddNote(PosOf(at), text, Str(args)...);
  }
  // "other declaration of x"
  void NoteOther(diag::Diagnostic& d, Object* obj);
  bool has_errors() const { return has_errors_; }

  static Pos PosOf(Pos p) { return p; }
  static Pos PosOf(const syntax::Node* n) { return syntax::StartPos(n); }
  static Pos PosOf(const Operand* x) {
    return x->expr != nullptr ? syntax::StartPos(x->expr) : Pos();
  }
  static Pos PosOf(const Operand& x) { return PosOf(&x); }
  static Pos PosOf(const Object* o) { return o->pos; }

  // Text of arguments of messages.
  std::string Str(Type* t);
  std::string Str(const Operand* x);  // "x (variable of type int)"; operand.cc
  std::string Str(const Operand& x) { return Str(&x); }
  std::string Str(const syntax::Expr* e);  // the expression, shortened as Go does
  std::string Str(const Object* o);
  std::string Str(const std::string& s) { return s; }
  std::string Str(std::string_view s) { return std::string(s); }
  std::string Str(const char* s) { return s; }
  std::string Str(int n) { return std::to_string(n); }
  std::string Str(int64_t n) { return std::to_string(n); }
  std::string Str(uint64_t n) { return std::to_string(n); }
  std::string Str(unsigned n) { return std::to_string(n); }
  std::string Str(const ConstValue& v) { return v.ToString(); }
  std::string Str(syntax::Operator op) { return std::string(syntax::OperatorText(op)); }
  std::string Str(Pos p);  // path:line:col
  const Qualifier& qualifier() const { return qualifier_; }

  // --- checker.cc: queue, versions ------------------------------------------------------------

  // Runs f after the current package-level object, or statement list, is set up.
  void Later(std::function<void()> f) { delayed_.push_back({std::move(f), env_.file}); }
  size_t delayed_mark() const { return delayed_.size(); }
  void ProcessDelayed(size_t top);
  void EnterLazily();
  void LeaveLazily();
  FuncInfo* NewFuncInfo(Func* func, syntax::FuncDecl* decl);
  // Whether two imported packages have this name.
  bool IsAmbiguousPackage(std::string_view name) const;
  // Whether the file's language version is at least go1.minor.
  bool AllowVersion(int minor) const;
  // Reports "text requires go1.minor or later" unless the version allows it.
  template <typename At>
  bool VerifyVersion(const At& at, int minor, std::string_view text) {
    if (AllowVersion(minor)) return true;
    ReportVersion(PosOf(at), minor, text);
    return false;
  }

  // --- resolver.cc: package level -------------------------------------------------------------

  void CollectObjects();
  void CollectFile(syntax::File* file);
  void CollectImport(syntax::File* file, syntax::ImportDecl* s);
  void CollectFunc(syntax::File* file, syntax::FuncDecl* s);
  void CollectScript(syntax::File* file);
  // The type name declared in this package that a method's receiver names, through aliases.
  TypeName* ResolveBaseTypeName(bool* is_pointer, syntax::Ident* name);
  void PackageObjects();
  void UnusedImports();
  Package* ImportPackage(Pos pos, std::string_view path);
  // The package of an import, loaded if it was not yet.
  Package* LoadPkgName(PkgName* name);
  DeclInfo* NewDecl(syntax::File* file);
  void DeclarePackageObject(syntax::Ident* ident, Object* obj, DeclInfo* decl);

  // --- check_decl.cc: declarations ------------------------------------------------------------

  void Declare(Scope* scope, syntax::Ident* ident, Object* obj, Pos scope_pos);
  // Determines the type (and value) of obj.
  void ObjDecl(Object* obj);
  void ConstDecl(Const* obj, syntax::Expr* type, syntax::Expr* init, bool inherited);
  void VarDecl(Var* obj, std::span<Var*> lhs, syntax::Expr* type, syntax::Expr* init);
  void TypeDecl(TypeName* obj, syntax::TypeDecl* decl);
  // Type parameters and right-hand side of a defined type.
  void SetUpNamed(Named* named, syntax::TypeDecl* decl);
  void ExtendType(TypeName* base, Func* method);
  friend void UndoExtensions(Package* input);
  static void SetMethods(Named* named, std::vector<Func*> methods);
  // The last statement of an interactive session's input (CheckOptions::keep_result).
  bool IsKeptResult(const syntax::Stmt* s) const;
  void KeepResult(syntax::ExprStmt* s);
  // := of a script's top level: the variables that it declares are package-level ones. Also the
  // statement's check, when its turn comes. False: not such a statement.
  bool ScriptDefine(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs);
  // The object that a name on the left of := denotes if it is declared in this scope already. At
  // the top level of a script that scope is the package's.
  Object* LookupForDefine(std::string_view name);
  void FuncDecl(Func* obj, DeclInfo* decl);
  void CollectMethods(TypeName* obj);
  void CheckFieldUniqueness(Named* base);
  void CollectTypeParams(std::span<TypeParam*>* dst, std::span<syntax::Field* const> list);
  TypeParam* DeclareTypeParam(syntax::Ident* name, Pos scope_pos);
  Type* Bound(syntax::Expr* e);
  // Declarations inside functions.
  void DeclStmt(std::span<syntax::Decl* const> decls);
  bool ValidCycle(Object* obj);
  void CycleError(const std::vector<Object*>& cycle, size_t start);
  static size_t FirstInSource(const std::vector<Object*>& path);
  void LocalVarDecl(syntax::VarDecl* s);
  // What a value is assigned to; without a signature unless t is a function type.
  Target NewTarget(Type* t, std::string_view desc);
  void DirectCycles();
  void ValidType(Named* t);
  bool FiniteSize(Type* t);
  void Push(Object* obj);
  void Pop();
  void AddDep(Object* obj);

  // --- init_order.cc, unused.cc ---------------------------------------------------------------

  void InitOrder();
  // What the Go compiler checks behind its type checker: bodies that are missing, anonymous
  // interfaces that contain themselves (late_checks.cc).
  void LateChecks();
  void CheckDirectives();
  void CheckLinknames();
  void SizeChecks();  // size_checks.cc
  void ReportInitCycle(const std::vector<Object*>& cycle);
  // Reports generic functions that instantiate themselves without end (mono.cc).
  void InfiniteInstances();
  // Reports unused variables of a function's scope, nested ones included; literals report their
  // own.
  void Usage(Scope* scope);

  // --- check_typexpr.cc: identifiers and type expressions --------------------------------------

  Object* Lookup(std::string_view name, Scope** scope = nullptr);
  void Capture(Var* v);
  static std::string_view ObjectKindName(const Object* obj);
  void Ident(Operand* x, syntax::Ident* e, bool want_type);
  Type* Typ(syntax::Expr* e);
  // A type a variable may have: not a constraint interface.
  Type* VarType(syntax::Expr* e);
  void ValidVarType(syntax::Expr* e, Type* t);
  Type* DeclaredType(syntax::Expr* e, TypeName* def);
  // A generic type, not instantiated.
  Type* GenericType(syntax::Expr* e, std::string* cause);
  Type* TypInternal(syntax::Expr* e, TypeName* def);
  Type* InstantiatedType(syntax::Expr* x, std::span<syntax::Expr* const> args, syntax::Expr* whole,
                         TypeName* def);
  // The length of an array type, or -1 after reporting an error.
  int64_t ArrayLength(syntax::Expr* e);
  void StructType(Struct* t, syntax::StructType* e);
  void InterfaceType(Interface* t, syntax::InterfaceType* e, TypeName* def);
  Type* ParseUnion(syntax::Expr* e);
  Type* ParseTilde(syntax::Expr* e, bool* tilde);
  void FuncType(Signature* sig, syntax::Field* recv, std::span<syntax::Field* const> tparams,
                syntax::FuncType* e);
  void CollectRecv(Signature* sig, syntax::Field* recv, Scope* scope, Var** out, Pos scope_pos);
  std::vector<Var*> CollectParams(VarKind kind, std::span<syntax::Field* const> list,
                                  bool variadic_ok, bool* variadic,
                                  std::vector<syntax::Ident*>* names);
  void ValidRecv(Pos pos, Var* recv);
  // Scopes: open one below the current one, and leave it.
  Scope* OpenScope(bool is_func = false);
  void CloseScope();

  // --- selector.cc ----------------------------------------------------------------------------

  // x.sel as an expression or type.
  void Selector(Operand* x, syntax::SelectorExpr* e, TypeName* def, bool want_type);
  PkgName* PackageOf(syntax::Ident* name);
  Object* ScriptHeader(syntax::Ident* name);
  void QualifiedName(Operand* x, syntax::SelectorExpr* e, PkgName* name);
  void AddMethodDep(Func* m);
  std::string LookupError(Type* t, std::string_view sel, Object* obj, bool struct_lit);

  // --- recording: inline below ----------------------------------------------------------------

  void RecordDef(syntax::Ident* id, Object* obj) { id->obj = obj; }
  void RecordUse(syntax::Ident* id, Object* obj) { id->obj = obj; }
  void RecordType(syntax::Expr* e, OperandMode mode, Type* t) {
    e->mode = mode;
    e->type = t;
  }
  void RecordSelection(syntax::SelectorExpr* e, SelectionKind kind, Type* recv, Object* obj,
                       const std::vector<int>& index, bool indirect);
  // Records that e (an identifier, p.Name, or either with explicit type arguments) is
  // instantiated to type t.
  void RecordInstance(syntax::Expr* e, std::span<Type*> targs, Type* t);

  // --- relations.cc: assignability ------------------------------------------------------------

  // Whether x can be assigned to a variable of type t. cause, where given, gets the reason if
  // not, maybe empty.
  bool AssignableTo(Operand* x, Type* t, std::string* cause);
  // Whether v implements the interface t; constraint: t is a type parameter's constraint, whose
  // satisfaction is meant.
  bool Implements(Pos pos, Type* v, Type* t, bool constraint, std::string* cause);
  bool AssertableTo(Type* v, Type* t, std::string* cause);

  // --- instantiate.cc, infer.cc: generics -------------------------------------------------------

  // The instance of a generic type (Named, Alias) or function (Signature).
  Type* Instantiate(Pos pos, Type* generic, std::span<Type* const> targs);
  bool ValidateTArgLen(Pos pos, std::string_view name, size_t want, size_t got);
  // Index of the first type argument that does not satisfy its constraint, or -1.
  int Verify(Pos pos, std::span<TypeParam* const> tparams, std::span<Type* const> targs,
             std::string* cause);
  Signature* InstantiateSignature(Pos pos, syntax::Expr* e, std::span<Type* const> targs,
                                  Signature* sig, std::span<syntax::Expr* const> xlist);
  // Explicit (maybe partial) instantiation f[T] of a generic function, or one from the target
  // (inst is null then). infer: missing type arguments are inferred from the target. Otherwise, if
  // there are too few of them, x is left alone, *partial gets those given and the result is true.
  // False: x is instantiated, or invalid after an error.
  bool FuncInst(Target* target, Pos pos, Operand* x, syntax::IndexExpr* inst, bool infer,
                std::vector<Type*>* partial = nullptr);
  // Completes targs (a prefix may be given, null entries are missing) from the arguments. Empty
  // after a failure: then *error says why, or is empty where an error was reported already.
  std::vector<Type*> Infer(Pos pos, std::span<TypeParam* const> tparams,
                           std::vector<Type*> targs, Tuple* params, std::span<Operand* const> args,
                           bool reverse, InferError* error);
  // Fresh copies of type parameters, and in *renamed t (may be null) in terms of them, so that a
  // recursive call does not unify a parameter with itself.
  std::span<TypeParam*> RenameTypeParams(Pos pos, std::span<TypeParam* const> tparams, Type* t,
                                         Type** renamed);
  Type* Subst(Pos pos, Type* t, std::span<TypeParam* const> from, std::span<Type* const> to);
  // For InfiniteInstances: notes an instantiation, and that a receiver's type parameter stands for
  // one of its base type (mono.cc).
  void RecordMono(Pos pos, std::span<TypeParam* const> tparams, std::span<Type* const> targs,
                  std::span<syntax::Expr* const> args);
  void RecordMonoCanon(TypeParam* recv, TypeParam* base);

  // --- check_expr.cc: expressions -------------------------------------------------------------

  // Checks e. target: what a generic function is assigned to; hint: the type of an element of a
  // composite literal that leaves its own type out.
  ExprKind RawExpr(Target* target, Operand* x, syntax::Expr* e, Type* hint, bool allow_generic);
  ExprKind ExprInternal(Target* target, Operand* x, syntax::Expr* e, Type* hint);
  // One value; not a type, not a generic function.
  void Expr(Target* target, Operand* x, syntax::Expr* e);
  void GenericExpr(Operand* x, syntax::Expr* e);
  void ExprWithHint(Operand* x, syntax::Expr* e, Type* hint);
  void ExprOrType(Operand* x, syntax::Expr* e, bool allow_generic);
  // The values of e: several if it is a call with several results, or two where comma-ok is
  // allowed and e permits it. The first one is invalid after an error.
  std::vector<Operand*> MultiExpr(syntax::Expr* e, bool allow_comma_ok, bool* comma_ok);
  // The values of a list of expressions, where a single call may have several.
  std::vector<Operand*> ExprList(std::span<syntax::Expr* const> list);
  // Checks expressions only for the sake of their own errors and uses; false after an error.
  bool Use(std::span<syntax::Expr* const> list, bool lhs = false);
  bool Use(syntax::Expr* e, bool lhs = false);
  void BasicLit(Operand* x, syntax::BasicLit* e);
  void LiteralVersion(syntax::BasicLit* e);
  void TypeAssertion(syntax::Expr* e, Operand* x, Type* t, bool type_switch);
  void NonGeneric(Target* target, Operand* x);

  // --- check_operator.cc: unary, binary, comparison, shift --------------------------------------

  void Unary(Operand* x, syntax::UnaryExpr* e);
  // e is the whole expression; null for `lhs op= rhs`.
  void Binary(Operand* x, syntax::Expr* e, syntax::Expr* lhs, syntax::Expr* rhs,
              syntax::Operator op);
  void BinaryRest(Operand* x, syntax::Expr* e, syntax::Expr* lhs, syntax::Expr* rhs,
                  syntax::Operator op);
  void Comparison(Operand* x, Operand* y, syntax::Operator op, bool switch_case);
  void Shift(Operand* x, Operand* y, syntax::Expr* e, syntax::Operator op);
  void MatchBinaryOperands(Operand* x, Operand* y);
  bool OperatorDefined(Operand* x, syntax::Operator op, bool is_unary);
  void StarExpr(Operand* x, syntax::StarExpr* e);
  // The element type of x for a receive or send; null after reporting an error.
  Type* ChanElem(Pos pos, Operand* x, bool recv);

  // --- operand.cc: operands, recording ----------------------------------------------------------

  Operand* NewOperand() { return context_->New<Operand>(); }
  // Reports x and invalidates it if its mode is one of the set.
  void Exclude(Operand* x, unsigned modes);
  void SingleValue(Operand* x);
  // Writes mode, type and value into x->expr. An untyped expression stays pending until its final
  // type is known.
  void Record(Operand* x);
  void RecordTypeAndValue(syntax::Expr* e, OperandMode mode, Type* t, const ConstValue& value);
  // e (and what it encloses in parentheses) is used in comma-ok form: its type becomes a tuple.
  void RecordCommaOk(syntax::Expr* e, std::span<Operand* const> values);

  // --- conversion.cc: untyped operands, representability, conversions ---------------------------

  // Gives the pending untyped expression e (and its operands) type t. final: t is the last word
  // even if it is untyped.
  void UpdateExprType(syntax::Expr* e, Type* t, bool final);
  void UpdateNodeType(syntax::Expr* e, Type* t, bool final);
  void UpdateExprValue(syntax::Expr* e, const ConstValue& value);
  ImplicitType ImplicitTypeAndValue(Operand* x, Type* target);
  void ConvertUntyped(Operand* x, Type* target);
  void InvalidConversion(Fit fit, Operand* x, Type* target);
  // Whether v can be represented as a value of type t; *rounded, where given, is that value.
  bool RepresentableConst(const ConstValue& v, Basic* t, ConstValue* rounded);
  Fit Representation(Operand* x, Basic* t, ConstValue* value);
  void Representable(Operand* x, Basic* t);
  void Overflow(Operand* x, Pos op_pos);
  void Conversion(Operand* x, Type* t);  // the conversion t(x)
  bool ConvertibleTo(Operand* x, Type* t, std::string* cause);

  // --- check_literal.cc: composite and function literals ----------------------------------------

  void CompositeLit(Operand* x, syntax::CompositeLit* e, Type* hint);
  void StructLit(Operand* x, syntax::CompositeLit* e, Struct* t, Type* base);
  void MapLit(Operand* x, syntax::CompositeLit* e, Map* t);
  // Elements of an array or slice literal; returns its length.
  int64_t IndexedElems(std::span<syntax::Expr* const> elems, Type* t, int64_t length);
  void FuncLit(Operand* x, syntax::FuncLit* e);

  // --- check_index.cc: index and slice expressions ----------------------------------------------

  // Whether it is a function instantiation (the caller then calls FuncInst).
  bool IndexExpr(Operand* x, syntax::IndexExpr* e);
  void SliceExpr(Operand* x, syntax::SliceExpr* e);
  syntax::Expr* SingleIndex(syntax::IndexExpr* e);
  // Checks an index value: an integer, not negative, and below max if that is >= 0. Returns its
  // type, or the invalid type; *value is the constant or -1.
  Type* Index(syntax::Expr* e, int64_t max, int64_t* value);
  bool IsValidIndex(Operand* x, std::string_view what, bool allow_negative);

  // --- check_call.cc, check_builtin.cc ----------------------------------------------------------

  ExprKind CallExpr(Operand* x, syntax::CallExpr* e);
  // As ExprList; operands may be generic functions, with the type arguments given so far.
  std::vector<Operand*> GenericExprList(std::span<syntax::Expr* const> list,
                                        std::vector<std::vector<Type*>>* targs);
  // Checks the arguments of a call; returns the signature called, instantiated if it is generic.
  Signature* Arguments(syntax::CallExpr* call, Signature* sig, std::vector<Type*> targs,
                       std::span<syntax::Expr* const> xlist, std::vector<Operand*> args,
                       const std::vector<std::vector<Type*>>& arg_targs);
  // "(int, string...)", for messages.
  std::string TypesSummary(const std::vector<Type*>& list, bool variadic, bool has_dots);
  bool BuiltinCall(Operand* x, syntax::CallExpr* call, BuiltinId id);
  bool SimpleBuiltin(Operand* x, syntax::CallExpr* call, BuiltinId id,
                     std::span<Operand* const> args);
  bool UnsafeBuiltin(Operand* x, syntax::CallExpr* call, BuiltinId id,
                     std::span<Operand* const> args);
  bool AppendCall(Operand* x, syntax::CallExpr* call, std::span<Operand* const> args);
  bool LenCall(Operand* x, BuiltinId id);
  bool ComplexCall(Operand* x, Operand* y, syntax::CallExpr* call);
  bool RealImagCall(Operand* x, BuiltinId id);
  bool CopyCall(Operand* x, Operand* y);
  bool MakeCall(Operand* x, syntax::CallExpr* call);
  bool MinMaxCall(Operand* x, syntax::CallExpr* call, BuiltinId id,
                  std::span<Operand* const> args);
  bool OffsetofCall(Operand* x, syntax::CallExpr* call);
  Type* SliceElem(Operand* x, std::string* cause);
  bool IsBytesOrString(Type* t, bool* has_string);
  Type* ApplyToTypes(Operand* x, BuiltinId id, Type* (*f)(Context*, Type*));

  // --- check_assign.cc --------------------------------------------------------------------------

  // Checks that x can be assigned to type t in the given context ("assignment", "argument",...)
  // and converts untyped x. t null: only defaults untyped x.
  void Assignment(Operand* x, Type* t, std::string_view context);
  void InitConst(Const* lhs, Operand* x);
  void InitVar(Var* lhs, Operand* x, std::string_view context);
  // return_stmt: not null for `return rhs`.
  void InitVars(std::span<Var* const> lhs, std::span<syntax::Expr* const> rhs,
                syntax::Stmt* return_stmt);
  // The type of the left side of an assignment: null for the blank identifier, invalid after an
  // error.
  Type* LhsVar(syntax::Expr* lhs);
  void AssignVar(syntax::Expr* lhs, syntax::Expr* rhs, Operand* x, std::string_view context);
  void AssignVars(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs);
  void AssignError(std::span<syntax::Expr* const> rhs, size_t num_lhs, size_t num_rhs);
  void ReturnError(syntax::Stmt* at, std::span<Var* const> lhs, std::span<Operand* const> rhs);
  void ShortVarDecl(Pos pos, std::span<syntax::Expr* const> lhs,
                    std::span<syntax::Expr* const> rhs);
  // Reports a missing or extra initialisation expression.
  void Arity(Pos pos, std::span<syntax::Ident* const> names, std::span<syntax::Expr* const> inits,
             bool const_decl, bool inherited);

  // --- check_stmt.cc, check_switch.cc, check_range.cc, terminating.cc ---------------------------

  void FuncBody(DeclInfo* decl, std::string_view name, FuncInfo* info, Signature* sig,
                syntax::BlockStmt* body, const std::optional<ConstValue>& iota);
  void StmtList(std::span<syntax::Stmt* const> list);
  void Stmt(syntax::Stmt* s);
  void AssignStmt(syntax::AssignStmt* s);
  void ReturnStmt(syntax::ReturnStmt* s);
  void SuspendedCall(std::string_view keyword, syntax::Expr* call);
  void Condition(syntax::Expr* cond, std::string_view statement);
  void SwitchStmt(syntax::SwitchStmt* s);
  void TypeSwitchStmt(syntax::TypeSwitchStmt* s);
  Type* CaseTypes(Operand* x, std::span<syntax::Expr* const> types,
                  std::vector<std::pair<Type*, syntax::Expr*>>* seen);
  void MultipleDefaults(std::span<syntax::CaseClause* const> clauses);
  void SelectStmt(syntax::SelectStmt* s);
  void RangeStmt(syntax::RangeStmt* s);
  struct RangeTypes;
  RangeTypes RangeKeyValue(Type* t);

  // --- state --------------------------------------------------------------------------------

  Environment env_;

 private:
  diag::Diagnostic& Report(Pos pos, diag::Kind kind, const diag::Arg* args, size_t count);
  void ReportVersion(Pos pos, int minor, std::string_view text);
  // What set the language version, as messages append it in parentheses.
  std::string VersionHint() const;

  Context* const context_;
  Package* const pkg_;
  CheckOptions options_;
  ConstPool consts_;
  Qualifier qualifier_;
  bool has_errors_ = false;
  diag::Diagnostic dropped_;  // what Error returns for a dropped report

  struct Delayed {
    std::function<void()> run;
    syntax::File* file;
  };
  std::vector<Delayed> delayed_;
  std::vector<Object*> object_path_;       // objects whose declarations are being checked
  std::vector<Object*> object_list_;       // package-level objects and methods, in source order
  std::vector<PkgName*> imports_;          // for the report of unused ones
  std::unordered_map<std::string_view, Package*> import_cache_;
  std::vector<DotImport> dot_imports_;
  struct PendingMethod {
    Func* func;
    syntax::Ident* base;
    bool is_pointer;
  };
  std::vector<PendingMethod> pending_methods_;  // to be attached to their types
  std::unordered_map<std::string_view, uint32_t> local_types_;  // local types by name, counted
  int resolve_depth_ = 0;                  // of Resolve, LoadNamed, CheckFuncBody
  int processing_ = 0;                     // depth of ProcessDelayed
  uint32_t last_decl_id_ = 0;
  struct InterfaceLiteral {
    Pos pos;
    Interface* type;
  };
  // Types written in the package that may be too large, for SizeChecks.
  std::vector<Type*> sized_types_;
  static constexpr int64_t kNotableLength = 64;
  void NoteSized(Type* t) {
    if (!options_.declarations_only) sized_types_.push_back(t);
  }
  std::vector<InterfaceLiteral> interfaces_;  // written in the package, not inside another one
  struct MonoInstance {
    Pos pos;
    std::vector<TypeParam*> tparams;
    std::vector<Type*> targs;
    std::vector<Pos> arg_pos;
  };
  std::vector<MonoInstance> mono_instances_;
  std::unordered_map<TypeParam*, TypeParam*> mono_canon_;
  friend class DepthGuard;
  int depth_ = 0;                          // of nested type expressions
  int expr_depth_ = 0;                     // of nested expressions
  int stmt_depth_ = 0;                     // of nested statements
};

// Bounds the recursion of the checker; reports once when the bound is passed.
class DepthGuard {
 public:
  DepthGuard(Checker* checker, const syntax::Node* at) : checker_(checker) {
    if (++checker_->depth_ == kLimit) checker_->Error(at, diag::kNestingTooDeep);
  }
  ~DepthGuard() { checker_->depth_--; }
  bool exceeded() const { return checker_->depth_ >= kLimit; }

 private:
  // Deeper than any program goes; shallow enough for the stacks of threads (8 MB).
  static constexpr int kLimit = 2000;
  Checker* const checker_;
};

}  // namespace gol::types
