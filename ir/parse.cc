// The reader of the IR's text form: one recursive-descent pass per line, types included. See
// print.cc for the form.
#include "ir/parse.h"

#include <cctype>
#include <cstdlib>
#include <unordered_map>
#include <vector>

#include "frontend/types/scope.h"
#include "ir/builder.h"
#include "ir/type_layout.h"

namespace gol::ir {

namespace {

using types::Type;

class Reader {
 public:
  Reader(std::string_view text, Module* module, const ParseOptions& options)
      : text_(text), m_(module), c_(module->context), options_(options) {
    for (int i = 0; i < static_cast<int>(Op::kCount); i++) {
      ops_[InfoOf(static_cast<Op>(i)).text] = static_cast<Op>(i);
    }
    for (Func* f : m_->funcs) funcs_[std::string(f->name)] = f;
  }

  Result<void> Run() {
    while (ok() && NextLine()) {
      if (line_.empty()) continue;
      if (Word("func")) {
        ReadFunc();
      } else {
        Fail("expected a function");
      }
    }
    if (!ok()) return Error{error_};
    return {};
  }

  Type* OneType() {
    line_ = text_;
    Type* t = ReadType();
    Skip();
    if (ok() && at_ != line_.size()) Fail("text behind the type");
    return t;
  }
  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }

 private:
  void Fail(const std::string& what) {
    if (ok()) error_ = "line " + std::to_string(line_no_) + ": " + what + " at \"" +
                       std::string(line_.substr(std::min(at_, line_.size()))) + "\"";
  }

  bool NextLine() {
    if (next_ >= text_.size()) return false;
    size_t end = text_.find('\n', next_);
    if (end == std::string_view::npos) end = text_.size();
    line_ = text_.substr(next_, end - next_);
    next_ = end + 1;
    line_no_++;
    at_ = 0;
    Skip();
    line_ = line_.substr(at_);
    at_ = 0;
    if (line_.starts_with("//")) line_ = {};
    return true;
  }

  void Skip() {
    while (at_ < line_.size() && line_[at_] == ' ') at_++;
  }
  char Peek() {
    Skip();
    return at_ < line_.size() ? line_[at_] : 0;
  }
  bool Take(std::string_view s) {
    Skip();
    if (!line_.substr(at_).starts_with(s)) return false;
    at_ += s.size();
    return true;
  }
  void Need(std::string_view s) {
    if (!Take(s)) Fail("expected \"" + std::string(s) + "\"");
  }
  static bool IsNameChar(char c) {
    return isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '/' ||
           static_cast<unsigned char>(c) >= 0x80;
  }
  std::string_view Name() {
    Skip();
    size_t from = at_;
    while (at_ < line_.size() && IsNameChar(line_[at_])) at_++;
    if (from == at_) Fail("expected a name");
    return line_.substr(from, at_ - from);
  }
  bool Word(std::string_view w) {
    size_t save = at_;
    Skip();
    size_t from = at_;
    while (at_ < line_.size() && (IsNameChar(line_[at_]))) at_++;
    if (line_.substr(from, at_ - from) == w) return true;
    at_ = save;
    return false;
  }
  int64_t Number() {
    Skip();
    size_t from = at_;
    if (at_ < line_.size() && line_[at_] == '-') at_++;
    while (at_ < line_.size() && isdigit(static_cast<unsigned char>(line_[at_]))) at_++;
    if (from == at_) Fail("expected a number");
    return strtoll(std::string(line_.substr(from, at_ - from)).c_str(), nullptr, 10);
  }
  std::string String() {
    Need("\"");
    std::string s;
    while (at_ < line_.size() && line_[at_] != '"') {
      char c = line_[at_++];
      if (c == '\\' && at_ < line_.size()) {
        c = line_[at_++];
        switch (c) {
          case 'n': c = '\n'; break;
          case 't': c = '\t'; break;
          case 'r': c = '\r'; break;
          case 'a': c = '\a'; break;
          case 'b': c = '\b'; break;
          case 'f': c = '\f'; break;
          case 'v': c = '\v'; break;
          case 'x':
            c = static_cast<char>(strtol(std::string(line_.substr(at_, 2)).c_str(), nullptr, 16));
            at_ += 2;
            break;
          default: break;
        }
      }
      s += c;
    }
    Need("\"");
    return s;
  }

  types::Tuple* ReadParams(bool* variadic) {
    std::vector<types::Var*> vars;
    Need("(");
    while (ok() && Peek() != ')') {
      bool dots = Take("...");
      Type* t = ReadType();
      if (!ok()) return nullptr;
      if (dots) {
        *variadic = true;
        t = c_->NewSlice(t);
      }
      vars.push_back(c_->NewParam(Pos(), nullptr, "", t));
      if (!Take(",")) break;
    }
    Need(")");
    return c_->NewTuple(vars);
  }

  types::Signature* ReadSignature() {
    auto* sig = c_->New<types::Signature>();
    bool variadic = false;
    sig->params = ReadParams(&variadic);
    sig->variadic = variadic;
    if (Peek() == '(') {
      sig->results = ReadParams(&variadic);
    } else if (StartsType()) {
      if (Type* t = ReadType()) sig->results = c_->NewTuple({c_->NewParam(Pos(), nullptr, "", t)});
    }
    return sig;
  }

  // Whether a result type follows a parameter list (and not a flag or the end).
  bool StartsType() {
    char c = Peek();
    if (c == '*' || c == '[' || c == '<') return true;
    if (!IsNameChar(c)) return false;
    size_t save = at_;
    std::string_view n = Name();
    at_ = save;
    return n == "func" || n == "map" || n == "chan" || n == "struct" || n == "interface" ||
           LookupName(n) != nullptr;
  }

  Type* LookupName(std::string_view n) {
    if (n == "unsafe.Pointer") return c_->basic(types::BasicKind::kUnsafePointer);
    if (auto* tn = types::DynCast<types::TypeName>(c_->universe()->Lookup(n))) return tn->type;
    return options_.named ? options_.named(n) : nullptr;
  }

  Type* ReadType() {
    Type* t = ReadTypeRaw();
    if (t == nullptr) {
      Fail("expected a type");
      return m_->layout().Canon(c_->basic(types::BasicKind::kInt));
    }
    return t->kind == types::TypeKind::kTuple ? t : m_->layout().Canon(t);
  }

  Type* ReadTypeRaw() {
    if (Take("*")) return c_->NewPointer(ReadType());
    if (Take("[")) {
      if (Take("]")) return c_->NewSlice(ReadType());
      int64_t n = Number();
      Need("]");
      return c_->NewArray(ReadType(), n);
    }
    if (Take("<-chan ")) return c_->NewChan(types::ChanDir::kRecvOnly, ReadType());
    if (Take("chan<- ")) return c_->NewChan(types::ChanDir::kSendOnly, ReadType());
    if (Take("(")) {
      std::vector<types::Var*> vars;
      while (ok() && Peek() != ')') {
        vars.push_back(c_->NewParam(Pos(), nullptr, "", ReadType()));
        if (!Take(",")) break;
      }
      Need(")");
      return vars.empty() ? nullptr : c_->NewTuple(vars);
    }
    if (!IsNameChar(Peek())) return nullptr;
    std::string_view n = Name();
    if (n == "map") {
      Need("[");
      Type* key = ReadType();
      Need("]");
      return c_->NewMap(key, ReadType());
    }
    if (n == "chan") return c_->NewChan(types::ChanDir::kSendRecv, ReadType());
    if (n == "func") return ReadSignature();
    if (n == "struct") {
      auto* s = c_->New<types::Struct>();
      std::vector<types::Var*> fields;
      Need("{");
      while (ok() && Peek() != '}') {
        std::string_view name = c_->Intern(Name());
        Type* t = ReadType();
        fields.push_back(c_->New<types::Var>(types::VarKind::kField, Pos(), nullptr, name, t));
        if (!Take(";")) break;
      }
      Need("}");
      s->fields = c_->List(fields);
      return s;
    }
    if (n == "interface") {
      Need("{");
      Need("}");
      return c_->empty_interface();
    }
    return LookupName(n);
  }

  Func* FuncNamed(const std::string& name) {
    Func*& f = funcs_[name];
    if (f == nullptr) f = m_->NewFunc(name, FuncKind::kExtern);
    return f;
  }

  BlockId Target() {
    Need("b");
    auto n = static_cast<size_t>(Number());
    if (n > 1000000) {
      Fail("block number out of range");
      return {};
    }
    if (f_->blocks.size() <= n) f_->blocks.resize(n + 1);
    return BlockId(n);
  }

  ValueId Value() {
    if (Take("-")) return {};
    Need("%");
    return MapValue(static_cast<size_t>(Number()));
  }
  ValueId MapValue(size_t n) {
    if (n > 10000000) {
      Fail("value number out of range");
      return {};
    }
    if (f_->insts.size() <= n) f_->insts.resize(n + 1);
    return ValueId(n);
  }

  Local& LocalNumber(size_t n) {
    if (n > 1000000) {
      Fail("local number out of range");
      n = 0;
    }
    if (f_->locals.size() <= n) f_->locals.resize(n + 1);
    return f_->locals[n];
  }

  void ReadFunc() {
    // The name ends at the "(" that follows its last name character; methods have "(*T)" inside.
    Skip();
    size_t from = at_;
    while (at_ < line_.size()) {
      if (line_[at_] == '(' && at_ > from && line_[at_ - 1] != '.') break;
      at_++;
    }
    std::string name(line_.substr(from, at_ - from));
    f_ = FuncNamed(name);
    if (!f_->blocks.empty()) Fail("function is defined twice");
    f_->kind = FuncKind::kDeclared;
    auto* sig = c_->New<types::Signature>();
    std::vector<types::Var*> params, results;
    Need("(");
    while (ok() && Peek() != ')') {
      std::string_view n = Name();
      Type* t = ReadType();
      f_->params.push_back(LocalId(f_->locals.size()));
      Local& l = f_->locals.emplace_back();
      l.name = n == "_" ? std::string_view() : m_->arena.Copy(n);
      l.type = t;
      l.is_param = true;
      params.push_back(c_->NewParam(Pos(), nullptr, "", t));
      if (!Take(",")) break;
    }
    Need(")");
    std::vector<Type*> result_types;
    if (Peek() == '(') {
      Need("(");
      while (ok() && Peek() != ')') {
        result_types.push_back(ReadType());
        if (!Take(",")) break;
      }
      Need(")");
    } else if (StartsType()) {
      result_types.push_back(ReadType());
    }
    for (Type* t : result_types) results.push_back(c_->NewParam(Pos(), nullptr, "", t));
    sig->params = c_->NewTuple(params);
    sig->results = c_->NewTuple(results);
    f_->sig = sig;
    if (Word("defer")) f_->has_defer = true;
    if (Word("recover")) f_->has_recover = true;
    if (Word("wrapper")) f_->is_wrapper = true;
    if (Word("closure")) f_->is_closure = true;
    if (Take("resume=")) f_->recover_block = Target();
    Need("{");
    BlockId block;
    while (ok()) {
      if (!NextLine()) {
        Fail("function does not end");
        return;
      }
      if (line_.empty()) continue;
      if (line_ == "}") break;
      if (line_[0] == 'b' && line_.back() == ':') {
        block = Target();
        continue;
      }
      if (!block.is_valid()) {
        ReadHeader();
        continue;
      }
      ReadInst(block);
    }
    Renumber();
    f_->is_built = true;
  }

  void ReadHeader() {
    if (Word("capture")) {
      Number();
      Capture c;
      c.type = ReadType();
      c.by_value = Word("val");
      if (!c.by_value && !Word("ref")) Fail("expected val or ref");
      c.offset = Number();
      f_->captures.push_back(c);
      return;
    }
    bool result = Word("result");
    if (!result && !Word("local")) {
      Fail("expected a local");
      return;
    }
    Need("$");
    auto n = static_cast<size_t>(Number());
    std::string_view name = Name();
    Type* t = ReadType();
    Local& l = LocalNumber(n);
    l.name = name == "_" ? std::string_view() : m_->arena.Copy(name);
    l.type = t;
    l.is_result = result;
    if (result) f_->results.push_back(LocalId(n));
    while (ok() && Peek() != 0) {
      std::string_view flag = Name();
      if (flag == "heap") l.on_heap = true;
      else if (flag == "captured") l.captured = true;
      else if (flag == "addressed") l.address_taken = true;
      else if (flag == "volatile") l.is_volatile = true;
      else Fail("unknown flag");
    }
  }

  void ReadInst(BlockId block) {
    ValueId id;
    Type* type = nullptr;
    if (Peek() == '%') {
      id = Value();
      type = ReadType();
      Need("=");
    }
    std::string op_name(Name());
    auto found = ops_.find(op_name);
    if (found == ops_.end()) {
      Fail("unknown operation " + op_name);
      return;
    }
    Inst i;
    i.op = found->second;
    i.type = type;
    i.block = block;
    std::vector<ValueId> args;
    if (Peek() == '%' || Peek() == '-') {
      do {
        args.push_back(Value());
      } while (ok() && Take(","));
    }
    i.args = m_->arena.CopyList(args);
    std::vector<SwitchCase> cases;
    bool have_float = false;
    while (ok() && Peek() != 0) {
      char c = Peek();
      if (c == '$') {
        at_++;
        i.local = LocalId(static_cast<size_t>(Number()));
      } else if (c == '@') {
        at_++;
        if (Peek() == '"') {
          i.callee = FuncNamed(String());
        } else {
          i.pos = Pos{static_cast<uint32_t>(Number())};
        }
      } else if (c == '&') {
        at_++;
        i.global = GlobalNamed(String());
      } else if (c == '~') {
        at_++;
        i.data = DataNamed(String());
      } else if (c == '"') {
        i.text = m_->arena.Copy(String());
      } else if (c == '#') {
        at_++;
        i.imm = Number();
      } else if (Take("elem=")) {
        i.elem = ReadType();
      } else if (Take("elem2=")) {
        i.elem2 = ReadType();
      } else if (Take("sig=")) {
        i.sig = types::DynCast<types::Signature>(ReadType());
      } else if (Take("float=")) {
        size_t from = at_;
        while (at_ < line_.size() && line_[at_] != ' ') at_++;
        double d = strtod(std::string(line_.substr(from, at_ - from)).c_str(), nullptr);
        (have_float ? i.fimm2 : i.fimm) = d;
        have_float = true;
      } else if (Word("case")) {
        SwitchCase sc;
        sc.value = Number();
        Need(":");
        sc.target = Target();
        cases.push_back(sc);
      } else if (c == 'b' && at_ + 1 < line_.size() &&
                 isdigit(static_cast<unsigned char>(line_[at_ + 1]))) {
        (i.target0.is_valid() ? i.target1 : i.target0) = Target();
      } else {
        std::string_view flag = Name();
        if (flag == "barrier") i.barrier = true;
        else if (flag == "on_stack") i.on_stack = true;
        else if (flag == "unsigned") i.is_unsigned = true;
        else if (flag == "in_loop") i.in_loop = true;
        else if (flag == "blocking") i.blocking = true;
        else if (flag == "no_copy") i.no_copy = true;
        else if (flag == "may_fault") i.may_fault = true;
        else if (flag == "volatile") i.is_volatile = true;
        else if (flag == "init") i.is_init = true;
        else if (flag == "likely") i.likely = 1;
        else if (flag == "unlikely") i.likely = 2;
        else Fail("unknown flag");
      }
    }
    i.cases = m_->arena.CopyList(cases);
    if (!id.is_valid()) {
      // Appending now could collide with a number that follows: Renumber does it at the end.
      pending_.push_back(i);
      f_->blocks[block.index].insts.push_back(ValueId(kPending + pending_.size() - 1));
    } else {
      f_->insts[id.index] = i;
      f_->blocks[block.index].insts.push_back(id);
    }
  }

  // Gives the instructions without results their numbers: above all that the text names.
  void Renumber() {
    for (Block& b : f_->blocks) {
      for (ValueId& v : b.insts) {
        if (v.index < kPending) continue;
        Inst& i = pending_[v.index - kPending];
        v = ValueId(f_->insts.size());
        f_->insts.push_back(i);
      }
    }
    pending_.clear();
  }

  Global* GlobalNamed(const std::string& name) {
    for (Global* g : m_->globals) {
      if (g->name == name) return g;
    }
    return m_->NewGlobal(name, m_->layout().Canon(c_->basic(types::BasicKind::kInt)));
  }
  const StaticData* DataNamed(const std::string& name) {
    for (StaticData* d : m_->data) {
      if (d->name == name) return d;
    }
    StaticData* d = m_->NewData();
    d->name = m_->arena.Copy(name);
    return d;
  }

  static constexpr size_t kPending = 0x40000000;
  std::string_view text_;
  Module* const m_;
  types::Context* const c_;
  const ParseOptions& options_;
  std::unordered_map<std::string_view, Op> ops_;
  std::unordered_map<std::string, Func*> funcs_;
  std::string_view line_;
  size_t at_ = 0;
  size_t next_ = 0;
  int line_no_ = 0;
  std::string error_;
  Func* f_ = nullptr;
  std::vector<Inst> pending_;  // without results, in order of appearance
};

}  // namespace

Result<void> Parse(std::string_view text, Module* module, const ParseOptions& options) {
  return Reader(text, module, options).Run();
}

Result<types::Type*> ParseType(std::string_view text, Module* module,
                               const ParseOptions& options) {
  Reader reader(text, module, options);
  types::Type* t = reader.OneType();
  if (!reader.ok()) return Error{reader.error()};
  return t;
}

}  // namespace gol::ir
