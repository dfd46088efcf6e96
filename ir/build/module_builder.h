// ModuleBuilder: what the building of all functions of a module shares: the worklist of functions
// to build, the instances of generic functions, wrappers, globals, needed type descriptors.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/syntax/ast.h"
#include "frontend/types/context.h"
#include "frontend/types/selection.h"
#include "ir/build/build.h"
#include "ir/func.h"
#include "ir/type_layout.h"

namespace gol::ir {

// What the type parameters in sight stand for while the body of a generic function is built.
struct Env {
  std::vector<types::TypeParam*> from;
  std::vector<types::Type*> to;  // canonical, without type parameters
};

// Counts the functions that are made inside a function, for their names.
struct NameScope {
  std::string prefix;          // "main.f", "main.f.func1"
  bool is_literal = false;     // literals inside are "prefix.1", otherwise "prefix.func1"
  int next_literal = 1;
  int next_thunk = 1;          // of go and defer
  int next_range = 1;
};

class ModuleBuilder {
 public:
  ModuleBuilder(Module* module, const BuildOptions& options);

  Module* module() { return module_; }
  types::Context* context() { return module_->context; }
  TypeLayout& layout() { return module_->layout(); }
  const BuildOptions& options() const { return options_; }

  bool BuildProgram(types::Package* main_package);
  bool BuildPackage(types::Package* package);
  bool BuildInput(types::Package* input, const std::vector<types::Package*>& packages);

  // Reports "gol: not supported: what".
  void NotSupported(Pos pos, std::string_view what);
  bool failed() const { return failed_; }

  // Canonical type with the environment applied.
  types::Type* Subst(types::Type* t, const Env* env);
  bool IsPrecompiled(const types::Package* pkg);

  // The function of a declared function or method (origin of an instance's method), for type
  // arguments of the function, or of a method's receiver. Queued for building on first use.
  Func* FuncFor(types::Func* f, const std::vector<types::Type*>& targs);
  // As FuncFor for a method found by look-up on a concrete receiver type.
  Func* FuncForMethod(types::Func* method, types::Type* recv);
  // Builds the body of a precompiled function too, where it is small enough to be inlined.
  void WantBody(Func* f);
  // Code for a func value of the function: that of a function written out where it is called, or
  // implemented natively, is a wrapper.
  Func* ValueFunc(Func* f);
  Global* GlobalFor(types::Var* v);
  // The object of another package that a //go:linkname line makes o a name for, or null.
  types::Object* Linknamed(types::Object* o);

  // A function that takes a receiver of type recv and calls the method: the method itself where
  // the receiver is declared so, else a wrapper.
  Func* MethodFunc(types::Type* recv, const MethodInfo& method);
  // The same for the data word of an interface.
  Func* IfaceMethodFunc(types::Type* type, const MethodInfo& method);
  // Func with receiver type iface and the method's parameters that calls through the interface.
  Func* IfaceCallFunc(types::Type* iface, types::Func* method);
  // x.M as a value: a function that captures the receiver (as the method, or the interface, takes
  // it) and has the method's parameters.
  Func* BoundMethodFunc(types::Type* recv, types::Func* method);

  // The descriptor of t (and of all that it refers to) is visible to the program.
  void NeedType(types::Type* t);

  // Queues a literal's body.
  void QueueLiteral(Func* f, types::FuncInfo* info, const Env* env, NameScope* names);
  NameScope* NewNames(std::string prefix, bool is_literal);
  Env* NewEnv() { return module_->arena.New<Env>(); }

  // The copy of a type that a generic function declares, for the function's instance.
  types::Type* LocalInstance(types::Named* named, const Env* env);
  std::string_view Copy(const std::string& s) { return module_->arena.Copy(s); }
  // Signature with canonical parameter and result types.
  types::Signature* CanonSignature(types::Type* t, const Env* env);
  // The same signature with a receiver.
  types::Signature* WithRecv(types::Signature* sig, types::Type* recv);
  // A signature made of types.
  types::Signature* MakeSignature(const std::vector<types::Type*>& params,
                                  const std::vector<types::Type*>& results, bool variadic);
  types::Type* IterType();  // struct of the map iterator
  // What inlining the body costs (inline_cost.h).
  int CostOfInlining(const types::FuncInfo* info);
  // The same of a function that is called, whose body may be elsewhere.
  int CostOfInlining(types::Func* f);
  // The name that the result of a call has in messages where the call will be inlined, or "".
  std::string InlinedResult(const syntax::CallExpr* call);
  // Go has a function for each instance that is used where its type arguments are known: it calls
  // the one for their shapes. Says what is inlined there.
  void NoteInstance(const Func* f);

 private:
  struct Task {
    Func* func = nullptr;
    types::FuncInfo* info = nullptr;
    const Env* env = nullptr;
    NameScope* names = nullptr;
  };

  void Drain();
  // Queues what main does not reach, too: -gcflags=-m tells of all functions.
  void BuildAll(types::Package* package);
  void BuildInit(types::Package* pkg, Func* f);
  void BuildAllOf(types::Package* package);
  void BuildEntry(const std::string& name, const std::vector<types::Package*>& order,
                  Func* main_func);
  std::vector<types::Package*> InitOrder(types::Package* main_package);
  Func* InitFunc(types::Package* pkg);
  // exports.cc
  void BuildExports(types::Package* main_package);
  void BuildAdapter(const std::string& name, types::Signature* sig, Func* callee, types::Type* closure);
  void NeedClosures(types::Signature* sig);
  std::string TypeArgsText(const std::vector<types::Type*>& targs);
  void AddMethods(types::Type* t);
  void ListMethods(types::Type* t);
  void NeedSignature(types::Func* m);
  types::Type* SubstLocal(types::Type* t, const Env* env);
  bool OwnsDescriptor(types::Type* t);
  static Intrinsic FindIntrinsic(const types::Func* f);
  static bool HasDirective(const types::Func* f, std::string_view text);

  Module* const module_;
  const BuildOptions& options_;
  bool failed_ = false;
  size_t num_instances_ = 0;  // of generic functions
  types::Package* package_ = nullptr;  // BuildPackage's
  std::deque<Task> tasks_;
  std::deque<types::Type*> type_tasks_;
  std::map<std::pair<types::Func*, std::vector<types::Type*>>, Func*> funcs_;
  std::unordered_map<types::Var*, Global*> globals_;
  std::unordered_map<types::Package*, Func*> inits_;
  std::unordered_map<Func*, Func*> value_funcs_;
  std::unordered_map<std::string, Func*> wrappers_;
  std::unordered_set<std::string> closure_adapters_;  // by symbol
  std::unordered_set<types::Type*> needed_;
  std::map<std::pair<types::Named*, std::vector<types::Type*>>, types::Type*> local_instances_;
  types::Type* iter_type_ = nullptr;
  std::unordered_map<const types::FuncInfo*, int> inline_costs_;
  std::unordered_set<const Func*> noted_instances_;
};

}  // namespace gol::ir
