// See embed/std_compiler.h.
//
// Packages are compiled in order of their imports, each in a compilation of its own in which it is
// checked in full and the packages it imports for their declarations only, as when a program is
// compiled. The variables of all packages share the runtime's globals block: each package's part
// follows those of the packages before it, so that every offset is a constant in the code.
#include "embed/std_compiler.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <unordered_set>

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

struct Compiled {
  std::string path;
  std::vector<std::string> imports;
};

class StdCompiler {
 public:
  explicit StdCompiler(std::string out_dir) : out_dir_(std::move(out_dir)) {}

  Result<void> Run() {
    for (std::string_view path : StdPackages()) {
      Result<void> done = Compile(std::string(path));
      if (!done) return done;
    }
    return WriteTables();
  }

 private:
  Result<void> Compile(const std::string& path) {
    if (!seen_.insert(path).second) return {};
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

    ir::Module module(&context);
    module.name = path;
    module.sources = &sources;
    ir::BuildOptions build;
    build.emitter = &emitter;
    build.is_precompiled = [&](const types::Package* p) { return p != package; };
    build.extern_global_offset = [&](std::string_view name) {
      auto it = globals_.find(std::string(name));
      return it == globals_.end() ? int64_t{-1} : it->second;
    };
    build.globals_base = globals_bytes_;
    if (!ir::BuildPackage(&module, package, build)) return Error{emitter.Render()};
    ir::RunPasses(&module, {});

    jit::Options options;
    Result<std::string> object = jit::CompileToObject(module, options);
    if (!object) return Error{"package " + path + ": " + object.error().message};
    for (ir::Global* g : module.globals) {
      if (!g->is_extern) globals_[std::string(g->name)] = g->offset;
    }
    globals_bytes_ = (module.globals_base + module.globals_bytes + 63) & ~int64_t{63};
    for (std::string& name : DefinedSymbols(object.value())) symbols_.insert(std::move(name));
    std::ofstream out(out_dir_ + "/" + FileName(path) + ".o", std::ios::binary);
    out.write(object.value().data(), static_cast<std::streamsize>(object.value().size()));
    if (!out) return Error{"cannot write the object of package " + path};
    done_.push_back(std::move(compiled));
    return {};
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
    std::vector<size_t> symbol_names, global_names, package_names, import_lists;
    for (const std::string& s : symbols_) symbol_names.push_back(row_name(s));
    for (const auto& [name, offset] : globals_) global_names.push_back(row_name(name));
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
    number("gol_std_package_count", done_.size());
    number("gol_std_globals_bytes", static_cast<uint64_t>(globals_bytes_));
    out << "\t.section .note.GNU-stack,\"\",@progbits\n";
    if (!out) return Error{"cannot write " + out_dir_ + "/tables.S"};
    return {};
  }

  const std::string out_dir_;
  std::unordered_set<std::string> seen_;
  std::vector<Compiled> done_;               // imports before importers
  std::map<std::string, int64_t> globals_;   // link name to offset
  std::set<std::string> symbols_;
  int64_t globals_bytes_ = 0;
};

}  // namespace

Result<void> CompileStd(const std::string& out_dir) { return StdCompiler(out_dir).Run(); }

}  // namespace gol::embed
