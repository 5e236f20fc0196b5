// The log as it is read: entries, lists, filters, pages, proofs.
#include "bench.h"
#include "services/trust/formats/merkle.h"
#include "services/trust/formats/times.h"

namespace certus::trust_service {
namespace {

std::vector<int> indexesOf(const Json& list) {
  std::vector<int> out;
  for (const Json& entry : list) out.push_back(entry["index"]);
  return out;
}

class Transparency : public ::testing::Test {
 protected:
  Transparency() {
    for (int i = 0; i < 6; ++i) {
      replies.push_back(
          bench.sign("artifact " + std::to_string(i % 3),
                     {{"artifact_type", i % 2 ? "sbom" : "container_image"}, {"scan_id", i < 4 ? "one" : "two"}}));
      bench.clock.advance(std::chrono::hours(24));
    }
  }
  std::vector<int> list(const std::string& query) {
    const Reply reply = bench.get("/v1/transparency" + query);
    EXPECT_EQ(reply.status, 200) << reply.body.dump();
    return indexesOf(reply.body);
  }
  Bench bench;
  std::vector<Json> replies;
};

using Indexes = std::vector<int>;

TEST_F(Transparency, ListsOldestFirstTenAtATimeWithTheReferencesMembers) {
  for (int i = 6; i < 12; ++i) bench.sign("x");
  const Reply reply = bench.get("/v1/transparency");
  EXPECT_EQ(indexesOf(reply.body), (Indexes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  const Json& first = reply.body[0];
  EXPECT_EQ(first["entry_id"], replies[0]["entry_id"]);
  EXPECT_EQ(first["artifact"], digestOf("artifact 0"));
  EXPECT_EQ(first["timestamp"], "2027-01-15T08:00:00Z");
  EXPECT_EQ(first["signer"], kLocalIdentity);
  EXPECT_EQ(first["signature"], replies[0]["signature"]);
  EXPECT_TRUE(first["proof"].is_null());
  EXPECT_EQ(first["artifact_type"], "container_image");
  EXPECT_NE(reply.headers.find("X-Next-Cursor: 9-"), std::string::npos);
}

TEST_F(Transparency, PagesByLimitAndOffsetAndInBothOrders) {
  EXPECT_EQ(list("?limit=2"), (Indexes{0, 1}));
  EXPECT_EQ(list("?limit=2&offset=3"), (Indexes{3, 4}));
  EXPECT_EQ(list("?limit=0"), Indexes{});
  EXPECT_EQ(list("?offset=100"), Indexes{});
  EXPECT_EQ(list("?order=newest&limit=3"), (Indexes{5, 4, 3}));
  EXPECT_EQ(list("?order=oldest&limit=1"), Indexes{0});
}

TEST_F(Transparency, ACursorWalksEveryEntryOnceThoughTheLogGrows) {
  for (const char* order : {"oldest", "newest"}) {
    std::string cursor;
    Indexes seen;
    for (int page = 0; page < 20; ++page) {
      const Json body = bench.get("/v1/transparency?limit=2&order=" + std::string(order) + "&cursor=" + cursor).body;
      for (const int index : indexesOf(body["entries"])) seen.push_back(index);
      if (page == 0) bench.sign("meanwhile", {{"artifact_type", "late"}});
      if (body["next_cursor"].is_null()) break;
      cursor = body["next_cursor"];
    }
    if (std::string(order) == "oldest") {
      EXPECT_EQ(seen, (Indexes{0, 1, 2, 3, 4, 5, 6}));
    } else {
      EXPECT_EQ(seen, (Indexes{6, 5, 4, 3, 2, 1, 0}));
    }
  }
}

TEST_F(Transparency, FiltersByEveryField) {
  EXPECT_EQ(list("?artifact=" + digestOf("artifact 1")), (Indexes{1, 4}));
  EXPECT_EQ(list("?artifact=" + digestOf("artifact 1").substr(7)), (Indexes{1, 4}));
  EXPECT_EQ(list("?artifact_type=sbom"), (Indexes{1, 3, 5}));
  EXPECT_EQ(list("?artifact_type=sbom&order=newest&limit=2"), (Indexes{5, 3}));
  EXPECT_EQ(list("?scan_id=two"), (Indexes{4, 5}));
  EXPECT_EQ(list("?assessment_id=two"), (Indexes{4, 5}));
  EXPECT_EQ(list("?subject=app%3Aartifact+1"), (Indexes{1, 4}));
  EXPECT_EQ(list("?signer=alice%40workstation&limit=1"), Indexes{0});
  EXPECT_EQ(list("?signer=nobody"), Indexes{});
  EXPECT_EQ(list("?signer=alice@workstation&artifact_type=sbom&artifact=" + digestOf("artifact 1")), Indexes{1});
  EXPECT_EQ(list("?unknown=ignored").size(), 6u);
}

TEST_F(Transparency, FiltersByDateWithBothEndsIncluded) {
  // Signed at 08:00 UTC on the 15th to the 20th.
  EXPECT_EQ(list("?start_date=2027-01-17"), (Indexes{2, 3, 4, 5}));
  EXPECT_EQ(list("?end_date=2027-01-17"), (Indexes{0, 1, 2}));
  EXPECT_EQ(list("?start_date=2027-01-16&end_date=2027-01-18"), (Indexes{1, 2, 3}));
  EXPECT_EQ(list("?start_date=2027-01-16T08:00:00Z&end_date=2027-01-17T07:59:59Z"), Indexes{1});
  EXPECT_EQ(list("?start_date=2027-01-16T09:00:00%2B01:00&limit=1"), Indexes{1});
  EXPECT_EQ(list("?start_date=2027-01-18&order=newest&limit=2"), (Indexes{5, 4}));
  EXPECT_EQ(list("?start_date=2028-01-01"), Indexes{});
}

TEST_F(Transparency, AnEntryIsFoundByItsLongIdItsHashAndItsIndex) {
  const std::string id = replies[3]["entry_id"];
  for (const std::string& name : {id, id.substr(16), std::string("3")}) {
    const Reply reply = bench.get("/v1/transparency/" + name);
    EXPECT_EQ(reply.status, 200) << name;
    EXPECT_EQ(reply.body["entry_id"], id);
    EXPECT_EQ(reply.body["certificate"], replies[3]["certificate"]);
  }
  EXPECT_EQ(bench.get("/v1/transparency/" + std::string(16, '1') + id.substr(16)).status, 404);
}

TEST_F(Transparency, EveryEntrysProofLeadsToTheSignedRoot) {
  for (std::size_t index = 0; index < 6; ++index) {
    const Json entry = bench.get("/v1/transparency/" + std::to_string(index)).body;
    const Json& proof = entry["proof"];
    EXPECT_EQ(proof["leaf_index"], index);
    EXPECT_EQ(proof["tree_size"], 6);
    std::vector<Hash> path;
    const auto hashOf = [](const Json& text) { return *hashFrom(*fromHex(text.get<std::string>().substr(7))); };
    for (const Json& hash : proof["hashes"]) {
      EXPECT_TRUE(hash.get<std::string>().starts_with("sha256:"));
      path.push_back(hashOf(hash));
    }
    const std::string body = *fromBase64(entry["body"].get<std::string>());
    EXPECT_TRUE(verifiesInclusion(index, 6, leafHash(body), path, hashOf(proof["root_hash"])));
    const auto checkpoint = bench.service().installation().log().open(entry["checkpoint"].get<std::string>());
    ASSERT_TRUE(checkpoint.has_value());
    EXPECT_EQ(checkpoint->root, hashOf(proof["root_hash"]));
    EXPECT_EQ(entry["entry_id"].get<std::string>().substr(16), toHex(bytesOf(leafHash(body))));
  }
  EXPECT_TRUE(bench.get("/v1/transparency/0?include_proof=false").body["proof"].is_null());
}

TEST_F(Transparency, RecordedFactsComeBackAsTheyWereGiven) {
  const Json reply =
      bench.sign("x", {{"metadata", {{"commit", "7f8d9e2"}, {"n", 1.5}}}, {"predicates", {{"b", {1, nullptr}}}}});
  const Json entry = bench.get("/v1/transparency/" + reply["entry_id"].get<std::string>()).body;
  EXPECT_EQ(entry["metadata"], (Json{{"commit", "7f8d9e2"}, {"n", 1.5}}));
  EXPECT_EQ(entry["predicates"], (Json{{"b", {1, nullptr}}}));
}

TEST(EmptyLog, AnswersEmptyListsAndZeroes) {
  Bench bench;
  EXPECT_EQ(bench.get("/v1/transparency").body, Json::array());
  EXPECT_EQ(bench.get("/v1/transparency?cursor=").body, (Json{{"entries", Json::array()}, {"next_cursor", nullptr}}));
  const Json stats = bench.get("/v1/stats").body;
  EXPECT_EQ(stats["total_transparency_entries"], 0);
  EXPECT_EQ(stats["signers"], Json::array());
  EXPECT_EQ(bench.get("/v1/ready").status, 200);
}

TEST(Times, AreReadInTheirIsoFormsAndNoOther) {
  const auto first = [](const char* text) { return parseTime(text) ? parseTime(text)->first : -1; };
  EXPECT_EQ(first("2027-01-15"), 1'799'971'200);
  EXPECT_EQ(parseTime("2027-01-15")->last, 1'799'971'200 + 86'399);
  EXPECT_EQ(first("2027-01-15T08:00:00Z"), 1'800'000'000);
  EXPECT_EQ(first("2027-01-15T08:00"), 1'800'000'000);
  EXPECT_EQ(first("2027-01-15 08:00:00.123456z"), 1'800'000'000);
  EXPECT_EQ(first("2027-01-15T09:30:00+01:30"), 1'800'000'000);
  EXPECT_EQ(first("2027-01-15T03:00:00-0500"), 1'800'000'000);
  for (const char* bad :
       {"", "2027", "2027-1-15", "2027-13-01", "2027-02-29", "2027-01-15T", "2027-01-15T25:00", "2027-01-15T08:00:00X",
        "2027-01-15T08:00:00+", "15.01.2027", "1800000000", "1969-12-31", "2027-01-15T08:00:00Zjunk"}) {
    EXPECT_FALSE(parseTime(bad).has_value()) << bad;
  }
  EXPECT_EQ(formatMicroseconds(1'800'000'000'000'007), "2027-01-15T08:00:00.000007Z");
  EXPECT_EQ(formatSeconds(-5), "0000-00-00T00:00:00Z");
}

}  // namespace
}  // namespace certus::trust_service
