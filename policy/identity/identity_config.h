// The `identity:` section: every way of proving who one is that a gateway accepts, as it is written in YAML. Plain data;
// nothing that it names is opened here.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "config/problems.h"
#include "config/shape.h"
#include "policy/identity/certificates.h"
#include "policy/identity/issuer.h"
#include "policy/identity/readings.h"
#include "policy/identity/resource_metadata.h"
#include "policy/identity/trusted_proxies.h"

namespace certus::identity {

struct NamedCertificateRule : CertificateRule {
  std::string name;
};

struct IdentityConfig {
  std::vector<Issuer> issuers;
  std::vector<NamedCertificateRule> certificates;
  std::string apiKeysFile, revocationsFile;  // as written: relative to the file
  std::uint32_t failureBurst = 20;
  Milliseconds failureRecovery{3'000};
  std::vector<std::string> trustedProxies;
  std::string forwardedHeader = "x-forwarded-for";
  ResourceServer resource;  // publicUrl empty: no metadata is served; authorization servers default to the issuers

  bool acceptsAnything() const { return !issuers.empty() || !certificates.empty() || !apiKeysFile.empty(); }
  std::vector<CertificateRule> certificateRules() const;
  TrustedProxies proxies() const;
};

const config::Shape& identityShape();  // fills an IdentityConfig

// What a shape cannot say: exactly one source of keys an issuer, one field a certificate rule, no `iss` twice. `prefix` is
// the path of the section in its file, "identity" or "".
void completeIdentity(IdentityConfig& identity, const std::string& prefix, const Places& places, config::Problems& problems);

// A text that consists of the section's keys alone; for tests and tools.
FileReading<IdentityConfig> readIdentity(std::string_view yaml, const std::string& file);

}  // namespace certus::identity
