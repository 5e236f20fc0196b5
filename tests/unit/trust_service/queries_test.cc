// Queries at size: every filter and every pair of filters walks an index, totals are counted by index, pages are complete
// and in order while others write.
#include <thread>

#include "outsider.h"
#include "services/trust/log/entry_selection.h"
#include "services/trust/log/search_index.h"
#include "tests/bench/log/fill.h"

namespace certus::trust_service {
namespace {

using Fill = std::function<void(EntryFilter&)>;

const std::pair<const char*, Fill> kFilters[] = {
    {"artifact", [](EntryFilter& filter) { filter.artifact = popularArtifact(); }},
    {"signer", [](EntryFilter& filter) { filter.signer = "signer-0"; }},
    {"subject", [](EntryFilter& filter) { filter.subject = "subject-0"; }},
    {"artifact_type", [](EntryFilter& filter) { filter.artifactType = "type-0"; }},
    {"scan_id", [](EntryFilter& filter) { filter.scanId = "scan-0"; }},
    {"start_date", [](EntryFilter& filter) { filter.from = fillTime(10); }},
    {"end_date", [](EntryFilter& filter) { filter.until = fillTime(1000); }},
    {"cursor", [](EntryFilter& filter) { filter.after = 500; }},
};

// What SQLite says it would do, one step a line.
std::string planOf(Database& database, const Selection& selection) {
  Query query(database, "EXPLAIN QUERY PLAN " + selection.sql);
  std::string plan;
  while (true) {
    auto row = query.next();
    if (!row) return "cannot be prepared: " + row.error().detail;
    if (!*row) return plan;
    plan += query.bytes(3) + "\n";
  }
}

// Walking the whole table in its own order is right without filters; the blocks are a thousandth of the entries.
void expectIndexed(const std::string& plan, const std::string& what, bool unfiltered) {
  std::istringstream lines(plan);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(line.find("TEMP B-TREE"), std::string::npos) << what << " sorts:\n" << plan;
    if (line.starts_with("SCAN b") || unfiltered) continue;
    EXPECT_FALSE(line.starts_with("SCAN e") || line.starts_with("SCAN o")) << what << " reads everything:\n" << plan;
  }
  EXPECT_EQ(plan.find("cannot"), std::string::npos) << what << ": " << plan;
}

TEST(QueryPlans, EveryFilterAndEveryPairWalksAnIndexInBothOrders) {
  Bench bench;
  auto database = Database::open(bench.state() + "/trust.db", Access::Read);
  ASSERT_TRUE(database.has_value());
  for (const auto& [oneName, one] : kFilters) {
    for (const auto& [otherName, other] : kFilters) {
      for (const Order order : {Order::OldestFirst, Order::NewestFirst}) {
        EntryFilter filter;
        one(filter);
        other(filter);
        filter.order = order;
        const std::string what = std::string(oneName) + " with " + otherName;
        const bool everything = filter.isEverything() && !filter.after;
        expectIndexed(planOf(*database, selectionOf(filter)), what, everything);
        if (!filter.isEverything()) expectIndexed(planOf(*database, countOf(filter, 10)), "the total of " + what, false);
        filter.whose = Whose::Ours;
        if (filter.artifact) expectIndexed(planOf(*database, selectionOf(filter)), "ours of " + what, false);
      }
    }
  }
  expectIndexed(planOf(*database, selectionOf({})), "everything", true);
}

class FilledLog : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kSize = 10'000;
  void SetUp() override {
    auto filled = fillLog(bench.service().installation(), kSize);
    ASSERT_TRUE(filled.has_value()) << filled.error().message << filled.error().detail;
  }
  Json page(const std::string& query) {
    const Reply reply = bench.get("/v1/transparency?" + query);
    EXPECT_EQ(reply.status, 200) << reply.body.dump();
    return reply.body;
  }
  // Every index of every page, and how many pages there were.
  std::vector<std::uint64_t> walk(const std::string& query) {
    std::vector<std::uint64_t> seen;
    std::string cursor;
    do {
      const Json answer = page(query + "&cursor=" + cursor);
      for (const Json& entry : answer["entries"]) seen.push_back(entry["index"]);
      cursor = answer["next_cursor"].is_null() ? "" : answer["next_cursor"].get<std::string>();
    } while (!cursor.empty() && seen.size() <= 2 * kSize);
    return seen;
  }
  Bench bench;
};

TEST_F(FilledLog, TenThousandEntriesPageCompletelyAndInOrderWhileOthersWrite) {
  for (const std::string order : {"oldest", "newest"}) {
    std::atomic<bool> done = false;
    std::uint64_t written = 0;
    std::thread writer([&] {
      do {
        bench.sign("meanwhile " + order + std::to_string(written++));
      } while (!done);
    });
    const auto seen = walk("limit=500&order=" + order);
    done = true;
    writer.join();
    ASSERT_GE(seen.size(), kSize) << order;
    for (std::size_t i = 1; i < seen.size(); ++i) {
      ASSERT_EQ(seen[i], order == "oldest" ? seen[i - 1] + 1 : seen[i - 1] - 1) << order << " at " << i;
    }
    EXPECT_EQ(order == "oldest" ? seen.front() : seen.back(), 0U);
    EXPECT_GT(written, 0U);
  }
}

TEST_F(FilledLog, WhatTheServiceSignedIsCountedAloneAlsoWithoutAnyOtherFilter) {
  const Outsider outsider;
  ASSERT_EQ(bench.post(kEntriesPath, outsider.proposal("another's")).status, 201);
  auto database = Database::open(bench.state() + "/trust.db", Access::Read).value();
  EntryFilter filter;
  EXPECT_EQ(countEntries(database, filter, 2 * kSize).value(), kSize + 1);
  filter.whose = Whose::Ours;
  EXPECT_EQ(countEntries(database, filter, 2 * kSize).value(), kSize);
  filter.from = fillTime(1);
  EXPECT_EQ(countEntries(database, filter, 2 * kSize).value(), kSize - 1);
}

// Rekor's clients take what a search answers for all that there is.
TEST_F(FilledLog, ASearchFindsAllOrIsRefused) {
  static_assert(kSize == kMaxFound);
  const auto search = [&](const Json& query) { return bench.post("/api/v1/index/retrieve", query); };
  const Json entry = onlyEntry(bench.get("/api/v1/log/entries?logIndex=0").body);
  const Json body = Json::parse(*fromBase64(entry["body"].get<std::string>()));
  const Json key{{"format", "x509"}, {"content", body["spec"]["signature"]["publicKey"]["content"]}};
  EXPECT_EQ(search({{"publicKey", key}}).body.size(), kMaxFound);
  EXPECT_EQ(search({{"subject", "signer-3"}}).body.size(), kSize / 10);
  ASSERT_TRUE(fillLog(bench.service().installation(), kSize + 1).has_value());
  const Json orOne{{"publicKey", key}, {"subject", "signer-0"}, {"operator", "or"}};  // the new one has another key
  const Reply refused = search(orOne);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body["code"], 400);
  EXPECT_NE(refused.body["message"].get<std::string>().find("more than 10000 entries"), std::string::npos)
      << refused.body.dump();
  EXPECT_EQ(search({{"publicKey", key}, {"subject", "signer-3"}, {"operator", "and"}}).body.size(), kSize / 10);
  EXPECT_EQ(search({{"hash", popularArtifact()}, {"publicKey", key}, {"operator", "and"}}).body.size(), kSize / 50);
}

TEST_F(FilledLog, FiltersAndTotalsAreRightForEveryPairInBothOrders) {
  const auto has = [](const std::string& name, std::uint64_t i) {
    return name == "artifact"        ? i % 50 == 0
           : name == "signer"        ? i % 10 == 0
           : name == "subject"       ? i % 500 == 0
           : name == "artifact_type" ? i % 4 == 0
           : name == "scan_id"       ? i / 100 == 20
           : name == "start_date"    ? i >= 1030
                                     : i <= 7000;
  };
  const std::pair<std::string, std::string> terms[] = {
      {"artifact", popularArtifact()},     {"signer", "signer-0"}, {"subject", "subject-0"},
      {"artifact_type", "type-0"},         {"scan_id", "scan-20"}, {"start_date", "2023-11-15T01:05:00Z"},
      {"end_date", "2023-11-15T17:40:00Z"}};
  for (const auto& one : terms) {
    for (const auto& other : terms) {
      std::vector<std::uint64_t> expected;
      for (std::uint64_t i = 0; i < kSize; ++i) {
        if (has(one.first, i) && has(other.first, i)) expected.push_back(i);
      }
      std::string query = one.first + "=" + one.second;
      if (other.first != one.first) query += "&" + other.first + "=" + other.second;
      const Json counted = page(query + "&count=true&limit=1");
      EXPECT_EQ(counted["total"], expected.size()) << query;
      EXPECT_EQ(counted["total_is_exact"], true);
      EXPECT_EQ(walk(query + "&limit=999"), expected) << query;
      std::ranges::reverse(expected);
      EXPECT_EQ(walk(query + "&limit=999&order=newest"), expected) << query;
    }
  }
}

TEST_F(FilledLog, TimesOfAClockThatWasSetBackAreFoundToo) {
  const Json ahead = bench.sign("ahead");  // years later than what is filled in before and after it
  ASSERT_TRUE(fillLog(bench.service().installation(), kSize + 3000).has_value());
  for (const std::string order : {"&order=oldest", "&order=newest"}) {
    EXPECT_EQ(walk("start_date=2023-11-16T02:00:00Z&end_date=2023-11-16T04:00:00Z&limit=100" + order).size(),
              720U);  // without 10000, which is ahead
    EXPECT_EQ(walk("start_date=2027-01-01" + order), std::vector{kSize});
    EXPECT_EQ(walk("end_date=2026-01-01&limit=1000" + order).size(), kSize + 2999);
  }
  EXPECT_EQ(page("start_date=2027-01-01&count=true")["total"], 1);
}

TEST_F(FilledLog, ACursorBelongsToItsFiltersAndOrder) {
  const std::string cursor = page("signer=signer-1&limit=5&cursor=")["next_cursor"];
  EXPECT_EQ(page("signer=signer-1&limit=3&cursor=" + cursor)["entries"][0]["index"], 51);  // pages may change their size
  for (const std::string other : {"signer=signer-2", "signer=signer-1&order=newest", "artifact_type=type-1", "limit=5",
                                  "signer=signer-1&start_date=2023-11-15"}) {
    const Reply refused = bench.get("/v1/transparency?" + other + "&cursor=" + cursor);
    EXPECT_EQ(refused.status, 422) << other;
    EXPECT_EQ(refused.body["detail"][0]["loc"], (Json{"query", "cursor"}));
  }
  for (const std::string made : {"50", "50-", "50-00000000", "-1", "18446744073709551616-00000000"}) {
    EXPECT_EQ(bench.get("/v1/transparency?signer=signer-1&cursor=" + made).status, 422) << made;
  }
}

TEST_F(FilledLog, TheTotalOfEverythingIsTheLogsSize) {
  EXPECT_EQ(page("count=true&limit=0"),
            (Json{{"entries", Json::array()}, {"next_cursor", nullptr}, {"total", kSize}, {"total_is_exact", true}}));
  EXPECT_TRUE(page("limit=1").is_array());
  const Json first = page("count=true&limit=1&cursor=");
  EXPECT_EQ(page("count=true&limit=1&cursor=" + first["next_cursor"].get<std::string>())["total"], kSize) << "of all pages";
}

TEST_F(FilledLog, ADatabaseThatLacksTheIndexesGetsThemWhenItIsOpened) {
  bench.close();
  bench.alter("DROP TRIGGER commits_into_time_blocks; DROP TABLE time_blocks; DROP INDEX entries_by_signer_and_type");
  bench.open();
  EXPECT_EQ(page("start_date=2023-11-15T01:05:00Z&signer=signer-0&count=true&limit=1")["total"], 897);
}

}  // namespace
}  // namespace certus::trust_service
