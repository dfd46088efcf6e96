// gol::MemoryFiles: a sorted map from paths to entries. What lies below a folder follows it, but for names such as
// "a-b" between "a" and "a/c".
#include <map>
#include <mutex>
#include <utility>

#include "gol/files.h"

namespace gol {
namespace {

constexpr uint64_t kEntryBytes = 64;

struct Entry {
  bool is_folder = false;
  std::string text;
};

uint64_t CostOf(const std::string& path, const Entry& e) { return kEntryBytes + path.size() + e.text.size(); }

std::string ParentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

struct MemoryFiles::Tree {
  const uint64_t max_bytes;
  std::mutex lock;
  // Guarded by lock.
  std::map<std::string, Entry> entries;
  uint64_t bytes = 0;

  bool is_fixed() const { return max_bytes == 0; }
  Entry* At(const std::string& path) {
    auto it = entries.find(path);
    return it == entries.end() ? nullptr : &it->second;
  }
  bool HasChildren(const std::string& folder) const {
    auto next = entries.upper_bound(folder + "/");
    return next != entries.end() && next->first.starts_with(folder + "/");
  }
  // Why there is nothing at path.
  int Missing(std::string path) {
    while (path != "/") {
      path = ParentOf(path);
      if (Entry* e = At(path); e != nullptr) return e->is_folder ? -ENOENT : -ENOTDIR;
    }
    return -ENOENT;
  }
  bool HasRoomFor(uint64_t more) const { return more <= max_bytes && bytes <= max_bytes - more; }
  Entry& Insert(const std::string& path, bool is_folder) {
    auto [it, is_new] = entries.try_emplace(path);
    if (is_new) {
      it->second.is_folder = is_folder;
      bytes += CostOf(path, it->second);
    }
    return it->second;
  }
  void Erase(std::map<std::string, Entry>::iterator it) {
    bytes -= CostOf(it->first, it->second);
    entries.erase(it);
  }
  int Make(const std::string& path, bool is_folder) {
    if (is_fixed()) return -EROFS;
    if (At(path) != nullptr) return -EEXIST;
    Entry* parent = At(ParentOf(path));
    if (parent == nullptr || !parent->is_folder) return Missing(path);
    if (!HasRoomFor(CostOf(path, {}))) return -ENOSPC;
    Insert(path, is_folder);
    return 0;
  }
  // A file that is to change.
  int Writable(const std::string& path, Entry** e) {
    if (is_fixed()) return -EROFS;
    *e = At(path);
    if (*e == nullptr) return Missing(path);
    return (*e)->is_folder ? -EISDIR : 0;
  }
  int Resize(Entry& e, uint64_t to) {
    if (to > e.text.size() && !HasRoomFor(to - e.text.size())) return -ENOSPC;
    bytes += to - e.text.size();
    e.text.resize(to);
    return 0;
  }
};

MemoryFiles::MemoryFiles(uint64_t max_bytes) : tree_(new Tree{.max_bytes = max_bytes}) { tree_->Insert("/", true); }
MemoryFiles::~MemoryFiles() = default;

void MemoryFiles::Add(const std::string& path, std::string text) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    tree_->Insert(path.substr(0, at), true);
  }
  Entry& e = tree_->Insert(path, false);
  tree_->bytes += text.size() - e.text.size();
  e.text = std::move(text);
}

bool MemoryFiles::Get(const std::string& path, std::string* text) const {
  std::lock_guard<std::mutex> guard(tree_->lock);
  Entry* e = tree_->At(path);
  if (e == nullptr || e->is_folder) return false;
  *text = e->text;
  return true;
}

int MemoryFiles::Find(const std::string& path, FileInfo* info) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  Entry* e = tree_->At(path);
  if (e == nullptr) return tree_->Missing(path);
  *info = {e->is_folder, e->text.size(), 0};
  return 0;
}

int MemoryFiles::List(const std::string& folder, std::vector<std::string>* names) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  Entry* e = tree_->At(folder);
  if (e == nullptr) return tree_->Missing(folder);
  if (!e->is_folder) return -ENOTDIR;
  const std::string prefix = folder == "/" ? folder : folder + "/";
  for (auto it = tree_->entries.upper_bound(prefix); it != tree_->entries.end() && it->first.starts_with(prefix);
       ++it) {
    if (it->first.find('/', prefix.size()) == std::string::npos) names->push_back(it->first.substr(prefix.size()));
  }
  return 0;
}

int64_t MemoryFiles::Read(const std::string& path, uint64_t offset, char* data, size_t n) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  Entry* e = tree_->At(path);
  if (e == nullptr) return tree_->Missing(path);
  if (e->is_folder) return -EISDIR;
  if (offset >= e->text.size()) return 0;
  return static_cast<int64_t>(e->text.copy(data, n, offset));
}

int MemoryFiles::Create(const std::string& path) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  return tree_->Make(path, false);
}

int MemoryFiles::MakeFolder(const std::string& path) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  return tree_->Make(path, true);
}

int64_t MemoryFiles::Write(const std::string& path, uint64_t offset, const char* data, size_t n) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  Entry* e = nullptr;
  if (int error = tree_->Writable(path, &e); error != 0) return error;
  const uint64_t end = offset + n;
  if (end < offset) return -EFBIG;
  if (end > e->text.size()) {
    if (int error = tree_->Resize(*e, end); error != 0) return error;
  }
  e->text.replace(offset, n, data, n);
  return static_cast<int64_t>(n);
}

int MemoryFiles::Resize(const std::string& path, uint64_t bytes) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  Entry* e = nullptr;
  if (int error = tree_->Writable(path, &e); error != 0) return error;
  return tree_->Resize(*e, bytes);
}

int MemoryFiles::Remove(const std::string& path) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  if (tree_->is_fixed()) return -EROFS;
  auto it = tree_->entries.find(path);
  if (it == tree_->entries.end()) return tree_->Missing(path);
  if (path == "/") return -EBUSY;
  if (it->second.is_folder && tree_->HasChildren(path)) return -ENOTEMPTY;
  tree_->Erase(it);
  return 0;
}

int MemoryFiles::Rename(const std::string& from, const std::string& to) {
  std::lock_guard<std::mutex> guard(tree_->lock);
  std::map<std::string, Entry>& entries = tree_->entries;
  if (tree_->is_fixed()) return -EROFS;
  Entry* e = tree_->At(from);
  if (e == nullptr) return tree_->Missing(from);
  if (from == to) return 0;
  if (from == "/" || to == "/" || to.starts_with(from + "/")) return -EINVAL;
  Entry* parent = tree_->At(ParentOf(to));
  if (parent == nullptr || !parent->is_folder) return tree_->Missing(to);
  // Each entry may get a longer name.
  const std::string prefix = from + "/";
  std::vector<std::pair<std::string, Entry>> moved;
  uint64_t more = 0;
  const uint64_t longer = to.size() > from.size() ? to.size() - from.size() : 0;
  for (auto it = entries.lower_bound(from); it != entries.end() && it->first < from + "0"; ++it) {
    if (it->first == from || it->first.starts_with(prefix)) more += longer;
  }
  if (!tree_->HasRoomFor(more)) return -ENOSPC;
  if (auto old = entries.find(to); old != entries.end()) {
    if (old->second.is_folder != e->is_folder) return old->second.is_folder ? -EISDIR : -ENOTDIR;
    if (old->second.is_folder && tree_->HasChildren(to)) return -ENOTEMPTY;
    tree_->Erase(old);
  }
  for (auto it = entries.lower_bound(from); it != entries.end() && it->first < from + "0";) {
    auto next = std::next(it);
    if (it->first == from || it->first.starts_with(prefix)) {
      moved.emplace_back(to + it->first.substr(from.size()), Entry{it->second.is_folder, std::move(it->second.text)});
      // Its text is moved: what is left costs as an empty one.
      tree_->bytes -= moved.back().second.text.size();
      tree_->Erase(it);
    }
    it = next;
  }
  for (auto& [path, entry] : moved) {
    Entry& at = tree_->Insert(path, entry.is_folder);
    tree_->bytes += entry.text.size();
    at.text = std::move(entry.text);
  }
  return 0;
}

}  // namespace gol
