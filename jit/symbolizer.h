// Code addresses to functions and lines, out of the DWARF tables of object files. Internal to jit/.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "jit/jit.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/MemoryBuffer.h"

namespace gol::jit {

// Marks in the line tables: behind the names of functions that tracebacks leave out, and before
// file names that a //line directive gave, which are shown as they are.
inline constexpr const char* kWrapperSuffix = "-wrapper";
inline constexpr const char* kDirectivePrefix = "//line ";

// The line table of one object file that was linked into this process.
class ObjectLines {
 public:
  explicit ObjectLines(std::unique_ptr<llvm::MemoryBuffer> object) : buffer_(std::move(object)) {}

  // A function of the object: where it stands there and where it was linked to.
  struct Function {
    uint64_t address;
    uint64_t bytes;
    uint64_t section;  // index in the object
    uint64_t offset;   // in the section
    std::string name;
  };
  // Notes where the functions went. sections: where each section of code was linked to, by name.
  void Place(const std::unordered_map<std::string, uint64_t>& sections);
  const std::vector<Function>& functions() const { return functions_; }

  // The frames of pc, which lies in function f. Not thread-safe.
  void Lookup(const Function& f, uint64_t pc, std::vector<Frame>* frames);

 private:
  llvm::object::ObjectFile* File();

  std::unique_ptr<llvm::MemoryBuffer> buffer_;
  std::unique_ptr<llvm::object::ObjectFile> file_;
  std::unique_ptr<llvm::DWARFContext> dwarf_;
  std::vector<Function> functions_;
};

// All objects of a session.
class Symbolizer {
 public:
  void Add(std::unique_ptr<ObjectLines> object);
  bool Symbolize(uint64_t pc, std::vector<Frame>* frames);

 private:
  struct Entry {
    ObjectLines* object;
    size_t function;
  };
  std::mutex lock_;
  // Guarded by lock_.
  std::vector<std::unique_ptr<ObjectLines>> objects_;
  std::map<uint64_t, Entry> by_address_;
  std::unordered_map<uint64_t, std::vector<Frame>> cache_;
};

}  // namespace gol::jit
