// A bump allocator for objects that die together: AST nodes, types, objects.
//
// Destructors run only for objects made by New<T> whose destructor is not trivial, in reverse
// order of creation, when the arena dies. Not thread-safe; one arena belongs to one thread at a
// time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace gol {

class Arena {
 public:
  Arena() = default;
  // first_bytes: how much memory is taken first; what is taken later grows with it.
  explicit Arena(size_t first_bytes) : first_bytes_(first_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() {
    for (auto it = dtors_.rbegin(); it != dtors_.rend(); ++it) it->destroy(it->object);
  }

  // Returns bytes aligned to align (a power of two, at most 4096), not zeroed.
  void* Allocate(size_t bytes, size_t align) {
    uintptr_t p = (cursor_ + align - 1) & ~(align - 1);
    if (p + bytes > end_) {
      Grow(bytes + align);
      p = (cursor_ + align - 1) & ~(align - 1);
    }
    cursor_ = p + bytes;
    return reinterpret_cast<void*>(p);
  }

  template <typename T, typename... Args>
  T* New(Args&&... args) {
    T* t = new (Allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
    if constexpr (!std::is_trivially_destructible_v<T>) {
      dtors_.push_back({t, [](void* o) { static_cast<T*>(o)->~T(); }});
    }
    return t;
  }

  // Copies text into the arena; the view lives as long as the arena.
  std::string_view Copy(std::string_view text) {
    char* p = static_cast<char*>(Allocate(text.size() + 1, 1));
    std::memcpy(p, text.data(), text.size());
    p[text.size()] = 0;
    return {p, text.size()};
  }

  // Copies a list of trivially copyable elements into the arena.
  template <typename T>
  std::span<T> CopyList(const std::vector<T>& list) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (list.empty()) return {};
    T* p = static_cast<T*>(Allocate(sizeof(T) * list.size(), alignof(T)));
    std::memcpy(static_cast<void*>(p), list.data(), sizeof(T) * list.size());
    return {p, list.size()};
  }

  size_t allocated_bytes() const { return total_bytes_; }

  // Whether p lies in memory of the arena. Takes time in proportion to its chunks.
  bool Contains(const void* p) const {
    const auto at = reinterpret_cast<uintptr_t>(p);
    return std::any_of(chunks_.begin(), chunks_.end(), [at](const Chunk& c) {
      return at - reinterpret_cast<uintptr_t>(c.memory.get()) < c.bytes;
    });
  }

 private:
  struct Dtor {
    void* object;
    void (*destroy)(void*);
  };

  struct Chunk {
    std::unique_ptr<char[]> memory;
    size_t bytes;
  };

  void Grow(size_t need) {
    constexpr size_t kMost = 256 << 10;
    size_t size = std::max(first_bytes_, std::min(total_bytes_, kMost));
    if (size < need) size = need;
    chunks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
    cursor_ = reinterpret_cast<uintptr_t>(chunks_.back().memory.get());
    end_ = cursor_ + size;
    total_bytes_ += size;
  }

  const size_t first_bytes_ = 16 << 10;
  uintptr_t cursor_ = 0;
  uintptr_t end_ = 0;
  size_t total_bytes_ = 0;
  std::vector<Chunk> chunks_;
  std::vector<Dtor> dtors_;
};

}  // namespace gol
