// System calls on a gol::FileSystem. See virtual_files.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gol/files.h"

namespace gol::embed {

// The open files and the current folder of one isolate. Belongs to the thread of its call.
class VirtualFiles {
 public:
  explicit VirtualFiles(std::shared_ptr<FileSystem> files) : files_(std::move(files)) {}

  // rt::SystemCalls: answers calls that concern files. False: this one does not.
  bool Call(int64_t number, const uint64_t (&args)[6], int64_t* result);

 private:
  struct Open {
    std::string path;
    bool is_folder = false;
    bool may_read = false;
    bool may_write = false;
    bool appends = false;
    uint64_t offset = 0;             // of a folder: how many of its names were read
    std::vector<std::string> names;  // of a folder, since it was read first
    bool has_names = false;
  };

  std::optional<int64_t> Answer(int64_t number, const uint64_t (&args)[6]);
  Open* Find(uint64_t fd);
  // The whole path that `path` means for a call with the folder `at`. Negative: an error.
  int64_t Resolve(uint64_t at, uint64_t path, std::string* whole);
  int64_t OpenFile(uint64_t at, uint64_t path, uint64_t flags);
  int64_t Read(Open& f, char* data, uint64_t n, uint64_t offset);
  int64_t Write(Open& f, const char* data, uint64_t n, uint64_t* offset);
  int64_t Seek(Open& f, int64_t offset, uint64_t whence);
  int64_t Status(const std::string& path, uint64_t result);
  int64_t ReadFolder(Open& f, char* data, uint64_t n);
  int64_t Remove(uint64_t at, uint64_t path, bool is_folder);
  int64_t Rename(uint64_t from_at, uint64_t from, uint64_t to_at, uint64_t to);
  int64_t Add(Open f);

  std::shared_ptr<FileSystem> files_;
  std::string folder_ = "/";
  std::vector<std::optional<Open>> open_;
};

}  // namespace gol::embed
