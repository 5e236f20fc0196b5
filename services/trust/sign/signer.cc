#include "services/trust/sign/signer.h"

#include "services/trust/crypto/pem.h"
#include "services/trust/log/hashed_rekord.h"
#include "services/trust/log/search_index.h"
#include "services/trust/sign/private_keys.h"

namespace certus::trust_service {

Result<Unlogged> Signer::prepare(const SigningOrder& order) const {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
  if (!authority_.validAt(now)) {
    return fail(ErrorCode::Unavailable,
                "The service's certificate authority is not valid at this time. Check the machine's clock; if it is "
                "right, the CA has expired: stop the service and add a new one with certus-trust rotate-ca.");
  }
  auto key = generateKeyFor(order.artifact.algorithm);
  if (!key) return tl::make_unexpected(key.error());
  auto certificate = authority_.issue(order.identity, **key, now);
  if (!certificate) return tl::make_unexpected(certificate.error());
  auto signature = signDigest(**key, order.artifact.algorithm, order.artifact.bytes);
  if (!signature) return tl::make_unexpected(signature.error());
  const HashedRekord record{order.artifact, *signature, encodePem("CERTIFICATE", *certificate)};
  NewEntry entry;
  entry.body = record.canonical();
  entry.searchKeys = searchKeysOf(record, order.identity);
  entry.artifact = order.artifact.text();
  entry.signature = std::move(*signature);
  entry.signer = order.identity;
  entry.artifactType = order.artifactType;
  entry.subject = order.subject;
  entry.scanId = order.scanId;
  entry.details = order.details;
  entry.notEarlierThan = now;
  entry.notLaterThan = now + kLeafLifetimeSeconds;
  return Unlogged{std::move(entry), std::move(*certificate)};
}

Result<Signed> Signer::sign(const SigningOrder& order) const {
  auto made = prepare(order);
  if (!made) return tl::make_unexpected(made.error());
  auto logged = writer_.append(std::move(made->entry));
  if (!logged) return tl::make_unexpected(logged.error());
  return Signed{std::move(*logged), order.artifact, std::move(made->certificate)};
}

}  // namespace certus::trust_service
