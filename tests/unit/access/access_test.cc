#include "gateway/access/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace certus::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint32_t kSign = 0, kVerify = 1;

Access::Parts partsOf(const std::string& yaml) {
  rules::Catalogue catalogue;
  for (const char* name : {"sign", "verify"}) {
    rules::CatalogueItem item;
    item.service = "trust";
    item.name = name;
    item.exposed = "trust_" + item.name;
    item.inputSchema = R"({"type":"object"})";
    catalogue.push_back(item);
  }
  rules::PolicyFiles files;
  files.files.push_back({"policy/test.yaml", yaml + "rules: {all: {effect: allow, who: everyone, tools: ['trust/*']}}\n"});
  policy::PolicyBuild built = policy::build(files, catalogue, {1, 2}, rules::Unmatched::AreErrors);
  EXPECT_NE(built.set, nullptr) << built.text();
  Access::Parts parts;
  parts.policy = built.set;
  parts.items = catalogue.size();
  return parts;
}

Principal someone(const std::string& subject, const std::string& tenant = "") {
  Principal out;
  out.subject = subject;
  out.tenant = tenant;
  return out;
}

Access oauth(std::vector<std::string> scopes, std::vector<identity::ToolScope> byTool = {}) {
  Access::Parts parts = partsOf("");
  parts.resource.publicUrl = "https://gateway.example.com/mcp";
  parts.resource.scopes = std::move(scopes);
  parts.resource.toolScopes = std::move(byTool);
  return Access(std::move(parts));
}

TEST(Access, ACallersTenantIsTheOneThatPolicyDecidesBy) {
  const Access access(partsOf("tenants: {acme: {}, other: {}}\nsubjects: {rita: {tenant: acme}, carl: {}}\n"));
  const auto tenantOf = [&](const Principal& who) {
    return std::string(access.caller(0, std::make_shared<const Principal>(who))->tenant);
  };
  EXPECT_EQ(tenantOf(someone("rita")), "acme");
  EXPECT_EQ(tenantOf(someone("rita", "other")), "other") << "what the credential names comes first";
  EXPECT_EQ(tenantOf(someone("carl")), "");
  EXPECT_EQ(tenantOf(someone("nobody")), "");
}

TEST(ScopeChallenge, NamesEveryScopeThatTheToolTakes) {
  const Access access = oauth({"mcp:tools"}, {{"trust:sign", {"trust/sign"}}, {"mcp:tools", {"trust/*"}}});
  Principal who = someone("rita");
  EXPECT_THAT(access.scopeChallenge(Challenge::OAuth, kSign, who), HasSubstr("scope=\"mcp:tools trust:sign\""));
  EXPECT_THAT(access.scopeChallenge(Challenge::OAuth, kSign, who), HasSubstr("resource_metadata="));
  EXPECT_THAT(access.scopeChallenge(Challenge::OAuth, kVerify, who), HasSubstr("scope=\"mcp:tools\""));
  EXPECT_THAT(access.scopeChallenge(Challenge::Plain, kSign, who), Not(HasSubstr("resource_metadata")));
  EXPECT_EQ(access.scopeChallenge(Challenge::None, kSign, who), "");
  who.scopes = {"mcp:tools"};
  EXPECT_THAT(access.scopeChallenge(Challenge::OAuth, kSign, who), HasSubstr("scope=\"mcp:tools trust:sign\""));
}

TEST(ScopeChallenge, SendsNobodyToSignInForWhatTheTokenHas) {
  Principal who = someone("rita");
  EXPECT_EQ(oauth({}).scopeChallenge(Challenge::OAuth, kSign, who), "");
  who.scopes = {"mcp:tools", "trust:sign"};
  EXPECT_EQ(oauth({"mcp:tools"}, {{"trust:sign", {"trust/sign"}}}).scopeChallenge(Challenge::OAuth, kSign, who), "");
  EXPECT_THAT(oauth({"mcp:tools"}).scopeChallenge(Challenge::Plain, kSign, who), HasSubstr("insufficient_scope"))
      << "where there is no metadata a challenge starts nothing";
}

}  // namespace
}  // namespace certus::gateway
