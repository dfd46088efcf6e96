// What stands behind a gol::HostPackage, and the Go package made of it.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gol/host.h"

namespace gol::detail {

// A function as golCall gets it. Addresses are constants of the generated package.
struct BoundFunction {
  std::string name;
  FunctionRecord record;
  const void* class_tag = nullptr;  // of methods
  // Results that are in the host's memory when the function has returned.
  struct Owned {
    uint32_t offset;
    const Desc* desc;
  };
  std::vector<Owned> owned;
};

struct PackageData {
  struct Class {
    const void* tag;
    std::string name;
    bool is_object;
    size_t size;
    size_t align;
    std::vector<FieldRecord> fields;
  };

  ~PackageData();

  std::string path;
  std::string name;  // the path's last element
  std::deque<BoundFunction> functions;
  std::vector<Class> classes;
  std::vector<std::pair<std::string, std::string>> constants;

  const Class* FindClass(const void* tag) const;
};

}  // namespace gol::detail

namespace gol::embed {

using HostPackages = std::vector<std::shared_ptr<detail::PackageData>>;

// The package's Go source. Problems (a type that nothing declares, a name that is none) go to *errors.
std::string SourceOfHostPackage(const detail::PackageData& package, const HostPackages& all,
                                std::vector<std::string>* errors);

// The type as the packages' source writes it, qualified by path: "[]host/player.Vec3"; "int64" for all
// signed and "uint64" for all unsigned integers of 64 bits. Empty when a class is not declared.
std::string ShapeOf(const detail::Desc& desc, const HostPackages& all);
// The same as Go would write it, for messages.
std::string GoTextOf(const detail::Desc& desc, const HostPackages& all);
std::string GoTextOf(const detail::FuncDesc& desc, const HostPackages& all);

// Whether a value on its way to the script, or from it, is not merely copied.
bool IsOwnedResult(const detail::Desc& desc);

// Names of the functions of a generated package that are C++ (embed/host_call.cc).
inline constexpr std::string_view kHostCall = "golCall";
inline constexpr std::string_view kHostCallKeep = "golCallKeep";
inline constexpr std::string_view kHostTakePanic = "golTakePanic";
inline constexpr std::string_view kHostNotePanic = "golNotePanic";
inline constexpr std::string_view kHostAdopt = "golMoveRef";
inline constexpr std::string_view kHostRelease = "golRelease";

}  // namespace gol::embed
