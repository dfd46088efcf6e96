// See embed/code_cache.h.
#include "embed/code_cache.h"

#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "base/hash.h"
#include "jit/jit.h"

namespace gol::embed {
namespace {

namespace fs = std::filesystem;

// Changes when the layout of the files does.
constexpr std::string_view kFormat = "gol-cache-1\n";
constexpr size_t kHashDigits = 32;
// How often a used file gets a new time. Shorter: more writes; longer: worse choice of the oldest.
constexpr time_t kTouchSeconds = 3600;

// What tells this gol from any other: the linker's hash of the executable's contents, or where
// there is none the file itself.
std::string BuildId() {
  std::string id;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* out) {
        for (int i = 0; i < info->dlpi_phnum; i++) {
          const ElfW(Phdr) & p = info->dlpi_phdr[i];
          if (p.p_type != PT_NOTE) continue;
          const char* at = reinterpret_cast<const char*>(info->dlpi_addr + p.p_vaddr);
          const char* const end = at + p.p_memsz;
          while (at + sizeof(ElfW(Nhdr)) <= end) {
            ElfW(Nhdr) note;
            std::memcpy(&note, at, sizeof note);
            const char* name = at + sizeof note;
            const char* desc = name + (note.n_namesz + 3) / 4 * 4;
            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
                std::memcmp(name, "GNU", 4) == 0) {
              static_cast<std::string*>(out)->assign(desc, note.n_descsz);
            }
            at = desc + (note.n_descsz + 3) / 4 * 4;
          }
        }
        return 1;  // the first one is the executable
      },
      &id);
  if (!id.empty()) return id;
  struct stat st;
  if (stat("/proc/self/exe", &st) != 0) return {};
  Hash128 h;
  for (auto v : {static_cast<uint64_t>(st.st_dev), static_cast<uint64_t>(st.st_ino),
                 static_cast<uint64_t>(st.st_size), static_cast<uint64_t>(st.st_mtim.tv_sec),
                 static_cast<uint64_t>(st.st_mtim.tv_nsec)}) {
    h.Add(v);
  }
  return h.Hex();
}

void PutString(std::string* out, std::string_view s) {
  const uint64_t n = s.size();
  out->append(reinterpret_cast<const char*>(&n), sizeof n);
  out->append(s);
}

bool TakeString(std::string_view* in, std::string* s) {
  uint64_t n;
  if (in->size() < sizeof n) return false;
  std::memcpy(&n, in->data(), sizeof n);
  in->remove_prefix(sizeof n);
  if (n > in->size()) return false;
  s->assign(in->substr(0, n));
  in->remove_prefix(n);
  return true;
}

}  // namespace

CodeCache::CodeCache(std::string folder, Request request, int64_t max_bytes)
    : folder_(std::move(folder)), max_bytes_(max_bytes) {
  Hash128 h;
  h.Add(kFormat);
  h.Add(BuildId());
  h.Add(jit::HostTarget());
  std::error_code ec;
  h.Add(fs::current_path(ec).string());
  h.Add(request.flags);
  for (const std::string& p : request.paths) h.Add(p);
  request_key_ = h.Hex();
}

std::string CodeCache::ObjectPath(const std::vector<Dependency>& dependencies) const {
  Hash128 h;
  h.Add(request_key_);
  for (const Dependency& d : dependencies) {
    h.Add(static_cast<uint64_t>(d.kind));
    h.Add(d.path);
    h.Add(d.hash);
  }
  return folder_ + "/" + h.Hex() + ".obj";
}

std::optional<std::string> CodeCache::Read(const std::string& path) const {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::string text;
  struct stat st;
  bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
  if (ok) {
    text.resize(static_cast<size_t>(st.st_size));
    size_t at = 0;
    while (at < text.size()) {
      const ssize_t n = read(fd, text.data() + at, text.size() - at);
      if (n <= 0) break;
      at += static_cast<size_t>(n);
    }
    ok = at == text.size();
    if (ok && st.st_mtim.tv_sec + kTouchSeconds < time(nullptr)) futimens(fd, nullptr);
  }
  close(fd);
  const size_t head = kFormat.size() + kHashDigits;
  if (!ok || text.size() < head || !text.starts_with(kFormat)) return std::nullopt;
  const std::string_view rest = std::string_view(text).substr(head);
  if (text.compare(kFormat.size(), kHashDigits, HashHex(rest)) != 0) return std::nullopt;
  text.erase(0, head);
  return text;
}

bool CodeCache::PrepareFolder() const {
  std::error_code ec;
  fs::create_directories(folder_, ec);
  struct stat st;
  // What lies in the folder is run: nobody else may write there.
  return stat(folder_.c_str(), &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
         (st.st_mode & S_IWOTH) == 0;
}

bool CodeCache::Write(const std::string& path, std::string_view content) const {
  static std::atomic<unsigned> counter{0};
  const std::string temp = folder_ + "/tmp." + std::to_string(getpid()) + "." +
                           std::to_string(counter.fetch_add(1, std::memory_order_relaxed));
  const int fd = open(temp.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const std::string head = std::string(kFormat) + HashHex(content);
  bool ok = true;
  for (std::string_view part : {std::string_view(head), content}) {
    while (ok && !part.empty()) {
      const ssize_t n = write(fd, part.data(), part.size());
      ok = n > 0;
      if (ok) part.remove_prefix(static_cast<size_t>(n));
    }
  }
  ok = close(fd) == 0 && ok;
  if (ok) ok = rename(temp.c_str(), path.c_str()) == 0;
  if (!ok) unlink(temp.c_str());
  return ok;
}

std::optional<CodeCache::Entry> CodeCache::Find() {
  struct stat st;
  if (stat(folder_.c_str(), &st) != 0 || st.st_uid != geteuid()) return std::nullopt;
  std::optional<std::string> list = Read(ListPath());
  if (!list) return std::nullopt;
  std::vector<Dependency> dependencies;
  for (std::string_view rest = *list; !rest.empty();) {
    Dependency d;
    d.kind = static_cast<Dependency::Kind>(rest[0]);
    rest.remove_prefix(1);
    if (!TakeString(&rest, &d.path)) return std::nullopt;
    d.hash = HashOfDependency(d.kind, d.path);
    dependencies.push_back(std::move(d));
  }
  std::optional<std::string> object = Read(ObjectPath(dependencies));
  if (!object) return std::nullopt;
  Entry entry;
  std::string_view rest = *object;
  if (rest.empty()) return std::nullopt;
  entry.is_quick = rest[0] != 0;
  rest.remove_prefix(1);
  std::string packages;
  if (!TakeString(&rest, &packages) || !TakeString(&rest, &entry.object) ||
      !TakeString(&rest, &entry.replacement)) {
    return std::nullopt;
  }
  for (std::string_view names = packages; !names.empty();) {
    std::string name;
    if (!TakeString(&names, &name)) return std::nullopt;
    entry.std_packages.push_back(std::move(name));
  }
  entry.dependencies = std::move(dependencies);
  return entry;
}

void CodeCache::Store(const std::vector<Dependency>& dependencies, const Entry& entry) {
  if (!PrepareFolder()) return;
  std::string list;
  for (const Dependency& d : dependencies) {
    list += static_cast<char>(d.kind);
    PutString(&list, d.path);
  }
  std::string packages, content;
  for (const std::string& p : entry.std_packages) PutString(&packages, p);
  content += entry.is_quick ? '\1' : '\0';
  PutString(&content, packages);
  PutString(&content, entry.object);
  PutString(&content, entry.replacement);
  // The list last: once it is there, so is what it leads to.
  if (Write(ObjectPath(dependencies), content)) Write(ListPath(), list);
  Evict();
}

void CodeCache::Evict() const {
  struct File {
    fs::path path;
    fs::file_time_type used;
    int64_t bytes;
  };
  std::vector<File> files;
  int64_t total = 0;
  std::error_code ec;
  for (fs::directory_iterator it(folder_, ec), end; !ec && it != end; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    const bool is_temp = name.starts_with("tmp.");
    if (!is_temp && !name.ends_with(".obj") && !name.ends_with(".deps")) continue;
    std::error_code gone;  // another process may remove files too
    const auto bytes = static_cast<int64_t>(it->file_size(gone));
    const auto used = it->last_write_time(gone);
    if (gone) continue;
    // Left behind by a process that died.
    if (is_temp && used + std::chrono::hours(1) < fs::file_time_type::clock::now()) {
      fs::remove(it->path(), gone);
      continue;
    }
    files.push_back({it->path(), used, bytes});
    total += bytes;
  }
  if (total <= max_bytes_) return;
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.used < b.used; });
  // A quarter below the limit, so that not each store has to remove something.
  for (const File& f : files) {
    if (total <= max_bytes_ / 4 * 3) break;
    if (fs::remove(f.path, ec)) total -= f.bytes;
  }
}

std::string CacheFolderFromEnvironment() {
  auto get = [](const char* name) {
    const char* v = std::getenv(name);
    return std::string(v == nullptr ? "" : v);
  };
  const std::string own = get("GOLCACHE");
  if (!own.empty()) return own[0] == '/' ? own : std::string();
  if (const std::string xdg = get("XDG_CACHE_HOME"); !xdg.empty() && xdg[0] == '/') {
    return xdg + "/gol";
  }
  const std::string home = get("HOME");
  return !home.empty() && home[0] == '/' ? home + "/.cache/gol" : std::string();
}

}  // namespace gol::embed
