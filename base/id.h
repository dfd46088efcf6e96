// Typed 32-bit ids: an index into one kind of table that cannot be mistaken for another's.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace gol {

// Id<Tag> holds an index or nothing (kNone). Tag is any type that names the table.
template <typename Tag>
struct Id {
  static constexpr uint32_t kNone = 0xffffffffu;

  constexpr Id() = default;
  constexpr explicit Id(size_t i) : index(static_cast<uint32_t>(i)) {}

  constexpr bool is_valid() const { return index != kNone; }
  constexpr auto operator<=>(const Id&) const = default;

  uint32_t index = kNone;
};

}  // namespace gol

template <typename Tag>
struct std::hash<gol::Id<Tag>> {
  size_t operator()(gol::Id<Tag> id) const noexcept { return std::hash<uint32_t>()(id.index); }
};
