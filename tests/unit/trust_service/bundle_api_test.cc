// Bundles through the API: what sign hands out is what outsiders verify, and verify takes it back.
#include "bench.h"

#include "services/trust/sigstore/bundle_verifier.h"

namespace certus::trust_service {
namespace {

Json withBundle(const Json& signedReply) {
  return {{"artifact", signedReply["artifact"]}, {"bundle", signedReply["bundle"]}};
}

TEST(BundleApi, WhatSignHandsOutAnOutsiderVerifiesWithTheTrustedRootAlone) {
  Bench bench;
  bench.sign("before");
  const Json reply = bench.sign("a");
  const Reply root = bench.get("/v1/keys/trusted_root.json");
  ASSERT_EQ(root.status, 200);
  sigstore::Expectation expectation;
  expectation.identity = kLocalIdentity;
  expectation.issuer = kIssuer;
  const auto verdict =
      sigstore::verifyBundle(reply["bundle"].dump(), root.body.dump(), sigstore::Artifact::ofBytes("a"), expectation);
  EXPECT_TRUE(verdict.valid) << verdict.failure.reason;
  EXPECT_EQ(reply["bundle"]["mediaType"], "application/vnd.dev.sigstore.bundle.v0.3+json");
}

TEST(BundleApi, EveryDigestAlgorithmHasItsBundle) {
  Bench bench;
  for (const auto& [name, size] : {std::pair{"sha384", 96}, {"sha512", 128}}) {
    const Json reply =
        bench.sign("", {{"artifact", std::string(name) + ":" + std::string(static_cast<std::size_t>(size), 'c')}});
    EXPECT_TRUE(bench.verify(withBundle(reply))["valid"]) << name;
  }
}

TEST(BundleApi, VerifyTakesABundleAsObjectOrTextAndAnswersLikeAnyVerification) {
  Bench bench;
  const Json reply = bench.sign("a");
  Json question = withBundle(reply);
  question["identity"] = kLocalIdentity;
  for (const Json& bundle : {reply["bundle"], Json(reply["bundle"].dump())}) {
    question["bundle"] = bundle;
    const Json verdict = bench.verify(question);
    EXPECT_TRUE(verdict["valid"]) << verdict.dump(1);
    EXPECT_EQ(verdict["failure"], nullptr);
    EXPECT_EQ(verdict["signer"], kLocalIdentity);
    EXPECT_EQ(verdict["entry_id"], reply["entry_id"]);
    EXPECT_EQ(verdict["transparency_index"], 0);
    EXPECT_EQ(verdict["certificate_chain"][0], reply["certificate"]);
    EXPECT_EQ(statusOf(verdict, "inclusion_proof"), "passed");
    EXPECT_TRUE(verdict["recorded"]);
  }
}

TEST(BundleApi, ABundleOfAnotherArtifactSignerOrInstallationIsNotValidAndSaysWhichClass) {
  Bench bench, other;
  const Json reply = bench.sign("a");
  Json question = withBundle(reply);
  question["artifact"] = digestOf("b");
  EXPECT_EQ(bench.verify(question)["failure"], "ARTIFACT_MISMATCH");
  question = withBundle(reply);
  question["identity"] = "bob@workstation";
  EXPECT_EQ(bench.verify(question)["failure"], "IDENTITY");
  question = withBundle(other.sign("a"));
  const Json verdict = bench.verify(question);
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(verdict["failure"], "UNKNOWN_LOG");
  EXPECT_EQ(verdict["signer"], "unknown");
}

TEST(BundleApi, ASoundBundleWhoseEntryTheDatabaseNoLongerHoldsIsReported) {
  Bench bench;
  const Json reply = bench.sign("a");
  bench.alter("UPDATE entries SET signer = 'mallory@workstation'");
  const Json verdict = bench.verify(withBundle(reply));
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(verdict["failure"], "LOG_INCONSISTENT");
}

// The bundle proves the signature; what the answer tells besides comes from the row, so the row must be as it was signed.
TEST(BundleApi, ASoundBundleWhoseRowWasAlteredIsReported) {
  for (const auto& [change, failure] : {std::pair{"subject = 'another'", "LOG_INCONSISTENT"},
                                        {"body = X'7b7d'", "LOG_INCONSISTENT"},
                                        {"record_signature = NULL", "NOT_SIGNED_HERE"}}) {
    Bench bench;
    const Json reply = bench.sign("a");
    bench.alter(std::string("UPDATE entries SET ") + change);
    const Json verdict = bench.verify(withBundle(reply));
    EXPECT_FALSE(verdict["valid"]) << change;
    EXPECT_EQ(verdict["failure"], failure) << change;
  }
}

// The bundle of the first entry as it is handed out when the log has grown.
Json rebased(Bench& bench, Json bundle) {
  const Json entry = bench.get("/api/v1/log/entries?logIndex=0").body.begin().value();
  const Json& proof = entry["verification"]["inclusionProof"];
  const auto base64Of = [](const Json& hex) { return toBase64(*fromHex(hex.get<std::string>())); };
  Json& to = bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"];
  to["treeSize"] = std::to_string(proof["treeSize"].get<std::uint64_t>());
  to["rootHash"] = base64Of(proof["rootHash"]);
  to["hashes"] = Json::array();
  for (const Json& each : proof["hashes"]) to["hashes"].push_back(base64Of(each));
  to["checkpoint"]["envelope"] = proof["checkpoint"];
  return bundle;
}

// When the kept checkpoint is as old as the database, the bundle alone tells that there was more, or something else.
TEST(BundleApi, ABundleOfALargerOrAnotherTreeThanTheDatabaseHoldsIsReported) {
  for (const bool grown : {false, true}) {
    Bench bench;
    const Json first = bench.sign("a");
    bench.close();
    const std::string copy = bench.state() + "-copy";
    std::filesystem::copy(bench.state(), copy, std::filesystem::copy_options::recursive);
    bench.open();
    bench.sign("b");
    const Json question{{"artifact", digestOf("a")}, {"bundle", rebased(bench, first["bundle"])}};
    const Json sound = bench.verify(question);
    EXPECT_TRUE(sound["valid"]) << sound.dump(1);
    EXPECT_EQ(statusOf(sound, "log_consistency"), "passed");
    Bench old(copy);
    if (grown) old.sign("not b");
    const Json verdict = old.verify(question);
    EXPECT_FALSE(verdict["valid"]) << verdict.dump(1);
    EXPECT_EQ(verdict["failure"], "LOG_INCONSISTENT");
    EXPECT_EQ(statusOf(verdict, "log_entry"), "passed");
    EXPECT_NE(reasonOf(verdict, "log_consistency").find(grown ? "another tree of 2" : "a tree of 2 entries"),
              std::string::npos)
        << verdict.dump(1);
  }
}

TEST(BundleApi, AnEntryFromTheFutureIsNotValidYet) {
  Bench bench;
  const Json reply = bench.sign("a");
  bench.clock.advance(std::chrono::seconds(-60));
  const Json verdict = bench.verify(withBundle(reply));
  EXPECT_FALSE(verdict["valid"]);
  EXPECT_EQ(verdict["failure"], "TIMESTAMP_INVALID");
}

TEST(BundleApi, ABundleBesideASignatureOrOfAnotherTypeIsA422) {
  Bench bench;
  const Json reply = bench.sign("a");
  Json question = withBundle(reply);
  question["signature"] = reply["signature"];
  EXPECT_EQ(bench.post("/v1/verify", question).status, 422);
  question = withBundle(reply);
  question["bundle"] = 7;
  EXPECT_EQ(bench.post("/v1/verify", question).status, 422);
}

}  // namespace
}  // namespace certus::trust_service
