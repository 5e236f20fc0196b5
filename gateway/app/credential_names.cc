#include "gateway/app/credential_names.h"

#include "policy/rules/caller_names.h"

namespace certus::app {

CredentialNames compareNames(const config::Gateway& config, const identity::ApiKeyFile& keys, const rules::Policy& policy) {
  CredentialNames out;
  const auto compare = [&](const rules::Caller& caller, auto textOf) {
    for (const rules::NameFinding& each : rules::unknownNames(policy, caller)) out.unknown.push_back(textOf(each));
    for (const rules::NameFinding& each : rules::groupsWithoutEffect(policy, caller))
      out.withoutEffect.push_back(textOf(each));
  };
  for (const auto& [name, key] : keys.keys) {
    const rules::Caller caller{key.subject, key.tenant, key.groups, key.limitsTools ? &key.allowedTools : nullptr};
    compare(caller, [&, name = name](const rules::NameFinding& each) {
      const std::string path = "keys." + name + "." + each.key;
      return config::describe({identity::placeOf(keys.places, path), path, each.message}, keys.file);
    });
  }
  for (const identity::NamedCertificateRule& rule : config.identity.certificates) {
    compare({rule.subject, rule.tenant, rule.groups, nullptr}, [&](const rules::NameFinding& each) {
      const std::string path = "identity.certificates." + rule.name + "." + each.key;
      return config.where(path) + ": " + path + ": " + each.message;
    });
  }
  return out;
}

}  // namespace certus::app
