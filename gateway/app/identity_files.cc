#include "gateway/app/identity_files.h"

#include "base/files.h"
#include "config/yaml_document.h"
#include "gateway/app/identity_warnings.h"
#include "policy/identity/instant.h"

namespace certus::app {
namespace {

class IdentityReader {
 public:
  IdentityReader(const config::Gateway& config, const KeysOf& keysOf, WallTime now)
      : config_(config), keysOf_(keysOf), now_(now) {}

  IdentityFiles read() {
    readApiKeys();
    readRevocations();
    for (const identity::Issuer& issuer : config_.identity.issuers) readIssuer(issuer);
    warn(issuerWarnings(config_));
    warn(revocationWarnings(config_, *out_.revocations, out_.keyFile));
    return std::move(out_);
  }

 private:
  // The reading of a file that is there; else of nothing, and said.
  template <class Read>
  auto readNamed(const std::string& path, const std::string& file, bool& isRead, Read reader)
      -> decltype(reader({}, file).value) {
    if (file.empty()) return {};
    const std::size_t before = out_.problems.size();
    auto value = readThere(path, file, reader);
    isRead = out_.problems.size() == before;
    return isRead ? std::move(value) : decltype(value){};
  }

  template <class Read>
  auto readThere(const std::string& path, const std::string& file, Read reader) -> decltype(reader({}, file).value) {
    const auto text = readFile(file, config::kMaxFileBytes);
    if (!text) {
      out_.problems.push_back(config_.where(path) + ": " + path + ": " + file + " " + text.error().message);
      return {};
    }
    auto reading = reader(*text, file);
    for (const config::Problem& problem : reading.problems) out_.problems.push_back(config::describe(problem, file));
    return std::move(reading.value);
  }

  void readApiKeys() {
    const std::string& file = config_.identity.apiKeysFile;
    auto keys = readNamed("identity.api_keys", file, out_.apiKeysRead, identity::readApiKeys);
    out_.apiKeys = std::make_shared<const identity::ApiKeys>(keys.keys);
    for (const auto& [name, entry] : keys.keys) {
      const auto expires = identity::parseInstant(entry.expires);
      if (expires && *expires <= now_)
        out_.warnings.push_back(file + ": keys." + name + ": expired at " + entry.expires + "; it may be removed");
    }
    out_.keyFile = std::move(keys);
  }

  void readRevocations() {
    out_.revocations = std::make_shared<const identity::Revocations>(readNamed(
        "identity.revocations", config_.identity.revocationsFile, out_.revocationsRead, identity::readRevocations));
  }

  void readIssuer(const identity::Issuer& issuer) {
    auto keys = keysOf_(issuer);
    if (!keys) {
      const std::string path = "identity.issuers." + issuer.name + (issuer.jwksUrl.empty() ? ".jwks_file" : ".jwks_url");
      const std::string& detail = keys.error().detail;
      out_.problems.push_back(config_.where(path) + ": " + keys.error().message +
                              (detail.empty() ? "" : " (" + detail + ")"));
      return;
    }
    // Those of a URL are told with each fetch.
    if (!issuer.jwksFile.empty()) {
      for (const std::string& warning : (*keys)->warnings()) out_.warnings.push_back(issuer.jwksFile + ": " + warning);
    }
    out_.issuers.push_back({issuer, *std::move(keys)});
  }

  void warn(std::vector<std::string> warnings) {
    for (std::string& warning : warnings) out_.warnings.push_back(std::move(warning));
  }

  const config::Gateway& config_;
  const KeysOf& keysOf_;
  const WallTime now_;
  IdentityFiles out_;
};

}  // namespace

IdentityFiles readIdentityFiles(const config::Gateway& config, const KeysOf& keysOf, WallTime now) {
  return IdentityReader(config, keysOf, now).read();
}

std::shared_ptr<const identity::Authenticator> authenticatorOf(const config::Gateway& config, const IdentityFiles& files,
                                                               std::shared_ptr<identity::FailureLimiter> failures) {
  identity::AuthenticatorParts parts;
  parts.bearer = std::make_shared<const identity::BearerVerifier>(files.issuers, files.revocations);
  parts.apiKeys = files.apiKeys;
  parts.revocations = files.revocations;
  parts.certificates = std::make_shared<const identity::CertificateRules>(config.identity.certificateRules());
  parts.failures = std::move(failures);
  return std::make_shared<const identity::Authenticator>(std::move(parts));
}

}  // namespace certus::app
