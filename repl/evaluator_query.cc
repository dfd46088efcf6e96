// Questions to an Evaluator that run nothing: variables, names, members, types, code. See evaluator.cc.
#include <algorithm>
#include <cctype>

#include "base/large_stack.h"
#include "embed/std_sources.h"
#include "frontend/types/check.h"
#include "frontend/types/predicates.h"
#include "frontend/types/type_string.h"
#include "frontend/types/typeset.h"
#include "ir/print.h"
#include "repl/doc.h"
#include "repl/evaluator_impl.h"

namespace gol::repl {

std::vector<Value> Evaluator::Variables() const {
  std::vector<Value> list;
  for (types::Object* o : impl_->scope->objects()) {
    if (auto* v = types::DynCast<types::Var>(o)) {
      list.push_back(impl_->ValueOf(v, std::string(v->name)));
    }
  }
  std::sort(list.begin(), list.end(),
            [](const Value& a, const Value& b) { return a.name < b.name; });
  return list;
}

std::vector<Global> Evaluator::Globals() const {
  std::vector<Global> list;
  for (const Impl::Variable& v : impl_->variables) {
    Global::Kind kind = Global::kVisible;
    if (v.is_probe) kind = Global::kProbe;
    else if (v.is_result) kind = Global::kResult;
    else if (impl_->scope->Lookup(v.var->name) != v.var) kind = Global::kHidden;
    list.push_back({kind, impl_->ValueOf(v.var, std::string(v.is_result ? "_" : v.var->name)), v.input});
  }
  return list;
}

std::string Evaluator::GlobalAt(const void* address) const {
  const auto* at = static_cast<const char*>(address);
  const std::string_view name = embed::StdGlobalAt(at - impl_->globals.base());
  if (!name.empty()) return std::string(name);
  for (const Global& g : Globals()) {
    const auto* base = static_cast<const char*>(g.value.address);
    if (base != nullptr && g.value.type != nullptr && at >= base && at < base + g.value.type->size) {
      return g.value.name;
    }
  }
  return {};
}

std::vector<std::string> Evaluator::Names() const {
  std::vector<std::string> names;
  for (types::Scope* s : {impl_->scope, impl_->context.universe()}) {
    for (types::Object* o : s->objects()) names.emplace_back(o->name);
  }
  for (std::string_view path : embed::StdPackages()) {
    if (path.starts_with("internal/")) continue;
    names.emplace_back(path.substr(path.rfind('/') + 1));
  }
  return names;
}

std::vector<std::string> Evaluator::Members(std::string_view expression) {
  Impl& s = *impl_;
  std::vector<std::string> names;
  if (s.scope->Lookup(expression) == nullptr) {
    const std::string_view path = s.loader.StdPathForName(expression);
    std::string error;
    types::Package* package = path.empty() ? nullptr : s.loader.Import(path, nullptr, &error);
    if (package != nullptr) {
      for (types::Object* o : package->scope->objects()) {
        if (o->is_exported()) names.emplace_back(o->name);
      }
      return names;
    }
  }
  std::string error;
  types::Package* input = s.Load(expression, s.last_result, &error);
  s.emitter.Clear();
  if (input != nullptr) types::UndoExtensions(input);
  if (input == nullptr || input->results.size() != 1) return names;
  // Fields and methods, those of embedded fields included.
  std::vector<types::Type*> work = {input->results[0]->type};
  for (size_t i = 0; i < work.size() && i < 100; i++) {
    types::Type* t = types::Unalias(work[i]);
    if (auto* p = types::DynCast<types::Pointer>(t)) t = types::Unalias(p->elem);
    if (types::Named* n = types::AsNamed(t)) {
      for (size_t k = 0; k < n->num_methods(); k++) {
        types::Func* m = n->Method(k);
        if (m->is_exported() || m->pkg == nullptr || m->pkg->path == input->path) {
          names.emplace_back(m->name);
        }
      }
    }
    if (auto* st = types::UnderAs<types::Struct>(t)) {
      for (types::Var* f : st->fields) {
        if (f->is_exported() || (f->pkg != nullptr && f->pkg->path == input->path)) {
          names.emplace_back(f->name);
        }
        if (f->embedded) work.push_back(f->type);
      }
    } else if (auto* iface = types::UnderAs<types::Interface>(t)) {
      for (types::Func* m : types::GetTypeSet(iface)->methods) names.emplace_back(m->name);
    }
  }
  return names;
}

std::string Evaluator::TypeOf(std::string_view expression, std::string* error) {
  std::string load_error;
  types::Package* input = impl_->Load(expression, impl_->last_result, &load_error);
  if (input == nullptr) {
    *error = impl_->Rejected(load_error);
    return {};
  }
  types::UndoExtensions(input);
  std::string text;
  for (types::Var* v : input->results) {
    types::Qualifier qualifier;
    qualifier.relative_to = input;
    if (!text.empty()) text += ", ";
    text += types::TypeString(v->type, qualifier);
  }
  if (text.empty()) *error = "gol: not an expression with a value\n";
  return text;
}

bool Evaluator::Impl::Look(std::string_view text, std::string* error,
                           FunctionRef<void(const ir::Module&, const std::vector<const ir::Func*>&)> use) {
  const std::string declared = declarations.Find(std::string(text));
  std::string load_error;
  source_name = "<expression>";
  types::Package* input = Load(declared.empty() ? text : declared, last_result, &load_error);
  if (input == nullptr) {
    *error = Rejected(load_error);
    return false;
  }
  ir::Module module(&context);
  Parts parts;
  bool is_built = false;
  RunOnLargeStack([&] { is_built = Build(&module, input, globals_end, &parts); });
  if (is_built) {
    // Of an input its statements and what it declares, closures included; not what the compiler makes besides.
    std::vector<const ir::Func*> funcs;
    const std::string statements = std::string(input->link_path) + ".main";
    for (const ir::Func* f : module.funcs) {
      const bool is_own = f->is_built && f->pkg == input && f != module.entry &&
                          (f->kind == ir::FuncKind::kDeclared || f->kind == ir::FuncKind::kLiteral);
      const bool is_statements = f->name.substr(0, statements.size()) == statements;
      if (is_own && (declared.empty() || !is_statements)) funcs.push_back(f);
    }
    use(module, funcs);
  } else {
    *error = Rejected("");
  }
  types::UndoExtensions(input);
  return is_built;
}

namespace {

// Link names carry the number of an input: "main~7.f". The reader knows main.f.
std::string WithoutNumbers(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '~' && std::string_view(out).ends_with("main")) {
      while (i + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[i + 1]))) i++;
      continue;
    }
    out += text[i];
  }
  return out;
}

// Instructions and labels of an assembler's text: no directives, no comments.
std::string Instructions(std::string_view text) {
  std::string out;
  bool in_code = false;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1);
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    line = line.substr(0, line.find('#'));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    const size_t first = line.find_first_not_of(" \t");
    if (first == line.npos) continue;
    const bool is_label = line.back() == ':';
    // Code is what stands between a symbol's type and its size.
    if (line.ends_with(",@function")) in_code = true;
    if (line.substr(first).starts_with(".size")) in_code = false;
    if (!in_code) continue;
    if (line[first] == '.' && !(is_label && line.starts_with(".LBB"))) continue;
    if (is_label && line.starts_with(".L") && !line.starts_with(".LBB")) continue;
    if (is_label) {
      out += std::string(line) + "\n";
      continue;
    }
    // Mnemonic, and operands from a column of their own.
    line.remove_prefix(first);
    const size_t blank = std::min(line.find_first_of(" \t"), line.size());
    std::string row = "    " + std::string(line.substr(0, blank));
    const size_t operands = line.find_first_not_of(" \t", blank);
    if (operands != line.npos) {
      row.resize(std::max<size_t>(row.size() + 1, 12), ' ');
      row += line.substr(operands);
    }
    out += row + "\n";
  }
  return out;
}

}  // namespace

std::string Evaluator::IrOf(std::string_view text, std::string* error) {
  std::string out;
  impl_->Look(text, error, [&](const ir::Module&, const std::vector<const ir::Func*>& funcs) {
    for (const ir::Func* f : funcs) out += ir::Print(*f);
  });
  return WithoutNumbers(out);
}

std::string Evaluator::AsmOf(std::string_view text, std::string* error) {
  std::string out;
  impl_->Look(text, error, [&](const ir::Module& module, const std::vector<const ir::Func*>& funcs) {
    for (const ir::Func* f : funcs) {
      impl_->session->SetDump(
          [&](std::string_view stage, std::string_view code) {
            if (stage == "asm") out += Instructions(code);
          },
          jit::CodeSymbol(*f));
      if (!impl_->session->Compile(module)) *error = "gol: the code could not be made\n";
    }
    impl_->session->SetDump({}, {});
  });
  return WithoutNumbers(out);
}

std::string Evaluator::DocOf(std::string_view name) {
  std::string doc = DocOfStd(name);
  if (!doc.empty()) return doc;
  const std::string text = impl_->declarations.Find(std::string(name));
  if (!text.empty()) return DocOfText(text);
  if (types::Object* o = impl_->scope->Lookup(name)) {
    if (auto* v = types::DynCast<types::Var>(o)) {
      return "var " + std::string(name) + " " + impl_->ValueOf(v, "").static_type + "\n";
    }
  }
  return {};
}

}  // namespace gol::repl
