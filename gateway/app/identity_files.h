// The files that the section `identity` names, opened and read, for `serve` and for every command: what an Authenticator is
// made of, and all that is wrong with it at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "config/gateway/gateway_config.h"
#include "policy/identity/authenticator.h"

namespace certus::app {

// The keys of an issuer. An error names file and key of the configuration.
using KeysOf = std::function<Result<std::shared_ptr<identity::KeyCache>>(const identity::Issuer&)>;

struct IdentityFiles {
  std::shared_ptr<const identity::ApiKeys> apiKeys;          // never null
  identity::ApiKeyFile keyFile;                              // as it was written
  std::shared_ptr<const identity::Revocations> revocations;  // never null
  bool apiKeysRead = true, revocationsRead = true;           // false: had problems, and what stands above is of nothing
  std::vector<identity::TrustedIssuer> issuers;              // those whose keys could be read
  std::vector<std::string> problems;                         // "file:line:col: path: message", one each
  std::vector<std::string> warnings;                         // of the same form; read all the same
};

// Whatever is named is read, with or without `policy`, so that a configuration that lacks it is told everything as well.
IdentityFiles readIdentityFiles(const config::Gateway& config, const KeysOf& keysOf, WallTime now);

// What had problems accepts nobody.
std::shared_ptr<const identity::Authenticator> authenticatorOf(const config::Gateway& config, const IdentityFiles& files,
                                                               std::shared_ptr<identity::FailureLimiter> failures);

}  // namespace certus::app
