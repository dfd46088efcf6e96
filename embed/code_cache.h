// Compiled programs kept on disk, so that an unchanged program starts without being compiled.
//
// Two kinds of files, both named by a hash in hexadecimal. A *list* (.deps), named by what was asked
// for (sources as given, working folder, flags, this build of gol, this processor), says which files
// and folders the compilation looked at. An *object* (.obj), named by all that and by what stands in
// those files, holds the machine code. Finding a program reads the list, hashes what the files hold
// now, and opens the object of that name: no parsing, no checking.
//
// A file is a line with the format's name, the hash of the rest, and the rest. It is written under
// a temporary name and renamed, so that a reader sees all of it or nothing, however many processes
// write. A file whose hash is wrong counts as missing and is written anew. Times of modification
// are those of the last use (to within an hour); when the folder grows beyond its limit the oldest
// files go.
//
// Nothing here reports errors: a cache that cannot be used is a cache without entries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "embed/package_loader.h"

namespace gol::embed {

class CodeCache {
 public:
  struct Request {
    std::vector<std::string> paths;  // of the sources, as given
    std::string flags;               // all that changes the code besides
  };
  struct Entry {
    std::vector<std::string> std_packages;  // precompiled ones that the program needs
    bool is_quick = false;                  // the object's kind is jit::CodeKind::kQuick
    std::string object;
    std::string replacement;                // of a quick object's code; empty: not made yet
    std::vector<Dependency> dependencies;   // set by Find
  };

  // The folder is made when something is stored. Files in it take at most max_bytes together.
  CodeCache(std::string folder, Request request, int64_t max_bytes = kDefaultMaxBytes);

  std::optional<Entry> Find();
  void Store(const std::vector<Dependency>& dependencies, const Entry& entry);

  static constexpr int64_t kDefaultMaxBytes = 256 << 20;

 private:
  std::string ListPath() const { return folder_ + "/" + request_key_ + ".deps"; }
  std::string ObjectPath(const std::vector<Dependency>& dependencies) const;
  std::optional<std::string> Read(const std::string& path) const;
  bool Write(const std::string& path, std::string_view content) const;
  bool PrepareFolder() const;
  void Evict() const;

  const std::string folder_;
  const int64_t max_bytes_;
  std::string request_key_;
};

// $GOLCACHE, else gol's folder in the user's cache folder; empty when the cache is off.
std::string CacheFolderFromEnvironment();

}  // namespace gol::embed
