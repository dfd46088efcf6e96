// What an Evaluator is made of. See evaluator.cc.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/function_ref.h"
#include "embed/code_info.h"
#include "embed/globals.h"
#include "embed/package_loader.h"
#include "embed/std_index.h"
#include "frontend/diag/emitter.h"
#include "frontend/source/source_manager.h"
#include "frontend/types/context.h"
#include "frontend/types/object.h"
#include "frontend/types/package.h"
#include "frontend/types/scope.h"
#include "ir/func.h"
#include "jit/jit.h"
#include "repl/declarations.h"
#include "repl/evaluator.h"
#include "runtime/runtime.h"
#include "runtime/sched/stack_map_table.h"

namespace gol::repl {

// Address space for the variables of a session; pages cost when touched.
inline constexpr size_t kGlobalsBytes = size_t{256} << 20;

// An input, from when it is loaded until nothing needs it any more.
struct Input {
  std::unique_ptr<types::InputRegion> region;
  SourceFile* source = nullptr;
  types::Package* package = nullptr;  // null: it could not be loaded
  int number = 0;                     // of its link name
  const jit::LinkedModule* module = nullptr;  // null: it was not linked
  int64_t globals_base = 0;  // where its results are
  int64_t globals_bytes = 0;
  bool stays = false;  // it declares something, or its code may run again
};

struct Evaluator::Impl {
  explicit Impl(EvaluatorOptions o);

  Outcome Eval(std::string_view text, bool is_probe);
  // evaluator_inputs.cc
  void BeginInput(std::string_view text);
  void EndInputs();
  bool Drop(const Input& input);
  int64_t PlaceFor(const types::Package& input) const;
  bool Fits(int64_t place, int64_t bytes) const;
  void TakePlace(int64_t base, int64_t bytes);
  void GivePlaceBack(int64_t base, int64_t bytes);
  types::Package* Load(std::string_view text, types::Object* last, std::string* error);
  types::Package* LoadWithDependents(std::string_view text, std::string* error, std::string* note);
  // What an input needs besides itself, for the first time.
  struct Parts {
    std::vector<types::Package*> fresh;
    std::vector<const embed::StdPackage*> needed;
  };
  std::vector<types::Package*> FreshPackages(types::Package* input);
  bool Build(ir::Module* module, types::Package* input, int64_t globals_base, Parts* parts);
  void Attach(const Parts& parts);
  // Compiles a declared function, or an input, without running it. Calls use(module, names of the functions that were
  // asked for). False: *error says why not.
  bool Look(std::string_view text, std::string* error,
            FunctionRef<void(const ir::Module&, const std::vector<const ir::Func*>&)> use);
  std::string Rejected(const std::string& error);
  const rt::Type* DescriptorOf(types::Type* t);
  void Declare(types::Object* object);
  void AddMethods(const ir::Module& module, types::Type* t);
  Value ValueOf(types::Var* v, const std::string& name);
  bool RunsOnce(const ir::Module& module, const types::Package& input, const Parts& parts,
                const rt::ModuleInfo& info);
  void NoteUses(const ir::Module& module, const types::Package& input);
  void Forget(size_t first_of_input);
  void Clear(const types::Var* v);
  void NeedStdPackage(std::string_view path, std::vector<const embed::StdPackage*>* needed);
  void Attach(const rt::ModuleInfo& info, const void* init, const uint8_t* ptrmap);

  EvaluatorOptions options;
  SourceManager sources;
  diag::Emitter emitter;
  types::Context context;
  std::vector<std::unique_ptr<types::InputRegion>> regions;  // of inputs that stay
  std::vector<Input> done;  // nothing but their values keeps these
  Input current;            // the one that was loaded last
  embed::PackageLoader loader;
  types::Scope* scope;  // the session's
  types::Var* last_result = nullptr;
  struct Variable {
    types::Var* var;
    int input;
    bool is_result;
    bool is_probe;
    bool is_cleared = false;
  };
  std::vector<Variable> variables;
  // Those that code refers to which may run again, or whose address was taken.
  std::set<const types::Var*> used;
  int inputs = 0;  // evaluated, for their names in messages
  std::string source_name = "<expression>";  // of what is loaded
  int loads = 0;   // also those that were only looked at, for link names
  std::vector<int> free_numbers;  // of inputs that went
  Declarations declarations;

  std::shared_ptr<rt::StackMapTable> stack_maps = std::make_shared<rt::StackMapTable>();
  std::unique_ptr<jit::Session> session;
  std::string session_error;
  std::vector<const embed::StdPackage*> std_packages;  // attached, dependencies first
  std::set<const types::Package*> built;  // packages of the program's own
  std::vector<std::unique_ptr<jit::LinkedModule>> modules;  // of inputs whose variables or code are there
  std::vector<std::unique_ptr<rt::Funcval>> entries;
  std::map<std::string, int64_t, std::less<>> offsets;  // of inputs' variables, by link name
  int64_t globals_end;
  std::map<int64_t, int64_t> free_places;  // below globals_end, of values that went: bytes by offset

  // The order matters: the runtime goes before what its heap and stacks refer to.
  embed::GlobalsBlock globals{kGlobalsBytes};
  std::unique_ptr<embed::SessionCodeInfo> code_info;
  std::shared_ptr<rt::RunSignal> signal = std::make_shared<rt::RunSignal>();
  std::unique_ptr<rt::Runtime> runtime;

  std::thread idle;
  int idle_wake = -1;  // eventfd
  rt::Outcome idle_outcome;
};

}  // namespace gol::repl
