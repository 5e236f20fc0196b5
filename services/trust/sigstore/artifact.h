// What a signature is over: an artifact by its digests. Never its bytes, which may be larger than memory.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "services/trust/crypto/digest.h"
#include "services/trust/crypto/openssl.h"

namespace certus::sigstore {

using trust_service::HashAlgorithm;

std::optional<HashAlgorithm> algorithmNamed(std::string_view protobufName);  // "SHA2_256"
std::optional<HashAlgorithm> algorithmOfHashName(std::string_view name);     // "sha256"
const char* protobufNameOf(HashAlgorithm algorithm);

class Artifact {
 public:
  static Artifact ofBytes(std::string_view bytes);
  static Artifact ofDigest(const trust_service::ArtifactDigest& digest);  // the one that is known

  // Raw; nullopt when only another algorithm's digest is known.
  const std::optional<std::string>& digest(HashAlgorithm algorithm) const {
    return digests_[static_cast<std::size_t>(algorithm)];
  }

 private:
  friend class ArtifactHasher;
  std::array<std::optional<std::string>, 3> digests_;
};

// An artifact's digests piece by piece, in one pass.
class ArtifactHasher {
 public:
  ArtifactHasher();
  void add(std::string_view bytes);
  Artifact finish();  // once

 private:
  using ContextPtr = std::unique_ptr<EVP_MD_CTX, trust_service::Releases<EVP_MD_CTX_free>>;
  std::array<ContextPtr, 3> contexts_;
  bool sound_ = true;
};

}  // namespace certus::sigstore
