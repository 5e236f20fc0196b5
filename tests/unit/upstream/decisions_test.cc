// What the services layer decides without a socket: the breaker, the rules for requests, JSON, words, secrets.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/upstream/circuit_breaker.h"
#include "gateway/upstream/credential_source.h"
#include "gateway/upstream/explanation.h"
#include "gateway/upstream/json_check.h"
#include "gateway/upstream/question_rules.h"
#include "gateway/upstream/service_counters.h"

namespace certus::gateway {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const SteadyTime kStart = SteadyTime() + std::chrono::hours(1);

TEST(CircuitBreaker, OpensAfterFiveFailuresInARowAndLetsOneTryAfterThePause) {
  CircuitBreaker breaker;
  for (int i = 0; i < 4; ++i) breaker.failed(kStart);
  EXPECT_EQ(breaker.refuse(kStart), std::nullopt);
  breaker.failed(kStart);
  EXPECT_EQ(breaker.refuse(kStart), CircuitBreaker::kOpenFor);
  EXPECT_EQ(breaker.refuse(kStart + Milliseconds(500)), Milliseconds(1'000));
  const SteadyTime later = kStart + CircuitBreaker::kOpenFor;
  EXPECT_EQ(breaker.refuse(later), std::nullopt);  // the one that tries
  EXPECT_EQ(breaker.refuse(later), CircuitBreaker::kOpenFor);
  breaker.succeeded();
  EXPECT_EQ(breaker.refuse(later), std::nullopt);
  EXPECT_FALSE(breaker.isOpen());
}

TEST(CircuitBreaker, AFailedTryOpensItAgain) {
  CircuitBreaker breaker;
  for (int i = 0; i < 5; ++i) breaker.failed(kStart);
  const SteadyTime later = kStart + CircuitBreaker::kOpenFor;
  EXPECT_EQ(breaker.refuse(later), std::nullopt);
  breaker.failed(later);
  EXPECT_EQ(breaker.refuse(later + Milliseconds(1)), CircuitBreaker::kOpenFor - Milliseconds(1));
}

TEST(CircuitBreaker, ASuccessInBetweenStartsTheCountAnew) {
  CircuitBreaker breaker;
  for (int i = 0; i < 4; ++i) breaker.failed(kStart);
  breaker.succeeded();
  for (int i = 0; i < 4; ++i) breaker.failed(kStart);
  EXPECT_EQ(breaker.refuse(kStart), std::nullopt);
}

ServiceQuestion question(std::string_view path, std::span<const http::Field> headers = {}) {
  ServiceQuestion out;
  out.path = path;
  out.headers = headers;
  return out;
}

TEST(QuestionRules, TakesAnEncodedPathAndPlainHeaders) {
  const http::Field headers[] = {{"Accept", "application/json"}, {"X-Scan", "a b"}};
  EXPECT_EQ(questionFault(question("/v1/verify?x=%20&y=1,2;z", headers)), std::nullopt);
}

TEST(QuestionRules, RefusesAPathThatCouldMeanSomethingElse) {
  for (const char* path : {"", "v1", "//evil/x", "/a b", "/a\r\nX: y", "/a#b", "/../secret", "/a/./b", "/a/..", "/\x80", "/a\\b", "http://x/"}) {
    EXPECT_NE(questionFault(question(path)), std::nullopt) << path;
  }
  EXPECT_EQ(questionFault(question("/a..b/..c?d=..")), std::nullopt);
  EXPECT_NE(questionFault(question("/" + std::string(9'000, 'x'))), std::nullopt);
}

TEST(QuestionRules, RefusesHeadersThatAreTheGatewaysOwnOrMalformed) {
  for (const char* name : {"Authorization", "HOST", "content-length", "Transfer-Encoding", "X-User-ID", "x-request-id", "Traceparent", "Cookie", "", "a b", "x:"}) {
    const http::Field header[] = {{name, "v"}};
    EXPECT_NE(questionFault(question("/", header)), std::nullopt) << name;
  }
  for (const char* value : {"a\r\nb", "a\nX-User-ID: root", "\x01", "\xc3\xa9"}) {
    const http::Field header[] = {{"X-Fine", value}};
    EXPECT_NE(questionFault(question("/", header)), std::nullopt) << value;
  }
}

TEST(QuestionRules, AnIdentityCannotEndItsHeader) {
  std::string line;
  appendHeaderSafe(line, "jos\xc3\xa9\r\nX: y 100%");
  EXPECT_EQ(line, "jos%C3%A9%0D%0AX:%20y%20100%25");
}

TEST(JsonCheck, TakesOneTextThatAllReadersUnderstandAlike) {
  simdjson::dom::parser parser;
  for (const char* good : {"{}", "[]", "1", "\"x\"", R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"}) EXPECT_TRUE(parseUnambiguous(parser, good).has_value()) << good;
  for (const char* bad : {"", "{", "{} {}", "NaN", R"({"a":1,"a":2})", R"({"a":1,"\u0061":2})", R"([{"x":[{"b":1,"b":1}]}])", "\"\xff\""}) {
    EXPECT_FALSE(parseUnambiguous(parser, bad).has_value()) << bad;
  }
}

TEST(JsonCheck, FindsADuplicateAmongManyNames) {
  simdjson::dom::parser parser;
  std::string text = "{";
  for (int i = 0; i < 100; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(parseUnambiguous(parser, text + "\"other\":1}").has_value());
  EXPECT_FALSE(parseUnambiguous(parser, text + "\"k3\":1}").has_value());
}

TEST(Explanation, EveryFailureNamesTheServiceAndWhatToDo) {
  for (int i = 1; i < static_cast<int>(kServiceFailures); ++i) {
    const std::string text = explainFailure("trust", static_cast<ServiceFailure>(i), {Milliseconds(1'500), 4096, 3});
    EXPECT_THAT(text, HasSubstr("'trust'")) << i;
    EXPECT_THAT(text, Not(HasSubstr("http://"))) << i;
    EXPECT_EQ(text.back(), '.') << i;
  }
  EXPECT_THAT(explainFailure("trust", ServiceFailure::Refused, {{}, 0, 2}), HasSubstr("try again in 2 seconds"));
  EXPECT_THAT(explainFailure("trust", ServiceFailure::Timeout, {Milliseconds(1'500), 0, 0}), HasSubstr("1500 ms"));
  EXPECT_THAT(explainFailure("trust", ServiceFailure::TooLarge, {{}, 4096, 0}), HasSubstr("4096 bytes"));
}

TEST(Explanation, AStatusSaysWhetherRepeatingHelps) {
  EXPECT_THAT(explainStatus("trust", 503, 7), AllOf(HasSubstr("503"), HasSubstr("try again in 7 seconds")));
  EXPECT_THAT(explainStatus("trust", 422, 0), HasSubstr("Change the arguments"));
  EXPECT_THAT(explainStatus("trust", 401, 0), HasSubstr("operator"));
  EXPECT_THAT(explainStatus("trust", 429, 1), HasSubstr("try again in 1 second."));
}

TEST(ServiceCounters, SortsAnswersByOutcomeAndTime) {
  ServiceCounters counters;
  ServiceAnswer answer;
  answer.status = 200;
  answer.took = std::chrono::milliseconds(3);
  counters.count(answer);
  answer.status = 404;
  counters.count(answer);
  answer.failure = ServiceFailure::Timeout;
  answer.took = std::chrono::seconds(60);
  counters.count(answer);
  ServiceFigures figures;
  counters.read(figures);
  EXPECT_EQ(figures.outcomes[static_cast<std::size_t>(ServiceOutcome::Ok)], 1u);
  EXPECT_EQ(figures.outcomes[static_cast<std::size_t>(ServiceOutcome::ClientError)], 1u);
  EXPECT_EQ(figures.outcomes[static_cast<std::size_t>(ServiceOutcome::Timeout)], 1u);
  EXPECT_EQ(figures.buckets[2], 2u);
  EXPECT_EQ(figures.buckets.back(), 1u);
  EXPECT_NEAR(figures.secondsSum, 60.006, 1e-9);
}

class CredentialFile : public testing::Test {
 protected:
  CredentialFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "certus-credential-XXXXXX").string();
    directory = ::mkdtemp(pattern.data());
    credential.file = directory / "token";
  }
  ~CredentialFile() override { std::filesystem::remove_all(directory); }
  void write(const std::string& text) {
    std::ofstream(directory / "new") << text;
    std::filesystem::rename(directory / "new", directory / "token");
  }
  std::filesystem::path directory;
  config::Credential credential;
};

TEST_F(CredentialFile, BecomesAHeaderLineWithoutItsNewline) {
  write("s3cret\n");
  CredentialSource source(credential);
  EXPECT_EQ(source.headerLine(kStart).value(), "Authorization: Bearer s3cret\r\n");
}

TEST_F(CredentialFile, IsReadAgainWhenItWasReplaced) {
  write("old");
  CredentialSource source(credential);
  EXPECT_THAT(std::string(source.headerLine(kStart).value()), HasSubstr("old"));
  write("new");
  EXPECT_THAT(std::string(source.headerLine(kStart + CredentialSource::kRecheck / 2).value()), HasSubstr("old"));
  EXPECT_THAT(std::string(source.headerLine(kStart + CredentialSource::kRecheck).value()), HasSubstr("new"));
}

TEST_F(CredentialFile, ThatIsMissingOrUnusableIsAnErrorWithoutTheValue) {
  CredentialSource missing(credential);
  EXPECT_THAT(missing.headerLine(kStart).error().message, HasSubstr("cannot be read"));
  write("sec\x01ret");
  CredentialSource unusable(credential);
  EXPECT_THAT(unusable.headerLine(kStart).error().message, AllOf(HasSubstr("no header may carry"), Not(HasSubstr("sec"))));
  write("");
  CredentialSource empty(credential);
  EXPECT_THAT(empty.headerLine(kStart).error().message, HasSubstr("is empty"));
  write("now");
  EXPECT_THAT(std::string(missing.headerLine(kStart + CredentialSource::kRecheck).value()), HasSubstr("now"));
}

TEST(CredentialVariable, IsSentBareWhenNoSchemeIsWanted) {
  ASSERT_EQ(::setenv("CERTUS_UNIT_TEST_KEY", "abc", 1), 0);
  CredentialSource source({.env = "CERTUS_UNIT_TEST_KEY", .file = {}, .header = "X-API-Key", .scheme = ""});
  EXPECT_EQ(source.headerLine(kStart).value(), "X-API-Key: abc\r\n");
  CredentialSource unset({.env = "CERTUS_UNIT_TEST_UNSET", .file = {}, .header = "X", .scheme = ""});
  EXPECT_THAT(unset.headerLine(kStart).error().message, HasSubstr("CERTUS_UNIT_TEST_UNSET is empty"));
}

}  // namespace
}  // namespace certus::gateway
