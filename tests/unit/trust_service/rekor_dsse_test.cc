// POST /api/v1/log/entries with dsse: envelopes whose payload the log does not keep, found by what they speak of.
#include "outsider.h"

namespace certus::trust_service {
namespace {

std::string statement(const std::string& subject) {
  return Json{{"_type", "https://in-toto.io/Statement/v1"},
              {"subject", Json::array({{{"name", "app"}, {"digest", {{"sha256", toHex(sha256(subject))}}}}})},
              {"predicateType", "https://slsa.dev/provenance/v0.2"},
              {"predicate", {{"materials", Json::array({{{"digest", {{"sha1", std::string(40, 'A')}}}}})}}}}
      .dump();
}

class RekorDsse : public ::testing::Test {
 protected:
  Reply submit(const std::string& envelope) { return bench.post(kEntriesPath, carol.dsseProposal(envelope)); }
  void expectRefused(const Json& proposal, const std::string& because) {
    const Reply reply = bench.post(kEntriesPath, proposal);
    EXPECT_EQ(reply.status, 400) << reply.body.dump();
    const std::string message = reply.body.value("message", "");
    EXPECT_TRUE(message.starts_with("error processing entry: ")) << message;
    EXPECT_NE(message.find(because), std::string::npos) << message;
  }
  Json search(const Json& query) { return bench.post("/api/v1/index/retrieve", query).body; }
  Bench bench;
  Outsider carol;
};

TEST_F(RekorDsse, StoresHashesSignaturesAndKeysInCanonicalForm) {
  const std::string payload = statement("release");
  const std::string envelope = carol.envelope(payload);
  const Reply reply = submit(envelope);
  ASSERT_EQ(reply.status, 201) << reply.body.dump();
  const std::string leaf = *fromBase64(onlyEntry(reply.body)["body"].get<std::string>());
  const Json body = Json::parse(leaf);
  EXPECT_EQ(leaf, nlohmann::json::parse(leaf).dump());
  EXPECT_EQ(body["kind"], "dsse");
  EXPECT_EQ(body["spec"]["envelopeHash"]["value"], toHex(sha256(envelope)));
  EXPECT_EQ(body["spec"]["payloadHash"]["value"], toHex(sha256(payload)));
  EXPECT_EQ(body["spec"]["signatures"][0]["signature"], Json::parse(envelope)["signatures"][0]["sig"]);
  EXPECT_EQ(body["spec"]["signatures"][0]["verifier"], toBase64(carol.pem()));
  EXPECT_EQ(submit(envelope).status, 409);
}

TEST_F(RekorDsse, IsFoundBySubjectMaterialPayloadEnvelopeAndKey) {
  const std::string payload = statement("release"), envelope = carol.envelope(payload);
  const std::string id = onlyId(submit(envelope).body);
  const Json expected = Json::array({id});
  EXPECT_EQ(search({{"hash", digestOf("release")}}), expected);
  EXPECT_EQ(search({{"hash", toHex(sha256(payload))}}), expected);
  EXPECT_EQ(search({{"hash", digestOf(envelope)}}), expected);
  EXPECT_EQ(search({{"hash", "sha1:" + std::string(40, 'a')}}), expected);
  EXPECT_EQ(search({{"hash", digestOf(carol.pem())}}), expected);
  EXPECT_EQ(search({{"publicKey", {{"format", "x509"}, {"content", toBase64(carol.pem())}}}}), expected);
  EXPECT_EQ(search({{"hash", digestOf("another")}}), Json::array());
}

TEST_F(RekorDsse, EverySignatureNeedsAVerifier) {
  Json envelope = Json::parse(carol.envelope(statement("release")));
  Json proposal = carol.dsseProposal(envelope.dump());
  proposal["spec"]["proposedContent"]["verifiers"] = Json::array({toBase64(Outsider().pem())});
  expectRefused(proposal, "every signature");
  const Outsider dave;
  envelope["signatures"].push_back(Json::parse(dave.envelope(statement("release")))["signatures"][0]);
  expectRefused(carol.dsseProposal(envelope.dump()), "every signature");
  proposal = carol.dsseProposal(envelope.dump());
  proposal["spec"]["proposedContent"]["verifiers"].push_back(toBase64(dave.pem()));
  const Reply reply = bench.post(kEntriesPath, proposal);
  ASSERT_EQ(reply.status, 201) << reply.body.dump();
  const Json body = Json::parse(*fromBase64(onlyEntry(reply.body)["body"].get<std::string>()));
  const Json& list = body["spec"]["signatures"];
  ASSERT_EQ(list.size(), 2U);
  EXPECT_LT(list[0]["signature"].get<std::string>(), list[1]["signature"].get<std::string>());
}

TEST_F(RekorDsse, ASignatureStandsOnceInAnEnvelope) {
  Json envelope = Json::parse(carol.envelope(statement("release")));
  envelope["signatures"].push_back(envelope["signatures"][0]);
  expectRefused(carol.dsseProposal(envelope.dump()), "a signature twice");
}

TEST_F(RekorDsse, TheSignatureCoversTypeAndPayload) {
  Json envelope = Json::parse(carol.envelope(statement("release")));
  Json other = envelope;
  other["payload"] = toBase64(statement("another"));
  expectRefused(carol.dsseProposal(other.dump()), "every signature");
  other = envelope;
  other["payloadType"] = "text/plain";
  expectRefused(carol.dsseProposal(other.dump()), "every signature");
}

TEST_F(RekorDsse, HostileEnvelopesAreRefusedAndCapped) {
  const std::string good = carol.envelope(statement("release"));
  expectRefused(carol.dsseProposal("not json"), "no JSON object");
  expectRefused(carol.dsseProposal(R"({"payload":"","payload":""})"), "Duplicate member name");
  expectRefused(carol.dsseProposal("{}"), "payloadType");
  Json envelope = Json::parse(good);
  envelope["signatures"] = Json::array();
  expectRefused(carol.dsseProposal(envelope.dump()), "1 to 8 signatures");
  for (int i = 0; i < 9; ++i) envelope["signatures"].push_back(Json::parse(good)["signatures"][0]);
  expectRefused(carol.dsseProposal(envelope.dump()), "1 to 8 signatures");
  Json proposal = carol.dsseProposal(good);
  proposal["spec"]["proposedContent"]["verifiers"] = Json::array();
  expectRefused(proposal, "1 to 8 keys");
  proposal["spec"].erase("proposedContent");
  expectRefused(proposal, "spec.proposedContent");
}

TEST_F(RekorDsse, APayloadThatOnlyClaimsToBeAStatementIsLoggedWithoutSubjects) {
  const Reply reply = submit(carol.envelope("{\"subject\": 7"));
  ASSERT_EQ(reply.status, 201) << reply.body.dump();
  EXPECT_EQ(search({{"hash", digestOf("{\"subject\": 7")}}), Json::array({onlyId(reply.body)}));
}

}  // namespace
}  // namespace certus::trust_service
