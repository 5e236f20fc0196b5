#include "trust_host.h"

namespace certus::trust {
namespace {

using Query = TrustHost;

Json entry(std::size_t index, const std::string& signer = "ci@example.com", const std::string& day = "2025-12-10") {
  return {{"entry_id", "e" + std::to_string(index)},
          {"artifact", kDigest},
          {"timestamp", day + "T12:00:00.000000Z"},
          {"signer", signer},
          {"signature", "MEUC"},
          {"proof", nullptr}};
}

Json plainPage(std::size_t first, std::size_t count) {
  Json page = Json::array();
  for (std::size_t i = 0; i < count; ++i) page.push_back(entry(first + i));
  return page;
}

TEST_F(Query, SendsEveryFilterInTheFormOfTheService) {
  FakeCall& call = host.tool("query_transparency", {{"signer", "ci@example.com"},
                                                    {"artifact_type", "scan_result"},
                                                    {"start_date", "2025-12-01"},
                                                    {"end_date", "2025-12-31"},
                                                    {"limit", 20}});
  EXPECT_EQ(call.pending().path,
            "/v1/transparency?cursor=&limit=20&signer=ci%40example.com&artifact_type=scan_result"
            "&start_date=2025-12-01T00%3A00%3A00.000000Z&end_date=2025-12-31T23%3A59%3A59.999999Z&count=true");
}

TEST_F(Query, AsksForTenWhenNothingIsSaid) {
  EXPECT_EQ(host.tool("query_transparency").pending().path, "/v1/transparency?cursor=&limit=10&count=true");
}

TEST_F(Query, PassesTheServicesCursorThrough) {
  FakeCall& call = host.tool("query_transparency");
  call.answerJson(200, {{"entries", {entry(0)}}, {"next_cursor", "abc/1"}});
  const Json first = call.outcome().json();
  EXPECT_EQ(first["has_more"], true);
  EXPECT_EQ(first["next_cursor"], "abc/1");
  EXPECT_EQ(host.tool("query_transparency", {{"cursor", "abc/1"}}).pending().path,
            "/v1/transparency?cursor=abc%2F1&limit=10&count=true");
}

TEST_F(Query, SaysWhenNoMoreIsThere) {
  const Json seen =
      ask("query_transparency", Json::object(), {{"entries", {entry(0), entry(1)}}, {"next_cursor", nullptr}}).json();
  EXPECT_EQ(seen["count"], 2);
  EXPECT_EQ(seen["has_more"], false);
  EXPECT_FALSE(seen.contains("next_cursor"));
  EXPECT_EQ(seen["summary"], "2 entries, and no more match.");
  EXPECT_EQ(seen["notes"], Json::array());
}

TEST_F(Query, EntriesCarryWhatTheServiceSaysAndNoInventedAddress) {
  Json rich = entry(3);
  rich["artifact_type"] = "sbom";
  rich["index"] = 3;
  const Json seen =
      ask("query_transparency", Json::object(), {{"entries", Json::array({rich})}, {"next_cursor", nullptr}}).json();
  EXPECT_EQ(seen["entries"][0], (Json{{"entry_id", "e3"},
                                      {"index", 3},
                                      {"artifact", kDigest},
                                      {"artifact_type", "sbom"},
                                      {"timestamp", "2025-12-10T12:00:00.000000Z"},
                                      {"signer", "ci@example.com"},
                                      {"signature", "MEUC"}}));
}

TEST_F(Query, AsksForTheNewestFirstAndSaysHowManyMatchInAll) {
  FakeCall& call = host.tool("query_transparency", {{"order", "newest"}, {"limit", 1}});
  EXPECT_EQ(call.pending().path, "/v1/transparency?cursor=&limit=1&order=newest&count=true");
  call.answerJson(200, {{"entries", {entry(8)}}, {"next_cursor", "8-a"}, {"total", 9}, {"total_is_exact", true}});
  const Json seen = call.outcome().json();
  EXPECT_EQ(seen["total"], 9);
  EXPECT_EQ(seen["total_is_exact"], true);
  EXPECT_TRUE(seen["summary"].get<std::string>().starts_with("1 entry of 9 so far"));
}

TEST_F(Query, ATotalThatWasNotCountedToItsEndIsSaidToBeMore) {
  const Json seen = ask("query_transparency", Json::object(),
                        {{"entries", {entry(0)}}, {"next_cursor", "0-a"}, {"total", 100000}, {"total_is_exact", false}})
                        .json();
  EXPECT_EQ(seen["total_is_exact"], false);
  EXPECT_TRUE(seen["summary"].get<std::string>().starts_with("1 entry of more than 100000"));
}

TEST_F(Query, EntriesThatOthersBroughtAreMarked) {
  Json theirs = entry(1, "unknown");
  theirs["submitted"] = true;
  const Json seen =
      ask("query_transparency", Json::object(), {{"entries", {entry(0), theirs}}, {"next_cursor", nullptr}}).json();
  EXPECT_FALSE(seen["entries"][0].contains("submitted"));
  EXPECT_EQ(seen["entries"][1]["submitted"], true);
}

TEST_F(Query, AServiceThatOnlyListsTheOldestFirstIsNotAskedForTheNewest) {
  FakeCall& call = host.tool("query_transparency", {{"order", "newest"}});
  call.answerJson(200, plainPage(0, 3));
  EXPECT_TRUE(call.outcome().isError());
}

TEST_F(Query, TheOperatorsCapIsSaidNotHidden) {
  FakeCall& call = host.tool("query_transparency", {{"limit", 50}}, {.maxResults = 5});
  EXPECT_EQ(call.pending().path, "/v1/transparency?cursor=&limit=5&count=true");
  call.answerJson(200, {{"entries", Json::array()}, {"next_cursor", nullptr}});
  EXPECT_NE(call.outcome().json()["notes"][0].get<std::string>().find("5 entries"), std::string::npos);
}

TEST_F(Query, ServesAServiceWithoutFiltersByReadingItsLog) {
  FakeCall& call = host.tool("query_transparency", {{"signer", "ci@example.com"}, {"start_date", "2025-12-11"}});
  call.answerJson(200, Json::array({entry(0)}));
  EXPECT_EQ(call.pending().path, "/v1/transparency?signer=ci%40example.com&limit=200&offset=0");
  call.answerJson(200, Json::array({entry(0), entry(1, "ci@example.com", "2025-12-11"), entry(2, "other@x", "2025-12-12")}));
  const Json seen = call.outcome().json();
  ASSERT_EQ(seen["count"], 1);
  EXPECT_EQ(seen["entries"][0]["entry_id"], "e1");
  EXPECT_EQ(seen["has_more"], false);
  EXPECT_NE(seen["notes"][0].get<std::string>().find("filtered by itself"), std::string::npos);
}

TEST_F(Query, PagesThroughAServiceWithoutCursors) {
  FakeCall& first = host.tool("query_transparency", {{"limit", 3}});
  first.answerJson(200, plainPage(0, 3));
  first.answerJson(200, plainPage(0, 5));
  ASSERT_EQ(first.outcome().json()["next_cursor"], "offset-3");
  FakeCall& second = host.tool("query_transparency", {{"limit", 3}, {"cursor", "offset-3"}});
  EXPECT_EQ(second.pending().path, "/v1/transparency?limit=200&offset=3");
  second.answerJson(200, plainPage(3, 2));
  EXPECT_EQ(second.outcome().json()["count"], 2);
  EXPECT_EQ(second.outcome().json()["entries"][0]["entry_id"], "e3");
  EXPECT_EQ(second.outcome().json()["has_more"], false);
}

TEST_F(Query, StopsReadingAtTheScanCapAndSaysSo) {
  FakeCall& call = host.tool("query_transparency", {{"start_date", "2026-01-01"}});
  call.answerJson(200, plainPage(0, 10));
  std::size_t pages = 0;
  while (call.hasPending()) call.answerJson(200, plainPage(200 * pages++, 200));
  EXPECT_EQ(pages, 10U);
  const Json seen = call.outcome().json();
  EXPECT_EQ(seen["count"], 0);
  EXPECT_EQ(seen["next_cursor"], "offset-2000");
  EXPECT_NE(seen["notes"][1].get<std::string>().find("2000 entries"), std::string::npos);
}

TEST_F(Query, CannotFilterByATypeThatTheServiceDoesNotRecord) {
  FakeCall& call = host.tool("query_transparency", {{"artifact_type", "sbom"}});
  call.answerJson(200, Json::array({entry(0)}));
  call.answerJson(200, Json::array({entry(0)}));
  EXPECT_TRUE(call.outcome().isError());
  EXPECT_NE(call.outcome().text().find("does not record types"), std::string::npos);
}

TEST_F(Query, RefusesACursorThatIsNoneOfItsOwn) {
  EXPECT_NE(host.tool("query_transparency", {{"cursor", "offset-x"}}).outcome().text().find("`cursor` must be"),
            std::string::npos);
  EXPECT_TRUE(ask("query_transparency", {{"cursor", "abc"}}, Json::array()).isError());
}

TEST_F(Query, RefusesDatesThatAreNone) {
  const std::string text = host.tool("query_transparency", {{"start_date", "last week"}}).outcome().text();
  EXPECT_NE(text.find("`start_date` must be a day such as \"2025-12-31\""), std::string::npos);
  EXPECT_NE(host.tool("query_transparency", {{"end_date", "2025-02-30"}}).outcome().text().find("`end_date`"),
            std::string::npos);
}

TEST_F(Query, RefusesAStartAfterTheEnd) {
  const FakeOutcome& outcome =
      host.tool("query_transparency", {{"start_date", "2025-12-02"}, {"end_date", "2025-12-01"}}).outcome();
  EXPECT_NE(outcome.text().find("`start_date` is after `end_date`"), std::string::npos);
}

TEST_F(Query, OneDayIsAnHonestRange) {
  EXPECT_TRUE(host.tool("query_transparency", {{"start_date", "2025-12-01"}, {"end_date", "2025-12-01"}}).hasPending());
}

TEST_F(Query, AnAnswerThatIsNoListIsAnError) {
  for (const Json& answer : {Json("entries"), Json::object(), Json{{"entries", 5}}}) {
    EXPECT_TRUE(ask("query_transparency", Json::object(), answer).isError()) << answer;
  }
}

TEST_F(Query, SaysThatAMocksLogIsMadeUp) {
  const Json seen = ask("query_transparency", Json::object(), {{"entries", Json::array()}, {"mock", true}}).json();
  EXPECT_EQ(seen["mock"], true);
  EXPECT_TRUE(seen["summary"].get<std::string>().starts_with("MOCK: "));
}

}  // namespace
}  // namespace certus::trust
