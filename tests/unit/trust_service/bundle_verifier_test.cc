// What a verdict on a bundle depends on beside the bundle: the artifact, the trusted root, the times in it, the expectation.
#include "evidence_bench.h"

namespace certus::sigstore {
namespace {

const Artifact kArtifact = Artifact::ofBytes("content");

std::string judged(const Json& bundle, const Json& root, const Expectation& expectation,
                   const Artifact& artifact = kArtifact) {
  return classOf(verifyBundle(bundle.dump(), root.dump(), artifact, expectation));
}

TEST(BundleVerifier, SaysWhoSignedWhenAndWhatWasChecked) {
  EvidenceBench bench;
  const auto verdict = verifyBundle(bench.sign("content").dump(), bench.root().dump(), kArtifact, byAlice());
  ASSERT_TRUE(verdict.valid) << verdict.failure.reason;
  EXPECT_EQ(verdict.identity, kSigner);
  EXPECT_EQ(verdict.identityIssuer, trust_service::kIssuer);
  EXPECT_EQ(verdict.times, std::vector<std::int64_t>{kNow});
  EXPECT_EQ(verdict.logIndex, 3u);
  EXPECT_EQ(verdict.checks.size(), 15u);
  for (const Check& check : verdict.checks) EXPECT_NE(check.status, CheckStatus::Failed) << check.name;
}

TEST(BundleVerifier, ChecksAfterTheFirstFailureAreSkippedNotPassed) {
  EvidenceBench bench;
  const auto verdict =
      verifyBundle(bench.sign("content").dump(), bench.root().dump(), Artifact::ofBytes("other"), byAlice());
  EXPECT_EQ(classOf(verdict), "ARTIFACT_MISMATCH");
  ASSERT_EQ(verdict.checks.size(), 15u);
  EXPECT_EQ(verdict.checks[2].status, CheckStatus::Failed);
  for (std::size_t i = 3; i < verdict.checks.size(); ++i) EXPECT_EQ(verdict.checks[i].status, CheckStatus::Skipped) << i;
}

TEST(BundleVerifier, EveryVersionAndSpellingOfTheMediaTypeIsRead) {
  EvidenceBench bench;
  Json bundle = bench.sign("content");
  for (const char* type :
       {"application/vnd.dev.sigstore.bundle+json;version=0.1", "application/vnd.dev.sigstore.bundle+json;version=0.2",
        "application/vnd.dev.sigstore.bundle+json;version=0.3", "application/vnd.dev.sigstore.bundle.v0.3+json"}) {
    bundle["mediaType"] = type;
    EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "NONE") << type;
  }
}

TEST(BundleVerifier, OnlyABundleOfVersion01MayRestOnThePromiseAlone) {
  EvidenceBench bench;
  Json bundle = bench.sign("content");
  bundle["verificationMaterial"]["tlogEntries"][0].erase("inclusionProof");
  EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "INCLUSION_PROOF");
  bundle["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2";
  EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "INCLUSION_PROOF");
  bundle["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.1";
  EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "NONE");
}

TEST(BundleVerifier, AProofThatIsThereCountsInEveryVersion) {
  EvidenceBench bench;
  for (const char* version : {"0.1", "0.2", "0.3"}) {
    Json bundle = bench.sign("content");
    bundle["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=" + std::string(version);
    Json& proof = bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"];
    const Json good = proof;
    proof.erase("checkpoint");
    EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "CHECKPOINT_MALFORMED") << version;
    proof["rootHash"] = toBase64(std::string(32, 'x'));
    EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "CHECKPOINT_MALFORMED") << version << ", of a root of nobody's";
    proof["checkpoint"] = {{"envelope", ""}};
    EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "CHECKPOINT_MALFORMED") << version << ", an empty one";
    proof["checkpoint"] = good["checkpoint"];
    EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "CHECKPOINT_ROOT_MISMATCH") << version;
    proof = good;
    proof["hashes"].erase(0);
    EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "INCLUSION_PROOF") << version;
    proof = good;
    EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "NONE") << version;
  }
}

TEST(BundleVerifier, AnArtifactIsGivenAsItsDigestToo) {
  EvidenceBench bench;
  const auto digestOnly = Artifact::ofDigest({HashAlgorithm::Sha256, sha256("content")});
  EXPECT_EQ(judged(bench.sign("content"), bench.root(), byAlice(), digestOnly), "NONE");
  EXPECT_EQ(judged(bench.sign("content", kNow, HashAlgorithm::Sha384), bench.root(), byAlice()), "NONE");
  EXPECT_EQ(judged(bench.sign("content", kNow, HashAlgorithm::Sha512), bench.root(), byAlice()), "NONE");
  EXPECT_EQ(judged(bench.sign("content", kNow, HashAlgorithm::Sha384), bench.root(), byAlice(), digestOnly),
            "ARTIFACT_MISMATCH");
}

TEST(BundleVerifier, IdentityAndIssuerMustBeTheExpectedOnes) {
  EvidenceBench bench;
  const Json bundle = bench.sign("content");
  Expectation expectation = byAlice();
  expectation.identity = "alice@example.orgx";
  EXPECT_EQ(judged(bundle, bench.root(), expectation), "IDENTITY");
  expectation = byAlice();
  expectation.issuer = "https://accounts.example.org";
  EXPECT_EQ(judged(bundle, bench.root(), expectation), "ISSUER");
  EXPECT_EQ(judged(bundle, bench.root(), byKey(*freshKey())), "KEY_NOT_TRUSTED");
}

TEST(BundleVerifier, TheCertificateCountsOnlyAtTheTimesThatItsWholeChainCovers) {
  EvidenceBench bench;
  EXPECT_EQ(judged(bench.sign("content", kNow + 600), bench.root(), byAlice()), "NONE");
  EXPECT_EQ(judged(bench.sign("content", kNow + 601), bench.root(), byAlice()), "CERT_TIME");
  EXPECT_EQ(judged(bench.sign("content", kNow - 1), bench.root(), byAlice()), "CERT_TIME");
  const Json bundle = bench.sign("content", kNow + 5);
  Json root = bench.root();
  Json& period = root["certificateAuthorities"][0]["validFor"];
  period["end"] = "2023-11-14T22:13:25Z";
  EXPECT_EQ(judged(bundle, root, byAlice()), "NONE") << "the last second counts";
  period["end"] = "2023-11-14T22:13:24Z";
  EXPECT_EQ(judged(bundle, root, byAlice()), "CERT_TIME");
  period.erase("start");
  EXPECT_EQ(judged(bundle, root, byAlice()), "CERT_TIME");
}

TEST(BundleVerifier, AnAuthorityThatTheRootDoesNotNameIssuedNothing) {
  EvidenceBench bench;
  const Json bundle = bench.sign("content");
  Json root = bench.root();
  root["certificateAuthorities"][0]["certChain"]["certificates"][0]["rawBytes"] = toBase64(freshAuthority().root().der());
  EXPECT_EQ(judged(bundle, root, byAlice()), "CERT_CHAIN");
  root["certificateAuthorities"] = Json::array();
  EXPECT_EQ(judged(bundle, root, byAlice()), "CERT_CHAIN");
}

TEST(BundleVerifier, ALogsKeyCountsOnlyForItsPeriodBothEndsIncluded) {
  EvidenceBench bench;
  const Json bundle = bench.sign("content");
  Json root = bench.root();
  Json& period = root["tlogs"][0]["publicKey"]["validFor"];
  for (const auto& [start, end, wanted] : {std::tuple{"2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z", "NONE"},
                                           {"2023-11-14T22:13:21Z", "2028-01-01T00:00:00Z", "LOG_KEY_NOT_VALID_AT_TIME"},
                                           {"2020-01-01T00:00:00Z", "2023-11-14T22:13:19.999Z", "LOG_KEY_NOT_VALID_AT_TIME"},
                                           {"2023-11-14T22:13:20.9Z", "2028-01-01T00:00:00Z", "LOG_KEY_NOT_VALID_AT_TIME"},
                                           {"2023-11-14T22:13:20.000000001Z", "2028-01-01T00:00:00Z",
                                            "LOG_KEY_NOT_VALID_AT_TIME"},
                                           {"2023-11-14T22:13:20.1Z", "2023-11-14T22:13:20.9Z", "LOG_KEY_NOT_VALID_AT_TIME"},
                                           {"2023-11-14T22:13:20.000Z", "2023-11-14T22:13:20.5Z", "NONE"},
                                           {"2023-11-14T22:13:19.9Z", "2023-11-14T22:13:20Z", "NONE"},
                                           {"2023-11-15T00:13:20+02:00", "2023-11-14T21:13:20.1-01:00", "NONE"},
                                           {"2023-11-14T22:13:20Z", "2023-11-14T22:13:19Z", "MALFORMED"}}) {
    period = {{"start", start}, {"end", end}};
    EXPECT_EQ(judged(bundle, root, byAlice()), wanted) << start << " to " << end;
  }
  for (const char* start :
       {"2020-01-01", "2020-01-01T00:00Z", "2020-01-01T00:00:00", "2020-01-01 00:00:00Z", "2020-01-01t00:00:00Z",
        "2020-01-01T00:00:00z", "2020-01-01T00:00:00.Z", "2020-01-01T00:00:00,5Z", "2020-01-01T00:00:00.0000000001Z",
        "2020-01-01T00:00:60Z", "2020-01-01T00:00:00+0100", "2020-01-01T00:00:00 01:00", "2020-02-30T00:00:00Z",
        "2020-01-01T00:00:00Z ", ""}) {
    period = {{"start", start}};
    EXPECT_EQ(judged(bundle, root, byAlice()), "MALFORMED") << start;
  }
  period = {{"end", "2028-01-01T00:00:00Z"}};
  EXPECT_EQ(judged(bundle, root, byAlice()), "LOG_KEY_NOT_VALID_AT_TIME") << "a period must have a start";
}

TEST(BundleVerifier, AKeyThatIsAddedToTheRootLeavesOldEntriesValid) {
  EvidenceBench older, newer;
  Json root = newer.root();
  root["tlogs"].push_back(older.root()["tlogs"][0]);
  root["certificateAuthorities"].push_back(older.root()["certificateAuthorities"][0]);
  EXPECT_EQ(judged(older.sign("content"), root, byAlice()), "NONE");
  EXPECT_EQ(judged(newer.sign("content"), root, byAlice()), "NONE");
}

TEST(BundleVerifier, WhatItCannotVerifyIsSaidToBeSo) {
  EvidenceBench bench;
  const auto key = freshKey();
  Json root = bench.root();
  root["ctlogs"] = root["tlogs"];
  EXPECT_EQ(judged(bench.sign("content"), root, byAlice()), "UNSUPPORTED_SCT");
  EXPECT_EQ(judged(bench.signWithKey(*key, "content"), root, byKey(*key)), "NONE") << "keys need no SCT";
  const Json times{{"rfc3161Timestamps", Json::array({Json{{"signedTimestamp", "MAA="}}})}};
  Json bundle = bench.sign("content");
  bundle["verificationMaterial"]["timestampVerificationData"] = times;
  EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "UNSUPPORTED_TIMESTAMP_AUTHORITY");
  bundle = bench.signWithKey(*key, "content");
  bundle["verificationMaterial"]["timestampVerificationData"] = times;
  EXPECT_EQ(judged(bundle, bench.root(), byKey(*key)), "NONE") << "a key without a period needs no time";
  Expectation windowed = byKey(*key);
  windowed.key->notBefore = kNow - 5;
  EXPECT_EQ(judged(bundle, bench.root(), windowed), "UNSUPPORTED_TIMESTAMP_AUTHORITY");
  bundle["verificationMaterial"]["tlogEntries"][0].erase("inclusionPromise");
  EXPECT_EQ(judged(bundle, bench.root(), byKey(*key)), "UNSUPPORTED_TIMESTAMP_AUTHORITY");
  root = bench.root();
  root["tlogs"][0]["publicKey"]["keyDetails"] = "PKIX_ED25519";
  EXPECT_EQ(judged(bench.sign("content"), root, byAlice()), "UNSUPPORTED_KEY");
  root["mediaType"] = "application/vnd.dev.sigstore.trustedroot.v0.2+json";
  EXPECT_EQ(judged(bench.sign("content"), root, byAlice()), "UNSUPPORTED_VERSION");
}

TEST(BundleVerifier, AManagedKeyIsTheOneGivenWithinItsPeriod) {
  EvidenceBench bench;
  const auto key = freshKey();
  const Json bundle = bench.signWithKey(*key, "content");
  EXPECT_EQ(judged(bundle, bench.root(), byKey(*key)), "NONE");
  EXPECT_EQ(judged(bundle, bench.root(), byKey(*freshKey())), "ENTRY_MISMATCH{key}");
  EXPECT_EQ(judged(bundle, bench.root(), byAlice()), "KEY_NOT_TRUSTED");
  Expectation expectation = byKey(*key);
  expectation.key->notAfter = kNow;
  EXPECT_EQ(judged(bundle, bench.root(), expectation), "NONE");
  expectation.key->notAfter = kNow - 1;
  EXPECT_EQ(judged(bundle, bench.root(), expectation), "KEY_EXPIRED");
  expectation.key = byKey(*key).key;
  expectation.key->notBefore = kNow + 1;
  EXPECT_EQ(judged(bundle, bench.root(), expectation), "KEY_EXPIRED");
}

TEST(BundleVerifier, AnRsaKeyWillDoAWeakOneOrAnotherKindWillNot) {
  EvidenceBench bench;
  const KeyPtr rsa(EVP_RSA_gen(2048)), weak(EVP_RSA_gen(1024)), edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  EXPECT_EQ(judged(bench.signWithKey(*rsa, "content"), bench.root(), byKey(*rsa)), "NONE");
  EXPECT_EQ(judged(bench.signWithKey(*weak, "content"), bench.root(), byKey(*weak)), "UNSUPPORTED_KEY");
  EXPECT_EQ(judged(bench.signWithKey(*rsa, "content"), bench.root(), byKey(*edwards)), "UNSUPPORTED_KEY");
}

TEST(BundleVerifier, ALogThatRecordedABadSignatureDoesNotMakeItGood) {
  EvidenceBench bench;
  const auto key = freshKey();
  const std::string other = trust_service::signMessage(*key, "other").value();
  EXPECT_EQ(judged(bench.signWithKey(*key, "content", other), bench.root(), byKey(*key)), "SIGNATURE");
}

TEST(BundleVerifier, AnEntryFromTheFutureIsRefused) {
  EvidenceBench bench;
  Expectation expectation = byAlice();
  expectation.now = kNow - 1;
  EXPECT_EQ(judged(bench.sign("content"), bench.root(), expectation), "TIMESTAMP_INVALID");
  expectation.now.reset();
  EXPECT_EQ(judged(bench.sign("content"), bench.root(), expectation), "NONE");
}

TEST(TrustedRoot, HasTheFormThatCosignSigstoreGoAndSigstoreJsAllRead) {
  EvidenceBench bench;
  const Json root = bench.root();
  EXPECT_EQ(root["mediaType"], "application/vnd.dev.sigstore.trustedroot+json;version=0.1");
  EXPECT_EQ(root["tlogs"][0]["baseUrl"], "https://log.example.org") << "sigstore-js looks for the signer's name in it";
  EXPECT_TRUE(root["tlogs"][0]["publicKey"]["validFor"].contains("start")) << "sigstore-go refuses a key without";
  EXPECT_FALSE(root["tlogs"][0].contains("checkpointKeyId")) << "sigstore-js would no longer find the log";
}

TEST(TrustedRoot, MalformedOnesAreRefusedWithTheirPlace) {
  EvidenceBench bench;
  const Json bundle = bench.sign("content");
  Json root = bench.root();
  root["tlogs"][0]["logId"]["keyId"] = "!";
  const auto verdict = verifyBundle(bundle.dump(), root.dump(), kArtifact, byAlice());
  EXPECT_EQ(classOf(verdict), "MALFORMED");
  EXPECT_NE(verdict.failure.reason.find("tlogs[0].logId.keyId"), std::string::npos) << verdict.failure.reason;
  EXPECT_EQ(classOf(verifyBundle(bundle.dump(), "", kArtifact, byAlice())), "MALFORMED");
  root = bench.root();
  root["comment"] = 1;
  EXPECT_EQ(judged(bundle, root, byAlice()), "MALFORMED");
}

}  // namespace
}  // namespace certus::sigstore
