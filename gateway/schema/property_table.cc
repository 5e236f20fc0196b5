#include "gateway/schema/property_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>

namespace certus::gateway::schema {
namespace {

std::uint64_t load(const char* from, std::size_t bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, bytes);
  return word;
}

std::uint64_t ends(std::string_view name) {
  const std::size_t size = name.size();
  if (size >= 8) return load(name.data(), 8) ^ std::rotl(load(name.data() + size - 8, 8), 23) ^ (size << 56);
  if (size >= 4) return load(name.data(), 4) | load(name.data() + size - 4, 4) << 32;
  if (size == 0) return 0;
  return load(name.data(), 1) | load(name.data() + size / 2, 1) << 8 | load(name.data() + size - 1, 1) << 16 | size << 24;
}

}  // namespace

std::uint64_t PropertyTable::hash(std::string_view name) const {
  if (wholeName_) return std::hash<std::string_view>{}(name)*0x9E3779B97F4A7C15ULL;
  std::uint64_t word = ends(name) ^ seed_;
  word *= 0x9E3779B97F4A7C15ULL;
  word ^= word >> 32;
  return word * 0xD6E8FEB86659FD93ULL;
}

std::uint32_t PropertyTable::add(std::string_view name) {
  const auto [entry, isNew] = numbers_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
  if (isNew) names_.push_back(name);
  return entry->second;
}

bool PropertyTable::place() {
  bool alone = true;
  std::fill(slots_.begin(), slots_.end(), kUnknown);
  for (std::uint32_t number = 0; number < names_.size(); ++number) {
    std::uint64_t slot = hash(names_[number]) >> shift_;
    for (; slots_[slot] != kUnknown; slot = (slot + 1) & (slots_.size() - 1)) alone = false;
    slots_[slot] = number;
  }
  return alone;
}

void PropertyTable::build() {
  numbers_.clear();
  if (names_.empty()) return;
  const std::size_t size = std::bit_ceil(names_.size() * 4);
  slots_.assign(size, kUnknown);
  shift_ = 64U - static_cast<unsigned>(std::countr_zero(size));
  constexpr std::size_t kSearchable = 32;  // beyond it a seed without any collision is not found in a few tries
  for (seed_ = 1; names_.size() <= kSearchable && seed_ <= 64; ++seed_) {
    if (place()) return;
  }
  wholeName_ = true;
  place();
}

}  // namespace certus::gateway::schema
