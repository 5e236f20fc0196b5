#include "gateway/app/identity_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/gateway/reader.h"

namespace certus::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Issuers a, b, ... from line 5 on, five lines each; an empty prefix is not written.
std::vector<std::string> warningsOf(const std::vector<std::string>& prefixes) {
  std::string yaml = "modules: {trust: {path: t.so}}\nservices: {trust: embedded}\npolicy: policy\nidentity:\n  issuers:\n";
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    yaml += "    " + name + ":\n      issuer: https://" + name + "\n      audiences: [g]\n      jwks_file: k.json\n";
    yaml += prefixes[i].empty() ? "      # none\n" : "      subject_prefix: '" + prefixes[i] + "'\n";
  }
  const config::Reading reading = config::readGateway(yaml, "/g.yaml", {{"HOME", "/h"}});
  EXPECT_EQ(reading.text(), "");
  return issuerWarnings(reading.config);
}

TEST(IssuerWarnings, AreNoneForOneIssuerOrForSeveralWithNamesOfTheirOwn) {
  EXPECT_THAT(warningsOf({""}), IsEmpty());
  EXPECT_THAT(warningsOf({"a:", "b:", "c:"}), IsEmpty());
}

TEST(IssuerWarnings, NameBothIssuersAndTheKeyToWrite) {
  EXPECT_THAT(warningsOf({"", ""}),
              ElementsAre(AllOf(StartsWith("/g.yaml:11:5: identity.issuers.b.subject_prefix: "), HasSubstr("from a (/g.yaml:6:5)"),
                                HasSubstr("subject_prefix: \"b:\" here and \"a:\" there"))));
  EXPECT_THAT(warningsOf({"a:", ""}), ElementsAre(StartsWith("/g.yaml:11:5: identity.issuers.b.subject_prefix: ")));
  EXPECT_THAT(warningsOf({"", "b:"}), ElementsAre(StartsWith("/g.yaml:6:5: identity.issuers.a.subject_prefix: ")));
  EXPECT_THAT(warningsOf({"x:", "x:y:"}), ElementsAre(StartsWith("/g.yaml:15:23: identity.issuers.b.subject_prefix: ")));
}

TEST(IssuerWarnings, AreOneAnIssuer) { EXPECT_EQ(warningsOf({"", "", "", "d:"}).size(), 3u); }

}  // namespace
}  // namespace certus::app
