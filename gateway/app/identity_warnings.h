// What is allowed in the section `identity` and its files, and yet hardly meant.
#pragma once

#include <string>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "policy/identity/api_keys.h"
#include "policy/identity/revocations.h"

namespace certus::app {

// Issuers that could name each other's callers: "file:line:col: path: message", one an issuer.
std::vector<std::string> issuerWarnings(const config::Gateway& config);

// Revoked subjects that nobody is called, as after a prefix was added: such an entry shuts nobody out.
std::vector<std::string> revocationWarnings(const config::Gateway& config, const identity::Revocations& revocations,
                                            const identity::ApiKeyFile& keys);

}  // namespace certus::app
