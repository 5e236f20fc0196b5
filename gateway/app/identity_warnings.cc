#include "gateway/app/identity_warnings.h"

#include <algorithm>

namespace certus::app {
namespace {

std::string pathOf(const identity::Issuer& issuer) { return "identity.issuers." + issuer.name; }

// Told where something is to be written: at the one that has no prefix yet.
std::string shared(const config::Gateway& config, const identity::Issuer& earlier, const identity::Issuer& later) {
  const bool laterIsToChange = later.subjectPrefix.empty() || !earlier.subjectPrefix.empty();
  const identity::Issuer& told = laterIsToChange ? later : earlier;
  const identity::Issuer& other = laterIsToChange ? earlier : later;
  const std::string path = pathOf(told) + ".subject_prefix";
  return config.where(path) + ": " + path + ": a name from issuer " + told.name + " may be one from " + other.name + " (" +
         config.where(pathOf(other)) +
         ") as well, and rules, limits and revocations go by names; give each a subject_prefix of its own, of which none "
         "begins with another, for example subject_prefix: \"" +
         told.name + ":\" here" + (other.subjectPrefix.empty() ? " and \"" + other.name + ":\" there" : "");
}

bool mayBeCalled(const config::Gateway& config, const identity::ApiKeyFile& keys, const std::string& name) {
  const identity::IdentityConfig& identity = config.identity;
  return name == config.localIdentity ||
         std::any_of(identity.issuers.begin(), identity.issuers.end(),
                     [&](const identity::Issuer& issuer) { return name.starts_with(issuer.subjectPrefix); }) ||
         std::any_of(
             identity.certificates.begin(), identity.certificates.end(),
             [&](const identity::CertificateRule& rule) { return rule.subject.empty() || rule.subject == name; }) ||
         std::any_of(keys.keys.begin(), keys.keys.end(), [&](const auto& key) { return key.second.subject == name; });
}

}  // namespace

std::vector<std::string> issuerWarnings(const config::Gateway& config) {
  const std::vector<identity::Issuer>& issuers = config.identity.issuers;
  std::vector<std::string> out;
  for (std::size_t i = 1; i < issuers.size(); ++i) {
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (!mayShareNames(issuers[earlier], issuers[i])) continue;
      out.push_back(shared(config, issuers[earlier], issuers[i]));
      break;
    }
  }
  return out;
}

std::vector<std::string> revocationWarnings(const config::Gateway& config, const identity::Revocations& revocations,
                                            const identity::ApiKeyFile& keys) {
  std::vector<std::string> out;
  if (config.identity.issuers.empty()) return out;  // what an API key that was removed leaves behind does no harm
  for (const auto& [name, entry] : revocations.subjects) {
    if (mayBeCalled(config, keys, name)) continue;
    out.push_back(config.identity.revocationsFile + ": subjects." + name +
                  ": nobody is called that, so it shuts nobody out; write the subject with its issuer's subject_prefix, for "
                  "example " +
                  config.identity.issuers.front().subjectPrefix + name + ", or remove it");
  }
  return out;
}

}  // namespace certus::app
