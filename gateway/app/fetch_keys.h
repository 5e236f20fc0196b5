// The keys of one issuer, asked for once by a command that then waits for them.
#pragma once

#include "policy/identity/bearer_verifier.h"

namespace certus::app {

// From its jwks_url, under the rules of `serve`. An error says why not and what to do.
Result<void> fetchKeys(const identity::TrustedIssuer& issuer);

}  // namespace certus::app
