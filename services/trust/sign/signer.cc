#include "services/trust/sign/signer.h"

#include "base/encoding.h"
#include "services/trust/log/hashed_rekord.h"

namespace certus::trust_service {

Result<Signed> Signer::sign(const SigningOrder& order) const {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
  if (!authority_.validAt(now)) {
    return fail(ErrorCode::Unavailable,
                "The service's certificate authority is not valid at this time. Check the machine's clock; if it is "
                "right, the CA has expired: move the state directory away to start a new one.");
  }
  auto key = generateKeyFor(order.artifact.algorithm);
  if (!key) return tl::make_unexpected(key.error());
  auto certificate = authority_.issue(order.identity, **key, now);
  if (!certificate) return tl::make_unexpected(certificate.error());
  auto signature = signDigest(**key, order.artifact.algorithm, order.artifact.bytes);
  if (!signature) return tl::make_unexpected(signature.error());
  NewEntry entry;
  const std::string pem = certificate->pem();
  entry.body = HashedRekord{order.artifact, *signature, pem}.canonical();
  entry.artifact = order.artifact.text();
  entry.signature = std::move(*signature);
  entry.signer = order.identity;
  entry.artifactType = order.artifactType;
  entry.subject = order.subject;
  entry.scanId = order.scanId;
  entry.details = order.details;
  entry.notEarlierThan = now;
  auto written = writer_.append(std::move(entry));
  if (!written) return tl::make_unexpected(written.error());
  Signed result{std::move(*written), pem, authority_.root().pem()};
  auto sound = lookBack(order, result);
  if (!sound) return tl::make_unexpected(sound.error());
  return result;
}

Result<void> Signer::lookBack(const SigningOrder& order, const Signed& result) const {
  auto verdict = verifier_.verify({order.artifact, toBase64(result.entry.signature), result.certificate, order.identity});
  if (!verdict) return tl::make_unexpected(verdict.error());
  if (verdict->valid) return {};
  return fail(ErrorCode::DataCorrupt, "Signing failed: the new entry does not verify (" + verdict->checks.failedNames() +
                                          "). The log may have been altered; see /v1/ready.");
}

}  // namespace certus::trust_service
