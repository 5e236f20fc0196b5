// What OAuth clients are answered, word for word where they parse it.
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gateway/transport/oauth_faces.h"

namespace certus::gateway::test {
namespace {

using identity::Failure;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

constexpr Milliseconds kNoWait{0};

const identity::ResourceServer& resource() {
  static const identity::ResourceServer server{
      "https://gateway.example.com/mcp", {"https://id.example.com"}, {"mcp:tools"}, {}, "Certus", ""};
  return server;
}

struct Asking {
  explicit Asking(std::string_view path, http::Method method = http::Method::Get) {
    head.path = head.target = path;
    head.method = method;
  }
  Asking& from(std::string_view origin) {
    fields.push_back({"Origin", origin});
    head.fields = fields;
    return *this;
  }
  std::optional<http::Response> metadata(OAuthResource of = &resource()) const { return metadataFor(head, of); }
  http::Response refused(Failure failure, OAuthResource of = &resource(), Milliseconds wait = kNoWait) const {
    return authenticationRefused(head, of, failure, wait);
  }

  http::RequestHead head;
  std::vector<http::Field> fields;
};

std::string header(const http::Response& answer, const std::string& name) {
  const auto at = ("\r\n" + answer.extra).find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 2;
  return answer.extra.substr(begin, answer.extra.find("\r\n", begin) - begin);
}

TEST(OAuthMetadata, StandsAtBothPathsForAnyOrigin) {
  for (const char* path : {"/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"}) {
    const auto answer = Asking(path).metadata();
    ASSERT_TRUE(answer.has_value()) << path;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->contentType, "application/json");
    EXPECT_EQ(header(*answer, "Access-Control-Allow-Origin"), "*");
    EXPECT_THAT(header(*answer, "Cache-Control"), HasSubstr("max-age="));
    const Json document = Json::parse(answer->body);
    EXPECT_EQ(document["resource"], "https://gateway.example.com/mcp");
    EXPECT_EQ(document["authorization_servers"], Json({"https://id.example.com"}));
    EXPECT_EQ(document["bearer_methods_supported"], Json({"header"}));
  }
}

TEST(OAuthMetadata, ProbesForAnAuthorizationServerGetA404AsJson) {
  for (const char* path :
       {"/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration", "/.well-known/openid-configuration/mcp",
        "/mcp/.well-known/openid-configuration", "/mcp/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp/", "/.well-known/oauth-protected-resource/other", "/.well-known/"}) {
    const auto answer = Asking(path).metadata();
    ASSERT_TRUE(answer.has_value()) << path;
    EXPECT_EQ(answer->status, 404) << path;
    EXPECT_EQ(answer->contentType, "application/json");
    EXPECT_EQ(Json::parse(answer->body)["error"], "not_found");
    EXPECT_EQ(header(*answer, "Access-Control-Allow-Origin"), "*") << "a browser must see the 404, not a CORS failure";
  }
}

TEST(OAuthMetadata, OtherPathsAreNotItsBusiness) {
  for (const char* path : {"/mcp", "/sse", "/", "/well-known/oauth-protected-resource", "/.well-known"}) {
    EXPECT_FALSE(Asking(path).metadata().has_value()) << path;
    EXPECT_FALSE(Asking(path).metadata(nullptr).has_value()) << path;
  }
}

TEST(OAuthMetadata, AListenerWithoutOAuthHasNone) {
  const auto answer = Asking("/.well-known/oauth-protected-resource/mcp").metadata(nullptr);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 404);
  EXPECT_THAT(answer->body, Not(HasSubstr("example.com")));
  EXPECT_THAT(Json::parse(answer->body)["error_description"], HasSubstr("Authorization: Bearer"));
}

TEST(OAuthMetadata, BrowsersMayAskFirstAndOtherMethodsAreNotServed) {
  const auto preflight = Asking("/.well-known/oauth-protected-resource/mcp", http::Method::Options).metadata();
  ASSERT_TRUE(preflight.has_value());
  EXPECT_EQ(preflight->status, 204);
  EXPECT_TRUE(preflight->body.empty());
  EXPECT_EQ(header(*preflight, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(header(*preflight, "Access-Control-Allow-Methods"), "GET");
  const auto posted = Asking("/.well-known/oauth-protected-resource/mcp", http::Method::Post).metadata();
  ASSERT_TRUE(posted.has_value());
  EXPECT_EQ(posted->status, 405);
  EXPECT_EQ(header(*posted, "Allow"), "GET, HEAD, OPTIONS");
}

TEST(OAuthRefusals, WithoutACredentialTheChallengeNamesTheMetadataAndNoError) {
  const http::Response answer = Asking("/mcp", http::Method::Post).refused(Failure::NoCredential);
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(
      header(answer, "WWW-Authenticate"),
      R"(Bearer resource_metadata="https://gateway.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp:tools")");
  const Json body = Json::parse(answer.body);
  EXPECT_EQ(body["jsonrpc"], "2.0");
  EXPECT_FALSE(body.contains("id"));
  EXPECT_THAT(body["error"]["message"], HasSubstr("Authorization: Bearer"));
}

TEST(OAuthRefusals, EveryBadCredentialIsAnsweredAlike) {
  const Asking asking("/mcp", http::Method::Post);
  const http::Response expired = asking.refused(Failure::Expired);
  EXPECT_EQ(expired.status, 401);
  EXPECT_THAT(header(expired, "WWW-Authenticate"), HasSubstr(R"(error="invalid_token")"));
  for (std::size_t i = 0; i < identity::kFailures; ++i) {
    const auto failure = static_cast<Failure>(i);
    if (!identity::countsAgainstAddress(failure)) continue;
    const http::Response answer = asking.refused(failure);
    EXPECT_EQ(answer.status, expired.status) << identity::labelOf(failure);
    EXPECT_EQ(answer.extra, expired.extra) << identity::labelOf(failure);
    EXPECT_EQ(answer.body, expired.body) << identity::labelOf(failure);
  }
}

TEST(OAuthRefusals, AnAddressThatFailsTooOftenIsToldWhenToComeAgain) {
  const http::Response answer = Asking("/mcp").refused(Failure::Limited, &resource(), Milliseconds(2'001));
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(header(answer, "Retry-After"), "3");
  EXPECT_EQ(header(answer, "WWW-Authenticate"), "") << "clients would sign in again";
  EXPECT_EQ(header(Asking("/mcp").refused(Failure::Limited), "Retry-After"), "1");
}

TEST(OAuthRefusals, MissingKeysAreNoReasonToSignInAgain) {
  const http::Response answer = Asking("/mcp").refused(Failure::KeysUnavailable);
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(header(answer, "Retry-After"), "");
  EXPECT_EQ(header(answer, "WWW-Authenticate"), "");
}

TEST(OAuthRefusals, WithoutOAuthTheChallengeNamesNoMetadata) {
  const http::Response answer = Asking("/mcp").refused(Failure::NoCredential, nullptr);
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(header(answer, "WWW-Authenticate"), "Bearer");
}

TEST(OAuthRefusals, ABrowserOfAnAllowedOriginMayReadTheChallenge) {
  const auto answer = Asking("/mcp").from("http://localhost:6274").refused(Failure::NoCredential);
  EXPECT_EQ(header(answer, "Access-Control-Allow-Origin"), "http://localhost:6274");
  EXPECT_THAT(header(answer, "Access-Control-Expose-Headers"), HasSubstr("www-authenticate"));
  EXPECT_EQ(header(Asking("/mcp").refused(Failure::NoCredential), "Access-Control-Allow-Origin"), "");
}

}  // namespace
}  // namespace certus::gateway::test
