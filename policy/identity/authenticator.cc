#include "policy/identity/authenticator.h"

#include "policy/identity/credential.h"

namespace certus::identity {
namespace {

template <class T>
Outcome outcomeOf(Checked<T>&& checked) {
  if (!checked) return checked.error();
  return *std::move(checked);
}

}  // namespace

Checked<void> Authenticator::stillValid(const Principal& principal, WallTime now) const {
  if (principal.expires <= now) return refuse(Failure::Expired);
  if (parts_.revocations->revoked(principal)) return refuse(Failure::Revoked);
  if (principal.method == Method::ApiKey && !parts_.apiKeys->hold(principal, now)) return refuse(Failure::Revoked);
  if (principal.method == Method::Bearer && !parts_.bearer->trusts(principal)) return refuse(Failure::Revoked);
  if (principal.method == Method::Certificate && !parts_.certificates->hold(principal)) return refuse(Failure::Revoked);
  return {};
}

Checked<PrincipalPointer> Authenticator::renewed(const PrincipalPointer& principal, WallTime now) const {
  if (const auto valid = stillValid(*principal, now); !valid) return refuse(valid.error());
  if (principal->method == Method::ApiKey) return parts_.apiKeys->known(*principal);
  if (principal->method == Method::Certificate) return parts_.certificates->find(*principal->certificate, now);
  return principal;
}

std::uint64_t Authenticator::keysVersion() const {
  std::uint64_t sum = 0;
  for (const TrustedIssuer& issuer : parts_.bearer->issuers()) sum += issuer.keys->generation();
  return sum;
}

// What costs no signature is answered whatever the address did before; for the rest it has to wait.
Outcome Authenticator::judgeBearer(std::string_view credential, const Address& client, Moment now) const {
  if (looksLikeApiKey(credential)) return outcomeOf(parts_.apiKeys->find(credential, now.wall));
  if (parts_.failures->allows(client, now.steady)) return parts_.bearer->verify(credential, now);
  if (PrincipalPointer known = parts_.bearer->known(credential, now)) return known;
  return Failure::Limited;
}

Outcome Authenticator::judge(const Attempt& attempt, Moment now) const {
  const auto credential = bearerCredential(attempt.authorization, attempt.target);
  if (credential) return judgeBearer(*credential, attempt.client, now);
  if (credential.error() != Failure::NoCredential || !attempt.certificate || parts_.certificates->empty())
    return credential.error();
  return outcomeOf(parts_.certificates->find(*attempt.certificate, now.wall));
}

Outcome Authenticator::authenticate(const Attempt& attempt, Moment now) const {
  Outcome outcome = judge(attempt, now);
  if (const auto* principal = std::get_if<PrincipalPointer>(&outcome)) {
    if (const auto valid = stillValid(**principal, now.wall); !valid) outcome = valid.error();
  }
  const auto* failure = std::get_if<Failure>(&outcome);
  if (failure && countsAgainstAddress(*failure)) {
    if (!parts_.failures->allows(attempt.client, now.steady)) return Failure::Limited;
    parts_.failures->failed(attempt.client, now.steady);
  }
  return outcome;
}

}  // namespace certus::identity
