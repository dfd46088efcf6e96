// Files that an isolate sees in place of the process's. Part of gol.h.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gol {

// What a file system says of a file or a folder.
struct FileInfo {
  bool is_folder = false;
  uint64_t bytes = 0;
  int64_t modified_ns = 0;  // since 1970
};

// A tree of files, as packages os, io/fs, path/filepath and the like see it: IsolateOptions::files. All of the isolate's
// file system is what these functions say; nothing of the process's is there. Paths are absolute, with single
// slashes, without "." and "..": "/", "/data/a.txt". There are no links; the current folder is "/" at first.
//
// Results: 0, or a count; negative: an error of errno.h, as -ENOENT, which the script sees as the corresponding
// Go error. Open files are known by their path: one that is removed is gone for those who have it open.
//
// Called on the thread of the isolate's call, one call at a time. One object may serve several isolates, if its functions
// may be called from several threads at once. They must not throw exceptions, and not call the isolate.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // What is at path; -ENOENT: nothing.
  virtual int Find(const std::string& path, FileInfo* info) = 0;
  // The names of what is in a folder, in any order.
  virtual int List(const std::string& folder, std::vector<std::string>* names) = 0;
  // Up to n bytes of a file, from offset; 0 at its end.
  virtual int64_t Read(const std::string& path, uint64_t offset, char* data, size_t n) = 0;

  // What changes the tree. A file system that does not say otherwise is read-only.
  virtual int Create(const std::string&) { return -EROFS; }  // an empty file
  virtual int64_t Write(const std::string&, uint64_t, const char*, size_t) { return -EROFS; }
  virtual int Resize(const std::string&, uint64_t) { return -EROFS; }
  virtual int MakeFolder(const std::string&) { return -EROFS; }
  virtual int Remove(const std::string&) { return -EROFS; }  // a file, or an empty folder
  virtual int Rename(const std::string&, const std::string&) { return -EROFS; }
};

// A tree in memory. Thread-safe.
class MemoryFiles final : public FileSystem {
 public:
  // max_bytes: what the tree may take in all when scripts change it, names and 64 bytes for each entry
  // included; 0: scripts may not change anything.
  explicit MemoryFiles(uint64_t max_bytes = 0);
  ~MemoryFiles() override;

  // Puts a file there, with the folders that it lies in, or replaces it. path: as above. Always possible.
  void Add(const std::string& path, std::string text);
  // The contents of a file; false: there is no such file.
  bool Get(const std::string& path, std::string* text) const;

  int Find(const std::string& path, FileInfo* info) override;
  int List(const std::string& folder, std::vector<std::string>* names) override;
  int64_t Read(const std::string& path, uint64_t offset, char* data, size_t n) override;
  int Create(const std::string& path) override;
  int64_t Write(const std::string& path, uint64_t offset, const char* data, size_t n) override;
  int Resize(const std::string& path, uint64_t bytes) override;
  int MakeFolder(const std::string& path) override;
  int Remove(const std::string& path) override;
  int Rename(const std::string& from, const std::string& to) override;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace gol
