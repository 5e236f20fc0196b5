#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/reading.h"

namespace certus::config {
namespace {

using ::testing::HasSubstr;

Reading readWith(const std::string& yaml, Environment environment) {
  environment.insert({{"HOME", "/home/alice"}, {"USER", "alice"}});
  return readText(yaml, environment);
}

TEST(EnvironmentOverride, ReplacesWhatTheFileSays) {
  const Reading reading = readWith("threads: 1\n", {{"CERTUS_GATEWAY__THREADS", "4"},
                                                    {"CERTUS_GATEWAY__LISTENERS__MCP__PORT", "9000"},
                                                    {"CERTUS_GATEWAY__LOG__LEVEL", "debug"},
                                                    {"CERTUS_GATEWAY__REQUIRE_PINS", "true"},
                                                    {"CERTUS_GATEWAY__DRAIN_SECONDS", "0.5"},
                                                    {"CERTUS_GATEWAY__INSTRUCTIONS", "no"}});
  ASSERT_EQ(reading.text(), "");
  EXPECT_EQ(reading.config.threads, 4u);
  EXPECT_EQ(reading.config.mcp.port, 9000);
  EXPECT_EQ(reading.config.logLevel, "debug");
  EXPECT_TRUE(reading.config.requirePins);
  EXPECT_EQ(reading.config.drain, Milliseconds{500});
  EXPECT_EQ(reading.config.instructions, "no");
  EXPECT_EQ(reading.config.where("threads"), "environment variable CERTUS_GATEWAY__THREADS");
}

TEST(EnvironmentOverride, ReachesIntoNamedEntriesOfTheFile) {
  const Reading reading = readWith(
      "modules: {my-mod: {path: a.so}}\nservices: {trust: embedded}\n",
      {{"CERTUS_GATEWAY__MODULES__MY_MOD__PREFIX", ""}, {"CERTUS_GATEWAY__SERVICES__TRUST__URL", "http://trust:8057"}});
  ASSERT_EQ(reading.text(), "");
  EXPECT_EQ(reading.config.modules[0].prefix, std::optional<std::string>(""));
  EXPECT_FALSE(reading.config.services[0].embedded);
  EXPECT_EQ(reading.config.services[0].url, "http://trust:8057");
}

TEST(EnvironmentOverride, CanSayEmbedded) {
  const Reading reading =
      readWith("services: {trust: {url: 'http://h'}}\n", {{"CERTUS_GATEWAY__SERVICES__TRUST", "embedded"}});
  ASSERT_EQ(reading.text(), "");
  EXPECT_TRUE(reading.config.services[0].embedded);
}

TEST(EnvironmentOverride, IsHeldToTheSameRulesAsTheFile) {
  EXPECT_EQ(readWith("", {{"CERTUS_GATEWAY__THREADS", "010"}}).text(),
            "environment variable CERTUS_GATEWAY__THREADS: threads: \"010\" has a leading zero, which some YAML readers "
            "take as octal; write 10\n");
  EXPECT_THAT(readWith("", {{"CERTUS_GATEWAY__REQUIRE_PINS", "yes"}}).text(), HasSubstr("write true"));
  EXPECT_THAT(readWith("", {{"CERTUS_GATEWAY__LISTENERS__MCP__ADDRESS", "0.0.0.0"}}).text(),
              HasSubstr("reachable from other machines"));
}

TEST(EnvironmentOverride, RefusesAnUnknownNameWithTheNearestOne) {
  EXPECT_EQ(readWith("", {{"CERTUS_GATEWAY__LISTENERS__MCP__PROT", "1"}}).text(),
            "environment variable CERTUS_GATEWAY__LISTENERS__MCP__PROT: names nothing in this configuration; did you mean "
            "CERTUS_GATEWAY__LISTENERS__MCP__PORT?\n");
  EXPECT_THAT(readWith("", {{"CERTUS_GATEWAY__MODULES__TRUST__PREFIX", "x"}}).text(), HasSubstr("names nothing"));
  EXPECT_THAT(readWith("", {{"CERTUS_GATEWAY__", "x"}}).text(), HasSubstr("names nothing"));
  EXPECT_THAT(readWith("", {{"CERTUS_GATEWAY__LISTENERS", "x"}}).text(), HasSubstr("not a single value"));
}

TEST(EnvironmentOverride, LeavesTheFileAloneWhenTheNameIsUnknown) {
  EXPECT_TRUE(readWith("services: {trust: embedded}\n", {{"CERTUS_GATEWAY__SERVICES__TRUST__URI", "http://h"}})
                  .config.services[0]
                  .embedded);
}

TEST(EnvironmentOverride, IgnoresOtherVariables) {
  EXPECT_EQ(readWith("", {{"CERTUS_GATEWAY_CONFIG", "/x"}, {"CERTUS_TRUST_PORT", "1"}, {"CERTUS_GATEWAYS__X", "1"}}).text(),
            "");
}

TEST(EnvironmentOverride, RefusesListsSections) {
  EXPECT_THAT(readWith("", {{"CERTUS_GATEWAY__LISTENERS__MCP__ALLOWED_HOSTS", "a"}}).text(),
              HasSubstr("set it in the file"));
}

}  // namespace
}  // namespace certus::config
