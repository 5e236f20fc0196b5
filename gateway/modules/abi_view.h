// Reads the ABI's growing structs: takes what the writer's `size` covers, zero for the rest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "certus/abi.h"

namespace certus::gateway {

inline std::string_view view(certus_str text) { return text.data != nullptr ? std::string_view(text.data, text.size) : std::string_view(); }
inline certus_str lend(std::string_view text) { return {text.data(), text.size()}; }

// `source` may be shorter or longer than our T; its first four bytes say how long it is.
template <class T>
T readSized(const void* source) {
  std::uint32_t size = 0;
  std::memcpy(&size, source, sizeof size);
  T value{};
  std::memcpy(&value, source, std::min<std::size_t>(size, sizeof value));
  value.size = static_cast<std::uint32_t>(std::min<std::size_t>(size, sizeof value));
  return value;
}

// The `index`th element of an array whose stride is its first element's size.
template <class T>
T readElement(const T* first, std::uint32_t index) {
  return readSized<T>(reinterpret_cast<const char*>(first) + std::size_t{first->size} * index);
}

}  // namespace certus::gateway
