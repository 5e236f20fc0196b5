// Several issuers, each with names and groups of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/identity/identity_config.h"
#include "tests/unit/policy_identity/issuing.h"

namespace certus::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Principal& principalOf(const Outcome& outcome) { return *std::get<PrincipalPointer>(outcome); }

Issuer issuerOf(const std::string& prefix) {
  Issuer out;
  out.subjectPrefix = prefix;
  return out;
}

TEST(Issuers, PutTheirPrefixBeforeEverySubject) {
  IssuingWorld world;
  world.settings.subjectPrefix = "partner:";
  world.rebuild();
  const Outcome outcome = world.verify(world.good("ES256"));
  ASSERT_EQ(said(outcome), "ok:partner:alice@example.com");
  EXPECT_EQ(principalOf(outcome).key, "https://id.example.com\nalice@example.com") << "the same holder as without it";
}

TEST(Issuers, GiveNoSubjectThatIsTooLongWithItsPrefix) {
  IssuingWorld world;
  world.settings.subjectPrefix = "partner:";
  world.rebuild();
  Json claims = world.claims();
  claims["sub"] = std::string(246, 'a');
  EXPECT_THAT(said(world.verify(signedToken(keyFor("ES256"), world.header("ES256"), claims))), HasSubstr("ok:partner:aaa"));
  claims["sub"] = std::string(247, 'a');
  EXPECT_EQ(said(world.verify(signedToken(keyFor("ES256"), world.header("ES256"), claims))), "claims");
}

TEST(Issuers, PutPeopleOnlyIntoGroupsOfTheirOwn) {
  IssuingWorld world;
  world.settings.limitsGroups = true;
  world.settings.groups = {"de*", "partner-*"};
  world.rebuild();
  const Outcome some = world.verify(world.good("ES256"));
  EXPECT_THAT(principalOf(some).groups, ElementsAre("dev"));
  EXPECT_THAT(principalOf(some).droppedGroups, ElementsAre("ops"));
  world.settings.groups = {};
  world.rebuild();
  const Outcome none = world.verify(world.good("ES256"));
  EXPECT_THAT(principalOf(none).groups, IsEmpty());
  EXPECT_THAT(principalOf(none).droppedGroups, ElementsAre("dev", "ops"));
  world.settings.limitsGroups = false;
  world.rebuild();
  const Outcome all = world.verify(world.good("ES256"));
  EXPECT_THAT(principalOf(all).groups, ElementsAre("dev", "ops"));
  EXPECT_THAT(principalOf(all).droppedGroups, IsEmpty());
}

TEST(Issuers, StandBehindNobodyWhoseNameOrGroupsTheyNoLongerGive) {
  IssuingWorld world;
  world.settings.subjectPrefix = "partner:";
  world.rebuild();
  const Principal who = principalOf(world.verify(world.good("ES256")));
  EXPECT_TRUE(world.verifier->trusts(who));
  const auto trustsAfter = [&](const std::string& prefix, std::optional<std::vector<std::string>> groups) {
    world.settings.subjectPrefix = prefix;
    world.settings.limitsGroups = groups.has_value();
    world.settings.groups = groups.value_or(std::vector<std::string>());
    world.rebuild();
    return world.verifier->trusts(who);
  };
  EXPECT_FALSE(trustsAfter("other:", std::nullopt));
  EXPECT_FALSE(trustsAfter("", std::nullopt)) << "now its name is alice@example.com";
  EXPECT_FALSE(trustsAfter("partner:alice", std::nullopt));
  EXPECT_FALSE(trustsAfter("partner:", std::vector<std::string>{"dev"}));
  EXPECT_TRUE(trustsAfter("partner:", std::vector<std::string>{"dev", "o*"}));
}

TEST(Issuers, StandBehindNobodyWhoseTenantTheyNoLongerGive) {
  IssuingWorld world;
  world.settings.tenant = "works";
  world.rebuild();
  const Principal who = principalOf(world.verify(world.good("ES256")));
  EXPECT_EQ(who.key, "https://id.example.com\nalice@example.com\nworks");
  EXPECT_TRUE(world.verifier->trusts(who));
  world.settings.tenant = "other";
  world.rebuild();
  EXPECT_FALSE(world.verifier->trusts(who));
  world.settings.claims.tenant = "org_id";
  world.rebuild();
  EXPECT_TRUE(world.verifier->trusts(who)) << "now its tokens say which";
}

TEST(Issuers, AreRevokedUnderTheNameThatRulesSee) {
  IssuingWorld world;
  world.settings.subjectPrefix = "partner:";
  world.revocations->subjects["alice@example.com"] = {};
  world.rebuild();
  EXPECT_EQ(said(world.verify(world.good("ES256"))), "ok:partner:alice@example.com") << "another's alice";
  world.revocations->subjects["partner:alice@example.com"] = {};
  world.rebuild();
  EXPECT_EQ(said(world.verify(world.good("ES256"))), "revoked");
}

TEST(Issuers, MayShareNamesUnlessNeitherPrefixBeginsWithTheOther) {
  EXPECT_TRUE(mayShareNames(issuerOf(""), issuerOf("")));
  EXPECT_TRUE(mayShareNames(issuerOf("a:"), issuerOf("")));
  EXPECT_TRUE(mayShareNames(issuerOf(""), issuerOf("a:")));
  EXPECT_TRUE(mayShareNames(issuerOf("a:"), issuerOf("a:")));
  EXPECT_TRUE(mayShareNames(issuerOf("a:"), issuerOf("a:b:")));
  EXPECT_FALSE(mayShareNames(issuerOf("a:"), issuerOf("b:")));
}

TEST(Issuers, AreReadWithWhatKeepsThemApart) {
  const std::string issuer =
      "issuers:\n  a:\n    issuer: https://a\n    audiences: [b]\n    jwks_file: k.json\n";
  const auto plain = readIdentity(issuer, "p.yaml");
  ASSERT_EQ(plain.text(), "");
  EXPECT_EQ(plain.value.issuers[0].subjectPrefix, "");
  EXPECT_TRUE(plain.value.issuers[0].mayGive("anything"));
  const auto bounded = readIdentity(issuer + "    subject_prefix: 'a:'\n    groups: [team-*, /eu/*]\n", "p.yaml");
  ASSERT_EQ(bounded.text(), "");
  EXPECT_EQ(bounded.value.issuers[0].subjectPrefix, "a:");
  EXPECT_TRUE(bounded.value.issuers[0].mayGive("/eu/ops/night"));
  EXPECT_FALSE(bounded.value.issuers[0].mayGive("ops"));
  EXPECT_FALSE(readIdentity(issuer + "    groups: []\n", "p.yaml").value.issuers[0].mayGive("ops"));
  for (const std::string& wrong : {std::string("'a b'"), std::string("''"), std::string(65, 'a')}) {
    EXPECT_THAT(readIdentity(issuer + "    subject_prefix: " + wrong + "\n", "p.yaml").text(),
                HasSubstr("p.yaml:6:21: issuers.a.subject_prefix: not a prefix"))
        << wrong;
  }
}

}  // namespace
}  // namespace certus::identity
