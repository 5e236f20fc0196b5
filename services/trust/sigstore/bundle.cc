#include "services/trust/sigstore/bundle.h"

#include <array>
#include <utility>

#include "services/trust/crypto/certificate.h"
#include "services/trust/sigstore/document.h"

namespace certus::sigstore {
namespace {

constexpr std::size_t kMaxMediaType = 128, kMaxHint = 1024, kMaxCertificate = 64 * 1024, kMaxName = 64, kHash = 32,
                      kMaxSignature = 4096, kMaxCheckpoint = 4096, kMaxBody = 1024 * 1024, kMaxTimestamp = 64 * 1024,
                      kMaxPayload = 2 * 1024 * 1024;

constexpr std::array<std::pair<std::string_view, int>, 6> kMediaTypes{{
    {"application/vnd.dev.sigstore.bundle+json;version=0.1", 1},
    {"application/vnd.dev.sigstore.bundle+json;version=0.2", 2},
    {"application/vnd.dev.sigstore.bundle+json;version=0.3", 3},
    {"application/vnd.dev.sigstore.bundle.v0.1+json", 1},
    {"application/vnd.dev.sigstore.bundle.v0.2+json", 2},
    {kBundleMediaType, 3},
}};

Outcome<int> versionIn(const nlohmann::json& document) {
  const auto at = document.find("mediaType");
  if (at == document.end() || !at->is_string()) return refuse(FailureClass::Malformed, "the bundle has no mediaType");
  const auto& text = at->get_ref<const std::string&>();
  for (const auto& [mediaType, minor] : kMediaTypes) {
    if (text == mediaType) return minor;
  }
  return refuse(FailureClass::UnsupportedVersion,
                "the bundle's mediaType is \"" + text.substr(0, kMaxMediaType) + "\"; versions 0.1, 0.2 and 0.3 are known");
}

void readProof(const Members& entry, TransparencyEntry& out) {
  if (!entry.has("inclusionProof")) return;
  const auto from = entry.object("inclusionProof", {"logIndex", "rootHash", "treeSize", "hashes", "checkpoint"});
  InclusionProof proof;
  proof.index = from.number("logIndex");
  proof.treeSize = from.number("treeSize");
  proof.rootHash = from.bytes("rootHash", kHash);
  if (proof.rootHash.size() != kHash) from.problem().note(from.place("rootHash"), "must be 32 bytes");
  from.array("hashes", kMaxProofHashes, [&](const nlohmann::json& value, const std::string& place) {
    proof.hashes.push_back(bytesIn(value, place, kHash, from.problem()));
    if (proof.hashes.back().size() != kHash) from.problem().note(place, "must be 32 bytes");
  });
  if (from.has("checkpoint")) proof.checkpoint = from.object("checkpoint", {"envelope"}).text("envelope", kMaxCheckpoint);
  out.proof = std::move(proof);
}

TransparencyEntry readEntry(const nlohmann::json& value, const std::string& place, Problem& problem) {
  const Members from(
      problem, value, place,
      {"logIndex", "logId", "kindVersion", "integratedTime", "inclusionPromise", "inclusionProof", "canonicalizedBody"});
  for (const char* name : {"logId", "kindVersion", "canonicalizedBody"}) from.require(name);
  TransparencyEntry entry;
  entry.index = from.number("logIndex");
  entry.logId = from.object("logId", {"keyId"}).bytes("keyId", kHash);
  const auto kind = from.object("kindVersion", {"kind", "version"});
  entry.kind = kind.text("kind", kMaxName);
  entry.version = kind.text("version", kMaxName);
  entry.integratedTime = static_cast<std::int64_t>(from.number("integratedTime"));
  if (from.has("inclusionPromise"))
    entry.entryTimestamp =
        from.object("inclusionPromise", {"signedEntryTimestamp"}).bytes("signedEntryTimestamp", kMaxSignature);
  readProof(from, entry);
  entry.body = from.bytes("canonicalizedBody", kMaxBody);
  if (entry.body.empty()) problem.note(from.place("canonicalizedBody"), "is empty");
  return entry;
}

// The leaf of a chain; of the others only that none is a root: a verifier brings its own.
void readChain(const Members& material, Bundle& bundle) {
  const auto from = material.object("x509CertificateChain", {"certificates"});
  Problem& problem = from.problem();
  from.array("certificates", kMaxChain, [&](const nlohmann::json& value, const std::string& place) {
    const std::string der = Members(problem, value, place, {"rawBytes"}).bytes("rawBytes", kMaxCertificate);
    const auto certificate = trust_service::Certificate::fromDer(der);
    if (!certificate) return problem.note(place, certificate.error().message);
    if (X509_self_signed(&certificate->x509(), 0) != 0)
      return problem.note(place, "is a root certificate; a bundle may not bring its own");
    if (bundle.certificate.empty()) bundle.certificate = der;
  });
  if (bundle.certificate.empty()) problem.note(from.place("certificates"), "has no certificate");
}

void readKey(const Members& material, Bundle& bundle) {
  const int forms = material.has("publicKey") + material.has("certificate") + material.has("x509CertificateChain");
  if (forms != 1)
    return material.problem().note("verificationMaterial",
                                   "must have exactly one of certificate, publicKey and x509CertificateChain");
  if (material.has("publicKey")) {
    bundle.hint = material.object("publicKey", {"hint"}).text("hint", kMaxHint);
  } else if (material.has("certificate")) {
    bundle.certificate = material.object("certificate", {"rawBytes"}).bytes("rawBytes", kMaxCertificate);
    if (bundle.certificate.empty()) material.problem().note(material.place("certificate"), "is empty");
  } else if (bundle.minor >= 3) {
    material.problem().note(material.place("x509CertificateChain"),
                            "is not allowed since version 0.3: give the certificate");
  } else {
    readChain(material, bundle);
  }
}

void readMaterial(const Members& top, Bundle& bundle) {
  const auto material = top.object("verificationMaterial", {"publicKey", "certificate", "x509CertificateChain",
                                                            "tlogEntries", "timestampVerificationData"});
  readKey(material, bundle);
  material.array("tlogEntries", kMaxLogEntries, [&](const nlohmann::json& value, const std::string& place) {
    bundle.entries.push_back(readEntry(value, place, material.problem()));
  });
  if (!material.has("timestampVerificationData")) return;
  const auto times = material.object("timestampVerificationData", {"rfc3161Timestamps"});
  times.array("rfc3161Timestamps", kMaxTimestamps, [&](const nlohmann::json& value, const std::string& place) {
    const Members from(times.problem(), value, place, {"signedTimestamp"});
    bundle.timestamps.push_back(from.bytes("signedTimestamp", kMaxTimestamp));
  });
}

void readMessage(const Members& top, Bundle& bundle) {
  const auto from = top.object("messageSignature", {"messageDigest", "signature"});
  MessageSignature message;
  if (from.has("messageDigest")) {
    const auto digest = from.object("messageDigest", {"algorithm", "digest"});
    message.digestAlgorithm = digest.text("algorithm", kMaxName);
    message.digest = digest.bytes("digest", 64);
  }
  message.signature = from.bytes("signature", kMaxSignature);
  if (message.signature.empty()) from.problem().note(from.place("signature"), "is missing");
  bundle.message = std::move(message);
}

void readEnvelope(const Members& top, Bundle& bundle) {
  const auto from = top.object("dsseEnvelope", {"payload", "payloadType", "signatures"});
  DsseEnvelope envelope;
  envelope.payload = from.bytes("payload", kMaxPayload);
  envelope.payloadType = from.text("payloadType", kMaxMediaType);
  std::size_t signatures = 0;
  from.array("signatures", 1, [&](const nlohmann::json& value, const std::string& place) {
    const Members one(from.problem(), value, place, {"sig", "keyid"});
    envelope.signature = one.bytes("sig", kMaxSignature);
    one.text("keyid", kMaxHint);
    ++signatures;
  });
  if (signatures != 1 || envelope.signature.empty())
    from.problem().note(from.place("signatures"), "must hold exactly one signature");
  bundle.envelope = std::move(envelope);
}

}  // namespace

Outcome<Bundle> parseBundle(std::string_view text) {
  auto document = parseDocument(text, kMaxBundleBytes, "the bundle");
  if (!document) return tl::make_unexpected(document.error());
  const auto minor = versionIn(*document);
  if (!minor) return tl::make_unexpected(minor.error());
  Bundle bundle;
  bundle.minor = *minor;
  Problem problem;
  const Members top(problem, *document, "", {"mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope"});
  top.require("verificationMaterial");
  readMaterial(top, bundle);
  if (top.has("messageSignature") == top.has("dsseEnvelope")) {
    problem.note("", "the bundle must have exactly one of messageSignature and dsseEnvelope");
  } else if (top.has("messageSignature")) {
    readMessage(top, bundle);
  } else {
    readEnvelope(top, bundle);
  }
  if (problem.any()) return refuse(FailureClass::Malformed, problem.text());
  return bundle;
}

}  // namespace certus::sigstore
