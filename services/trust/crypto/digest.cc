#include "services/trust/crypto/digest.h"

#include <array>

#include "base/encoding.h"

namespace certus::trust_service {
namespace {

constexpr std::array kAlgorithms{HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512};

tl::unexpected<Error> wrongForm() {
  return fail(ErrorCode::InvalidArgument,
              "Input should be the artifact's digest, 'sha256:' and 64 hex digits, for example "
              "'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'. A name or tag is not a digest: "
              "get a file's with 'sha256sum FILE', an image's with 'docker inspect --format {{.RepoDigests}} IMAGE'");
}

}  // namespace

const char* toString(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::Sha384: return "sha384";
    case HashAlgorithm::Sha512: return "sha512";
    default: return "sha256";
  }
}

std::size_t digestBytes(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::Sha384: return 48;
    case HashAlgorithm::Sha512: return 64;
    default: return 32;
  }
}

std::string ArtifactDigest::hex() const { return toHex(bytes); }

std::string ArtifactDigest::text() const { return std::string(toString(algorithm)) + ":" + hex(); }

Result<ArtifactDigest> parseDigest(std::string_view text) {
  auto algorithm = HashAlgorithm::Sha256;
  std::string_view digits = text;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    bool known = false;
    for (const auto candidate : kAlgorithms) {
      if (text.substr(0, colon) != toString(candidate)) continue;
      algorithm = candidate;
      known = true;
    }
    if (!known) return wrongForm();
    digits = text.substr(colon + 1);
  }
  if (digits.size() != digestBytes(algorithm) * 2) return wrongForm();
  auto bytes = fromHex(digits);
  if (!bytes) return wrongForm();
  return ArtifactDigest{algorithm, std::move(*bytes)};
}

}  // namespace certus::trust_service
