#include "policy/identity/identity_config.h"

#include <algorithm>
#include <array>

namespace certus::identity {
namespace {

class Completion {
 public:
  Completion(IdentityConfig& identity, std::string prefix, const Places& places, config::Problems& problems)
      : identity_(identity), prefix_(std::move(prefix)), places_(places), problems_(problems) {}

  void issuers() {
    for (std::size_t i = 0; i < identity_.issuers.size(); ++i) {
      const Issuer& issuer = identity_.issuers[i];
      const std::string path = "issuers." + issuer.name;
      if (issuer.jwksFile.empty() == issuer.jwksUrl.empty())
        report(path, "exactly one source of its keys is needed: jwks_url or jwks_file");
      if (!issuer.jwksCaFile.empty() && !issuer.jwksUrl.starts_with("https://"))
        report(path + ".jwks_ca_file",
               "only a jwks_url with https:// has a use for it; write https://, or remove this line");
      if (issuer.audiences.empty() && stated(path + ".audiences"))
        report(path + ".audiences",
               "empty; without an audience every token of this issuer would be refused. Write this "
               "gateway's public URL");
      if (issuer.algorithms.empty())
        report(path + ".algorithms",
               "empty; every token would be refused. Name one, or remove the line for all that are safe");
      for (std::size_t other = 0; other < i; ++other) {
        if (!issuer.issuer.empty() && identity_.issuers[other].issuer == issuer.issuer)
          report(path + ".issuer",
                 "the issuer of " + identity_.issuers[other].name + " too; tokens could not tell which is meant");
      }
    }
  }

  void certificates() {
    for (const NamedCertificateRule& rule : identity_.certificates) {
      const std::array patterns = {&rule.uri, &rule.dns, &rule.email, &rule.distinguishedName};
      const auto said = std::count_if(patterns.begin(), patterns.end(), [](const std::string* p) { return !p->empty(); });
      if (said != 1)
        report("certificates." + rule.name,
               "exactly one way to recognise it is needed: uri, dns, email or distinguished_name");
    }
  }

  void resource() {
    ResourceServer& resource = identity_.resource;
    if (resource.publicUrl.empty()) return;
    if (resource.authorizationServers.empty()) {
      for (const Issuer& issuer : identity_.issuers) resource.authorizationServers.push_back(issuer.issuer);
    }
    if (resource.authorizationServers.empty())
      report("resource", "clients are told to sign in, but nowhere; add an issuer, or authorization_servers");
  }

  void anything() {
    if (!identity_.acceptsAnything())
      problems_.add(placeOf(places_, prefix_), prefix_,
                    "nobody could get in: name at least one of issuers, api_keys, certificates");
  }

 private:
  std::string full(const std::string& path) const { return prefix_.empty() ? path : prefix_ + "." + path; }
  bool stated(const std::string& path) const { return places_.find(full(path)) != places_.end(); }
  void report(const std::string& path, std::string message) {
    problems_.add(placeOf(places_, full(path)), full(path), std::move(message));
  }

  IdentityConfig& identity_;
  const std::string prefix_;
  const Places& places_;
  config::Problems& problems_;
};

}  // namespace

std::vector<CertificateRule> IdentityConfig::certificateRules() const { return {certificates.begin(), certificates.end()}; }

TrustedProxies IdentityConfig::proxies() const {
  std::vector<Network> networks;
  for (const std::string& text : trustedProxies) {
    if (const auto network = parseNetwork(text)) networks.push_back(*network);
  }
  return TrustedProxies(std::move(networks),
                        forwardedHeader == "forwarded" ? ForwardedHeader::Forwarded : ForwardedHeader::XForwardedFor);
}

void completeIdentity(IdentityConfig& identity, const std::string& prefix, const Places& places,
                      config::Problems& problems) {
  Completion completion(identity, prefix, places, problems);
  completion.issuers();
  completion.certificates();
  completion.resource();
  completion.anything();
}

FileReading<IdentityConfig> readIdentity(std::string_view yaml, const std::string& file) {
  FileReading<IdentityConfig> out;
  out.file = file;
  config::Problems problems;
  Places places;
  readShaped(yaml, identityShape(), &out.value, places, problems);
  completeIdentity(out.value, "", places, problems);
  out.problems = problems.take();
  return out;
}

}  // namespace certus::identity
