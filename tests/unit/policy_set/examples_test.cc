// The policies that are shipped: they compile against the real tools, limits and all, and their own cases hold.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "policy/rules/cases.h"
#include "tests/unit/policy_set/set_of.h"

namespace certus::policy {
namespace {

namespace fs = std::filesystem;

std::string contentOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Examples, CompileAgainstTheRealToolsAndPassTheirCases) {
  const auto catalogue = rules::readCatalogue(contentOf("policy/examples/catalog.json"));
  ASSERT_TRUE(catalogue) << catalogue.error().message;
  std::size_t examples = 0, limited = 0;
  for (const auto& entry : fs::directory_iterator("policy/examples")) {
    if (!entry.is_directory()) continue;
    SCOPED_TRACE(entry.path().string());
    ++examples;
    const PolicyBuild out = buildFolder(entry.path().string(), *catalogue, kSecret);
    ASSERT_EQ(out.text(), "");
    limited += out.set->limits->rules().empty() ? 0 : 1;
    rules::CaseReport report;
    std::vector<rules::Finding> findings;
    for (const auto& file : fs::directory_iterator(entry.path() / "tests"))
      runCases(*out.set->rules, rules::readCases(contentOf(file.path()), file.path().string(), findings), report);
    EXPECT_EQ(rules::textOf(findings), "");
    EXPECT_EQ(rules::textOf(report.failures), "");
    EXPECT_GE(report.passed, 6u);
  }
  EXPECT_EQ(examples, 5u);
  EXPECT_GE(limited, 3u);
}

}  // namespace
}  // namespace certus::policy
