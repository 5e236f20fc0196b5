// What the API refuses, in the words that its clients already read; and input that means harm.
#include <chrono>
#include <regex>

#include "bench.h"

namespace certus::trust_service {
namespace {

const Json kGood{{"artifact", digestOf("a")}, {"artifact_type", "container_image"}, {"subject", "app"}};

Json changed(const char* member, Json value) {
  Json body = kGood;
  body[member] = std::move(value);
  return body;
}

TEST(Refusals, AMissingMemberIsA422ThatEchoesTheBody) {
  Bench bench;
  for (const char* member : {"artifact", "artifact_type", "subject"}) {
    Json body = kGood;
    body.erase(member);
    const Reply reply = bench.post("/v1/sign", body);
    EXPECT_EQ(reply.status, 422);
    const Json& item = reply.body["detail"][0];
    EXPECT_EQ(item["type"], "missing");
    EXPECT_EQ(item["loc"], Json::array({"body", member}));
    EXPECT_EQ(item["msg"], "Field required");
    EXPECT_EQ(item["input"].size(), 2u);
    EXPECT_FALSE(item.contains("url"));
  }
}

TEST(Refusals, EveryProblemIsListedAtOnce) {
  Bench bench;
  const Reply reply = bench.post("/v1/sign", {{"artifact", 5}, {"subject", ""}});
  EXPECT_EQ(reply.status, 422);
  ASSERT_EQ(reply.body["detail"].size(), 3u);
  EXPECT_EQ(
      reply.body["detail"][0],
      (Json{
          {"type", "string_type"}, {"loc", {"body", "artifact"}}, {"msg", "Input should be a valid string"}, {"input", 5}}));
}

TEST(Refusals, ANameIsNoDigestAndTheMessageShowsTheForm) {
  Bench bench;
  for (const char* path : {"/v1/sign", "/v1/verify"}) {
    const Reply reply = bench.post(path, changed("artifact", "myapp:v2"));
    EXPECT_EQ(reply.status, 422);
    const Json& item = reply.body["detail"][0];
    EXPECT_EQ(item["loc"], Json::array({"body", "artifact"}));
    EXPECT_EQ(item["input"], "myapp:v2");
    EXPECT_NE(item["msg"].get<std::string>().find("sha256:e3b0c44298fc1c14"), std::string::npos);
  }
  EXPECT_EQ(bench.get("/v1/transparency?artifact=myapp").status, 422);
  EXPECT_EQ(bench.get("/v1/provenance?artifact=myapp").status, 422);
}

TEST(Refusals, NoBodyBadJsonAndTheWrongContentTypeHaveTheirOwnItems) {
  Bench bench;
  const auto refusal = [&bench](const ApiRequest& request) {
    const Reply reply = bench.ask(request);
    EXPECT_EQ(reply.status, 422) << request.body.substr(0, 60);
    return reply.body["detail"][0];
  };
  EXPECT_EQ(refusal(Bench::posting("/v1/sign", "")),
            (Json{{"type", "missing"}, {"loc", {"body"}}, {"msg", "Field required"}, {"input", nullptr}}));
  const Json bad = refusal(Bench::posting("/v1/sign", "{\"artifact\": }"));
  EXPECT_EQ(bad["type"], "json_invalid");
  EXPECT_EQ(bad["loc"], Json::array({"body", 13}));
  EXPECT_EQ(bad["msg"], "JSON decode error");
  EXPECT_EQ(bad["input"], Json::object());
  EXPECT_EQ(refusal(Bench::posting("/v1/sign", "[1]"))["type"], "model_attributes_type");
  ApiRequest form = Bench::posting("/v1/sign", kGood.dump());
  for (const auto& type :
       {std::optional<std::string>(), std::optional<std::string>("text/plain"),
        std::optional<std::string>("application/x-www-form-urlencoded"), std::optional<std::string>("application/jsonx")}) {
    form.contentType = type;
    EXPECT_NE(refusal(form)["msg"].get<std::string>().find("Content-Type: application/json"), std::string::npos);
  }
  form.contentType = "Application/JSON; charset=utf-8";
  EXPECT_EQ(bench.ask(form).status, 202);
}

TEST(Refusals, TwoMembersOfOneNameAreRefusedAtAnyDepth) {
  Bench bench;
  const std::string good = kGood.dump();
  for (const std::string& body :
       {R"({"artifact":"x",)" + good.substr(1), good.substr(0, good.size() - 1) + R"(,"metadata":{"a":{"b":1,"b":2}}})",
        good.substr(0, good.size() - 1) + R"(,"subject":"again"})"}) {
    const Reply reply = bench.ask(Bench::posting("/v1/sign", body));
    EXPECT_EQ(reply.status, 422);
    EXPECT_NE(reply.body["detail"][0]["ctx"]["error"].get<std::string>().find("Duplicate member name"), std::string::npos);
  }
  EXPECT_EQ(bench.get("/v1/stats").body["total_signatures"], 0);
}

TEST(Refusals, TextsHaveBoundsAndNoControlCharacters) {
  Bench bench;
  for (const auto& [member, value] : {std::pair<const char*, Json>{"subject", std::string(1025, 's')},
                                      {"artifact_type", std::string(129, 't')},
                                      {"scan_id", std::string(257, 's')},
                                      {"subject", "two\nlines"},
                                      {"subject", std::string("nul\0byte", 8)},
                                      {"subject", "\x7f"},
                                      {"subject", "\xC2\x85"},
                                      {"metadata", "text"},
                                      {"metadata", Json{{"k", std::string(40'000, 'v')}}},
                                      {"predicates", Json::array()}}) {
    const Reply reply = bench.post("/v1/sign", changed(member, value));
    EXPECT_EQ(reply.status, 422) << member;
    EXPECT_EQ(reply.body["detail"][0]["loc"][1], member);
    EXPECT_LT(reply.body.dump().size(), 1000u);
  }
  EXPECT_EQ(bench.post("/v1/sign", changed("subject", "\xC3\x84pfel \xE2\x82\xAC \xF0\x9F\x98\x80")).status, 202);
}

TEST(Refusals, UnknownMembersAreIgnoredAndNullsAreAbsent) {
  Bench bench;
  Json body = kGood;
  body.update({{"surprise", {1, 2, 3}}, {"predicates", nullptr}, {"metadata", nullptr}, {"scan_id", nullptr}});
  EXPECT_EQ(bench.post("/v1/sign", body).status, 202);
}

TEST(Refusals, QueryParametersAreChecked) {
  Bench bench;
  for (const auto& [target, type] : {std::pair{"/v1/transparency?limit=x", "int_parsing"},
                                     {"/v1/transparency?limit=-1", "greater_than_equal"},
                                     {"/v1/transparency?limit=1001", "less_than_equal"},
                                     {"/v1/transparency?offset=-1", "greater_than_equal"},
                                     {"/v1/transparency?cursor=abc", "cursor"},
                                     {"/v1/transparency?order=sideways", "enum"},
                                     {"/v1/transparency?start_date=yesterday", "datetime_parsing"},
                                     {"/v1/transparency?end_date=2025-02-30", "datetime_parsing"},
                                     {"/v1/transparency/0?include_proof=maybe", "bool_parsing"},
                                     {"/v1/provenance/s?include_verification_trail=maybe", "bool_parsing"},
                                     {"/v1/provenance", "missing"}}) {
    const Reply reply = bench.get(target);
    EXPECT_EQ(reply.status, 422) << target;
    EXPECT_EQ(reply.body["detail"][0]["type"], type) << target;
    EXPECT_EQ(reply.body["detail"][0]["loc"][0], "query");
  }
  EXPECT_EQ(bench.post("/v1/verify?simulate_failure=abc", {{"artifact", digestOf("a")}}).status, 422);
}

TEST(Refusals, UnknownPathsMethodsAndEntriesHaveTheirBodies) {
  Bench bench;
  EXPECT_EQ(bench.get("/nothing").status, 404);
  EXPECT_EQ(bench.get("/nothing").body, (Json{{"detail", "Not Found"}}));
  EXPECT_EQ(bench.get("/v2/mode").status, 404);
  EXPECT_EQ(bench.get("/v1/transparency/a/b").status, 404);
  const Reply method = bench.get("/v1/sign");
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.body, (Json{{"detail", "Method Not Allowed"}}));
  EXPECT_NE(method.headers.find("allow: POST\r\n"), std::string::npos);
  EXPECT_EQ(bench.post("/v1/stats", {}).status, 405);
  for (const std::string& id : {std::string("nonexistent-id"), std::string(64, '0'), std::string(80, '0'), std::string("0"),
                                std::string("99999999999999999999"), std::string("-1")}) {
    const Reply reply = bench.get("/v1/transparency/" + id);
    EXPECT_EQ(reply.status, 404) << id;
    EXPECT_EQ(reply.body, (Json{{"detail", "Entry " + id + " not found in transparency log"}}));
  }
  const Reply moved = bench.get("/v1/health/");
  EXPECT_EQ(moved.status, 307);
  EXPECT_NE(moved.headers.find("Location: /v1/health\r\n"), std::string::npos);
}

TEST(Refusals, EveryAnswerHasARequestIdOfItsOwn) {
  Bench bench;
  const std::regex form("X-Request-ID: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\r\n");
  std::set<std::string> seen;
  for (const char* target : {"/", "/nothing", "/v1/sign", "/v1/transparency?limit=x", "/v1/health"}) {
    std::smatch match;
    const std::string headers = bench.get(target).headers;
    ASSERT_TRUE(std::regex_search(headers, match, form)) << headers;
    EXPECT_TRUE(seen.insert(match.str()).second);
  }
}

TEST(Refusals, WebPagesOfOthersAndForeignHostNamesDoNotGetThrough) {
  Bench bench;
  ApiRequest request = Bench::posting("/v1/sign", kGood.dump());
  for (const char* origin :
       {"https://evil.example", "http://localhost.evil.example:8057", "null", "http://127.0.0.1.evil.example"}) {
    request.origin = origin;
    EXPECT_EQ(bench.ask(request).status, 403) << origin;
  }
  EXPECT_TRUE(bench.ask(request).body["detail"].is_string());
  request.path = "/api/v1/log/entries";  // each face refuses in its own form
  EXPECT_EQ(bench.ask(request).body["code"], 403);
  EXPECT_TRUE(bench.ask(request).body["message"].is_string());
  request.path = "/v1/sign";
  request.origin = "http://localhost:3000";
  EXPECT_EQ(bench.ask(request).status, 202);
  request.origin.reset();
  for (const char* host : {"evil.example", "evil.example:8057", "127.evil.example", "[::2]", ""}) {
    request.host = host;
    EXPECT_EQ(bench.ask(request).status, 403) << host;
    request.path = "/api/v1/log/entries";
    EXPECT_EQ(bench.ask(request).body["code"], 403) << host;
    request.path = "/v1/sign";
  }
  for (const char* host : {"127.0.0.1:8057", "LocalHost", "[::1]:8057", "[::1]"}) {
    request.host = host;
    EXPECT_EQ(bench.ask(request).status, 202) << host;
  }
}

TEST(HostileInput, DeepHugeAndManifoldBodiesAreRefusedInLittleTime) {
  Bench bench;
  const auto started = std::chrono::steady_clock::now();
  std::string many = "{";
  for (int i = 0; i < 100'000; ++i) many += "\"m" + std::to_string(i) + "\":1,";
  many += "\"end\":1}";
  ASSERT_LT(many.size(), kMaxRequestBytes + 500'000);
  for (const std::string& body :
       {std::string(900'000, '['), std::string(500'000, '{'), R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}",
        many.substr(0, kMaxRequestBytes - 100), std::string("{\"artifact\":\"\xff\xfe\"}"),
        std::string("{\"artifact\":1e99999}"), std::string(1000, '\0'), std::string("\xEF\xBB\xBF{}"),
        std::string("{\"a\":\"\\ud800\"}")}) {
    const Reply reply = bench.ask(Bench::posting("/v1/sign", body));
    EXPECT_EQ(reply.status, 422) << body.substr(0, 40);
    EXPECT_LT(reply.body.dump().size(), 5'000u);
  }
  EXPECT_EQ(bench.ask(Bench::posting("/v1/sign", std::string(kMaxRequestBytes + 1, ' '))).status, 413);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

TEST(HostileInput, DepthThirtyTwoIsReadAndThirtyThreeIsNot) {
  Bench bench;
  const auto nested = [](int depth) {  // the body and `metadata` are two of them
    return kGood.dump().substr(0, kGood.dump().size() - 1) + R"(,"metadata":{"x":)" +
           std::string(static_cast<std::size_t>(depth - 2), '[') + std::string(static_cast<std::size_t>(depth - 2), ']') +
           "}}";
  };
  EXPECT_EQ(bench.ask(Bench::posting("/v1/sign", nested(32))).status, 202);
  const Reply refused = bench.ask(Bench::posting("/v1/sign", nested(33)));
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.body["detail"][0]["ctx"]["error"], "Nested deeper than 32 levels");
}

TEST(HostileInput, PathsAndQueriesWithRubbishInThemAreJustNotFound) {
  Bench bench;
  bench.sign("a");
  for (const char* target : {"/v1/transparency/%00", "/v1/transparency/%ff%fe", "/v1/provenance/%00%01",
                             "/v1/provenance/%F0%28%8C%28", "/v1/provenance/' OR 1=1 --", "/v1/transparency/%2e%2e%2f"}) {
    const Reply reply = bench.get(target);
    EXPECT_EQ(reply.status, 404) << target;
    EXPECT_TRUE(reply.body.is_object()) << target;
  }
  EXPECT_EQ(bench.get("/v1/transparency/%zz").status, 404);
  EXPECT_EQ(bench.get("/v1/transparency?signer=%00%ff' OR '1'='1").body, Json::array());
}

TEST(HostileInput, AnAlteredRowFullOfRubbishIsAnsweredAsJsonAllTheSame) {
  Bench bench;
  bench.sign("a", {{"scan_id", "s"}});
  ASSERT_EQ(bench.alter("UPDATE entries SET subject = CAST(x'ff00fe' AS TEXT), signer = x'00ff', artifact_type = 7, "
                        "integrated_time = 9e18, details = '{', body = zeroblob(9)"),
            1);
  for (const char* target :
       {"/v1/transparency", "/v1/transparency/0?include_proof=false", "/v1/provenance/s", "/v1/stats"}) {
    const Reply reply = bench.get(target);
    EXPECT_EQ(reply.status, 200) << target;
    EXPECT_FALSE(reply.body.is_discarded()) << target;
  }
  EXPECT_EQ(bench.get("/v1/provenance/s").body["trust_level"], "untrusted");
}

}  // namespace
}  // namespace certus::trust_service
