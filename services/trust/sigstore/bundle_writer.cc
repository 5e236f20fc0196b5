#include "services/trust/sigstore/bundle_writer.h"

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "services/trust/formats/times.h"
#include "services/trust/sigstore/trusted_root.h"

namespace certus::sigstore {
namespace {

using Json = nlohmann::ordered_json;

Json entryJson(const TransparencyEntry& entry) {
  Json out{{"logIndex", std::to_string(entry.index)},
           {"logId", {{"keyId", toBase64(entry.logId)}}},
           {"kindVersion", {{"kind", entry.kind}, {"version", entry.version}}},
           {"integratedTime", std::to_string(entry.integratedTime)},
           {"inclusionPromise", {{"signedEntryTimestamp", toBase64(entry.entryTimestamp)}}}};
  if (entry.proof) {
    Json hashes = Json::array();
    for (const std::string& hash : entry.proof->hashes) hashes.push_back(toBase64(hash));
    out["inclusionProof"] = {{"logIndex", std::to_string(entry.proof->index)},
                             {"rootHash", toBase64(entry.proof->rootHash)},
                             {"treeSize", std::to_string(entry.proof->treeSize)},
                             {"hashes", std::move(hashes)},
                             {"checkpoint", {{"envelope", entry.proof->checkpoint}}}};
  }
  out["canonicalizedBody"] = toBase64(entry.body);
  return out;
}

Json logJson(const OwnLog& log) {
  Json validity{{"start", trust_service::formatSeconds(log.since)}};
  if (log.until) validity["end"] = trust_service::formatSeconds(*log.until);
  // sigstore-js looks for the checkpoint's signer in baseUrl, sigstore-go refuses a key without a start, and with a
  // checkpointKeyId sigstore-js no longer finds the log by its id.
  return {{"baseUrl", "https://" + log.host},
          {"hashAlgorithm", "SHA2_256"},
          {"publicKey",
           {{"rawBytes", toBase64(log.key)}, {"keyDetails", "PKIX_ECDSA_P256_SHA_256"}, {"validFor", std::move(validity)}}},
          {"logId", {{"keyId", toBase64(sha256(log.key))}}}};
}

Json authorityJson(const OwnAuthority& authority) {
  Json certificates = Json::array();
  for (const std::string& der : authority.chain) certificates.push_back(Json{{"rawBytes", toBase64(der)}});
  return {
      {"subject", {{"organization", authority.organization}, {"commonName", authority.commonName}}},
      {"uri", authority.uri},
      {"certChain", {{"certificates", std::move(certificates)}}},
      {"validFor",
       {{"start", trust_service::formatSeconds(authority.since)}, {"end", trust_service::formatSeconds(authority.until)}}}};
}

}  // namespace

Json writeBundle(const SignedArtifact& made) {
  return {
      {"mediaType", kBundleMediaType},
      {"verificationMaterial",
       {{"certificate", {{"rawBytes", toBase64(made.certificate)}}}, {"tlogEntries", Json::array({entryJson(made.entry)})}}},
      {"messageSignature",
       {{"messageDigest", {{"algorithm", protobufNameOf(made.digest.algorithm)}, {"digest", toBase64(made.digest.bytes)}}},
        {"signature", toBase64(made.signature)}}}};
}

Json writeTrustedRoot(const std::vector<OwnLog>& logs, const std::vector<OwnAuthority>& authorities) {
  Json out{{"mediaType", kTrustedRootMediaType},
           {"tlogs", Json::array()},
           {"certificateAuthorities", Json::array()},
           {"ctlogs", Json::array()},
           {"timestampAuthorities", Json::array()}};
  for (const OwnLog& log : logs) out["tlogs"].push_back(logJson(log));
  for (const OwnAuthority& authority : authorities) out["certificateAuthorities"].push_back(authorityJson(authority));
  return out;
}

}  // namespace certus::sigstore
