// POST /api/v1/log/entries with hashedrekord: what the log takes from strangers, in which one form, and what it refuses.
#include <array>
#include <atomic>
#include <thread>

#include <openssl/ec.h>

#include "outsider.h"
#include "services/trust/formats/merkle.h"
#include "services/trust/sign/private_keys.h"

namespace certus::trust_service {
namespace {

class RekorSubmit : public ::testing::Test {
 protected:
  Reply submit(const Json& proposal) { return bench.post(kEntriesPath, proposal); }
  void expectRefused(const Json& proposal, const std::string& because) {
    const Reply reply = submit(proposal);
    EXPECT_EQ(reply.status, 400) << reply.body.dump();
    EXPECT_EQ(reply.body.value("code", 0), 400);
    const std::string message = reply.body.value("message", "");
    EXPECT_TRUE(message.starts_with("error processing entry: ")) << message;
    EXPECT_NE(message.find(because), std::string::npos) << message;
    EXPECT_EQ(bench.get("/api/v1/log").body["treeSize"], 0);
  }
  void expectInvalid(const Json& proposal, int code) {
    const Reply reply = submit(proposal);
    EXPECT_EQ(reply.status, 422) << reply.body.dump();
    EXPECT_EQ(reply.body.value("code", 0), code) << reply.body.dump();
  }
  Bench bench;
  Outsider carol;
};

TEST_F(RekorSubmit, AnswersTheEntryWithItsProofAndPromises) {
  bench.sign("before");
  const Reply reply = submit(carol.proposal("release"));
  ASSERT_EQ(reply.status, 201) << reply.body.dump();
  const std::string id = onlyId(reply.body);
  EXPECT_EQ(id.size(), 80U);
  EXPECT_EQ(headerOf(reply, "ETag"), id);
  EXPECT_EQ(headerOf(reply, "Location"), "/api/v1/log/entries/" + id);
  EXPECT_NE(headerOf(reply, "Cache-Control").find("no-cache"), std::string::npos);
  const Json& entry = onlyEntry(reply.body);
  const std::string leaf = *fromBase64(entry["body"].get<std::string>());
  EXPECT_EQ(id.substr(16), toHex(bytesOf(leafHash(leaf))));
  EXPECT_EQ(leaf, nlohmann::json::parse(leaf).dump()) << "members sorted, no white space";
  EXPECT_EQ(entry["logIndex"], 1);
  const Json& proof = entry["verification"]["inclusionProof"];
  EXPECT_EQ(proof["treeSize"], 2);
  const Json log = bench.get("/api/v1/log").body;
  EXPECT_EQ(proof["rootHash"], log["rootHash"]);
  EXPECT_EQ(proof["checkpoint"], log["signedTreeHead"]);
  std::vector<Hash> path;
  for (const Json& each : proof["hashes"]) path.push_back(*hashFrom(*fromHex(each.get<std::string>())));
  EXPECT_TRUE(verifiesInclusion(1, 2, leafHash(leaf), path, *hashFrom(*fromHex(proof["rootHash"].get<std::string>()))));
}

TEST_F(RekorSubmit, TheSignedEntryTimestampIsOverTheCanonicalEntry) {
  const Json entry = onlyEntry(submit(carol.proposal("release")).body);
  const nlohmann::json signedParts{{"body", entry["body"]},
                                   {"integratedTime", entry["integratedTime"]},
                                   {"logID", entry["logID"]},
                                   {"logIndex", entry["logIndex"]}};
  const auto pem = bench.get("/api/v1/log/publicKey").body.get<std::string>();
  const auto key = publicKeyFromDer(decodePem(pem)->der);
  const std::string promise = *fromBase64(entry["verification"]["signedEntryTimestamp"].get<std::string>());
  EXPECT_TRUE(verifiesMessage(**key, signedParts.dump(), promise));
  EXPECT_EQ(entry["logID"], toHex(sha256(decodePem(pem)->der)));
}

TEST_F(RekorSubmit, TakesEveryAllowedKey) {
  const Outsider p384(HashAlgorithm::Sha384), p521(HashAlgorithm::Sha512);
  const Outsider rsa = Outsider::withRsa(2048);
  int index = 0;
  for (const Outsider* each : std::array<const Outsider*, 4>{&carol, &p384, &p521, &rsa}) {
    const Reply reply = submit(each->proposal("release"));
    ASSERT_EQ(reply.status, 201) << reply.body.dump();
    EXPECT_EQ(onlyEntry(reply.body)["logIndex"], index++);
  }
}

TEST_F(RekorSubmit, AnRsaKeyWhoseChecksTakeLongIsRefused) {
  const Outsider slow = Outsider::withLongExponent();
  const Reply reply = submit(slow.proposal("release"));
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body["message"].get<std::string>().find("public exponent"), std::string::npos) << reply.body.dump();
}

TEST_F(RekorSubmit, AKeyMayComeInACertificateWhoseChainIsNobodysBusiness) {
  const auto certificate = CertificateAuthority::selfSign(carol.key(), 1'000'000'000);
  const Reply reply = submit(carol.proposal("release", carol.sign("release"), certificate->pem()));
  ASSERT_EQ(reply.status, 201) << reply.body.dump();
  const Json body = Json::parse(*fromBase64(onlyEntry(reply.body)["body"].get<std::string>()));
  EXPECT_EQ(body["spec"]["signature"]["publicKey"]["content"], toBase64(certificate->pem()));
}

TEST_F(RekorSubmit, ADuplicateIsAConflictThatSaysWhereTheEntryIs) {
  const Json proposal = carol.proposal("release");
  const std::string id = onlyId(submit(proposal).body);
  const Reply again = submit(proposal);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(headerOf(again, "Location"), "/api/v1/log/entries/" + id);
  EXPECT_EQ(headerOf(again, "ETag"), "");
  EXPECT_EQ(again.body["code"], 409);
  EXPECT_EQ(again.body["message"], "an equivalent entry already exists in the transparency log with UUID " + id);
  EXPECT_EQ(bench.get("/api/v1/log").body["treeSize"], 1);
}

TEST_F(RekorSubmit, OfManyAtOnceWithTheSameEntryOneIsFirst) {
  constexpr int kThreads = 8, kProposals = 12;
  std::vector<Json> proposals;
  for (int i = 0; i < kProposals; ++i) proposals.push_back(carol.proposal("release " + std::to_string(i)));
  std::atomic<int> created = 0, conflicts = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kProposals; ++i) {
        const Reply reply = submit(proposals[static_cast<std::size_t>((i + thread) % kProposals)]);
        if (reply.status == 201) ++created;
        if (reply.status == 409) ++conflicts;
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(created, kProposals);
  EXPECT_EQ(conflicts, kProposals * (kThreads - 1));
  EXPECT_EQ(bench.get("/api/v1/log").body["treeSize"], kProposals);
  EXPECT_EQ(bench.get("/v1/ready").status, 200);
}

TEST_F(RekorSubmit, OneSignatureIsOneLeafHoweverItIsWritten) {
  Json proposal = carol.proposal("release");
  ASSERT_EQ(submit(proposal).status, 201);
  Json upper = proposal;
  std::string hex = upper["spec"]["data"]["hash"]["value"];
  for (char& c : hex) c = static_cast<char>(std::toupper(c));
  upper["spec"]["data"]["hash"]["value"] = hex;
  EXPECT_EQ(submit(upper).status, 409);
  Json windows = proposal;
  std::string pem = carol.pem();
  for (std::size_t at = 0; (at = pem.find('\n', at)) != std::string::npos; at += 2) pem.replace(at, 1, "\r\n");
  windows["spec"]["signature"]["publicKey"]["content"] = toBase64(pem);
  EXPECT_EQ(submit(windows).status, 409);
  Json talkative = proposal;
  talkative["comment"] = "ignored";
  talkative["spec"]["data"]["url"] = "http://127.0.0.1:1/never-fetched";
  EXPECT_EQ(submit(talkative).status, 409);
  Json bare = proposal;  // r and s side by side
  const std::string der = *fromBase64(proposal["spec"]["signature"]["content"].get<std::string>());
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* parsed = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string sideBySide(64, '\0');
  auto* out = reinterpret_cast<unsigned char*>(sideBySide.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out + 32, 32);
  ECDSA_SIG_free(parsed);
  bare["spec"]["signature"]["content"] = toBase64(sideBySide);
  const Reply refused = submit(bare);
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body["message"].get<std::string>().find("must be DER"), std::string::npos);
}

TEST_F(RekorSubmit, RefusesWhatDoesNotVerify) {
  Json other = carol.proposal("release");
  other["spec"]["data"]["hash"]["value"] = toHex(sha256("another"));
  expectRefused(other, "does not verify");
  expectRefused(carol.proposal("release", carol.sign("another"), carol.pem()), "does not verify");
  expectRefused(carol.proposal("release", carol.sign("release"), Outsider().pem()), "does not verify");
  expectRefused(carol.proposal("release", "", carol.pem()), "spec.signature.content");
  expectRefused(carol.proposal("release", carol.sign("release") + '\0', carol.pem()), "must be DER");
}

TEST_F(RekorSubmit, RefusesAlgorithmsThatOtherVerifiersWouldNotTake) {
  const Outsider p384(HashAlgorithm::Sha384);
  Json mixed = carol.proposal("release", *signDigest(p384.key(), HashAlgorithm::Sha256, sha256("release")), p384.pem());
  expectRefused(mixed, "entry algorithms are not allowed");
  const Outsider koblitz = Outsider::withKey(KeyPtr(EVP_EC_gen("secp256k1")));
  expectRefused(koblitz.proposal("release"), "entry algorithms are not allowed");
  const Outsider shortRsa = Outsider::withRsa(1024);
  expectRefused(shortRsa.proposal("release"), "2048 to 8192 bits");
  const KeyPtr edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  expectRefused(carol.proposal("release", carol.sign("release"), encodePem("PUBLIC KEY", publicKeyDer(*edwards))),
                "entry algorithms are not allowed");
}

TEST_F(RekorSubmit, RefusesKeysThatAreNotOneExactPem) {
  const std::string der = publicKeyDer(carol.key());
  for (const std::string& pem :
       {der, carol.pem() + carol.pem(), carol.pem().substr(0, 60), encodePem("PUBLIC KEY", der + "x"),
        encodePem("PRIVATE KEY", der), std::string("https://example.com/key.pem"), std::string(100'000, 'A')}) {
    expectRefused(carol.proposal("release", carol.sign("release"), pem), "spec.signature.publicKey.content");
  }
  const std::string infinity = *fromHex("3019301306072a8648ce3d020106082a8648ce3d03010703020000");
  expectRefused(carol.proposal("release", carol.sign("release"), encodePem("PUBLIC KEY", infinity)),
                "spec.signature.publicKey.content");
  const std::string head = *fromHex("3039301306072a8648ce3d020106082a8648ce3d030107032200");
  const std::string compressed = head + (der.back() & 1 ? '\3' : '\2') + der.substr(27, 32);
  const std::string pem = encodePem("PUBLIC KEY", compressed);
  expectRefused(carol.proposal("release", carol.sign("release"), pem), "spec.signature.publicKey.content");
}

TEST_F(RekorSubmit, RefusesMissingPartsAndOddDigests) {
  for (const char* pointer : {"/spec/data", "/spec/data/hash", "/spec/data/hash/algorithm", "/spec/data/hash/value",
                              "/spec/signature", "/spec/signature/content", "/spec/signature/publicKey"}) {
    Json proposal = carol.proposal("release");
    proposal.at(Json::json_pointer(pointer)) = nullptr;
    expectRefused(proposal, "spec.");
  }
  for (const char* digest : {"", "00", "zz", "md5"}) {
    Json proposal = carol.proposal("release");
    proposal["spec"]["data"]["hash"]["value"] = digest;
    expectRefused(proposal, "spec.data.hash");
  }
  Json urlSafe = carol.proposal("release");
  std::string signature;
  do signature = carol.sign("release");  // of another form than standard base64
  while (toBase64Url(signature) == toBase64(signature));
  urlSafe["spec"]["signature"]["content"] = toBase64Url(signature);
  expectRefused(urlSafe, "standard base64");
  Json version = carol.proposal("release");
  version["apiVersion"] = "0.0.2";
  expectRefused(version, "0.0.2");
}

TEST_F(RekorSubmit, KindsAreCheckedBeforeTheirContent) {
  Json proposal = carol.proposal("release");
  proposal["kind"] = "rpm";
  expectInvalid(proposal, 422);
  proposal["kind"] = 7;
  expectInvalid(proposal, 602);
  proposal.erase("kind");
  expectInvalid(proposal, 602);
  expectInvalid(Json::object(), 602);
  expectInvalid(Json::array(), 601);
  proposal["kind"] = "hashedrekord";
  proposal.erase("spec");
  expectInvalid(proposal, 602);
}

TEST_F(RekorSubmit, ABodyMustBeStrictJsonAndSaySo) {
  ApiRequest request = Bench::posting(kEntriesPath, R"({"kind":)");
  EXPECT_EQ(bench.ask(request).status, 400);
  request.body = R"({"kind":"hashedrekord","kind":"dsse"})";
  const Reply twice = bench.ask(request);
  EXPECT_EQ(twice.status, 400);
  EXPECT_NE(twice.body["message"].get<std::string>().find("Duplicate member name"), std::string::npos);
  request.body = R"({"kind":"hashedrekord","\u006bind":"dsse"})";
  EXPECT_NE(bench.ask(request).body["message"].get<std::string>().find("Duplicate member name"), std::string::npos);
  request.body = std::string(5000, '[');
  EXPECT_EQ(bench.ask(request).status, 400);
  request.body.clear();
  EXPECT_EQ(bench.ask(request).body["code"], 602);
  request.body = carol.proposal("release").dump();
  for (const std::optional<std::string>& type : {std::optional<std::string>(), std::optional<std::string>("text/plain")}) {
    request.contentType = type;
    const Reply reply = bench.ask(request);
    EXPECT_EQ(reply.status, 415);
    EXPECT_EQ(reply.body["code"], 415);
  }
}

TEST_F(RekorSubmit, WebPagesOfOthersMayNotWrite) {
  ApiRequest request = Bench::posting(kEntriesPath, carol.proposal("release").dump());
  request.origin = "https://evil.example";
  EXPECT_EQ(bench.ask(request).status, 403);
  request.origin.reset();
  request.host = "evil.example";
  EXPECT_EQ(bench.ask(request).status, 403);
}

}  // namespace
}  // namespace certus::trust_service
