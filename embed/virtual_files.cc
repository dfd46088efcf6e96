// What the kernel does for files, over a gol::FileSystem.
//
// Package os and what is built on it reach files through system calls alone (stdlib/syscall/syscall_native.cc); so
// answering these is all that it takes to give an isolate files of its own. Open files have numbers that the
// kernel does not give to anybody, so that no call meant for one reaches a file of the process: what is not
// answered here fails.
//
// A file is known by its path, each time: hosts give functions of paths (gol/files.h), not handles.
#include "embed/virtual_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

namespace gol::embed {
namespace {

// Larger than any limit on the number of a process's files.
constexpr uint64_t kFirstNumber = uint64_t{1} << 30;
constexpr size_t kMaxOpen = 4096;
constexpr size_t kMaxPath = 4096;
constexpr uint64_t kHere = static_cast<uint64_t>(int64_t{AT_FDCWD});

uint64_t NumberOf(const std::string& path) { return std::hash<std::string>{}(path) | 1; }

// Appends the elements of path to *whole, which has none that are "." or "..".
void Append(std::string* whole, std::string_view path) {
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view elem = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (elem.empty() || elem == ".") continue;
    if (elem == "..") {
      whole->resize(whole->rfind('/') == std::string::npos ? 0 : whole->rfind('/'));
      continue;
    }
    *whole += '/';
    *whole += elem;
  }
}

}  // namespace

bool VirtualFiles::Call(int64_t number, const uint64_t (&args)[6], int64_t* result) {
  std::optional<int64_t> r = Answer(number, args);
  if (r) *result = *r;
  return r.has_value();
}

std::optional<int64_t> VirtualFiles::Answer(int64_t number, const uint64_t (&a)[6]) {
  // Calls of one open file.
  auto with = [&](auto f) -> int64_t {
    Open* file = Find(a[0]);
    return file == nullptr ? -EBADF : static_cast<int64_t>(f(*file));
  };
  auto changed = [&](uint64_t at, uint64_t path, auto f) -> int64_t {
    std::string whole;
    if (int64_t error = Resolve(at, path, &whole); error != 0) return error;
    return f(whole);
  };
  char* data = reinterpret_cast<char*>(a[1]);
  switch (number) {
    case SYS_open: return OpenFile(kHere, a[0], a[1]);
    case SYS_creat: return OpenFile(kHere, a[0], O_CREAT | O_WRONLY | O_TRUNC);
    case SYS_openat: return OpenFile(a[0], a[1], a[2]);
    case SYS_close:
      return with([&](Open&) { return open_[a[0] - kFirstNumber].reset(), 0; });
    case SYS_read:
      return with([&](Open& f) {
        const int64_t n = Read(f, data, a[2], f.offset);
        if (n > 0) f.offset += static_cast<uint64_t>(n);
        return n;
      });
    case SYS_pread64: return with([&](Open& f) { return Read(f, data, a[2], a[3]); });
    case SYS_write: return with([&](Open& f) { return Write(f, data, a[2], &f.offset); });
    case SYS_pwrite64:
      return with([&](Open& f) {
        uint64_t offset = a[3];
        return Write(f, data, a[2], &offset);
      });
    case SYS_lseek: return with([&](Open& f) { return Seek(f, static_cast<int64_t>(a[1]), a[2]); });
    case SYS_fstat: return with([&](Open& f) { return Status(f.path, a[1]); });
    case SYS_stat:
    case SYS_lstat:
      return changed(kHere, a[0], [&](const std::string& path) { return Status(path, a[1]); });
    case SYS_newfstatat:
      return changed(a[0], a[1], [&](const std::string& path) { return Status(path, a[2]); });
    case SYS_access:
    case SYS_faccessat:
      return changed(number == SYS_access ? kHere : a[0], number == SYS_access ? a[0] : a[1],
                     [&](const std::string& path) {
                       FileInfo info;
                       return files_->Find(path, &info);
                     });
    case SYS_getdents64: return with([&](Open& f) { return ReadFolder(f, data, a[2]); });
    case SYS_ftruncate:
      return with([&](Open& f) { return f.may_write ? files_->Resize(f.path, a[1]) : -EINVAL; });
    case SYS_truncate:
      return changed(kHere, a[0], [&](const std::string& path) { return files_->Resize(path, a[1]); });
    case SYS_fsync:
    case SYS_fdatasync: return with([](Open&) { return 0; });
    case SYS_mkdir:
      return changed(kHere, a[0], [&](const std::string& path) { return files_->MakeFolder(path); });
    case SYS_mkdirat:
      return changed(a[0], a[1], [&](const std::string& path) { return files_->MakeFolder(path); });
    case SYS_unlink: return Remove(kHere, a[0], false);
    case SYS_rmdir: return Remove(kHere, a[0], true);
    case SYS_unlinkat: return Remove(a[0], a[1], (a[2] & AT_REMOVEDIR) != 0);
    case SYS_rename: return Rename(kHere, a[0], kHere, a[1]);
    case SYS_renameat: return Rename(a[0], a[1], a[2], a[3]);
    case SYS_renameat2: return a[4] == 0 ? Rename(a[0], a[1], a[2], a[3]) : -EINVAL;
    case SYS_readlink:
    case SYS_readlinkat: {
      const bool is_at = number == SYS_readlinkat;
      return changed(is_at ? a[0] : kHere, is_at ? a[1] : a[0], [&](const std::string& path) {
        FileInfo info;
        const int found = files_->Find(path, &info);
        return found == 0 ? -EINVAL : found;
      });
    }
    case SYS_chdir:
    case SYS_fchdir: {
      std::string path;
      if (number == SYS_fchdir) {
        Open* f = Find(a[0]);
        if (f == nullptr) return -EBADF;
        path = f->path;
      } else if (int64_t error = Resolve(kHere, a[0], &path); error != 0) {
        return error;
      }
      FileInfo info;
      if (int error = files_->Find(path, &info); error != 0) return error;
      if (!info.is_folder) return -ENOTDIR;
      folder_ = path;
      return 0;
    }
    case SYS_getcwd: {
      if (a[1] < folder_.size() + 1) return -ERANGE;
      std::memcpy(reinterpret_cast<char*>(a[0]), folder_.c_str(), folder_.size() + 1);
      return static_cast<int64_t>(folder_.size() + 1);
    }
    case SYS_fcntl:
      return with([&](Open& f) -> int64_t {
        if (a[1] == F_GETFL) return f.may_write ? (f.may_read ? O_RDWR : O_WRONLY) : O_RDONLY;
        return a[1] == F_GETFD || a[1] == F_SETFD || a[1] == F_SETFL ? 0 : -EINVAL;
      });
    default: return std::nullopt;
  }
}

VirtualFiles::Open* VirtualFiles::Find(uint64_t fd) {
  const uint64_t i = fd - kFirstNumber;
  return i < open_.size() && open_[i] ? &*open_[i] : nullptr;
}

int64_t VirtualFiles::Resolve(uint64_t at, uint64_t path, std::string* whole) {
  const auto* text = reinterpret_cast<const char*>(path);
  if (text == nullptr) return -EFAULT;
  const std::string_view name(text, strnlen(text, kMaxPath + 1));
  if (name.size() > kMaxPath) return -ENAMETOOLONG;
  std::string base = folder_;
  // The kernel looks at 32 bits.
  if (static_cast<int32_t>(at) != AT_FDCWD && !name.starts_with('/')) {
    Open* f = Find(at & 0xffffffff);
    if (f == nullptr) return -EBADF;
    if (!f->is_folder && !name.empty()) return -ENOTDIR;
    base = f->path;
  } else if (name.empty()) {
    return -ENOENT;
  }
  if (name.starts_with('/') || base == "/") base.clear();
  Append(&base, name);
  *whole = base.empty() ? "/" : base;
  return whole->size() > kMaxPath ? -ENAMETOOLONG : 0;
}

int64_t VirtualFiles::Add(Open f) {
  size_t i = 0;
  while (i < open_.size() && open_[i]) i++;
  if (i == kMaxOpen) return -EMFILE;
  if (i == open_.size()) open_.emplace_back();
  open_[i] = std::move(f);
  return static_cast<int64_t>(kFirstNumber + i);
}

int64_t VirtualFiles::OpenFile(uint64_t at, uint64_t path, uint64_t flags) {
  Open f;
  if (int64_t error = Resolve(at, path, &f.path); error != 0) return error;
  const uint64_t access = flags & O_ACCMODE;
  f.may_read = access != O_WRONLY;
  f.may_write = access != O_RDONLY;
  f.appends = (flags & O_APPEND) != 0;
  FileInfo info;
  const int found = files_->Find(f.path, &info);
  if (found == 0) {
    if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) return -EEXIST;
    if (info.is_folder && (f.may_write || (flags & O_CREAT) != 0)) return -EISDIR;
    if (!info.is_folder && (flags & O_DIRECTORY) != 0) return -ENOTDIR;
    f.is_folder = info.is_folder;
    if ((flags & O_TRUNC) != 0 && f.may_write) {
      if (int error = files_->Resize(f.path, 0); error != 0) return error;
    } else if (f.may_write) {
      // Refused here rather than by the first write, as the kernel does.
      if (int error = files_->Resize(f.path, info.bytes); error != 0) return error;
    }
  } else {
    if (found != -ENOENT || (flags & O_CREAT) == 0) return found;
    if (int error = files_->Create(f.path); error != 0) return error;
  }
  return Add(std::move(f));
}

int64_t VirtualFiles::Read(Open& f, char* data, uint64_t n, uint64_t offset) {
  if (f.is_folder) return -EISDIR;
  if (!f.may_read) return -EBADF;
  return n == 0 ? 0 : files_->Read(f.path, offset, data, n);
}

int64_t VirtualFiles::Write(Open& f, const char* data, uint64_t n, uint64_t* offset) {
  if (!f.may_write) return -EBADF;
  if (f.appends) {
    FileInfo info;
    if (int error = files_->Find(f.path, &info); error != 0) return error;
    *offset = info.bytes;
  }
  const int64_t written = n == 0 ? 0 : files_->Write(f.path, *offset, data, n);
  if (written > 0) *offset += static_cast<uint64_t>(written);
  return written;
}

int64_t VirtualFiles::Seek(Open& f, int64_t offset, uint64_t whence) {
  int64_t from = 0;
  if (whence == SEEK_CUR) {
    from = static_cast<int64_t>(f.offset);
  } else if (whence == SEEK_END) {
    FileInfo info;
    if (int error = files_->Find(f.path, &info); error != 0) return error;
    from = static_cast<int64_t>(info.bytes);
  } else if (whence != SEEK_SET) {
    return -EINVAL;
  }
  int64_t to = 0;
  if (__builtin_add_overflow(from, offset, &to) || to < 0) return -EINVAL;
  if (f.is_folder) f.has_names = false;  // read anew from the beginning
  f.offset = static_cast<uint64_t>(to);
  return to;
}

int64_t VirtualFiles::Status(const std::string& path, uint64_t result) {
  FileInfo info;
  if (int error = files_->Find(path, &info); error != 0) return error;
  struct stat st{};
  st.st_dev = 1;
  st.st_ino = NumberOf(path);
  st.st_nlink = 1;
  // Whether a file may be written is found out by trying.
  st.st_mode = info.is_folder ? S_IFDIR | 0755 : S_IFREG | 0644;
  st.st_size = static_cast<off_t>(info.bytes);
  st.st_blksize = 4096;
  st.st_blocks = static_cast<blkcnt_t>((info.bytes + 511) / 512);
  st.st_mtim = {info.modified_ns / 1000000000, info.modified_ns % 1000000000};
  st.st_atim = st.st_ctim = st.st_mtim;
  std::memcpy(reinterpret_cast<void*>(result), &st, sizeof st);
  return 0;
}

int64_t VirtualFiles::ReadFolder(Open& f, char* data, uint64_t n) {
  if (!f.is_folder) return -ENOTDIR;
  if (!f.has_names) {
    f.names = {".", ".."};
    if (int error = files_->List(f.path, &f.names); error != 0) return error;
    f.has_names = true;
  }
  struct Entry {
    uint64_t number;
    int64_t next;
    uint16_t bytes;
    uint8_t type;
    char name[];
  };
  constexpr size_t kNameOffset = 19;
  uint64_t used = 0;
  for (; f.offset < f.names.size(); f.offset++) {
    const std::string& name = f.names[f.offset];
    const uint64_t bytes = (kNameOffset + name.size() + 1 + 7) & ~uint64_t{7};
    if (used + bytes > n) return used == 0 ? -EINVAL : static_cast<int64_t>(used);
    const std::string path = f.path == "/" ? f.path + name : f.path + "/" + name;
    FileInfo info;
    info.is_folder = f.offset < 2;
    // One that has gone meanwhile is listed all the same.
    if (f.offset >= 2) (void)files_->Find(path, &info);
    Entry e{};
    e.number = NumberOf(path);
    e.next = static_cast<int64_t>(f.offset + 1);
    e.bytes = static_cast<uint16_t>(bytes);
    e.type = info.is_folder ? DT_DIR : DT_REG;
    std::memset(data + used, 0, bytes);
    std::memcpy(data + used, &e, kNameOffset);
    std::memcpy(data + used + kNameOffset, name.data(), name.size());
    used += bytes;
  }
  return static_cast<int64_t>(used);
}

int64_t VirtualFiles::Remove(uint64_t at, uint64_t path, bool is_folder) {
  std::string whole;
  if (int64_t error = Resolve(at, path, &whole); error != 0) return error;
  FileInfo info;
  if (int error = files_->Find(whole, &info); error != 0) return error;
  if (info.is_folder != is_folder) return is_folder ? -ENOTDIR : -EISDIR;
  return files_->Remove(whole);
}

int64_t VirtualFiles::Rename(uint64_t from_at, uint64_t from, uint64_t to_at, uint64_t to) {
  std::string old_path, new_path;
  if (int64_t error = Resolve(from_at, from, &old_path); error != 0) return error;
  if (int64_t error = Resolve(to_at, to, &new_path); error != 0) return error;
  return files_->Rename(old_path, new_path);
}

}  // namespace gol::embed
