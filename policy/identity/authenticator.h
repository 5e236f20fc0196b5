// Who calls: the one question that the gateway asks of this folder. Every way of proving it, in one order, with one answer.
// Any thread; immutable but for caches that lock for themselves.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "policy/identity/address.h"
#include "policy/identity/api_keys.h"
#include "policy/identity/bearer_verifier.h"
#include "policy/identity/certificates.h"
#include "policy/identity/failure_limiter.h"

namespace certus::identity {

struct Attempt {
  std::span<const std::string_view> authorization;   // the value of each Authorization header
  std::string_view target;                           // the request target, with its query
  const VerifiedCertificate* certificate = nullptr;  // of the connection, if the client brought one
  Address client;                                    // as TrustedProxies::clientOf says
};

struct AuthenticatorParts {
  std::shared_ptr<const BearerVerifier> bearer;
  std::shared_ptr<const ApiKeys> apiKeys;
  std::shared_ptr<const Revocations> revocations;
  std::shared_ptr<const CertificateRules> certificates;
  std::shared_ptr<FailureLimiter> failures;  // one a process; outlives reloads
};

class Authenticator {
 public:
  // Every part is required; an empty one accepts nothing.
  explicit Authenticator(AuthenticatorParts parts) : parts_(std::move(parts)) {}

  const AuthenticatorParts& parts() const { return parts_; }

  // A credential in the head decides alone: a bad one is not rescued by a certificate. Failures are counted against the
  // address.
  Outcome authenticate(const Attempt& attempt, Moment now) const;

  // For a stream or session that lives longer than a request: Expired or Revoked once its credential counts no more, which
  // an API key does that was taken out of the file, a token whose issuer is trusted no more, and a certificate that no rule
  // recognises as that subject any more.
  Checked<void> stillValid(const Principal& principal, WallTime now) const;

  // The same, and who it is by today's files: the groups of an API key or of a certificate's rule may be others by now.
  // What a token says stays as it was.
  Checked<PrincipalPointer> renewed(const PrincipalPointer& principal, WallTime now) const;

  // Grows when an issuer's keys change: what was verified before must be verified anew.
  std::uint64_t keysVersion() const;

  // Seconds for Retry-After with Failure::Limited.
  Milliseconds wait(const Address& client, SteadyTime now) const { return parts_.failures->wait(client, now); }

 private:
  Outcome judge(const Attempt& attempt, Moment now) const;
  Outcome judgeBearer(std::string_view credential, const Address& client, Moment now) const;

  AuthenticatorParts parts_;
};

}  // namespace certus::identity
