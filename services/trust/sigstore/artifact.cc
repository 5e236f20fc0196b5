#include "services/trust/sigstore/artifact.h"

#include "services/trust/crypto/keys.h"

namespace certus::sigstore {
namespace {

constexpr std::array kAlgorithms{HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512};

}  // namespace

const char* protobufNameOf(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::Sha384: return "SHA2_384";
    case HashAlgorithm::Sha512: return "SHA2_512";
    default: return "SHA2_256";
  }
}

std::optional<HashAlgorithm> algorithmNamed(std::string_view protobufName) {
  for (const auto algorithm : kAlgorithms) {
    if (protobufName == protobufNameOf(algorithm)) return algorithm;
  }
  return std::nullopt;
}

std::optional<HashAlgorithm> algorithmOfHashName(std::string_view name) {
  for (const auto algorithm : kAlgorithms) {
    if (name == trust_service::toString(algorithm)) return algorithm;
  }
  return std::nullopt;
}

ArtifactHasher::ArtifactHasher() {
  for (const auto algorithm : kAlgorithms) {
    ContextPtr& context = contexts_[static_cast<std::size_t>(algorithm)];
    context.reset(EVP_MD_CTX_new());
    sound_ = sound_ && context && EVP_DigestInit_ex(context.get(), trust_service::messageDigest(algorithm), nullptr) == 1;
  }
}

void ArtifactHasher::add(std::string_view bytes) {
  for (const ContextPtr& context : contexts_)
    sound_ = sound_ && EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1;
}

Artifact ArtifactHasher::finish() {
  Artifact artifact;
  for (const auto algorithm : kAlgorithms) {
    const auto at = static_cast<std::size_t>(algorithm);
    std::string digest(trust_service::digestBytes(algorithm), '\0');
    sound_ =
        sound_ && EVP_DigestFinal_ex(contexts_[at].get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1;
    if (sound_) artifact.digests_[at] = std::move(digest);
  }
  return artifact;
}

Artifact Artifact::ofBytes(std::string_view bytes) {
  ArtifactHasher hasher;
  hasher.add(bytes);
  return hasher.finish();
}

Artifact Artifact::ofDigest(const trust_service::ArtifactDigest& digest) {
  Artifact artifact;
  artifact.digests_[static_cast<std::size_t>(digest.algorithm)] = digest.bytes;
  return artifact;
}

}  // namespace certus::sigstore
