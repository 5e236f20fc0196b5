#include "trust_host.h"

namespace certus::trust {
namespace {

class ServiceErrors : public TrustHost {
 protected:
  std::string textOf(certus_http_failure failure, std::uint32_t retryAfter = 0) {
    FakeCall& call = host.tool("get_stats");
    call.answerFailure(failure, "service trust failed", retryAfter);
    EXPECT_TRUE(call.outcome().isError());
    EXPECT_EQ(call.outcome().structured, "");  // clients validate structuredContent even on errors
    return call.outcome().text();
  }
  std::string textOf(std::uint32_t status, const Json& body) {
    const FakeOutcome& outcome = ask("get_stats", Json::object(), body, status);
    EXPECT_TRUE(outcome.isError());
    return outcome.text();
  }
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_F(ServiceErrors, EndWithTheRequestsId) {
  EXPECT_TRUE(textOf(CERTUS_HTTP_REFUSED).ends_with("\nRequest id: req-fake-1"));
  EXPECT_TRUE(host.tool("verify", {{"artifact", "x"}}).outcome().text().ends_with("\nRequest id: req-fake-1"));
}

TEST_F(ServiceErrors, EveryFailureSaysWhatAndWhetherToRetry) {
  EXPECT_TRUE(has(
      textOf(CERTUS_HTTP_REFUSED),
      "Getting the statistics failed: the Trust service cannot be reached (connection refused). Try again in 5 seconds"));
  EXPECT_TRUE(has(textOf(CERTUS_HTTP_TIMEOUT), "did not answer in time. Try again in 5 seconds"));
  EXPECT_TRUE(has(textOf(CERTUS_HTTP_BROKEN), "broke the connection off"));
  EXPECT_TRUE(has(textOf(CERTUS_HTTP_TOO_LARGE), "larger than the gateway accepts"));
  EXPECT_TRUE(has(textOf(CERTUS_HTTP_NOT_JSON), "not JSON"));
  EXPECT_TRUE(has(textOf(CERTUS_HTTP_TLS), "the operator must mend the certificates"));
  EXPECT_TRUE(has(textOf(CERTUS_HTTP_UNKNOWN_SERVICE), "add it under `services`"));
  EXPECT_TRUE(has(textOf(CERTUS_HTTP_BAD_REQUEST), "this is a defect"));
}

TEST_F(ServiceErrors, TakeTheServicesOwnRetryTime) {
  EXPECT_TRUE(has(textOf(CERTUS_HTTP_REFUSED, 1), "Try again in 1 second;"));
}

TEST_F(ServiceErrors, StatusesSayWhoCanMendThem) {
  EXPECT_TRUE(has(textOf(401, Json::object()), "refused the gateway's credential"));
  EXPECT_TRUE(has(textOf(403, Json::object()), "tell the operator"));
  EXPECT_TRUE(has(textOf(429, Json::object()), "too many requests"));
  EXPECT_TRUE(has(textOf(503, Json{{"detail", "starting"}}), "is not ready: starting."));
  EXPECT_TRUE(has(textOf(502, Json::object()), "nothing behind the Trust service's address answered"));
  EXPECT_TRUE(has(textOf(500, Json{{"detail", "Signing failed"}}),
                  "an error inside the Trust service (status 500): Signing failed."));
  EXPECT_TRUE(
      has(textOf(404, Json{{"detail", "Not Found"}}), "(status 404): Not Found. Trying the same again will not help."));
  EXPECT_TRUE(has(textOf(302, Json::object()), "(status 302)"));
}

TEST_F(ServiceErrors, ListsWithoutWordsStillNameTheArgument) {
  EXPECT_TRUE(has(textOf(422, Json{{"detail", {{{"loc", {"query", "limit"}}}}}}), "`limit`: not accepted"));
  EXPECT_TRUE(
      has(textOf(422, Json{{"detail", {{{"loc", {"body"}}, {"msg", "Field required"}}}}}), "arguments: Field required."));
}

TEST_F(ServiceErrors, LongListsAreCut) {
  Json detail = Json::array();
  for (int i = 0; i < 20; ++i) detail.push_back({{"loc", {"body", "f" + std::to_string(i)}}, {"msg", "bad"}});
  const std::string text = textOf(422, {{"detail", detail}});
  EXPECT_TRUE(has(text, "`f7`: bad"));
  EXPECT_FALSE(has(text, "`f8`"));
}

TEST_F(ServiceErrors, LeakNoAddressAndNoControlCharacter) {
  const std::string text = textOf(500, Json{{"detail", "cannot reach http://rekor:3000/api?token=s3cret now\n\x1b[31m"}});
  EXPECT_FALSE(has(text, "rekor:3000"));
  EXPECT_FALSE(has(text, "s3cret"));
  EXPECT_TRUE(has(text, "cannot reach [address] now"));
  EXPECT_FALSE(has(text, "\x1b"));
}

TEST_F(ServiceErrors, AnErrorPageInHtmlSpeaksThroughItsStatus) {
  FakeCall& call = host.tool("get_stats");
  call.answer(500, "<html>Internal Server Error</html>", "text/html");
  EXPECT_TRUE(has(call.outcome().text(), "an error inside the Trust service (status 500)."));
  EXPECT_FALSE(has(call.outcome().text(), "<html>"));
}

TEST_F(ServiceErrors, APageInsteadOfJsonIsNotTheTrustApi) {
  FakeCall& call = host.tool("get_stats");
  call.answer(200, "<html>Welcome to nginx</html>", "text/html");
  EXPECT_TRUE(has(call.outcome().text(), "status 200 with something that is not JSON"));
}

TEST_F(ServiceErrors, ACallThatWasGivenUpIsNotCompleted) {
  FakeCall& call = host.tool("get_stats");
  host.cancel(call);
  EXPECT_FALSE(call.completed());
  EXPECT_FALSE(call.hasPending());
}

}  // namespace
}  // namespace certus::trust
