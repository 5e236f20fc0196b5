#include "services/trust/log/hashed_rekord.h"

#include "services/trust/log/search_index.h"
#include "services/trust/rekor/proposal.h"

namespace certus::trust_service::rekor {

Result<NewEntry> readHashedRekord(const Input& spec) {
  auto algorithm = textIn(spec, {"data", "hash", "algorithm"});
  if (!algorithm) return tl::make_unexpected(algorithm.error());
  auto value = textIn(spec, {"data", "hash", "value"});
  if (!value) return tl::make_unexpected(value.error());
  auto artifact = parseDigest(*algorithm + ":" + *value);
  if (!artifact) {
    return fail(ErrorCode::InvalidArgument,
                "spec.data.hash must name sha256, sha384 or sha512 and hold that digest in hex (64, 96 or 128 digits)");
  }
  auto signature = base64In(spec, {"signature", "content"});
  if (!signature) return tl::make_unexpected(signature.error());
  auto pem = base64In(spec, {"signature", "publicKey", "content"});
  if (!pem) return tl::make_unexpected(pem.error());
  auto key = VerificationKey::fromPem(*pem);
  if (!key) return fail(ErrorCode::InvalidArgument, "spec.signature.publicKey.content: " + key.error().message);
  auto good = key->check(artifact->algorithm, artifact->bytes, *signature);
  if (!good) return fail(ErrorCode::InvalidArgument, "verifying signature: " + good.error().message);
  const HashedRekord record{*artifact, *signature, key->pem()};
  NewEntry entry;
  entry.origin = Origin::Submitted;
  entry.body = record.canonical();
  entry.artifact = artifact->text();
  entry.signature = std::move(*signature);
  entry.searchKeys = searchKeysOf(*key);
  entry.searchKeys.push_back(entry.artifact);
  return entry;
}

}  // namespace certus::trust_service::rekor
