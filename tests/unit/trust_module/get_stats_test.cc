#include "trust_host.h"

namespace certus::trust {
namespace {

using GetStats = TrustHost;

Json statsAnswer() {
  return {{"total_signatures", 47},
          {"total_transparency_entries", 50},
          {"verification_stats", {{"total", 48}, {"successful", 47}, {"failed", 1}}},
          {"signers", {"a@x", "b@x", "c@x"}},
          {"timestamp", "2026-01-01T00:00:00Z"}};
}

TEST_F(GetStats, GivesTheTotalsAndTheRate) {
  const Json seen = ask("get_stats", Json::object(), statsAnswer()).json();
  EXPECT_EQ(seen["total_signatures"], 47);
  EXPECT_EQ(seen["verification_stats"]["success_rate_percent"], 97.9);
  EXPECT_EQ(seen["signers"], Json::array({"a@x", "b@x", "c@x"}));
  EXPECT_EQ(seen["summary"], "47 signatures by 3 signers, 50 log entries, 48 verifications of which 1 failed.");
}

TEST_F(GetStats, AnEmptyServiceHasNoRate) {
  Json answer = statsAnswer();
  answer["total_signatures"] = answer["total_transparency_entries"] = 0;
  answer["verification_stats"] = {{"total", 0}, {"successful", 0}, {"failed", 0}};
  answer["signers"] = Json::array();
  const Json seen = ask("get_stats", Json::object(), answer).json();
  EXPECT_FALSE(seen["verification_stats"].contains("success_rate_percent"));
  EXPECT_EQ(seen["summary"], "0 signatures by 0 signers, 0 log entries, 0 verifications.");
}

TEST_F(GetStats, CutsTheSignersToTheOperatorsCapAndSaysHowManyThereAre) {
  FakeCall& call = host.tool("get_stats", Json::object(), {.maxResults = 2});
  call.answerJson(200, statsAnswer());
  EXPECT_EQ(call.outcome().json()["signers"].size(), 2U);
  EXPECT_EQ(call.outcome().json()["signer_count"], 3);
}

TEST_F(GetStats, SaysThatAMocksNumbersAreMadeUp) {
  Json answer = statsAnswer();
  answer["mock"] = true;
  const Json seen = ask("get_stats", Json::object(), answer).json();
  EXPECT_EQ(seen["mock"], true);
  EXPECT_TRUE(seen["summary"].get<std::string>().starts_with("MOCK: "));
}

TEST_F(GetStats, AMissingOrNegativeTotalIsAnError) {
  for (const Json& total : {Json(), Json(-1), Json("47")}) {
    Json answer = statsAnswer();
    answer["total_signatures"] = total;
    EXPECT_TRUE(ask("get_stats", Json::object(), answer).isError()) << total;
  }
}

}  // namespace
}  // namespace certus::trust
