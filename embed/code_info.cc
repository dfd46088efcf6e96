// See embed/code_info.h.
#include "embed/code_info.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

#include "embed/std_index.h"
#include "embed/std_sources.h"

namespace gol::embed {
namespace {

// The file that this code came from, and what the loader added to its addresses.
struct OwnFile {
  std::string path = "/proc/self/exe";
  uint64_t bias = 0;
};

OwnFile FindOwnFile() {
  OwnFile file;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* out) {
        static const char kHere = 0;
        const auto here = reinterpret_cast<uint64_t>(&kHere);
        for (int i = 0; i < info->dlpi_phnum; i++) {
          const auto& p = info->dlpi_phdr[i];
          const uint64_t at = info->dlpi_addr + p.p_vaddr;
          if (p.p_type != PT_LOAD || here < at || here >= at + p.p_memsz) continue;
          auto* file = static_cast<OwnFile*>(out);
          // The executable has no name.
          if (info->dlpi_name != nullptr && info->dlpi_name[0] != 0) file->path = info->dlpi_name;
          file->bias = info->dlpi_addr;
          return 1;
        }
        return 0;
      },
      &file);
  return file;
}

// The line tables of the file that holds the precompiled packages: this process's executable, or gol's
// shared library. Read once per process, on the first traceback that needs them; immutable afterwards.
jit::ImageSymbolizer* OwnImage() {
  static const std::unique_ptr<jit::ImageSymbolizer> image =
      []() -> std::unique_ptr<jit::ImageSymbolizer> {
    const OwnFile file = FindOwnFile();
    int fd = open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return nullptr;
    struct stat st;
    void* map = MAP_FAILED;
    if (fstat(fd, &st) == 0) {
      map = mmap(nullptr, static_cast<size_t>(st.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
    }
    close(fd);
    if (map == MAP_FAILED) return nullptr;
    return jit::ImageSymbolizer::Create(
        {static_cast<const char*>(map), static_cast<size_t>(st.st_size)}, file.bias);
  }();
  return image.get();
}

// Functions that the compiler made and that tracebacks leave out, as Go's, besides wrappers:
// initialisers of packages, bound methods ("main.T.m-fm").
bool IsHidden(std::string_view function) {
  return function.ends_with("..inittask") || function.ends_with("..entry") ||
         function.ends_with("-fm") || function.ends_with("-defers");
}

// The name as programs see it. Type arguments are not written out: "main.(*List[...]).Push"; the
// form of a native function that func values point to has a mark.
std::string ShownName(std::string_view function) {
  std::string out;
  if (function.ends_with("-fv")) function.remove_suffix(3);
  int depth = 0;
  // The inputs of an interactive session, "main~3", are parts of main.
  if (function.starts_with("main~")) {
    out = "main";
    function.remove_prefix(std::min(function.find('.'), function.size()));
  }
  for (char c : function) {
    if (c == ']' && --depth == 0) out += "...";
    if (depth == 0) out += c;
    if (c == '[') depth++;
  }
  return out;
}

bool IsStdFile(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash != std::string_view::npos && HasStdPackage(path.substr(0, slash));
}

std::string CurrentFolder() {
  std::error_code ec;
  return std::filesystem::current_path(ec).string();
}

}  // namespace

SessionCodeInfo::SessionCodeInfo(jit::Session* session, const rt::ModuleInfo* module,
                                 std::vector<const StdPackage*> packages)
    : session_(session),
      module_(module),
      packages_(std::move(packages)),
      folder_(CurrentFolder()) {}

bool SessionCodeInfo::Lookup(uint64_t pc, FunctionRef<void(const rt::CodeFrame&)> fn) {
  std::vector<jit::Frame> frames;
  // The line tables are asked for return addresses.
  if (!session_->Symbolize(pc + 1, &frames)) {
    if (!IsStdCode(pc) || OwnImage() == nullptr || !OwnImage()->Symbolize(pc + 1, &frames)) {
      return false;
    }
  }
  for (size_t i = 0; i < frames.size(); i++) {
    rt::CodeFrame frame;
    frame.function = Keep(ShownName(frames[i].function));
    std::string& file = frames[i].file;
    // Tracebacks give whole paths; those of standard packages stand as they are in the binary.
    if (!file.empty() && file[0] != '/' && file[0] != '<' && !frames[i].is_exact_file &&
        !IsStdFile(file)) {
      file = folder_ + "/" + (file.starts_with("./") ? file.substr(2) : file);
    }
    frame.file = Keep(file);
    frame.is_wrapper = (frames[i].is_wrapper && frames[i].function != "runtime.main") ||
                       IsHidden(frames[i].function);
    frame.line = frames[i].line;
    frame.entry_pc = frames[i].entry_pc;
    frame.is_inlined = i + 1 < frames.size();
    if (frame.entry_pc != 0) {
      const auto* prefix = reinterpret_cast<const rt::FuncPrefix*>(frame.entry_pc) - 1;
      const uint64_t flags = prefix->magic == rt::kFuncPrefixMagic ? prefix->flags : 0;
      frame.has_params = (flags & rt::kFuncHasParams) != 0;
      frame.is_wrapper |= !frame.is_inlined && (flags & rt::kFuncIsWrapper) != 0;
    }
    fn(frame);
  }
  return true;
}

std::string_view SessionCodeInfo::Keep(const std::string& text) {
  std::lock_guard<std::mutex> guard(names_lock_);
  return *names_.insert(text).first;
}

bool SessionCodeInfo::IsCompiled(uint64_t pc) { return session_->Contains(pc) || IsStdCode(pc); }

std::string SessionCodeInfo::NativeName(uint64_t pc) {
  std::string name;
  std::vector<jit::Frame> frames;
  Dl_info shared;
  if (OwnImage() != nullptr && OwnImage()->Symbolize(pc + 1, &frames)) {
    name = frames.back().function;
  } else if (dladdr(reinterpret_cast<const void*>(pc), &shared) != 0) {
    // Functions that a library keeps to itself go by the library's name.
    if (shared.dli_sname != nullptr) return shared.dli_sname;
    name = shared.dli_fname != nullptr ? shared.dli_fname : "";
    return name.substr(name.rfind('/') + 1);
  }
  int status = -1;
  if (char* text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status)) {
    name = text;
    std::free(text);
    // Without parameters, and without parts that have no name.
    constexpr std::string_view kUnnamed = "(anonymous namespace)::";
    while (name.find(kUnnamed) != name.npos) name.erase(name.find(kUnnamed), kUnnamed.size());
    if (size_t at = name.find('('); at != name.npos && at != 0) name.resize(at);
  }
  return name;
}

void SessionCodeInfo::InsertTypes(const rt::ModuleInfo* module) {
  for (int64_t k = 0; module != nullptr && k < module->ntypes; k++) {
    const rt::GoString& str = module->types[k]->str;
    std::string_view key(str.ptr, static_cast<size_t>(str.len));
    // Objects share descriptors: the same one may be listed by several modules.
    auto [first, last] = types_.equal_range(key);
    bool is_known = false;
    for (auto it = first; it != last; ++it) is_known |= it->second == module->types[k];
    if (!is_known) types_.emplace(key, module->types[k]);
  }
}

void SessionCodeInfo::IndexTypes() {
  std::call_once(types_once_, [this] {
    // A program uses the descriptors of any package in the binary, imported or not.
    for (const StdPackage& p : AllStdPackages()) InsertTypes(p.module);
    InsertTypes(module_);
  });
}

void SessionCodeInfo::AddTypes(const rt::ModuleInfo* module) {
  IndexTypes();
  InsertTypes(module);
}

const rt::Type* SessionCodeInfo::FindType(std::string_view text, int64_t i) {
  IndexTypes();
  auto [first, last] = types_.equal_range(text);
  for (auto it = first; it != last; ++it) {
    if (i-- == 0) return it->second;
  }
  return nullptr;
}

}  // namespace gol::embed
