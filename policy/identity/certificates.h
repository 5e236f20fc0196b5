// Which client certificates are whom. The certificate was verified by TLS against the configured authorities before anything
// here is asked; this reads its names only. Pure.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "policy/identity/failure.h"
#include "policy/identity/principal.h"

namespace certus::identity {

struct VerifiedCertificate {
  std::string subject;                           // RFC 2253 text, "CN=ci,O=Example"
  std::vector<std::string> uris, names, emails;  // subject alternative names
  std::string sha256;                            // of the DER, lower-case hex
  WallTime notBefore{}, notAfter = WallTime::max();
};

// One way to recognise certificates: exactly one of the first four, with at most one * at an end.
struct CertificateRule {
  std::string uri, dns, email, distinguishedName;
  std::string subject;  // who it is; empty: the text that matched
  std::string tenant;
  std::vector<std::string> groups;
};

class CertificateRules {
 public:
  CertificateRules() = default;
  explicit CertificateRules(std::vector<CertificateRule> rules) : rules_(std::move(rules)) {}

  // The first rule that matches, in file order; UnknownCertificate, or Expired / NotYetValid (a connection may outlive it).
  Checked<std::shared_ptr<const Principal>> find(const VerifiedCertificate& certificate, WallTime now) const;
  // Whether the certificate that made this principal is still recognised, and still as that subject.
  bool hold(const Principal& principal) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Match {
    const CertificateRule* rule = nullptr;  // null: none
    std::string subject;
  };
  Match match(const VerifiedCertificate& certificate) const;

  std::vector<CertificateRule> rules_;
};

}  // namespace certus::identity
