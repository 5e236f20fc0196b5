// Keys rotate by adding: what was signed before verifies under the old and the new trusted root, what is signed after under
// the new one, and nothing forks, whoever runs meanwhile and whenever it is killed.
#include "bench.h"
#include "services/trust/log/hashed_rekord.h"
#include "services/trust/sign/private_keys.h"
#include "services/trust/sigstore/bundle_verifier.h"
#include "services/trust/state/rotation.h"

namespace certus::trust_service {
namespace {

namespace fs = std::filesystem;

using Rotation = Result<Rotated> (*)(const std::string&, std::int64_t);

class Rotating : public ::testing::Test {
 protected:
  void rotate(Rotation how) {
    bench.close();
    const auto rotated = how(bench.state(), now());
    ASSERT_TRUE(rotated.has_value()) << rotated.error().message << " " << rotated.error().detail;
    bench.clock.advance(std::chrono::hours(1));
    bench.open();
  }
  std::int64_t now() const {
    return std::chrono::duration_cast<std::chrono::seconds>(bench.clock.wall().time_since_epoch()).count();
  }
  std::string root() { return bench.get("/v1/keys/trusted_root.json").body.dump(); }
  sigstore::Verdict outsider(const Json& signedReply, const std::string& root, const std::string& content) {
    sigstore::Expectation expectation;
    expectation.identity = kLocalIdentity;
    expectation.issuer = kIssuer;
    return sigstore::verifyBundle(signedReply["bundle"].dump(), root, sigstore::Artifact::ofBytes(content), expectation);
  }
  void expectAllValid(const std::vector<std::string>& contents) {
    for (const std::string& content : contents) {
      const Json verdict = bench.verify({{"artifact", digestOf(content)}});
      EXPECT_EQ(verdict["valid"], true) << content << verdict.dump(1);
    }
    EXPECT_EQ(bench.get("/v1/ready").status, 200);
  }
  // The entry as the Rekor API serves it, its promise checked with the one key that /api/v1/log/publicKey names.
  void expectPromisedByTheKeyOfNow(std::uint64_t index) {
    const LogIdentity& log = bench.service().installation().log();
    const Json answer = bench.get("/api/v1/log/entries?logIndex=" + std::to_string(index)).body;
    const Json entry = answer.begin().value();
    EXPECT_EQ(entry["logID"], toHex(log.keyId())) << index;
    const std::string body = *fromBase64(entry["body"].get<std::string>());
    EXPECT_TRUE(verifiesMessage(log.key(), entryTimestampPayload(body, entry["integratedTime"], log.keyId(), index),
                                *fromBase64(entry["verification"]["signedEntryTimestamp"].get<std::string>())))
        << index;
  }
  Bench bench;
};

TEST_F(Rotating, TheLogsKeyLeavesEveryBundleValid) {
  const Json before = bench.sign("before");
  const std::string oldRoot = root();
  rotate(rotateLogKey);
  const Json after = bench.sign("after");
  rotate(rotateLogKey);
  const Json latest = bench.sign("latest");
  const std::string newRoot = root();
  EXPECT_EQ(Json::parse(newRoot)["tlogs"].size(), 3U);
  EXPECT_TRUE(outsider(before, oldRoot, "before").valid);
  EXPECT_EQ(outsider(after, oldRoot, "after").failure.failure, sigstore::FailureClass::UnknownLog);
  for (const auto& [reply, content] : {std::pair{before, "before"}, {after, "after"}, {latest, "latest"}}) {
    const auto verdict = outsider(reply, newRoot, content);
    EXPECT_TRUE(verdict.valid) << content << ": " << verdict.failure.reason;
    EXPECT_EQ(bench.verify({{"artifact", digestOf(content)}, {"bundle", reply["bundle"]}})["valid"], true) << content;
  }
  expectAllValid({"before", "after", "latest"});
  for (std::uint64_t index = 0; index < 3; ++index) expectPromisedByTheKeyOfNow(index);
}

TEST_F(Rotating, TheTreeGrowsOnUnderTheNewKey) {
  bench.sign("before");
  const Json head = bench.get("/api/v1/log").body;
  rotate(rotateLogKey);
  const Json renewed = bench.get("/api/v1/log").body;
  EXPECT_EQ(renewed["rootHash"], head["rootHash"]);
  EXPECT_NE(renewed["signedTreeHead"], head["signedTreeHead"]);
  EXPECT_TRUE(bench.service().installation().log().signsNow(
      bench.service().installation().log().open(renewed["signedTreeHead"].get<std::string>()).value()));
  bench.sign("after");
  const Json proof = bench.get("/api/v1/log/proof?firstSize=1&lastSize=2").body;
  std::vector<Hash> path;
  for (const Json& hash : proof["hashes"]) path.push_back(*hashFrom(*fromHex(hash.get<std::string>())));
  const auto hashIn = [](const Json& text) { return *hashFrom(*fromHex(text.get<std::string>())); };
  EXPECT_TRUE(verifiesConsistency(1, 2, hashIn(head["rootHash"]), hashIn(proof["rootHash"]), path));
}

TEST_F(Rotating, TheAuthorityLeavesEveryBundleValid) {
  const Json before = bench.sign("before");
  const std::string oldRoot = root();
  rotate(rotateAuthority);
  const Json after = bench.sign("after");
  EXPECT_NE(before["certificate_chain"], after["certificate_chain"]);
  EXPECT_TRUE(outsider(before, oldRoot, "before").valid);
  EXPECT_TRUE(outsider(before, root(), "before").valid);
  EXPECT_TRUE(outsider(after, root(), "after").valid);
  EXPECT_FALSE(outsider(after, oldRoot, "after").valid);
  const Json authorities = Json::parse(root())["certificateAuthorities"];
  ASSERT_EQ(authorities.size(), 2U);
  EXPECT_EQ(authorities[0]["validFor"]["end"], "2027-01-15T08:00:00Z") << "when it was retired";
  expectAllValid({"before", "after"});
  const Json old = bench.verify({{"artifact", digestOf("before")}, {"bundle", before["bundle"]}});
  EXPECT_EQ(old["valid"], true);
  EXPECT_EQ(old["certificate_chain"][1], bench.service().installation().authority().roots()[0].certificate.pem());
}

TEST_F(Rotating, ARetiredAuthorityIsNotBelievedForLaterTimes) {
  bench.sign("before");
  bench.close();
  bench.open();
  rotate(rotateAuthority);
  const std::string newRoot = root();
  // A thief of the retired CA's key, who has the log sign an entry an hour later.
  bench.close();
  const std::string ring = readSmallFile(bench.state() + "/trust-keys.json", Secrecy::Public).value();
  ASSERT_TRUE(replaceFile(bench.state() + "/trust-keys.json",
                          R"({"log":{"key":"trust-log.key","retired":[]},"authority":)"
                          R"({"key":"trust-ca.key","certificate":"trust-ca.pem","retired":[]}})"));
  bench.alter("DELETE FROM meta WHERE name = 'rotations'");
  bench.open();
  const Json forged = bench.sign("forged");
  bench.close();
  ASSERT_TRUE(replaceFile(bench.state() + "/trust-keys.json", ring));
  bench.open();
  EXPECT_EQ(outsider(forged, newRoot, "forged").failure.failure, sigstore::FailureClass::CertTime);
  const Json verdict = bench.verify({{"artifact", digestOf("forged")}, {"signature", forged["signature"]}});
  EXPECT_EQ(verdict["valid"], false);
  EXPECT_EQ(statusOf(verdict, "certificate_time"), "failed");
}

TEST_F(Rotating, TheRetiredPrivateKeysAreNoLongerNeeded) {
  bench.sign("before");
  rotate(rotateLogKey);
  rotate(rotateAuthority);
  bench.close();
  fs::remove(bench.state() + "/trust-log.key");
  fs::remove(bench.state() + "/trust-ca.key");
  bench.open();
  bench.sign("after");
  expectAllValid({"before", "after"});
}

TEST_F(Rotating, AnEmptyLogRotatesToo) {
  rotate(rotateLogKey);
  rotate(rotateAuthority);
  bench.sign("first");
  expectAllValid({"first"});
}

TEST_F(Rotating, IsRefusedWhileAServiceRunsAndChangesNothing) {
  bench.sign("before");
  for (const Rotation how : {rotateLogKey, rotateAuthority}) {
    const auto refused = how(bench.state(), now());
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("A Trust service runs"), std::string::npos);
  }
  EXPECT_FALSE(fs::exists(bench.state() + "/trust-keys.json"));
  EXPECT_FALSE(fs::exists(bench.state() + "/trust-log.2.key"));
  bench.sign("after");
  expectAllValid({"before", "after"});
}

TEST_F(Rotating, AProcessThatDidNotNoticeSignsNothingMore) {
  bench.sign("before");
  fs::remove(bench.state() + "/trust.running");  // as a program does that knows no such file
  ASSERT_TRUE(rotateLogKey(bench.state(), now()).has_value());
  const Reply refused =
      bench.post("/v1/sign", {{"artifact", digestOf("fork")}, {"artifact_type", "sbom"}, {"subject", "s"}});
  EXPECT_EQ(refused.status, 503) << refused.body;
  EXPECT_NE(refused.body["detail"].get<std::string>().find("restart it"), std::string::npos) << refused.body;
  EXPECT_NE(bench.get("/v1/ready").status, 200);
  bench.open();
  EXPECT_EQ(bench.get("/api/v1/log").body["treeSize"], 1);
  bench.sign("after");
  expectAllValid({"before", "after"});
}

TEST_F(Rotating, ADamagedLogIsNotRotated) {
  bench.sign("before");
  bench.close();
  bench.alter("UPDATE hashes SET hash = zeroblob(32)");
  for (const Rotation rotation : {rotateLogKey, rotateAuthority}) {
    const auto refused = rotation(bench.state(), now());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::DataCorrupt);
    EXPECT_FALSE(fs::exists(bench.state() + "/trust-keys.json"));
  }
}

TEST_F(Rotating, NoInstallationIsMadeForIt) {
  const std::string nowhere = bench.state() + "-none";
  EXPECT_EQ(rotateLogKey(nowhere, now()).error().code, ErrorCode::NotFound);
  EXPECT_FALSE(fs::exists(nowhere));
}

// Killed after the new key's file, and after the list of keys but before the database: the two moments between its writes.
TEST_F(Rotating, KilledBetweenItsWritesItIsUndoneOrFinishedByTheNextStart) {
  bench.sign("before");
  bench.close();
  TemporaryDirectory copies;
  const std::string before = copies.path() + "/before";
  fs::copy(bench.state(), before);
  ASSERT_TRUE(rotateLogKey(bench.state(), now()).has_value());
  for (const bool listed : {false, true}) {
    const std::string state = copies.path() + (listed ? "/listed" : "/made");
    fs::copy(before, state);
    fs::copy(bench.state() + "/trust-log.2.key", state + "/trust-log.2.key");
    if (listed) fs::copy(bench.state() + "/trust-keys.json", state + "/trust-keys.json");
    Bench again(state);
    const LogIdentity& log = again.service().installation().log();
    EXPECT_EQ(log.retired().size(), listed ? 1U : 0U);
    EXPECT_TRUE(log.signsNow(log.open(again.get("/api/v1/log").body["signedTreeHead"].get<std::string>()).value()));
    again.sign("after");
    EXPECT_EQ(again.verify({{"artifact", digestOf("before")}})["valid"], true);
    again.close();
    ASSERT_TRUE(rotateLogKey(state, now() + 10).has_value()) << "once more";
    again.clock.advance(std::chrono::hours(1));
    again.open();
    again.sign("latest");
    for (const char* content : {"before", "after", "latest"}) {
      EXPECT_EQ(again.verify({{"artifact", digestOf(content)}})["valid"], true) << content << listed;
    }
  }
  bench.open();
}

TEST_F(Rotating, AListOfKeysThatIsDamagedIsRefusedByName) {
  rotate(rotateLogKey);
  bench.close();
  const std::string path = bench.state() + "/trust-keys.json";
  for (const std::string text :
       {"", "{}", "[]", R"({"log":{"key":"../key","retired":[]},"authority":{"key":"a","certificate":"b","retired":[]}})"}) {
    ASSERT_TRUE(replaceFile(path, text).has_value());
    const auto opened = TrustService::open(bench.state(), bench.clock);
    ASSERT_FALSE(opened.has_value()) << text;
    EXPECT_NE(opened.error().message.find("trust-keys.json"), std::string::npos) << opened.error().message;
  }
}

TEST_F(Rotating, AListOfKeysThatIsLostOrOlderIsNotTakenForTheFirstKeys) {
  for (const Rotation rotation : {rotateAuthority, rotateLogKey}) {
    const std::string list = bench.state() + "/trust-keys.json", older = bench.state() + "/older.json";
    if (fs::exists(list)) fs::copy(list, older);
    rotate(rotation);
    bench.sign("after");
    bench.close();
    const auto newest = readSmallFile(list, Secrecy::Public).value();
    fs::remove(list);
    if (fs::exists(older)) fs::rename(older, list);
    const auto opened = TrustService::open(bench.state(), bench.clock);
    ASSERT_FALSE(opened.has_value());
    EXPECT_NE(opened.error().message.find("trust-keys.json"), std::string::npos) << opened.error().message;
    ASSERT_TRUE(replaceFile(list, newest).has_value());
    bench.open();
    bench.sign("again");
  }
}

TEST_F(Rotating, ATimeThatWasAlteredIsNotPromisedAgainByTheNewKey) {
  bench.sign("before");
  rotate(rotateLogKey);
  EXPECT_EQ(bench.get("/api/v1/log/entries?logIndex=0").status, 200);
  bench.alter("UPDATE entries SET integrated_time = integrated_time - 1");
  EXPECT_EQ(bench.get("/api/v1/log/entries?logIndex=0").status, 503);
}

TEST_F(Rotating, AClockThatWasWrongAtTheFirstStartLeavesARootThatReadersTake) {
  bench.clock.advance(-std::chrono::hours(24 * 400));
  rotate(rotateAuthority);
  const Json root = Json::parse(this->root());
  EXPECT_TRUE(sigstore::parseTrustedRoot(root.dump()).has_value()) << root.dump(1);
  const Json reply = bench.sign("after");
  EXPECT_TRUE(outsider(reply, this->root(), "after").valid);
}

TEST(RetiredLogKeys, SignHeadsUpToTheirSizeAndEntriesBelowIt) {
  KeyPtr old = generateKeyFor(HashAlgorithm::Sha256).value();
  const KeyPtr stolen = publicKeyFromDer(publicKeyDer(*old)).value();
  const LogIdentity before(std::move(old), "host", 7);
  std::vector<RetiredLogKey> retired;
  retired.push_back({publicKeyFromDer(publicKeyDer(*stolen)).value(), 3, 100});
  const LogIdentity now(generateKeyFor(HashAlgorithm::Sha256).value(), "host", 7, std::move(retired));
  EXPECT_TRUE(now.open(before.sign(3, emptyRoot())->note).has_value());
  EXPECT_FALSE(now.signsNow(*now.open(before.sign(3, emptyRoot())->note)));
  EXPECT_FALSE(now.open(before.sign(4, emptyRoot())->note).has_value());
  EXPECT_TRUE(now.open(now.sign(4, emptyRoot())->note).has_value());
  EXPECT_EQ(now.keyIdOf(2), before.keyId());
  EXPECT_EQ(now.keyIdOf(3), now.keyId());
}

}  // namespace
}  // namespace certus::trust_service
