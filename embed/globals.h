// The globals block of a runtime: the package-level variables of all modules it runs.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gol::embed {

// Zeroed pages that live as long as the object. The size is reserved; pages cost when touched.
class GlobalsBlock {
 public:
  explicit GlobalsBlock(size_t bytes);
  ~GlobalsBlock();
  GlobalsBlock(const GlobalsBlock&) = delete;
  GlobalsBlock& operator=(const GlobalsBlock&) = delete;

  // Null when the system has no memory.
  char* base() const { return base_; }
  size_t bytes() const { return bytes_; }

 private:
  char* base_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace gol::embed
