// Static data for literals of constants. Words are stored in place, strings as references to
// their bytes; anything that would need a fresh object for each evaluation (slices, pointers,
// maps) is not constant.
#include "ir/build/static_data.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "frontend/types/predicates.h"
#include "runtime/abi/rtype.h"

namespace gol::ir {

using types::ConstValue;
using types::Type;

namespace {

constexpr int64_t kMaxBytes = 16 << 20;

class Filler {
 public:
  Filler(ModuleBuilder* mb, const Env* env) : mb_(mb), env_(env), pool_(mb->module()->arena) {}

  std::vector<char> bytes;
  std::vector<StaticData::Ref> refs;

  bool Fill(const syntax::Expr* e, Type* type, int64_t at) {
    e = syntax::Unparen(e);
    if (e->value != nullptr) return FillConst(*e->value, type, at);
    if (e->mode == syntax::OperandMode::kNilValue) return true;
    auto* lit = syntax::DynAs<syntax::CompositeLit>(e);
    if (lit == nullptr || e->type == nullptr) return false;
    Type* t = mb_->Subst(e->type, env_);
    if (mb_->layout().IsWord(t)) return false;
    // A literal that becomes an interface value has a box of its own.
    if (mb_->layout().KindOf(type) == rt::kInterface) return false;
    return FillLiteral(lit, t, at);
  }

  bool FillLiteral(const syntax::CompositeLit* e, Type* type, int64_t at) {
    TypeLayout& layout = mb_->layout();
    if (auto* s = types::UnderAs<types::Struct>(type)) {
      for (size_t i = 0; i < e->elems.size(); i++) {
        const syntax::Expr* value = e->elems[i];
        size_t field = i;
        if (auto* kv = syntax::DynAs<syntax::KeyValueExpr>(value)) {
          value = kv->val;
          std::string_view name = syntax::As<syntax::Ident>(kv->key)->name;
          for (size_t k = 0; k < s->fields.size(); k++) {
            if (s->fields[k]->name == name) field = k;
          }
        }
        if (s->fields[field]->name == "_") return false;
        if (!Fill(value, layout.Canon(s->fields[field]->type),
                  at + layout.FieldOffset(type, field))) {
          return false;
        }
      }
      return true;
    }
    auto* a = types::UnderAs<types::Array>(type);
    if (a == nullptr) return false;
    Type* elem = layout.Canon(a->elem);
    int64_t size = layout.SizeOf(elem);
    int64_t next = 0;
    for (const syntax::Expr* x : e->elems) {
      const syntax::Expr* value = x;
      if (auto* kv = syntax::DynAs<syntax::KeyValueExpr>(x)) {
        if (kv->key->value != nullptr) pool_.ToInt(*kv->key->value).GetInt64(&next);
        value = kv->val;
      }
      if (!Fill(value, elem, at + next * size)) return false;
      next++;
    }
    return true;
  }

 private:
  template <typename T>
  bool Put(int64_t at, T v) {
    memcpy(bytes.data() + at, &v, sizeof v);
    return true;
  }

  bool FillConst(const ConstValue& v, Type* type, int64_t at) {
    rt::Kind k = mb_->layout().KindOf(type);
    if (k == rt::kString) {
      std::string_view text = v.string_value();
      if (text.empty()) return true;
      StaticData::Ref ref;
      ref.offset = at;
      ref.kind = StaticData::RefKind::kString;
      ref.text = text;
      refs.push_back(ref);
      return Put(at + 8, static_cast<int64_t>(text.size()));
    }
    if (k == rt::kBool) return Put<char>(at, v.bool_value() ? 1 : 0);
    if (k >= rt::kInt && k <= rt::kUintptr) {
      uint64_t w = pool_.ToInt(v.is_complex() ? v.Real() : v).LowWord();
      memcpy(bytes.data() + at, &w, static_cast<size_t>(mb_->layout().SizeOf(type)));
      return true;
    }
    switch (k) {
      case rt::kFloat32: return Put(at, v.Real().ToFloat32());
      case rt::kFloat64: return Put(at, v.Real().ToDouble());
      case rt::kComplex64:
        return Put(at, v.Real().ToFloat32()) && Put(at + 4, v.Imag().ToFloat32());
      case rt::kComplex128:
        return Put(at, v.Real().ToDouble()) && Put(at + 8, v.Imag().ToDouble());
      default: return false;
    }
  }

  ModuleBuilder* const mb_;
  const Env* const env_;
  types::ConstPool pool_;
};

}  // namespace

const StaticData* StaticLiteral(ModuleBuilder* mb, const Env* env, const syntax::CompositeLit* e,
                                Type* type) {
  int64_t size = mb->layout().SizeOf(type);
  if (size == 0 || size > kMaxBytes) return nullptr;
  Filler filler(mb, env);
  filler.bytes.assign(static_cast<size_t>(size), 0);
  if (!filler.FillLiteral(e, type, 0)) return nullptr;
  StaticData* data = mb->module()->NewData();
  Arena& arena = mb->module()->arena;
  data->bytes = arena.Copy({filler.bytes.data(), filler.bytes.size()});
  data->align = mb->layout().AlignOf(type);
  data->refs = arena.CopyList(filler.refs);
  return data;
}

const StaticData* StaticElements(ModuleBuilder* mb, const Env* env,
                                 const std::vector<const syntax::Expr*>& list, Type* elem) {
  int64_t size = mb->layout().SizeOf(elem);
  int64_t total = size * static_cast<int64_t>(list.size());
  if (total > kMaxBytes) return nullptr;
  Filler filler(mb, env);
  filler.bytes.assign(static_cast<size_t>(total), 0);
  for (size_t i = 0; i < list.size(); i++) {
    if (!filler.Fill(list[i], elem, static_cast<int64_t>(i) * size)) return nullptr;
  }
  StaticData* data = mb->module()->NewData();
  Arena& arena = mb->module()->arena;
  data->bytes = arena.Copy(total > 0 ? std::string_view(filler.bytes.data(), filler.bytes.size())
                                     : std::string_view(""));
  data->align = mb->layout().AlignOf(elem);
  data->refs = arena.CopyList(filler.refs);
  return data;
}

const StaticData* EmbeddedFiles(ModuleBuilder* mb, const EmbeddedVar& e) {
  // As package embed declares them: a file is its path (a folder's with a slash at the end), the data and
  // a hash that nothing uses; in the order of folder, then name.
  struct Entry {
    std::string dir, elem, name;
    std::string_view data;
    bool operator<(const Entry& b) const { return dir != b.dir ? dir < b.dir : elem < b.elem; }
  };
  auto entry = [](std::string_view path, bool is_folder, std::string_view data) {
    size_t slash = path.rfind('/');
    Entry r;
    r.dir = slash == std::string_view::npos ? "." : std::string(path.substr(0, slash));
    r.elem = slash == std::string_view::npos ? path : path.substr(slash + 1);
    r.name = std::string(path) + (is_folder ? "/" : "");
    r.data = data;
    return r;
  };
  std::vector<Entry> list;
  std::set<std::string> folders;
  for (const EmbeddedVar::File& f : e.files) {
    list.push_back(entry(f.name, false, f.data));
    for (size_t at = f.name.find('/'); at != std::string::npos; at = f.name.find('/', at + 1)) {
      if (folders.insert(f.name.substr(0, at)).second) {
        list.push_back(entry(f.name.substr(0, at), true, {}));
      }
    }
  }
  std::sort(list.begin(), list.end());

  Arena& arena = mb->module()->arena;
  constexpr int64_t kFileBytes = 48;  // name, data, hash
  std::vector<char> bytes(list.size() * kFileBytes);
  std::vector<StaticData::Ref> refs;
  auto put_string = [&](int64_t at, std::string_view text) {
    if (text.empty()) return;
    StaticData::Ref ref;
    ref.offset = at;
    ref.kind = StaticData::RefKind::kString;
    ref.text = arena.Copy(text);
    refs.push_back(ref);
    auto size = static_cast<int64_t>(text.size());
    memcpy(bytes.data() + at + 8, &size, sizeof size);
  };
  for (size_t i = 0; i < list.size(); i++) {
    put_string(static_cast<int64_t>(i) * kFileBytes, list[i].name);
    put_string(static_cast<int64_t>(i) * kFileBytes + 16, list[i].data);
  }
  StaticData* files = mb->module()->NewData();
  files->bytes = arena.Copy({bytes.data(), bytes.size()});
  files->refs = arena.CopyList(refs);
  int64_t header[3] = {0, static_cast<int64_t>(list.size()), static_cast<int64_t>(list.size())};
  StaticData::Ref to_files;
  to_files.data = files;
  StaticData* slice = mb->module()->NewData();
  slice->bytes = arena.Copy({reinterpret_cast<const char*>(header), sizeof header});
  if (!list.empty()) slice->refs = arena.CopyList(std::vector<StaticData::Ref>{to_files});
  return slice;
}

}  // namespace gol::ir
