#include "gateway/tools/exposed_names.h"

namespace certus::gateway {

void exposeName(std::string& text, std::string_view bare, std::string_view exposed) {
  if (bare == exposed) return;
  const std::string quoted = '`' + std::string(bare) + '`';
  for (std::size_t at = text.find(quoted); at != std::string::npos; at = text.find(quoted, at)) {
    text.replace(at + 1, bare.size(), exposed);
    at += exposed.size() + 2;
  }
}

}  // namespace certus::gateway
