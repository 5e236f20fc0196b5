#include "services/trust/api/request.h"

#include "base/encoding.h"

namespace certus::trust_service {

std::optional<std::string> percentDecoded(std::string_view text, bool plusIsSpace) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plusIsSpace) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const auto byte = i + 2 < text.size() ? fromHex(text.substr(i + 1, 2)) : std::nullopt;
      if (!byte) return std::nullopt;
      out += *byte;
      i += 2;
    }
  }
  return out;
}

QueryParameters::QueryParameters(std::string_view query) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto part = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const auto equals = part.find('=');
    const auto name = percentDecoded(part.substr(0, equals), true);
    const auto value = percentDecoded(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
    if (name && value) pairs_.emplace_back(*name, *value);
  }
}

std::optional<std::string> QueryParameters::find(std::string_view name) const {
  for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair) {
    if (pair->first == name) return pair->second;
  }
  return std::nullopt;
}

}  // namespace certus::trust_service
