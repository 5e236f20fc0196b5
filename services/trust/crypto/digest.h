// An artifact's digest as the service speaks of it: "sha256:<64 hex>", lower case. Not a hasher of artifacts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace certus::trust_service {

enum class HashAlgorithm : std::uint8_t { Sha256, Sha384, Sha512 };

const char* toString(HashAlgorithm algorithm);     // "sha256"
std::size_t digestBytes(HashAlgorithm algorithm);  // 32, 48, 64

struct ArtifactDigest {
  HashAlgorithm algorithm = HashAlgorithm::Sha256;
  std::string bytes;  // raw

  std::string hex() const;
  std::string text() const;  // "sha256:<hex>"
  bool operator==(const ArtifactDigest&) const = default;
};

// "sha256:", "sha384:" or "sha512:" and hex of that length, or 64 bare hex digits. The error's message teaches the form.
Result<ArtifactDigest> parseDigest(std::string_view text);

}  // namespace certus::trust_service
