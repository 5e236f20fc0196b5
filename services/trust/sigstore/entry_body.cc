#include "services/trust/sigstore/entry_body.h"

#include "base/encoding.h"
#include "services/trust/crypto/pem.h"
#include "services/trust/sigstore/document.h"

namespace certus::sigstore {
namespace {

constexpr std::size_t kMaxBody = 1024 * 1024, kMaxName = 64, kMaxSignature = 4096, kMaxPem = 64 * 1024;

void readHash(const Members& from, EntryBody& out) {
  const auto algorithm = algorithmOfHashName(from.text("algorithm", kMaxName));
  const auto digest = fromHex(from.text("value", 256));
  if (!algorithm || !digest || digest->size() != trust_service::digestBytes(*algorithm))
    return from.problem().note(from.place("value"), "is no digest in hex of a known algorithm");
  out.algorithm = *algorithm;
  out.digest = *digest;
}

void readPem(const Members& from, const char* name, EntryBody& out) {
  auto block = trust_service::decodePem(from.bytes(name, kMaxPem));
  if (!block) return from.problem().note(from.place(name), block.error().message);
  out.isCertificate = block->label == "CERTIFICATE";
  if (!out.isCertificate && block->label != "PUBLIC KEY")
    return from.problem().note(from.place(name), "is neither a CERTIFICATE nor a PUBLIC KEY");
  out.keyDer = std::move(block->der);
}

EntryBody readHashedRekord(const Members& top) {
  const auto spec = top.object("spec", {"data", "signature"});
  EntryBody out;
  readHash(spec.object("data", {"hash"}).object("hash", {"algorithm", "value"}), out);
  const auto signature = spec.object("signature", {"content", "publicKey"});
  out.signature = signature.bytes("content", kMaxSignature);
  readPem(signature.object("publicKey", {"content"}), "content", out);
  return out;
}

// envelopeHash is of the bytes that were once sent, which nobody can make again: the payload's hash, the signature and the
// key bind the entry.
EntryBody readDsse(const Members& top) {
  const auto spec = top.object("spec", {"envelopeHash", "payloadHash", "signatures"});
  EntryBody out;
  readHash(spec.object("payloadHash", {"algorithm", "value"}), out);
  spec.require("signatures");
  spec.array("signatures", 1, [&](const nlohmann::json& value, const std::string& place) {
    const Members one(spec.problem(), value, place, {"signature", "verifier"});
    out.signature = one.bytes("signature", kMaxSignature);
    readPem(one, "verifier", out);
  });
  return out;
}

}  // namespace

Outcome<EntryBody> parseEntryBody(std::string_view body, std::string_view kind, std::string_view version) {
  auto document = parseDocument(body, kMaxBody, "the log entry's body");
  if (!document) return tl::make_unexpected(document.error());
  Problem problem;
  const Members top(problem, *document, "body", {"apiVersion", "kind", "spec"});
  const std::string ownKind = top.text("kind", kMaxName), ownVersion = top.text("apiVersion", kMaxName);
  if (ownKind != kind || ownVersion != version) {
    return refuse(FailureClass::EntryMismatchKind, "the entry says " + std::string(kind) + " " + std::string(version) +
                                                       ", its body " + ownKind + " " + ownVersion);
  }
  const bool hashedRekord = kind == "hashedrekord";
  if ((!hashedRekord && kind != "dsse") || version != "0.0.1") {
    return refuse(FailureClass::UnsupportedEntryKind, "log entries of kind " + ownKind + " " + ownVersion +
                                                          " cannot be verified here; hashedrekord 0.0.1 and dsse "
                                                          "0.0.1 can");
  }
  EntryBody out = hashedRekord ? readHashedRekord(top) : readDsse(top);
  if (!problem.any() && (out.signature.empty() || out.keyDer.empty())) problem.note("body", "lacks a signature or a key");
  if (problem.any()) return refuse(FailureClass::Malformed, problem.text());
  return out;
}

}  // namespace certus::sigstore
