#include "gateway/stages/header_value.h"

#include "base/encoding.h"

namespace certus::gateway {

std::optional<std::string> decodedHeaderValue(std::string_view value) {
  constexpr std::string_view kBegin = "=?base64?", kEnd = "?=";
  if (value.size() < kBegin.size() + kEnd.size() || !value.starts_with(kBegin) || !value.ends_with(kEnd))
    return std::string(value);
  return fromBase64(value.substr(kBegin.size(), value.size() - kBegin.size() - kEnd.size()));
}

}  // namespace certus::gateway
