// A certificate authority and a log made of nothing but keys and a list of leaves, which give out bundles as they like: also
// such as no honest service would.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "services/trust/crypto/pem.h"
#include "services/trust/log/checkpoint.h"
#include "services/trust/log/hashed_rekord.h"
#include "services/trust/log/proofs.h"
#include "services/trust/sign/certificate_authority.h"
#include "services/trust/sign/private_keys.h"
#include "services/trust/sigstore/bundle_verifier.h"
#include "services/trust/sigstore/bundle_writer.h"
#include "services/trust/sigstore/statement.h"

namespace certus::sigstore {

using Json = nlohmann::ordered_json;
using trust_service::ArtifactDigest;
using trust_service::Certificate;
using trust_service::CertificateAuthority;
using trust_service::KeyPtr;
using trust_service::LogIdentity;

inline constexpr std::int64_t kNow = 1'700'000'000;
inline constexpr const char* kSigner = "alice@example.org";
inline constexpr const char* kHost = "log.example.org";

inline KeyPtr freshKey(HashAlgorithm algorithm = HashAlgorithm::Sha256) {
  return std::move(trust_service::generateKeyFor(algorithm).value());
}

inline CertificateAuthority freshAuthority(std::int64_t now = kNow) {
  auto key = freshKey();
  auto root = CertificateAuthority::selfSign(*key, now).value();
  return std::move(CertificateAuthority::load(std::move(key), std::move(root)).value());
}

class EvidenceBench {
 public:
  // A log that holds `before` leaves, and checkpoints under the name `host`.
  explicit EvidenceBench(std::size_t before = 3, std::string host = kHost)
      : authority_(freshAuthority()), host_(std::move(host)), log_(freshKey(), host_, 77), leaves_(before, "older") {}

  LogIdentity& log() { return log_; }
  CertificateAuthority& authority() { return authority_; }

  Json root() const {
    return writeTrustedRoot(
        {{host_, trust_service::publicKeyDer(log_.key()), kNow - 1000}},
        {{"Example", "CA", "https://ca.example.org", {authority_.root().der()}, kNow - 1000, kNow + 10'000}});
  }

  TransparencyEntry append(const std::string& body, const std::string& kind, std::int64_t time) {
    TransparencyEntry entry;
    entry.index = leaves_.size();
    leaves_.push_back(body);
    leaves_.push_back("after " + std::to_string(leaves_.size()));
    entry.logId = log_.keyId();
    entry.kind = kind;
    entry.version = "0.0.1";
    entry.integratedTime = time;
    entry.entryTimestamp =
        trust_service::signMessage(log_.key(), trust_service::entryTimestampPayload(body, time, log_.keyId(), entry.index))
            .value();
    const auto node = [this](unsigned level, std::uint64_t at) -> Result<trust_service::Hash> {
      return rangeHash(at << level, (at + 1) << level);
    };
    const auto checkpoint = log_.sign(leaves_.size(), trust_service::rootAt(node, leaves_.size()).value()).value();
    InclusionProof proof{entry.index, leaves_.size(), trust_service::bytesOf(checkpoint.root), {}, checkpoint.note};
    const auto path = trust_service::inclusionProof(node, entry.index, leaves_.size()).value();
    for (const auto& hash : path) proof.hashes.push_back(trust_service::bytesOf(hash));
    entry.proof = std::move(proof);
    entry.body = body;
    return entry;
  }

  // With a certificate issued at kNow; logged at `time`.
  Json sign(const std::string& content, std::int64_t time = kNow, HashAlgorithm algorithm = HashAlgorithm::Sha256) {
    const auto key = freshKey(algorithm);
    const auto certificate = Certificate::fromDer(authority_.issue(kSigner, *key, kNow).value()).value();
    return signWith(certificate, *key, content, time, algorithm);
  }

  // With a certificate of anybody's.
  Json signWith(const Certificate& certificate, EVP_PKEY& key, const std::string& content, std::int64_t time = kNow,
                HashAlgorithm algorithm = HashAlgorithm::Sha256) {
    const ArtifactDigest digest{algorithm, trust_service::hashWith(algorithm, content)};
    const std::string signature = trust_service::signDigest(key, algorithm, digest.bytes).value();
    const std::string body = trust_service::HashedRekord{digest, signature, certificate.pem()}.canonical();
    return writeBundle({digest, signature, certificate.der(), append(body, "hashedrekord", time)});
  }

  static Json managed(Json bundle, const EVP_PKEY& key) {
    bundle["verificationMaterial"].erase("certificate");
    bundle["verificationMaterial"]["publicKey"] = {{"hint", toBase64(sha256(trust_service::publicKeyDer(key)))}};
    return bundle;
  }

  Json signWithKey(EVP_PKEY& key, const std::string& content, std::optional<std::string> otherSignature = {}) {
    const ArtifactDigest digest{HashAlgorithm::Sha256, sha256(content)};
    const std::string signature =
        otherSignature.value_or(trust_service::signDigest(key, HashAlgorithm::Sha256, digest.bytes).value());
    const std::string pem = trust_service::encodePem("PUBLIC KEY", trust_service::publicKeyDer(key));
    const std::string body = trust_service::HashedRekord{digest, signature, pem}.canonical();
    return managed(writeBundle({digest, signature, "", append(body, "hashedrekord", kNow)}), key);
  }

  Json attest(EVP_PKEY& key, const std::string& payload, const std::string& type = kStatementType) {
    const std::string signature = trust_service::signMessage(key, preAuthenticationEncoding(type, payload)).value();
    const std::string pem = trust_service::encodePem("PUBLIC KEY", trust_service::publicKeyDer(key));
    const nlohmann::json body{
        {"apiVersion", "0.0.1"},
        {"kind", "dsse"},
        {"spec",
         {{"envelopeHash", {{"algorithm", "sha256"}, {"value", std::string(64, 'a')}}},
          {"payloadHash", {{"algorithm", "sha256"}, {"value", toHex(sha256(payload))}}},
          {"signatures", nlohmann::json::array({{{"signature", toBase64(signature)}, {"verifier", toBase64(pem)}}})}}}};
    Json bundle = managed(writeBundle({{HashAlgorithm::Sha256, ""}, "", "", append(body.dump(), "dsse", kNow)}), key);
    bundle.erase("messageSignature");
    bundle["dsseEnvelope"] = {{"payload", toBase64(payload)},
                              {"payloadType", type},
                              {"signatures", Json::array({Json{{"sig", toBase64(signature)}, {"keyid", ""}}})}};
    return bundle;
  }

 private:
  trust_service::Hash rangeHash(std::uint64_t begin, std::uint64_t end) const {
    if (end - begin == 1) return trust_service::leafHash(leaves_[begin]);
    const std::uint64_t middle = begin + (end - begin) / 2;
    return trust_service::nodeHash(rangeHash(begin, middle), rangeHash(middle, end));
  }

  CertificateAuthority authority_;
  std::string host_;
  LogIdentity log_;
  std::vector<std::string> leaves_;
};

inline Expectation byAlice() {
  Expectation expectation;
  expectation.identity = kSigner;
  expectation.issuer = trust_service::kIssuer;
  expectation.now = kNow + 3600;
  return expectation;
}

inline Expectation byKey(const EVP_PKEY& key) {
  Expectation expectation;
  expectation.key = managedKey(trust_service::publicKeyDer(key)).value();
  return expectation;
}

inline std::string classOf(const Verdict& verdict) {
  EXPECT_EQ(verdict.valid, verdict.failure.failure == FailureClass::None) << verdict.failure.reason;
  return toString(verdict.failure.failure);
}

}  // namespace certus::sigstore
