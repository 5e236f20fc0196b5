// Attestations: what a signed envelope says, read so that nothing half-read counts.
#include "evidence_bench.h"

namespace certus::sigstore {
namespace {

const Artifact kArtifact = Artifact::ofBytes("content");

std::string judged(const Json& bundle, const Json& root, const Expectation& expectation) {
  return classOf(verifyBundle(bundle.dump(), root.dump(), kArtifact, expectation));
}

std::string statement(const std::string& content, const char* type = "https://in-toto.io/Statement/v1") {
  return Json{{"_type", type},
              {"subject", Json::array({Json{{"name", "x"}, {"digest", {{"sha256", toHex(sha256(content))}}}}})},
              {"predicateType", "https://slsa.dev/provenance/v1"},
              {"predicate", Json::object()}}
      .dump();
}

TEST(Statements, AnAttestationIsOneOfTheArtifactAndOfThePredicateThatIsAskedFor) {
  EvidenceBench bench;
  const auto key = freshKey();
  Expectation expectation = byKey(*key);
  EXPECT_EQ(judged(bench.attest(*key, statement("content")), bench.root(), expectation), "NONE");
  EXPECT_EQ(judged(bench.attest(*key, statement("content", "https://in-toto.io/Statement/v0.1")), bench.root(), expectation),
            "NONE");
  EXPECT_EQ(judged(bench.attest(*key, statement("other")), bench.root(), expectation), "SUBJECT_MISMATCH");
  expectation.predicateType = "https://slsa.dev/provenance/v1";
  EXPECT_EQ(judged(bench.attest(*key, statement("content")), bench.root(), expectation), "NONE");
  expectation.predicateType = "https://spdx.dev/Document";
  EXPECT_EQ(judged(bench.attest(*key, statement("content")), bench.root(), expectation), "PREDICATE_TYPE");
  EXPECT_EQ(judged(bench.signWithKey(*key, "content"), bench.root(), expectation), "PREDICATE_TYPE");
}

TEST(Statements, AnEnvelopeThatIsNoSoundStatementIsRefused) {
  EvidenceBench bench;
  const auto key = freshKey();
  EXPECT_EQ(judged(bench.attest(*key, "{"), bench.root(), byKey(*key)), "MALFORMED");
  EXPECT_EQ(judged(bench.attest(*key, "{}"), bench.root(), byKey(*key)), "UNSUPPORTED_PAYLOAD");
  EXPECT_EQ(judged(bench.attest(*key, statement("content"), "text/plain"), bench.root(), byKey(*key)),
            "UNSUPPORTED_PAYLOAD");
  Json bundle = bench.attest(*key, statement("content"));
  bundle["dsseEnvelope"]["payload"] = toBase64(statement("other"));
  EXPECT_EQ(judged(bundle, bench.root(), byKey(*key)), "ENTRY_MISMATCH{digest}");
  bundle = bench.attest(*key, statement("content"));
  bundle["dsseEnvelope"]["payloadType"] = "application/vnd.in-toto+json2";
  EXPECT_EQ(judged(bundle, bench.root(), byKey(*key)), "SIGNATURE");
  bundle["dsseEnvelope"]["signatures"].push_back(Json(bundle["dsseEnvelope"]["signatures"][0]));
  EXPECT_EQ(judged(bundle, bench.root(), byKey(*key)), "MALFORMED");
}

class StatementForms : public ::testing::Test {
 protected:
  // The verdict on a statement that is signed and logged, whatever it says.
  std::string judgedText(const std::string& payload) {
    return judged(bench.attest(*key, payload), bench.root(), byKey(*key));
  }
  // On a good one of both versions, altered.
  std::string judgedWith(const char* name, const Json& value) {
    std::string failure;
    for (const char* type : {"https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"}) {
      Json altered = Json::parse(statement("content", type));
      altered[name] = value;
      const std::string found = judgedText(altered.dump());
      EXPECT_TRUE(failure.empty() || failure == found) << name << " " << value << " in " << type;
      failure = found;
    }
    return failure;
  }
  std::string judgedSubjects(const Json& another) { return judgedWith("subject", Json::array({another, good})); }

  EvidenceBench bench;
  const KeyPtr key = freshKey();
  const Json good{{"digest", {{"sha256", toHex(sha256("content"))}}}};
};

TEST_F(StatementForms, ThePredicatesTypeIsAText) {
  for (const Json& type : {Json(7), Json(""), Json(nullptr), Json(true), Json::array(), Json::object()})
    EXPECT_EQ(judgedWith("predicateType", type), "MALFORMED") << type;
  Json without = Json::parse(statement("content"));
  without.erase("predicateType");
  EXPECT_EQ(judgedText(without.dump()), "MALFORMED");
}

TEST_F(StatementForms, ThePredicateIsAnObjectOrNotThere) {
  for (const Json& predicate : {Json("x"), Json(7), Json(false), Json::array()})
    EXPECT_EQ(judgedWith("predicate", predicate), "MALFORMED") << predicate;
  EXPECT_EQ(judgedWith("predicate", nullptr), "NONE");
  Json without = Json::parse(statement("content"));
  without.erase("predicate");
  EXPECT_EQ(judgedText(without.dump()), "NONE");
}

TEST_F(StatementForms, EverySubjectIsSoundNotOnlyTheOneThatMatches) {
  EXPECT_EQ(judgedSubjects({{"name", "other"}, {"digest", {{"sha256", toHex(sha256("other"))}}}}), "NONE");
  EXPECT_EQ(judgedSubjects({{"digest", {{"gitCommit", "c0ffee"}}}, {"uri", "x"}, {"annotations", Json::object()}}), "NONE");
  EXPECT_EQ(judgedSubjects({{"digest", {{"gitCommit", "c0ffee"}}}}), "NONE") << "of an algorithm that is not read here";
  const Json digest{{"sha256", toHex(sha256("other"))}};
  for (const Json& subject :
       {Json(7), Json("x"), Json(nullptr), Json::object(), Json{{"name", "x"}}, Json{{"digest", "x"}},
        Json{{"digest", Json::object()}}, Json{{"digest", Json::array()}}, Json{{"digest", {{"sha256", 7}}}},
        Json{{"digest", {{"gitCommit", 7}}}}, Json{{"digest", {{"gitCommit", ""}}}}, Json{{"digest", {{"sha256", ""}}}},
        Json{{"digest", {{"sha256", "abc"}}}}, Json{{"digest", {{"sha256", std::string(64, 'A')}}}},
        Json{{"digest", {{"sha256", std::string(64, 'g')}}}}, Json{{"digest", {{"sha512", std::string(64, 'a')}}}},
        Json{{"digest", digest}, {"name", 7}}, Json{{"digest", digest}, {"name", nullptr}},
        Json{{"digest", digest}, {"uri", Json::array()}}, Json{{"digest", digest}, {"mediaType", 7}},
        Json{{"digest", digest}, {"downloadLocation", 7}}, Json{{"digest", digest}, {"annotations", "x"}},
        Json{{"digest", digest}, {"content", Json::object()}}, Json{{"digest", digest}, {"anything", "x"}}}) {
    EXPECT_EQ(judgedSubjects(subject), "MALFORMED") << subject;
  }
  for (const Json& subjects : {Json(7), Json(nullptr), Json::object(), Json::array()})
    EXPECT_EQ(judgedWith("subject", subjects), "MALFORMED") << subjects;
  Json without = Json::parse(statement("content"));
  without.erase("subject");
  EXPECT_EQ(judgedText(without.dump()), "MALFORMED");
}

TEST_F(StatementForms, AllDigestsOfASubjectMustBeTheArtifacts) {
  Json subject = good;
  subject["digest"]["sha512"] = toHex(trust_service::hashWith(HashAlgorithm::Sha512, "content"));
  EXPECT_EQ(judgedWith("subject", Json::array({subject})), "NONE");
  subject["digest"]["sha512"] = toHex(trust_service::hashWith(HashAlgorithm::Sha512, "other"));
  EXPECT_EQ(judgedWith("subject", Json::array({subject})), "SUBJECT_MISMATCH");
  EXPECT_EQ(judgedWith("subject", Json::array({Json{{"digest", {{"gitCommit", "c0ffee"}}}}})), "SUBJECT_MISMATCH");
}

TEST_F(StatementForms, TheTypeIsKnownAndNothingStandsAroundIt) {
  EXPECT_EQ(judgedWith("_type", 7), "MALFORMED");
  EXPECT_EQ(judgedWith("_type", "https://in-toto.io/Statement/v2"), "UNSUPPORTED_PAYLOAD");
  EXPECT_EQ(judgedWith("anything", 7), "MALFORMED");
  EXPECT_EQ(judgedText("\xEF\xBB\xBF" + statement("content")), "MALFORMED");
  EXPECT_EQ(judgedText(statement("content") + "{}"), "MALFORMED");
  EXPECT_EQ(judgedText("[" + statement("content") + "]"), "MALFORMED");
  EXPECT_EQ(judgedText(R"({"predicateType":"x",)" + statement("content").substr(1)), "MALFORMED") << "a member twice";
}

}  // namespace
}  // namespace certus::sigstore
