// Names known at compile, found in a few nanoseconds: a hash over a name's length and ends, its seed chosen at build so that
// the names do not collide. Names are borrowed.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace certus::gateway::schema {

class PropertyTable {
 public:
  static constexpr std::uint32_t kUnknown = UINT32_MAX;

  std::uint32_t add(std::string_view name);  // its number; the same for the same name. Before build().
  void build();
  std::uint32_t find(std::string_view name) const {
    if (slots_.empty()) return kUnknown;
    for (std::uint64_t slot = hash(name) >> shift_;; slot = (slot + 1) & (slots_.size() - 1)) {
      const std::uint32_t number = slots_[slot];
      if (number == kUnknown || names_[number] == name) return number;
    }
  }
  const std::vector<std::string_view>& names() const { return names_; }

 private:
  std::uint64_t hash(std::string_view name) const;
  bool place();  // false when two names met in one slot

  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;  // until build()
  std::vector<std::uint32_t> slots_;
  std::uint64_t seed_ = 0;
  unsigned shift_ = 63;
  bool wholeName_ = false;  // names that differ in their middle only
};

}  // namespace certus::gateway::schema
