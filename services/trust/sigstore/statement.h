// DSSE envelopes and the in-toto statements in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/trust/sigstore/artifact.h"
#include "services/trust/sigstore/failure.h"

namespace certus::sigstore {

inline constexpr const char* kStatementType = "application/vnd.in-toto+json";

// "DSSEv1 <length> <type> <length> <payload>": what a DSSE signature is over.
std::string preAuthenticationEncoding(std::string_view payloadType, std::string_view payload);

// An in-toto statement (v1, v0.1) that has a subject with one of the artifact's digests and, if one is named, this
// predicate type: the statement's own, as it says. MALFORMED unless every subject is sound, not only the one that matches.
Outcome<std::string> checkStatement(std::string_view payload, const Artifact& artifact,
                                    const std::optional<std::string>& predicateType);

}  // namespace certus::sigstore
