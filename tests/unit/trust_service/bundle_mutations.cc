#include "bundle_mutations.h"

namespace certus::sigstore {
namespace {

Json& entryOf(Json& bundle) { return bundle["verificationMaterial"]["tlogEntries"][0]; }
const Json& entryOf(const Json& bundle) { return bundle["verificationMaterial"]["tlogEntries"][0]; }
Json& proofOf(Json& bundle) { return entryOf(bundle)["inclusionProof"]; }

std::string flipped(const Json& base64) {
  std::string bytes = fromBase64(base64.get<std::string>()).value();
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  return toBase64(bytes);
}

void inCheckpoint(Json& bundle, const std::string& from, const std::string& to) {
  std::string note = proofOf(bundle)["checkpoint"]["envelope"];
  const auto at = note.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  note.replace(at, from.size(), to);
  proofOf(bundle)["checkpoint"]["envelope"] = note;
}

void inBody(Json& bundle, const std::string& from, const std::string& to) {
  std::string body = fromBase64(entryOf(bundle)["canonicalizedBody"].get<std::string>()).value();
  const auto at = body.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  entryOf(bundle)["canonicalizedBody"] = toBase64(body.replace(at, from.size(), to));
}

std::string bumped(const Json& number) { return std::to_string(std::stoll(number.get<std::string>()) + 1); }

}  // namespace

std::span<const Mutation> refusedByAll() {
  static const std::vector<Mutation> kAll{
      {"SET altered", "SET_INVALID",
       [](Json& b, const Bundles&) {
         Json& set = entryOf(b)["inclusionPromise"]["signedEntryTimestamp"];
         set = flipped(set);
       }},
      {"SET of another entry", "SET_INVALID",
       [](Json& b, const Bundles& all) { entryOf(b)["inclusionPromise"] = entryOf(all.sameArtifact)["inclusionPromise"]; }},
      {"time one second later", "SET_INVALID",
       [](Json& b, const Bundles&) { entryOf(b)["integratedTime"] = bumped(entryOf(b)["integratedTime"]); }},
      {"time removed", "SET_MISSING", [](Json& b, const Bundles&) { entryOf(b)["integratedTime"] = "0"; }},
      {"log index altered", "SET_INVALID",
       [](Json& b, const Bundles&) { entryOf(b)["logIndex"] = bumped(entryOf(b)["logIndex"]); }},
      {"log id altered", "UNKNOWN_LOG",
       [](Json& b, const Bundles&) { entryOf(b)["logId"]["keyId"] = flipped(entryOf(b)["logId"]["keyId"]); }},
      {"proof one hash short", "INCLUSION_PROOF", [](Json& b, const Bundles&) { proofOf(b)["hashes"].erase(0); }},
      {"proof one hash long", "INCLUSION_PROOF",
       [](Json& b, const Bundles&) { proofOf(b)["hashes"].push_back(proofOf(b)["rootHash"]); }},
      {"proof hash altered", "INCLUSION_PROOF",
       [](Json& b, const Bundles&) { proofOf(b)["hashes"][0] = flipped(proofOf(b)["hashes"][0]); }},
      {"proof index altered", "INCLUSION_PROOF",
       [](Json& b, const Bundles&) { proofOf(b)["logIndex"] = bumped(proofOf(b)["logIndex"]); }},
      {"checkpoint text altered", "CHECKPOINT_SIGNATURE",
       [](Json& b, const Bundles&) { inCheckpoint(b, " - 77\n", " - 78\n"); }},
      {"checkpoint signed by another key", "CHECKPOINT_SIGNATURE",
       [](Json& b, const Bundles&) {
         const LogIdentity other(freshKey(), kHost, 77);
         const auto root = trust_service::hashFrom(fromBase64(proofOf(b)["rootHash"].get<std::string>()).value());
         const auto size = std::stoull(proofOf(b)["treeSize"].get<std::string>());
         proofOf(b)["checkpoint"]["envelope"] = other.sign(size, *root)->note;
       }},
      {"another good signature of the artifact", "ENTRY_MISMATCH{signature}",
       [](Json& b, const Bundles& all) {
         b["messageSignature"]["signature"] = all.sameArtifact["messageSignature"]["signature"];
       }},
      {"another artifact's entry", "ENTRY_MISMATCH{signature}",
       [](Json& b, const Bundles& all) { entryOf(b) = entryOf(all.otherArtifact); }},
      {"another entry of the same artifact", "ENTRY_MISMATCH{signature}",
       [](Json& b, const Bundles& all) { entryOf(b) = entryOf(all.sameArtifact); }},
      {"messageDigest of another artifact", "ARTIFACT_MISMATCH",
       [](Json& b, const Bundles& all) {
         b["messageSignature"]["messageDigest"] = all.otherArtifact["messageSignature"]["messageDigest"];
       }},
      {"the entry twice", "THRESHOLD",
       [](Json& b, const Bundles&) { b["verificationMaterial"]["tlogEntries"].push_back(Json(entryOf(b))); }},
      {"proof removed", "INCLUSION_PROOF", [](Json& b, const Bundles&) { entryOf(b).erase("inclusionProof"); }},
      {"checkpoint removed", "CHECKPOINT_MALFORMED", [](Json& b, const Bundles&) { proofOf(b).erase("checkpoint"); }},
      {"body removed", "MALFORMED", [](Json& b, const Bundles&) { entryOf(b).erase("canonicalizedBody"); }},
      {"entries removed", "THRESHOLD", [](Json& b, const Bundles&) { b["verificationMaterial"].erase("tlogEntries"); }},
  };
  return kAll;
}

std::span<const Mutation> takenBySome() {
  static const std::vector<Mutation> kAll{
      {"checkpoint cosigned by a stranger", "CHECKPOINT_MALFORMED",
       [](Json& b, const Bundles&) {
         const std::string note = proofOf(b)["checkpoint"]["envelope"];
         proofOf(b)["checkpoint"]["envelope"] = note + "\xE2\x80\x94 witness " + toBase64(std::string(76, 'w')) + "\n";
       }},
      {"checkpoint signer renamed", "CHECKPOINT_ORIGIN",
       [](Json& b, const Bundles&) { inCheckpoint(b, "\xE2\x80\x94 log.example.org ", "\xE2\x80\x94 log+example.org "); }},
      {"proof tree size altered", "CHECKPOINT_ROOT_MISMATCH",
       [](Json& b, const Bundles&) { proofOf(b)["treeSize"] = bumped(proofOf(b)["treeSize"]); }},
      {"proof root altered", "CHECKPOINT_ROOT_MISMATCH",
       [](Json& b, const Bundles&) { proofOf(b)["rootHash"] = flipped(proofOf(b)["rootHash"]); }},
      {"kindVersion altered", "ENTRY_MISMATCH{kind}",
       [](Json& b, const Bundles&) { entryOf(b)["kindVersion"]["version"] = "0.0.2"; }},
      {"SET removed", "SET_MISSING", [](Json& b, const Bundles&) { entryOf(b).erase("inclusionPromise"); }},
      {"unknown member", "MALFORMED", [](Json& b, const Bundles&) { b["verificationMaterial"]["comment"] = "x"; }},
      {"media type of a version to come", "UNSUPPORTED_VERSION",
       [](Json& b, const Bundles&) { b["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.4+json"; }},
  };
  return kAll;
}

std::span<const Mutation> downgrades() {
  static const auto as = [](Json& bundle, const char* version) {
    bundle["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=" + std::string(version);
    proofOf(bundle).erase("checkpoint");
  };
  static const std::vector<Mutation> kAll{
      {"checkpoint removed, as version 0.1", "CHECKPOINT_MALFORMED", [](Json& b, const Bundles&) { as(b, "0.1"); }},
      {"checkpoint removed, as version 0.2", "CHECKPOINT_MALFORMED", [](Json& b, const Bundles&) { as(b, "0.2"); }},
      {"proof of a root of nobody's, as version 0.1", "CHECKPOINT_MALFORMED",
       [](Json& b, const Bundles&) {
         as(b, "0.1");
         proofOf(b)["rootHash"] = flipped(proofOf(b)["rootHash"]);
       }},
      {"proof removed, as version 0.2", "INCLUSION_PROOF",
       [](Json& b, const Bundles&) {
         as(b, "0.2");
         entryOf(b).erase("inclusionProof");
       }},
  };
  return kAll;
}

std::span<const Mutation> furtherMutations() {
  static const std::vector<Mutation> kAll{
      {"proof hash of 31 bytes", "MALFORMED",
       [](Json& b, const Bundles&) { proofOf(b)["hashes"][0] = toBase64(std::string(31, 'x')); }},
      {"proof of another entry", "INCLUSION_PROOF",
       [](Json& b, const Bundles& all) { proofOf(b) = entryOf(all.sameArtifact)["inclusionProof"]; }},
      {"checkpoint of another origin", "CHECKPOINT_ORIGIN",
       [](Json& b, const Bundles&) { inCheckpoint(b, "log.example.org - ", "log-example.org - "); }},
      {"checkpoint unsigned", "CHECKPOINT_MALFORMED",
       [](Json& b, const Bundles&) {
         const std::string note = proofOf(b)["checkpoint"]["envelope"];
         proofOf(b)["checkpoint"]["envelope"] = note.substr(0, note.find("\n\n") + 2);
       }},
      {"body of another digest", "ENTRY_MISMATCH{digest}",
       [](Json& b, const Bundles&) { inBody(b, toHex(sha256(kContent)), toHex(sha256("other"))); }},
      {"body with a member twice", "MALFORMED",
       [](Json& b, const Bundles&) { inBody(b, R"({"apiVersion")", R"({"kind":"hashedrekord","apiVersion")"); }},
      {"an entry of Rekor v2", "UNSUPPORTED_ENTRY_KIND",
       [](Json& b, const Bundles&) {
         entryOf(b)["kindVersion"]["version"] = "0.0.2";
         inBody(b, "0.0.1", "0.0.2");
       }},
      {"another artifact's entry added", "ENTRY_MISMATCH{signature}",
       [](Json& b, const Bundles& all) { b["verificationMaterial"]["tlogEntries"].push_back(entryOf(all.otherArtifact)); }},
      {"33 entries", "MALFORMED",
       [](Json& b, const Bundles&) {
         const Json entry = entryOf(b);
         for (int i = 0; i < 32; ++i) b["verificationMaterial"]["tlogEntries"].push_back(entry);
       }},
      {"33 timestamps", "MALFORMED",
       [](Json& b, const Bundles&) {
         Json times = Json::array();
         for (int i = 0; i < 33; ++i) times.push_back(Json{{"signedTimestamp", "MAA="}});
         b["verificationMaterial"]["timestampVerificationData"] = {{"rfc3161Timestamps", times}};
       }},
      {"signature removed", "MALFORMED", [](Json& b, const Bundles&) { b["messageSignature"].erase("signature"); }},
      {"negative log index", "MALFORMED", [](Json& b, const Bundles&) { entryOf(b)["logIndex"] = "-1"; }},
      {"log index with a leading zero", "MALFORMED", [](Json& b, const Bundles&) { entryOf(b)["logIndex"] = "03"; }},
      {"base64 without padding", "MALFORMED",
       [](Json& b, const Bundles&) {
         std::string id = entryOf(b)["logId"]["keyId"];
         entryOf(b)["logId"]["keyId"] = id.substr(0, id.find('='));
       }},
      {"no media type", "MALFORMED", [](Json& b, const Bundles&) { b.erase("mediaType"); }},
      {"signature and envelope at once", "MALFORMED", [](Json& b, const Bundles&) { b["dsseEnvelope"] = Json::object(); }},
  };
  return kAll;
}

}  // namespace certus::sigstore
