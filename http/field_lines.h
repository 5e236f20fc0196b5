// A check on one parsed header line that Beast's parser leaves to us. Internal to http/.
#pragma once

#include <string_view>

#include "http/buffer_pool.h"

namespace certus::http {

// RFC 9112 section 5.2 lets us refuse an obs-fold. Beast unfolds it: into memory of its own, or, when the first line of the
// value is empty, by skipping the line end; `name` always points into the buffer.
inline bool isFolded(std::string_view name, std::string_view value, const Buffer& buffer) {
  const char* const begin = buffer.bytes.get();
  if (value.data() < begin || value.data() > begin + buffer.size) return true;
  for (const char* between = name.data() + name.size() + 1; between < value.data(); ++between) {
    if (*between != ' ' && *between != '\t') return true;
  }
  return false;
}

}  // namespace certus::http
