// What API keys and certificate rules say of their holders, beside the policy: a group, tenant or tool that does not exist
// closes a door that was meant to be open, and nobody is told.
#pragma once

#include <string>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "policy/identity/api_keys.h"
#include "policy/rules/policy.h"

namespace certus::app {

struct CredentialNames {
  std::vector<std::string> unknown;        // "file:line:col: path: message"
  std::vector<std::string> withoutEffect;  // groups that exist, and that no credential may name
};

CredentialNames compareNames(const config::Gateway& config, const identity::ApiKeyFile& keys, const rules::Policy& policy);

}  // namespace certus::app
