#include "policy/identity/certificates.h"

#include <algorithm>
#include <span>
#include <utility>

#include "policy/identity/text_rules.h"

namespace certus::identity {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.starts_with('*')) return text.size() >= pattern.size() && text.ends_with(pattern.substr(1));
  if (pattern.ends_with('*'))
    return text.size() >= pattern.size() && text.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == text;
}

const std::string* firstMatch(const std::string& pattern, std::span<const std::string> texts) {
  if (pattern.empty()) return nullptr;
  const auto found =
      std::find_if(texts.begin(), texts.end(), [&](const std::string& text) { return matches(pattern, text); });
  return found == texts.end() ? nullptr : &*found;
}

const std::string* matchOf(const CertificateRule& rule, const VerifiedCertificate& certificate) {
  if (const auto* uri = firstMatch(rule.uri, certificate.uris)) return uri;
  if (const auto* name = firstMatch(rule.dns, certificate.names)) return name;
  if (const auto* email = firstMatch(rule.email, certificate.emails)) return email;
  return firstMatch(rule.distinguishedName, {&certificate.subject, 1});
}

constexpr const char* kBinding = "certificate";

}  // namespace

CertificateRules::Match CertificateRules::match(const VerifiedCertificate& certificate) const {
  for (const CertificateRule& rule : rules_) {
    if (const std::string* text = matchOf(rule, certificate)) return {&rule, rule.subject.empty() ? *text : rule.subject};
  }
  return {};
}

Checked<std::shared_ptr<const Principal>> CertificateRules::find(const VerifiedCertificate& certificate,
                                                                 WallTime now) const {
  Match found = match(certificate);
  if (!found.rule) return refuse(Failure::UnknownCertificate);
  if (certificate.notAfter <= now) return refuse(Failure::Expired);
  if (certificate.notBefore > now) return refuse(Failure::NotYetValid);
  if (!isPrintableName(found.subject)) return refuse(Failure::UnknownCertificate);
  auto out = std::make_shared<Principal>();
  out->method = Method::Certificate;
  out->subject = std::move(found.subject);
  out->tenant = found.rule->tenant;
  out->key = bindingKey(kBinding, out->subject, out->tenant);
  out->groups = found.rule->groups;
  std::sort(out->groups.begin(), out->groups.end());
  out->groups.erase(std::unique(out->groups.begin(), out->groups.end()), out->groups.end());
  out->keyId = certificate.sha256;
  out->issued = certificate.notBefore;
  out->expires = certificate.notAfter;
  out->certificate = std::make_shared<const VerifiedCertificate>(certificate);
  return std::shared_ptr<const Principal>(std::move(out));
}

bool CertificateRules::hold(const Principal& principal) const {
  if (!principal.certificate) return false;
  const Match found = match(*principal.certificate);
  return found.rule && bindingKey(kBinding, found.subject, found.rule->tenant) == principal.key;
}

}  // namespace certus::identity
