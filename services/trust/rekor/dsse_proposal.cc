#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/encoding.h"
#include "services/trust/formats/strict_json.h"
#include "services/trust/log/dsse_record.h"
#include "services/trust/log/search_index.h"
#include "services/trust/rekor/in_toto.h"
#include "services/trust/rekor/proposal.h"

namespace certus::trust_service::rekor {
namespace {

constexpr std::size_t kMaxSignatures = 8, kMaxVerifiers = 8;  // each may have to be tried with each
constexpr std::size_t kMaxLeafBytes = 256 * 1024;
constexpr std::string_view kInTotoType = "application/vnd.in-toto+json";

tl::unexpected<Error> refuse(std::string why) { return fail(ErrorCode::InvalidArgument, std::move(why)); }

struct Envelope {
  std::string payloadType, payload;
  std::vector<std::string> signatures;  // raw
};

Result<std::string> textAt(const Input& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end() || !found->is_string())
    return refuse(fmt::format("the envelope's {} is missing or no text", name));
  return found->get<std::string>();
}

Result<Envelope> parseEnvelope(const std::string& text) {
  JsonProblem problem;
  const auto json = parseStrictly(text, problem);
  if (!json || !json->is_object()) {
    return refuse("spec.proposedContent.envelope is no JSON object" + (problem.reason.empty() ? "" : ": " + problem.reason));
  }
  Envelope envelope;
  auto type = textAt(*json, "payloadType");
  if (!type) return tl::make_unexpected(type.error());
  auto packed = textAt(*json, "payload");
  if (!packed) return tl::make_unexpected(packed.error());
  auto payload = fromBase64(*packed);
  if (!payload) return refuse("the envelope's payload must be standard base64 with padding");
  envelope.payloadType = std::move(*type);
  envelope.payload = std::move(*payload);
  const auto list = json->find("signatures");
  if (list == json->end() || !list->is_array() || list->empty() || list->size() > kMaxSignatures) {
    return refuse(fmt::format("the envelope must have 1 to {} signatures", kMaxSignatures));
  }
  for (const Input& each : *list) {
    auto sig = textAt(each, "sig");
    if (!sig) return refuse("a signature of the envelope has no sig");
    auto bytes = fromBase64(*sig);
    if (!bytes || bytes->empty()) return refuse("each sig must be standard base64 with padding, and not empty");
    if (std::ranges::find(envelope.signatures, *bytes) != envelope.signatures.end())
      return refuse("the envelope holds a signature twice");
    envelope.signatures.push_back(std::move(*bytes));
  }
  return envelope;
}

Result<std::vector<VerificationKey>> parseVerifiers(const Input& spec) {
  const Input::json_pointer at("/proposedContent/verifiers");
  const Input list = spec.is_object() && spec.contains(at) ? spec.at(at) : Input();
  if (!list.is_array() || list.empty() || list.size() > kMaxVerifiers) {
    return refuse(fmt::format("spec.proposedContent.verifiers must be a list of 1 to {} keys", kMaxVerifiers));
  }
  std::vector<VerificationKey> keys;
  for (const Input& each : list) {
    const auto pem = each.is_string() ? fromBase64(each.get<std::string>()) : std::nullopt;
    if (!pem) return refuse("each of spec.proposedContent.verifiers must be standard base64 of a PEM text");
    auto key = VerificationKey::fromPem(*pem);
    if (!key) return refuse("spec.proposedContent.verifiers: " + key.error().message);
    if (std::ranges::find(keys, key->pem(), &VerificationKey::pem) != keys.end())
      return refuse("spec.proposedContent.verifiers names a key twice");
    keys.push_back(std::move(*key));
  }
  return keys;
}

using Digests = std::array<std::string, 3>;  // by HashAlgorithm

const VerificationKey* verifierOf(const std::string& signature, const Digests& digests,
                                  const std::vector<VerificationKey>& keys) {
  const auto found = std::ranges::find_if(keys, [&](const VerificationKey& key) {
    return key.check(key.algorithm(), digests[static_cast<std::size_t>(key.algorithm())], signature).has_value();
  });
  return found == keys.end() ? nullptr : &*found;
}

// Rekor's keys for dsse; the bare key hash besides, so that searching by key finds these entries too.
void addSearchKeys(NewEntry& entry, const DsseRecord& record, const Envelope& envelope,
                   const std::vector<const VerificationKey*>& used) {
  auto& keys = entry.searchKeys;
  keys = {"sha256:" + toHex(record.payloadHash), "sha256:" + toHex(record.envelopeHash)};
  for (const VerificationKey* key : used) {
    keys.push_back("sha256:" + keyHashOf(key->pem()));
    for (std::string& each : searchKeysOf(*key)) keys.push_back(std::move(each));
  }
  if (envelope.payloadType != kInTotoType) return;
  for (std::string& each : digestsInStatement(envelope.payload)) keys.push_back(std::move(each));
}

}  // namespace

Result<NewEntry> readDsse(const Input& spec) {
  auto text = textIn(spec, {"proposedContent", "envelope"});
  if (!text) return tl::make_unexpected(text.error());
  auto envelope = parseEnvelope(*text);
  if (!envelope) return tl::make_unexpected(envelope.error());
  auto keys = parseVerifiers(spec);
  if (!keys) return tl::make_unexpected(keys.error());
  DsseRecord record{sha256(*text), sha256(envelope->payload), {}};
  const std::string encoded = preAuthenticationEncoding(envelope->payloadType, envelope->payload);
  const Digests digests{hashWith(HashAlgorithm::Sha256, encoded), hashWith(HashAlgorithm::Sha384, encoded),
                        hashWith(HashAlgorithm::Sha512, encoded)};
  std::vector<const VerificationKey*> used;
  for (std::string& signature : envelope->signatures) {
    const VerificationKey* key = verifierOf(signature, digests, *keys);
    if (!key) return refuse("every signature of the envelope must verify under one of spec.proposedContent.verifiers");
    record.signatures.push_back({std::move(signature), key->pem()});
    used.push_back(key);
  }
  std::ranges::sort(record.signatures, {}, [](const DsseRecord::Signature& each) { return toBase64(each.signature); });
  NewEntry entry;
  entry.origin = Origin::Submitted;
  entry.body = record.canonical();
  if (entry.body.size() > kMaxLeafBytes) return refuse("the entry would be longer than 256 KiB");
  entry.artifact = ArtifactDigest{HashAlgorithm::Sha256, record.payloadHash}.text();
  entry.signature = record.signatures.front().signature;
  addSearchKeys(entry, record, *envelope, used);
  return entry;
}

}  // namespace certus::trust_service::rekor
