// The configurations that the guides show are read as they stand there.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/unit/config/reading.h"

namespace certus::config {
namespace {

// The first ```yaml of a guide, put beside what every configuration needs.
std::string firstExampleOf(const std::string& guide) {
  std::ifstream in(guide);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string all = text.str(), mark = "```yaml\n";
  const auto begin = all.find(mark);
  if (begin == std::string::npos) return {};
  const auto from = begin + mark.size();
  return all.substr(from, all.find("```", from) - from) +
         "modules: {trust: {path: trust.so}}\nservices: {trust: embedded}\n";
}

TEST(Guides, TheOAuthGuidesConfigurationIsRight) {
  const std::string yaml = firstExampleOf("docs/guides/oauth.md");
  ASSERT_NE(yaml, "");
  const Reading reading = readText(yaml);
  ASSERT_EQ(reading.text(), "");
  ASSERT_EQ(reading.config.identity.issuers.size(), 1u);
  const auto& resource = reading.config.identity.resource;
  EXPECT_EQ(resource.publicUrl, reading.config.identity.issuers[0].audiences.at(0));
  EXPECT_EQ(resource.authorizationServers.at(0), reading.config.identity.issuers[0].issuer);
  std::string withComments = yaml;
  for (std::size_t at; (at = withComments.find("#jwks_ca_file")) != std::string::npos;) withComments.erase(at, 1);
  EXPECT_EQ(readText(withComments).config.identity.issuers.at(0).jwksCaFile, "/etc/certus/company-ca.pem");
}

}  // namespace
}  // namespace certus::config
