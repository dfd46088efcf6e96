// HeapGraph: all objects that a program's variables and stacks lead to, with their types and a way to each.
//
// Objects carry pointer maps, few of them types: the collector needs no more. The graph finds types as a reader of
// the program would: a variable has one, so what it points to has, and so on through fields, elements, maps,
// interfaces and channels. It walks breadth first, from the variables whose types are known and through typed memory
// first; then from all other roots, and through memory of unknown type by its pointer map, as the marker does. So
// every reachable object is in the graph, and most have a type; the way to an object is a shortest one.
//
// The program stands still from when the graph is made until it is last asked.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/abi/rtype.h"
#include "runtime/gc/collector.h"

namespace gol::rt {
class Runtime;
}

namespace gol::rt::lab {

// What stands in an object.
enum class Content : uint8_t {
  kUnknown,    // type is null
  kValue,      // a value of the type; behind it, if there is room, more of them
  kArray,      // elements of the type: of a slice
  kBytes,      // of a string
  kMap,        // the header; type: the map's
  kBuckets,    // type: the map's
  kChan,       // type: the channel's
  kChanBuffer, // type: the channel's
  kFunc,       // code and captured variables; type: the function's
};

// A variable that the caller knows.
struct Variable {
  std::string name;
  const Type* type;
  uintptr_t address;
};

class HeapGraph {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};

  struct Object {
    uintptr_t addr;        // behind its header
    uint64_t bytes;        // of the slot
    const Type* type;      // null: unknown
    Content content;
    bool has_pointers;
    uint32_t parent;       // the object that led here; kNone: a root
    uintptr_t from;        // where the reference stands
    uint32_t root;         // of a parentless object: index of its variable; kNone: see place
    gc::Collector::RootPlace place;
    uint32_t goroutine;    // of place kStack
  };

  // A root that is left out, with what only it leads to.
  struct Hidden {
    uintptr_t address;
    uint64_t bytes;
  };

  // Requires: between Runs, on a thread that holds no P. variables live as long as the graph.
  HeapGraph(Runtime& rt, std::span<const Variable> variables, std::span<const Hidden> hidden = {});

  const std::vector<Object>& objects() const { return objects_; }
  // The object that an address leads to; null: none that is reachable.
  const Object* Find(uintptr_t p) const;
  // How many objects and bytes are allocated that nothing leads to.
  uint64_t garbage_objects() const { return garbage_objects_; }
  uint64_t garbage_bytes() const { return garbage_bytes_; }

 private:
  struct Source {
    uint32_t parent;
    uint32_t root;
    gc::Collector::RootPlace place;
    uint32_t goroutine;
  };

  const mspan* FindSlot(uintptr_t p, uint32_t* index) const;
  void Reach(const Source& source, uintptr_t from, uintptr_t p, const Type* type, Content content);
  void ScanValue(const Source& source, const Type* type, uintptr_t address);
  void ScanTyped(uint32_t id);
  void ScanByMap(uint32_t id);
  void Drain();

  mheap& heap_;
  std::vector<Object> objects_;
  std::vector<bool> scanned_;  // by object
  std::unordered_map<const mspan*, std::vector<uint32_t>> ids_;  // by span and slot
  std::deque<uint32_t> typed_, untyped_;                          // to be scanned
  // The pointer map of the object that is scanned, where its span has maps.
  uintptr_t map_base_ = 0;
  uint64_t map_bytes_ = 0, map_bits_ = 0;
  uint64_t garbage_objects_ = 0, garbage_bytes_ = 0;
};

}  // namespace gol::rt::lab
