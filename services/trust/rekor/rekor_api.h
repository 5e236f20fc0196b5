// Rekor v1's HTTP API over the log: which path leads where. Its bodies, headers and codes are Rekor's, so that rekor-cli,
// cosign and other Sigstore clients can use the log as it is. No sockets.
#pragma once

#include <optional>

#include "services/trust/api/routes.h"

namespace certus::trust_service {

// nullopt when the path is none of Rekor's. Who may ask, and who may write, was decided before.
std::optional<Answer> rekorAnswer(const ApiContext& context, const ApiRequest& request);

}  // namespace certus::trust_service
