// POST /v1/verify with a `bundle`: the verifier that outsiders use, against this installation's own trusted root, and then
// whether the database still holds the entry.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/trust/api/routes.h"
#include "services/trust/verify/verifier.h"

namespace certus::trust_service {

struct BundleVerdict {
  Verdict verdict;
  std::string failure;  // the class; empty when valid
};

Result<BundleVerdict> verifyBundleOf(const ApiContext& context, const ArtifactDigest& artifact, std::string_view bundle,
                                     const std::optional<std::string>& identity);

Answer showTrustedRoot(const ApiContext& context);  // GET /v1/keys/trusted_root.json

}  // namespace certus::trust_service
