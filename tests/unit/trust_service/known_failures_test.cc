// What other Sigstore verifiers once took and should not have: a test an advisory. Where each is shown:
//   CVE-2022-23649                  BundleMutations: SET of another entry, another artifact's entry
//   CVE-2022-36056, CVE-2026-22703  here; and every mutation asserts that its error is no success
//   CVE-2026-24122, GHSA-9vcr, TOB-4, sigstore-java 654, sigstore-js's patterns, CVE-2026-48815   here
//   CVE-2024-45395                  here; BundleMutations: 33 entries, 33 timestamps
//   CVE-2026-39395                  Statements: every test; BundleVerifier: AnEnvelopeThatIsNoSoundStatement...
//   CVE-2026-39984                  BundleVerifier: WhatItCannotVerifyIsSaidToBeSo (timestamp authorities are not counted)
//   GHSA-wqqc-jjcq-vfxm             BundleVerifier: AManagedKeyIsTheOneGivenWithinItsPeriod
//   sigstore-java 1185, -ruby 307, -rust TOB-3 and 285   BundleMutations: SET altered, SET removed, time one second later
//   of servers                      rekor_known_failures_test.cc
//   forms of numbers, text and signatures   exact_forms_test.cc
#include "authorities.h"
#include "services/trust/crypto/pem.h"

namespace certus::sigstore {
namespace {

const Artifact kArtifact = Artifact::ofBytes("content");

const Json& entriesOf(const Json& bundle) { return bundle["verificationMaterial"]["tlogEntries"]; }
Json& entriesOf(Json& bundle) { return bundle["verificationMaterial"]["tlogEntries"]; }
Json& proofOf(Json& bundle) { return entriesOf(bundle)[0]["inclusionProof"]; }

class KnownFailures : public ::testing::Test {
 protected:
  std::string judged(const Json& bundle, const Expectation& expectation) {
    return judged(bundle, bench.root(), expectation);
  }
  static std::string judged(const Json& bundle, const Json& root, const Expectation& expectation) {
    return classOf(verifyBundle(bundle.dump(), root.dump(), kArtifact, expectation));
  }
  // The entry says what it says with the log's full blessing.
  Json withEntry(Json bundle, const std::string& body, std::int64_t time = kNow) {
    Json logged = writeBundle({{HashAlgorithm::Sha256, ""}, "", "", bench.append(body, "hashedrekord", time)});
    entriesOf(bundle) = logged["verificationMaterial"]["tlogEntries"];
    return bundle;
  }
  std::string signatureOf(const Json& bundle) const {
    return fromBase64(bundle["messageSignature"]["signature"].get<std::string>()).value();
  }

  EvidenceBench bench;
  KeyPtr key = freshKey();
};

// CVE-2022-36056, too: an entry that is in the log, but not of this signature.
TEST_F(KnownFailures, CVE_2026_22703_AnEntryOfAnotherDigestSignatureOrKey) {
  const ArtifactDigest own{HashAlgorithm::Sha256, sha256("content")}, other{HashAlgorithm::Sha256, sha256("other")};
  const std::string pem = trust_service::encodePem("PUBLIC KEY", trust_service::publicKeyDer(*key));
  const std::string otherPem = trust_service::encodePem("PUBLIC KEY", trust_service::publicKeyDer(*freshKey()));
  const Json bundle = bench.signWithKey(*key, "content");
  const std::string signature = signatureOf(bundle), another = signatureOf(bench.signWithKey(*key, "content"));
  const auto entryOf = [&](const ArtifactDigest& digest, const std::string& bytes, const std::string& keyPem) {
    return judged(withEntry(bundle, trust_service::HashedRekord{digest, bytes, keyPem}.canonical()), byKey(*key));
  };
  EXPECT_EQ(entryOf(own, signature, pem), "NONE");
  EXPECT_EQ(entryOf(other, signature, pem), "ENTRY_MISMATCH{digest}");
  EXPECT_EQ(entryOf(own, another, pem), "ENTRY_MISMATCH{signature}");
  EXPECT_EQ(entryOf(own, signature, otherPem), "ENTRY_MISMATCH{key}");
  EXPECT_EQ(entryOf(own, signature, pem + pem), "MALFORMED") << "a PEM text of two blocks";
}

TEST_F(KnownFailures, CVE_2026_24122_AnAuthorityThatHadExpiredWhenItsCertificateWasUsed) {
  for (const auto& [middleUntil, topUntil, wanted] :
       {std::tuple{kNow, kNow, "NONE"}, {kNow - 1, kNow + 9000, "CERT_TIME"}, {kNow + 9000, kNow - 1, "CERT_TIME"}}) {
    const Issuer top = authorityOf(freshKey(), {"top", kNow - 9000, topUntil});
    const Issuer middle = authorityOf(freshKey(), {"middle", kNow - 5000, middleUntil}, &top);
    const auto own = freshKey();
    const Json signedBy = bench.signWith(leafOf(middle, *own), *own, "content");
    EXPECT_EQ(judged(signedBy, rootOver(bench, {&middle, &top}), byAlice()), wanted) << middleUntil << " " << topUntil;
  }
}

TEST_F(KnownFailures, CVE_2024_45395_AStatementOfEndlessSubjectsIsNotRead) {
  Json statement{{"_type", "https://in-toto.io/Statement/v1"}, {"predicateType", "x"}};
  const Json subject{{"digest", {{"sha256", toHex(sha256("content"))}}}};
  statement["subject"] = std::vector<Json>(1024, subject);
  EXPECT_EQ(judged(bench.attest(*key, statement.dump()), byKey(*key)), "NONE");
  statement["subject"].push_back(subject);
  EXPECT_EQ(judged(bench.attest(*key, statement.dump()), byKey(*key)), "MALFORMED");
  EXPECT_EQ(judged(bench.attest(*key, std::string(3'000'000, ' ')), byKey(*key)), "MALFORMED");
}

// GHSA-9vcr-p3rj-q5q6: one entry is asked for, and a second of the same log can make up for nothing.
TEST_F(KnownFailures, GHSA_9vcr_ASecondEntryOfALogDoesNotOutvoteTheFirst) {
  Json bundle = bench.signWithKey(*key, "content");
  const auto body = fromBase64(entriesOf(bundle)[0]["canonicalizedBody"].get<std::string>()).value();
  entriesOf(bundle).push_back(entriesOf(withEntry(bundle, body, kNow + 1))[0]);
  EXPECT_EQ(judged(bundle, byKey(*key)), "NONE");
  for (const std::size_t at : {0u, 1u}) {
    Json altered = bundle;
    entriesOf(altered)[at]["integratedTime"] = "1";
    EXPECT_NE(judged(altered, byKey(*key)), "NONE") << at;
  }
  Expectation expectation = byKey(*key);  // TOB-4 of sigstore-rust: every proven time counts, not the best one
  expectation.key->notAfter = kNow;
  EXPECT_EQ(judged(bundle, expectation), "KEY_EXPIRED");
}

TEST_F(KnownFailures, TOB_4_ACertificateMustBeValidAtEveryProvenTime) {
  Json bundle = bench.sign("content");
  const auto body = fromBase64(entriesOf(bundle)[0]["canonicalizedBody"].get<std::string>()).value();
  const Json outside = entriesOf(withEntry(bundle, body, kNow + 601))[0];
  const Json inside = entriesOf(bundle)[0];
  entriesOf(bundle) = Json::array({inside, outside});
  EXPECT_EQ(judged(bundle, byAlice()), "CERT_TIME");
  entriesOf(bundle) = Json::array({outside, inside});
  EXPECT_EQ(judged(bundle, byAlice()), "CERT_TIME");
}

// sigstore-java 654: a tree of the attacker's own, in which everything adds up but the log's signature.
TEST_F(KnownFailures, Java_654_AForgedRootWithItsOwnProof) {
  Json bundle = bench.sign("content");
  const auto body = fromBase64(entriesOf(bundle)[0]["canonicalizedBody"].get<std::string>()).value();
  const std::string root = toBase64(trust_service::bytesOf(trust_service::leafHash(body)));
  Json& proof = proofOf(bundle);
  proof.update({{"logIndex", "0"}, {"treeSize", "1"}, {"rootHash", root}, {"hashes", Json::array()}});
  EXPECT_EQ(judged(bundle, byAlice()), "CHECKPOINT_ROOT_MISMATCH");
  const std::string note = proof["checkpoint"]["envelope"];
  const std::string signatures = note.substr(note.find("\n\n"));
  proof["checkpoint"]["envelope"] = std::string(kHost) + " - 77\n1\n" + root + signatures;
  EXPECT_EQ(judged(bundle, byAlice()), "CHECKPOINT_SIGNATURE");
  proof["checkpoint"]["envelope"] = "";
  EXPECT_EQ(judged(bundle, byAlice()), "CHECKPOINT_MALFORMED");
  proof.erase("checkpoint");
  EXPECT_EQ(judged(bundle, byAlice()), "CHECKPOINT_MALFORMED");
}

// sigstore-js took names for patterns.
TEST_F(KnownFailures, Js_NamesAreNoPatterns) {
  Expectation expectation = byAlice();
  const Json bundle = bench.sign("content");
  for (const char* pattern :
       {".*", "alice@example.*", "alice.example.org", "^alice@example.org$", "alice@example\\.org", ""}) {
    expectation.identity = pattern;
    EXPECT_EQ(judged(bundle, expectation), "IDENTITY") << pattern;
  }
  expectation = byAlice();
  expectation.issuer = "https://certus.trust";
  EXPECT_EQ(judged(bundle, expectation), "ISSUER");
  const std::string odd = "log+(a|b)[.]*.example.org";
  EvidenceBench oddly(3, odd);
  EXPECT_EQ(judged(oddly.sign("content"), oddly.root(), byAlice()), "NONE");
  Json root = oddly.root();
  root["tlogs"][0]["baseUrl"] = "https://" + odd + "x";
  EXPECT_EQ(judged(oddly.sign("content"), root, byAlice()), "CHECKPOINT_ORIGIN");
}

// Two logs that share a key: each speaks for itself.
TEST_F(KnownFailures, ACheckpointOfAnotherLogUnderTheSameKey) {
  Json bundle = bench.sign("content");
  Json root = bench.root();
  root["tlogs"][0]["baseUrl"] = "https://other.example.org";
  EXPECT_EQ(judged(bundle, root, byAlice()), "CHECKPOINT_ORIGIN");
}

TEST_F(KnownFailures, CVE_2026_48815_WhatIsAskedForBites) {
  const Json bundle = bench.signWithKey(*key, "content");
  for (auto member : {&Expectation::identity, &Expectation::issuer, &Expectation::predicateType}) {
    Expectation expectation = byKey(*key);
    expectation.*member = "anything";
    EXPECT_NE(judged(bundle, expectation), "NONE");
  }
}

}  // namespace
}  // namespace certus::sigstore
