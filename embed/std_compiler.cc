// See embed/std_compiler.h.
//
// Packages are compiled in order of their imports, each in a compilation of its own in which it is
// checked in full and the packages it imports for their declarations only, as when a program is
// compiled. The variables of all packages share the runtime's globals block: each package's part
// follows those of the packages before it, so that every offset is a constant in the code.
//
// A change in the runtime makes a new compiler binary, yet the same code. So objects are kept under
// keys made of what they depend on: the compiler's own libraries, the processor, the package's
// text, the keys of what it imports, and the offsets given out so far. A package found there is
// loaded (for its imports) but neither built nor optimised, which is nine tenths of the work.
#include "embed/std_compiler.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/hash.h"
#include "embed/elf_symbols.h"
#include "embed/package_loader.h"
#include "embed/std_sources.h"
#include "ir/build/build.h"
#include "ir/func.h"
#include "ir/pass/pipeline.h"
#include "ir/verify.h"
#include "jit/jit.h"
#include "runtime/abi/module_info.h"

namespace gol::embed {
namespace {

bool AllPrecompiled(std::string_view) { return true; }

std::string FileName(std::string_view path) {
  std::string name(path);
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool WriteFile(const std::string& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  return static_cast<bool>(out.flush());
}

// What compiling one package gives.
struct Unit {
  std::string object;
  std::vector<std::pair<std::string, int64_t>> globals;  // link name and offset
  std::vector<std::pair<std::string, std::string>> summaries;  // link name and ir/pass/summary.h
  int64_t globals_end = 0;  // bytes of the globals block up to here
};

// Units kept in a folder, one file each: the hash of the rest, the unit.
class UnitCache {
 public:
  explicit UnitCache(std::string folder) : folder_(std::move(folder)) {
    std::error_code ec;
    if (!folder_.empty()) std::filesystem::create_directories(folder_, ec);
  }

  std::optional<Unit> Find(const std::string& key) const {
    if (folder_.empty()) return std::nullopt;
    std::optional<std::string> text = ReadFile(Path(key));
    constexpr size_t kHashDigits = 32;
    if (!text || text->size() < kHashDigits) return std::nullopt;
    std::string_view rest = std::string_view(*text).substr(kHashDigits);
    if (HashHex(rest) != std::string_view(*text).substr(0, kHashDigits)) return std::nullopt;
    Unit unit;
    unit.globals_end = TakeNumber(&rest);
    for (int64_t n = TakeNumber(&rest); n > 0; n--) {
      const int64_t offset = TakeNumber(&rest);
      const auto size = static_cast<size_t>(TakeNumber(&rest));
      unit.globals.emplace_back(rest.substr(0, size), offset);
      rest.remove_prefix(size);
    }
    for (int64_t n = TakeNumber(&rest); n > 0; n--) {
      std::string name = TakeText(&rest);
      unit.summaries.emplace_back(std::move(name), TakeText(&rest));
    }
    unit.object = rest;
    std::error_code ec;
    std::filesystem::last_write_time(Path(key), std::filesystem::file_time_type::clock::now(), ec);
    return unit;
  }

  void Store(const std::string& key, const Unit& unit) const {
    if (folder_.empty()) return;
    std::string text;
    PutNumber(&text, unit.globals_end);
    PutNumber(&text, static_cast<int64_t>(unit.globals.size()));
    for (const auto& [name, offset] : unit.globals) {
      PutNumber(&text, offset);
      PutNumber(&text, static_cast<int64_t>(name.size()));
      text += name;
    }
    PutNumber(&text, static_cast<int64_t>(unit.summaries.size()));
    for (const auto& [name, summary] : unit.summaries) {
      PutText(&text, name);
      PutText(&text, summary);
    }
    text += unit.object;
    // Renamed into place, so that another process sees all of it or nothing.
    const std::string temp = Path(key) + "." + std::to_string(getpid());
    std::error_code ec;
    if (WriteFile(temp, HashHex(text) + text)) std::filesystem::rename(temp, Path(key), ec);
  }

  // Removes what no run has used for a day.
  void Tidy() const {
    if (folder_.empty()) return;
    std::error_code ec;
    const auto limit = std::filesystem::file_time_type::clock::now() - std::chrono::hours(24);
    for (std::filesystem::directory_iterator it(folder_, ec), end; !ec && it != end;
         it.increment(ec)) {
      std::error_code gone;  // another process may remove files too
      const auto used = it->last_write_time(gone);
      if (!gone && used < limit) std::filesystem::remove(it->path(), gone);
    }
  }

 private:
  std::string Path(const std::string& key) const { return folder_ + "/" + key; }

  static void PutNumber(std::string* out, int64_t n) {
    out->append(reinterpret_cast<const char*>(&n), sizeof n);
  }
  static int64_t TakeNumber(std::string_view* in) {
    int64_t n;
    std::memcpy(&n, in->data(), sizeof n);
    in->remove_prefix(sizeof n);
    return n;
  }

  static void PutText(std::string* out, const std::string& text) {
    PutNumber(out, static_cast<int64_t>(text.size()));
    *out += text;
  }
  static std::string TakeText(std::string_view* in) {
    const auto size = static_cast<size_t>(TakeNumber(in));
    std::string text(in->substr(0, size));
    in->remove_prefix(size);
    return text;
  }

  const std::string folder_;
};

struct Compiled {
  std::string path;
  std::vector<std::string> imports;
};

class StdCompiler {
 public:
  explicit StdCompiler(const StdCompileOptions& options)
      : out_dir_(options.out_dir), cache_(options.cache_dir), options_(options) {}

  Result<void> Run() {
    Hash128 h;
    h.Add(jit::HostTarget());
    for (const std::string& file : options_.compiler_files) {
      std::optional<std::string> content = ReadFile(file);
      if (!content) return Error{"cannot read " + file};
      h.Add(*content);
    }
    compiler_key_ = h.Hex();
    for (std::string_view path : StdPackages()) {
      Result<void> done = Compile(std::string(path));
      if (!done) return done;
    }
    cache_.Tidy();
    return WriteTables();
  }

 private:
  Result<void> Compile(const std::string& path) {
    if (keys_.count(path) != 0) return {};
    SourceManager sources;
    diag::Emitter emitter(&sources);
    types::Context context;
    PackageLoader loader({.is_precompiled = AllPrecompiled}, &sources, &emitter, &context);
    std::string error;
    types::Package* package = loader.LoadStdForCompiling(path, &error);
    if (!error.empty()) return Error{"package " + path + ": " + error};
    if (emitter.has_errors()) return Error{emitter.Render()};

    Compiled compiled{path, {}};
    for (types::Package* import : package->imports) {
      if (import->is_unsafe) continue;
      compiled.imports.emplace_back(import->path);
      Result<void> done = Compile(std::string(import->path));
      if (!done) return done;
    }

    const std::string key = Key(compiled);
    std::optional<Unit> unit = cache_.Find(key);
    if (!unit) {
      ir::Module module(&context);
      module.name = path;
      module.sources = &sources;
      Result<Unit> built = Build(&module, package, &emitter);
      if (!built) return built.error();
      unit = std::move(built.value());
      cache_.Store(key, *unit);
    }
    keys_[path] = key;
    for (auto& [name, offset] : unit->globals) globals_[name] = offset;
    for (auto& [name, summary] : unit->summaries) summaries_[name] = summary;
    globals_bytes_ = (unit->globals_end + 63) & ~int64_t{63};
    for (std::string& name : DefinedSymbols(unit->object)) symbols_.insert(std::move(name));
    if (!WriteFile(out_dir_ + "/" + FileName(path) + ".o", unit->object)) {
      return Error{"cannot write the object of package " + path};
    }
    done_.push_back(std::move(compiled));
    return {};
  }

  std::string Key(const Compiled& package) const {
    Hash128 h;
    h.Add(compiler_key_);
    h.Add(package.path);
    for (const StdSource& source : StdPackageSources(package.path)) {
      h.Add(source.path);
      h.Add(source.text);
    }
    for (const std::string& import : package.imports) h.Add(keys_.at(import));
    h.Add(static_cast<uint64_t>(globals_bytes_));
    for (const auto& [name, offset] : globals_) {
      h.Add(name);
      h.Add(static_cast<uint64_t>(offset));
    }
    return h.Hex();
  }

  Result<Unit> Build(ir::Module* module, types::Package* package, diag::Emitter* emitter) {
    ir::BuildOptions build;
    build.emitter = emitter;
    build.is_precompiled = [&](const types::Package* p) { return p != package; };
    build.extern_global_offset = [&](std::string_view name) {
      auto it = globals_.find(std::string(name));
      return it == globals_.end() ? int64_t{-1} : it->second;
    };
    auto summary_of = [&](std::string_view name) -> std::string_view {
      auto it = summaries_.find(std::string(name));
      return it == summaries_.end() ? std::string_view() : std::string_view(it->second);
    };
    build.extern_summary = summary_of;
    build.globals_base = globals_bytes_;
    if (!ir::BuildPackage(module, package, build)) return Error{emitter->Render()};
    Unit unit;
    ir::PassOptions passes;
    passes.extern_summary = summary_of;
    passes.summaries = &unit.summaries;
    ir::RunPasses(module, passes);

    jit::Options options;
    Result<std::string> object = jit::CompileToObject(*module, options);
    if (!object) {
      return Error{"package " + std::string(module->name) + ": " + object.error().message};
    }
    unit.object = std::move(object.value());
    for (ir::Global* g : module->globals) {
      if (!g->is_extern) unit.globals.emplace_back(g->name, g->offset);
    }
    unit.globals_end = module->globals_base + module->globals_bytes;
    return unit;
  }

  static std::string Quoted(const std::string& name) {
    std::string out = "\"";
    for (char c : name) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + "\"";
  }

  Result<void> WriteTables() {
    std::ofstream out(out_dir_ + "/tables.S");
    out << "# Generated: what std_index.cc looks up.\n\t.section .rodata\n";
    size_t n = 0;
    auto row_name = [&](const std::string& text) {
      out << ".Lname" << n << ": .asciz " << Quoted(text) << "\n";
      return n++;
    };
    std::vector<size_t> symbol_names, global_names, summary_names, package_names, import_lists;
    for (const std::string& s : symbols_) symbol_names.push_back(row_name(s));
    for (const auto& [name, offset] : globals_) global_names.push_back(row_name(name));
    for (const auto& [name, summary] : summaries_) {
      summary_names.push_back(row_name(name));
      row_name(summary);
    }
    for (const Compiled& c : done_) {
      package_names.push_back(row_name(c.path));
      std::string list;
      for (const std::string& i : c.imports) list += (list.empty() ? "" : ",") + i;
      import_lists.push_back(row_name(list));
    }
    out << "\t.data\n\t.balign 8\n\t.globl gol_std_symbols\ngol_std_symbols:\n";
    size_t i = 0;
    for (const std::string& s : symbols_) {
      out << "\t.quad .Lname" << symbol_names[i++] << ", " << Quoted(s) << "\n";
    }
    out << "\t.globl gol_std_globals\ngol_std_globals:\n";
    i = 0;
    for (const auto& [name, offset] : globals_) {
      out << "\t.quad .Lname" << global_names[i++] << ", " << offset << "\n";
    }
    out << "\t.globl gol_std_summaries\ngol_std_summaries:\n";
    for (size_t name : summary_names) {
      out << "\t.quad .Lname" << name << ", .Lname" << name + 1 << "\n";
    }
    out << "\t.globl gol_std_packages\ngol_std_packages:\n";
    for (i = 0; i < done_.size(); i++) {
      out << "\t.quad .Lname" << package_names[i] << ", "
          << Quoted(rt::kModuleInfoPrefix + done_[i].path) << ", .Lname" << import_lists[i] << "\n";
    }
    auto number = [&](const char* name, uint64_t value) {
      out << "\t.globl " << name << "\n" << name << ": .quad " << value << "\n";
    };
    number("gol_std_symbol_count", symbols_.size());
    number("gol_std_global_count", globals_.size());
    number("gol_std_summary_count", summaries_.size());
    number("gol_std_package_count", done_.size());
    number("gol_std_globals_bytes", static_cast<uint64_t>(globals_bytes_));
    out << "\t.section .note.GNU-stack,\"\",@progbits\n";
    if (!out) return Error{"cannot write " + out_dir_ + "/tables.S"};
    return {};
  }

  const std::string out_dir_;
  const UnitCache cache_;
  const StdCompileOptions& options_;
  std::string compiler_key_;
  std::unordered_map<std::string, std::string> keys_;  // of the packages done, by path
  std::vector<Compiled> done_;               // imports before importers
  std::map<std::string, int64_t> globals_;   // link name to offset
  std::map<std::string, std::string> summaries_;  // of functions, by link name
  std::set<std::string> symbols_;
  int64_t globals_bytes_ = 0;
};

}  // namespace

Result<void> CompileStd(const StdCompileOptions& options) { return StdCompiler(options).Run(); }

}  // namespace gol::embed
