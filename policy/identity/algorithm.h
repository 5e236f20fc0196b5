// The signature algorithms that a token may use. There is no `none` and nothing symmetric: they cannot be expressed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace certus::identity {

enum class Algorithm : std::uint8_t { RS256, PS256, ES256, ES384, EdDSA };

inline constexpr std::array<std::pair<std::string_view, Algorithm>, 5> kAlgorithms = {{{"RS256", Algorithm::RS256},
                                                                                       {"PS256", Algorithm::PS256},
                                                                                       {"ES256", Algorithm::ES256},
                                                                                       {"ES384", Algorithm::ES384},
                                                                                       {"EdDSA", Algorithm::EdDSA}}};

// RFC 7518's names, exactly; RFC 8037's EdDSA means Ed25519 here.
constexpr std::optional<Algorithm> algorithmOf(std::string_view name) {
  for (const auto& [known, algorithm] : kAlgorithms) {
    if (known == name) return algorithm;
  }
  return std::nullopt;
}

}  // namespace certus::identity
