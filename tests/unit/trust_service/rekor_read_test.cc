// Rekor v1's reading calls: entries, searches, the log's head, key and consistency proofs, with the codes its clients
// expect.
#include <gmock/gmock.h>

#include "outsider.h"
#include "services/trust/formats/merkle.h"
#include "services/trust/log/search_index.h"

namespace certus::trust_service {
namespace {

class RekorRead : public ::testing::Test {
 protected:
  std::string submit(const std::string& content) {
    const Reply reply = bench.post(kEntriesPath, carol.proposal(content));
    EXPECT_EQ(reply.status, 201) << reply.body.dump();
    return onlyId(reply.body);
  }
  Reply entries(const std::string& rest) { return bench.get(kEntriesPath + rest); }
  Reply retrieve(const Json& query) { return bench.post("/api/v1/log/entries/retrieve", query); }
  Reply search(const Json& query) { return bench.post("/api/v1/index/retrieve", query); }
  std::string treeId() { return bench.get("/api/v1/log").body["treeID"]; }
  static void expectCode(const Reply& reply, int status, int code) {
    EXPECT_EQ(reply.status, status) << reply.body.dump();
    EXPECT_EQ(reply.body.value("code", 0), code) << reply.body.dump();
    EXPECT_FALSE(reply.body.value("message", "").empty());
  }
  static void expectEmpty404(const Reply& reply) {
    EXPECT_EQ(reply.status, 404);
    EXPECT_TRUE(reply.body.is_discarded()) << "the body is not empty: " << reply.body.dump();
  }
  Bench bench;
  Outsider carol;
};

TEST_F(RekorRead, AnEntryIsFoundByIndexAndByBothIds) {
  const std::string id = submit("release");
  for (const std::string& rest : {std::string("?logIndex=0"), "/" + id, "/" + id.substr(16)}) {
    const Reply reply = entries(rest);
    ASSERT_EQ(reply.status, 200) << rest;
    EXPECT_EQ(onlyId(reply.body), id);
  }
  std::string upper = id;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(onlyId(entries("/" + upper).body), id);
}

TEST_F(RekorRead, WhatTheServiceSignedItselfIsServedTheSame) {
  const Json mine = bench.sign("mine");
  const Reply reply = entries("/" + mine["entry_id"].get<std::string>());
  ASSERT_EQ(reply.status, 200);
  const Json body = Json::parse(*fromBase64(onlyEntry(reply.body)["body"].get<std::string>()));
  EXPECT_EQ(body["spec"]["signature"]["content"], mine["signature"]);
}

TEST_F(RekorRead, UnknownEntriesAreA404WithoutABody) {
  const std::string id = submit("release");
  expectEmpty404(entries("?logIndex=1"));
  expectEmpty404(entries("?logIndex=9223372036854775807"));
  expectEmpty404(entries("/" + std::string(64, 'a')));
  expectEmpty404(entries("/" + std::string(80, 'a')));
  expectEmpty404(entries("/0000000000000001" + id.substr(16)));
}

TEST_F(RekorRead, MalformedQuestionsAreNamedByRekorsCodes) {
  expectCode(entries(""), 422, 602);
  expectCode(entries("?logIndex="), 422, 602);
  expectCode(entries("?logIndex=-1"), 422, 609);
  expectCode(entries("?logIndex=one"), 422, 601);
  expectCode(entries("?logIndex=9223372036854775808"), 422, 601);
  expectCode(entries("/abc"), 422, 605);
  expectCode(entries("/" + std::string(64, 'g')), 422, 605);
  expectCode(entries("/" + std::string(81, 'a')), 422, 605);
  expectCode(entries("/%zz"), 422, 605);
}

TEST_F(RekorRead, SeveralEntriesAreRetrievedAtOnce) {
  const std::string one = submit("one"), two = submit("two");
  const Json proposal = carol.proposal("three");
  const std::string three = onlyId(bench.post(kEntriesPath, proposal).body);
  const Reply reply = retrieve({{"entryUUIDs", {one.substr(16), std::string(64, 'a')}},
                                {"logIndexes", {1, 77}},
                                {"entries", Json::array({proposal})}});
  ASSERT_EQ(reply.status, 200) << reply.body.dump();
  std::vector<std::string> ids;
  for (const Json& each : reply.body) ids.push_back(onlyId(each));
  EXPECT_EQ(ids, (std::vector{one, three, two}));
  EXPECT_EQ(retrieve(Json::object()).body, Json::array());
}

TEST_F(RekorRead, RetrievingIsCapped) {
  const auto many = [](int count) {
    Json list = Json::array();
    for (int i = 0; i < count; ++i) list.push_back(i);
    return list;
  };
  expectCode(retrieve({{"logIndexes", many(11)}}), 422, 611);
  EXPECT_EQ(retrieve({{"logIndexes", many(10)}}).status, 200);
  Json uuids = Json::array();
  for (int i = 0; i < 6; ++i) uuids.push_back(std::string(64, 'a'));
  expectCode(retrieve({{"logIndexes", many(5)}, {"entryUUIDs", uuids}}), 422, 422);
  expectCode(retrieve({{"entryUUIDs", {"abc"}}}), 422, 605);
  expectCode(retrieve({{"logIndexes", {-1}}}), 422, 609);
  expectCode(retrieve({{"logIndexes", {"1"}}}), 422, 601);
  expectCode(retrieve({{"logIndexes", 1}}), 422, 601);
  Json altered = carol.proposal("release");
  altered["spec"]["data"]["hash"]["value"] = toHex(sha256("another"));
  expectCode(retrieve({{"entries", Json::array({altered})}}), 400, 400);
}

TEST_F(RekorRead, EntriesAreSearchedByArtifactKeyAndName) {
  const std::string id = submit("release");
  const Json mine = bench.sign("release");
  const std::string hex = toHex(sha256("release"));
  for (const std::string& hash : {hex, "sha256:" + hex}) {
    EXPECT_EQ(search({{"hash", hash}}).body, Json::array({mine["entry_id"], id}));
  }
  const Json key{{"format", "x509"}, {"content", toBase64(carol.pem())}};
  EXPECT_EQ(search({{"publicKey", key}}).body, Json::array({id}));
  EXPECT_EQ(search({{"email", "ALICE@workstation"}}).body, Json::array({mine["entry_id"]}));
  EXPECT_EQ(search({{"subject", kLocalIdentity}}).body, Json::array({mine["entry_id"]}));
  EXPECT_EQ(search({{"hash", hex}, {"publicKey", key}, {"operator", "and"}}).body, Json::array({id}));
  EXPECT_EQ(search({{"hash", hex}, {"publicKey", key}, {"operator", "or"}}).body.size(), 2U);
  EXPECT_EQ(search(Json::object()).body, Json::array());
}

// Two keys that are both in a great part of the log would be looked through for long: no part of the answer is given for all.
TEST_F(RekorRead, ASearchForTwoKeysNeedsOneThatIsRare) {
  const Json mine = bench.sign("release");
  for (const char* name : {"often@example.com", "as-often@example.com"}) {
    bench.alter("INSERT INTO search_keys WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                std::to_string(kMaxSearched) + ") SELECT '" + name + "', i FROM n");
  }
  const Json both{{"email", "often@example.com"}, {"subject", "as-often@example.com"}, {"operator", "and"}};
  const Reply refused = search(both);
  expectCode(refused, 400, 400);
  EXPECT_THAT(refused.body["message"].get<std::string>(),
              testing::AllOf(testing::HasSubstr("in more than 100000 entries"), testing::HasSubstr("a rarer key")));
  Json withRare = both;
  withRare["hash"] = toHex(sha256("release"));
  EXPECT_EQ(search(withRare).body, Json::array({mine["entry_id"]}));
}

TEST_F(RekorRead, SearchesAreValidated) {
  expectCode(search({{"hash", "latest"}}), 422, 605);
  expectCode(search({{"hash", "sha512:" + std::string(64, 'a')}}), 422, 605);
  expectCode(search({{"hash", 7}}), 422, 605);
  expectCode(search({{"publicKey", Json::object()}}), 422, 602);
  expectCode(search({{"publicKey", {{"format", "gif"}}}}), 422, 606);
  expectCode(search({{"publicKey", {{"format", "x509"}, {"url", "http://127.0.0.1:1/key"}}}}), 400, 400);
  expectCode(search({{"publicKey", {{"format", "x509"}, {"content", toBase64("no key")}}}}), 400, 400);
  expectCode(search({{"operator", "xor"}}), 422, 606);
  expectCode(search({{"email", "nobody"}}), 422, 601);
  expectCode(search({{"subject", std::string(513, 'a')}}), 422, 603);
  expectCode(bench.ask(Bench::posting("/api/v1/index/retrieve", "{")), 400, 400);
}

TEST_F(RekorRead, TheLogsHeadIsACheckpointWithOneSignature) {
  Json log = bench.get("/api/v1/log").body;
  EXPECT_EQ(log["treeSize"], 0);
  EXPECT_EQ(log["rootHash"], toHex(sha256("")));
  submit("release");
  log = bench.get("/api/v1/log").body;
  EXPECT_TRUE(log["inactiveShards"].is_null());
  EXPECT_EQ(log["treeSize"], 1);
  const std::string note = log["signedTreeHead"];
  EXPECT_TRUE(note.starts_with("certus-trust - " + log["treeID"].get<std::string>() + "\n1\n"));
  std::size_t signatures = 0;
  for (std::size_t at = 0; (at = note.find("\n\xE2\x80\x94 ", at)) != std::string::npos; ++at) ++signatures;
  EXPECT_EQ(signatures, 1U);
}

TEST_F(RekorRead, TheKeyIsServedForThisTreeAlone) {
  for (const std::string& query : {std::string(), "?treeID=" + treeId()}) {
    const Reply reply = bench.get("/api/v1/log/publicKey" + query);
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.body.get<std::string>().starts_with("-----BEGIN PUBLIC KEY-----\n"));
  }
  expectCode(bench.get("/api/v1/log/publicKey?treeID=1"), 400, 400);
  expectCode(bench.get("/api/v1/log/publicKey?treeID=one"), 422, 605);
}

TEST_F(RekorRead, ConsistencyOfTwoSizesIsProven) {
  std::vector<Hash> roots;
  for (const char* content : {"a", "b", "c", "d", "e"}) {
    submit(content);
    roots.push_back(*hashFrom(*fromHex(bench.get("/api/v1/log").body["rootHash"].get<std::string>())));
  }
  for (std::size_t first = 1; first <= 5; ++first) {
    for (std::size_t last = first; last <= 5; ++last) {
      const Reply reply = bench.get("/api/v1/log/proof?firstSize=" + std::to_string(first) +
                                    "&lastSize=" + std::to_string(last) + "&treeID=" + treeId());
      ASSERT_EQ(reply.status, 200) << reply.body.dump();
      std::vector<Hash> proof;
      for (const Json& each : reply.body["hashes"]) proof.push_back(*hashFrom(*fromHex(each.get<std::string>())));
      EXPECT_TRUE(verifiesConsistency(first, last, roots[first - 1], roots[last - 1], proof)) << first << ".." << last;
      EXPECT_EQ(reply.body["rootHash"], toHex(bytesOf(roots[4]))) << "the newest root, as Rekor answers it";
    }
  }
  EXPECT_EQ(bench.get("/api/v1/log/proof?lastSize=5").body, bench.get("/api/v1/log/proof?firstSize=1&lastSize=5").body);
}

TEST_F(RekorRead, ImpossibleProofsAreRefused) {
  submit("release");
  expectCode(bench.get("/api/v1/log/proof"), 422, 602);
  expectCode(bench.get("/api/v1/log/proof?firstSize=0&lastSize=1"), 422, 609);
  expectCode(bench.get("/api/v1/log/proof?lastSize=0"), 422, 609);
  expectCode(bench.get("/api/v1/log/proof?lastSize=one"), 422, 601);
  expectCode(bench.get("/api/v1/log/proof?firstSize=2&lastSize=1"), 400, 400);
  expectCode(bench.get("/api/v1/log/proof?lastSize=2"), 400, 400);
  expectCode(bench.get("/api/v1/log/proof?lastSize=1&treeID=1"), 400, 400);
}

TEST_F(RekorRead, WrongMethodsNameTheRightOnes) {
  const std::pair<const char*, const char*> allowed[] = {
      {"/api/v1/log", "GET"},
      {"/api/v1/log/publicKey", "GET"},
      {"/api/v1/log/proof", "GET"},
      {"/api/v1/log/entries", "GET,POST"},
      {"/api/v1/index/retrieve", "POST"},
      {"/api/v1/log/entries/aa", "GET"},
      {"/ping", "GET"},
  };
  for (const auto& [path, allow] : allowed) {
    ApiRequest request;
    request.method = "DELETE";
    request.path = path;
    const Reply reply = bench.ask(request);
    expectCode(reply, 405, 405);
    EXPECT_EQ(headerOf(reply, "Allow"), allow) << path;
  }
}

TEST_F(RekorRead, PingAnswersAndOtherPathsDoNot) {
  EXPECT_EQ(bench.get("/ping").body, ".");
  for (const char* path :
       {"/api/v1/version", "/api/", "/api/v1/log/entries/", "/api/v1/log/entries/a/b", "/api/v2/log/entries"}) {
    expectCode(bench.get(path), 404, 404);
  }
}

TEST_F(RekorRead, AnAlteredEntryIsNeverServedAsProven) {
  const std::string id = submit("release");
  ASSERT_EQ(bench.alter("UPDATE entries SET body = replace(body, 'sha256', 'sha257')"), 1);
  expectCode(entries("/" + id), 503, 503);
}

}  // namespace
}  // namespace certus::trust_service
