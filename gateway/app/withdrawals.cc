#include "gateway/app/withdrawals.h"

#include <algorithm>

namespace certus::app {
namespace {

// True: at least one key set is another.
bool takeKeys(std::vector<identity::TrustedIssuer>& issuers, const IdentityFiles& files) {
  bool any = false;
  for (identity::TrustedIssuer& issuer : issuers) {
    const auto read = std::find_if(files.issuers.begin(), files.issuers.end(), [&](const identity::TrustedIssuer& one) {
      return one.settings.name == issuer.settings.name;
    });
    if (read == files.issuers.end() || read->keys->digest() == issuer.keys->digest()) continue;
    issuer.keys = read->keys;
    any = true;
  }
  return any;
}

}  // namespace

Withdrawals withdrawalsOf(const identity::Authenticator& inForce, const IdentityFiles& files) {
  Withdrawals out;
  identity::AuthenticatorParts parts = inForce.parts();
  if (files.apiKeysRead) {
    if (auto left = parts.apiKeys->narrowed(*files.apiKeys)) {
      parts.apiKeys = std::make_shared<const identity::ApiKeys>(*std::move(left));
      out.texts.emplace_back("API keys that were taken away");
    }
  }
  auto revocations = identity::joined(*parts.revocations, *files.revocations);
  if (revocations != *parts.revocations) {
    parts.revocations = std::make_shared<const identity::Revocations>(std::move(revocations));
    out.texts.emplace_back("revocations");
  }
  const auto trusted = parts.bearer->issuers();
  std::vector<identity::TrustedIssuer> issuers(trusted.begin(), trusted.end());
  if (takeKeys(issuers, files)) out.texts.emplace_back("keys of issuers");
  if (out.texts.empty()) return out;
  parts.bearer = std::make_shared<const identity::BearerVerifier>(std::move(issuers), parts.revocations);
  out.authenticator = std::make_shared<const identity::Authenticator>(std::move(parts));
  return out;
}

}  // namespace certus::app
