// What a change of policy means, with its limits.
#include <nlohmann/json.hpp>

#include "policy/set/set_plan.h"
#include "tests/unit/policy_set/set_of.h"

namespace certus::policy {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kRules =
    "groups: {dev: {subjects: [ann]}}\nrules: {r: {effect: allow, who: {groups: [dev]}, tools: [trust/*]}}\n";

SetPlan planBetween(const std::string& before, const std::string& after) {
  return planOf(*setOf(kRules + before), *setOf(kRules + after));
}

TEST(SetPlan, SaysNothingChangesWhereNothingDoes) {
  const SetPlan plan = planBetween("", "# a comment\n");
  EXPECT_FALSE(plan.changesAnything());
  EXPECT_THAT(plan.text(), AllOf(HasSubstr("Nobody gains or loses anything."), HasSubstr("No limit changes.")));
}

TEST(SetPlan, ShowsLimitsThatComeGoAndChange) {
  const SetPlan plan = planBetween(
      "limits: {rules: {a: {rate: 10/s}, b: {key: [subject], rate: 30/m}}}\n",
      "limits: {rules: {b: {key: [subject, tool], rate: 60/m, except: {groups: [dev]}}, c: {concurrent: 2, only: {tools: "
      "[trust/sign]}}}, tools: {trust/sign: {cost: 5}}}\n");
  EXPECT_TRUE(plan.changesAnything());
  EXPECT_FALSE(plan.access.changesAccess());
  EXPECT_THAT(plan.text(), AllOf(HasSubstr("  limit a: 10/s for everybody together -> -\n"),
                                 HasSubstr("  limit b: 30/m by subject -> 60/m by subject and tool, except groups dev\n"),
                                 HasSubstr("  limit c: - -> 2 at a time for everybody together, only tools trust/sign\n"),
                                 HasSubstr("  cost of trust/sign: 1 -> 5\n")));
}

TEST(SetPlan, ShowsLimitsAndCostsOfResourcesAndPrompts) {
  const SetPlan plan = planBetween(
      "limits: {rules: {a: {rate: 10/s}}}\n",
      "limits: {resources: {\"trust/log://entry/*\": {cost: 2}}, prompts: {trust/audit: {cost: 3}}, rules: {a: {rate: 10/s, "
      "only: {tools: [trust/sign], resources: [\"trust/*\"], groups: [dev]}, except: {prompts: [trust/audit]}}}}\n");
  EXPECT_THAT(plan.text(),
              AllOf(HasSubstr("  limit a: 10/s for everybody together -> 10/s for everybody together, only tools trust/sign or "
                              "resources trust/* and groups dev, except prompts trust/audit\n"),
                    HasSubstr("  cost of resource trust/log://entry/{id}: 1 -> 2\n"),
                    HasSubstr("  cost of prompt trust/audit: 1 -> 3\n")));
  EXPECT_EQ(plan.limits.size(), 3u) << plan.text();
}

TEST(SetPlan, ShowsTheStoreAndTheFailMode) {
  const SetPlan plan = planBetween("limits: {rules: {a: {rate: 10/s}}}\n",
                                   "limits: {store: redis, rules: {a: {rate: 10/s, when_unreachable: open}}}\n");
  EXPECT_THAT(plan.text(), AllOf(HasSubstr("  store: local -> redis\n"), HasSubstr("open while Redis is away")));
}

TEST(SetPlan, ShowsAnotherRedisAndAnotherSizeOfTheTable) {
  const std::string rule = "rules: {a: {rate: 10/s}}}\n";
  const SetPlan plan = planBetween(
      "limits: {store: redis, redis: {url: \"redis://a:6379\", user: gateway, password_env: REDIS_PASSWORD}, " + rule,
      "limits: {store: redis, max_keys: 2048, redis: {url: \"redis://b:6379\", prefix: other, timeout_seconds: 0.25, "
      "password_file: redis.password}, " +
          rule);
  EXPECT_THAT(plan.text(),
              AllOf(HasSubstr("  redis.url: redis://a:6379 -> redis://b:6379\n"), HasSubstr("  redis.user: gateway -> -\n"),
                    HasSubstr("  redis.prefix: certus -> other\n"), HasSubstr("  redis.timeout_seconds: 0.1 -> 0.25\n"),
                    HasSubstr("  redis.password_env: REDIS_PASSWORD -> -\n"),
                    HasSubstr("  redis.password_file: - -> redis.password\n"), HasSubstr("  max_keys: 262144 -> 2048\n")));
  EXPECT_EQ(plan.limits.size(), 7u) << plan.text();
}

// Rules and limits word for word the same: only people move.
SetPlan planOfPeople(const std::string& before, const std::string& after) {
  const std::string rules =
      "rules: {r: {effect: allow, who: {groups: [dev]}, tools: [trust/*]}}\ntenants: {acme: {}, bolt: {}}\n";
  return planOf(*setOf(rules + before), *setOf(rules + after));
}

TEST(SetPlan, ShowsANewMemberAndWhatItGains) {
  const SetPlan plan = planOfPeople("groups: {dev: {subjects: [ann]}}\n", "groups: {dev: {subjects: [ann, mallory]}}\n");
  EXPECT_TRUE(plan.changesAnything());
  EXPECT_THAT(plan.text(), HasSubstr("members:\n  subject mallory  groups: none -> dev\n"));
  EXPECT_THAT(plan.text(), ::testing::ContainsRegex("subject mallory +trust/sign +no -> yes"));
  const auto json = nlohmann::json::parse(plan.json());
  EXPECT_EQ(json["members"],
            nlohmann::json::parse(R"([{"who": "subject mallory", "what": "groups", "before": "none", "after": "dev"}])"));
  const SetPlan back = planOfPeople("groups: {dev: {subjects: [ann, mallory]}}\n", "groups: {dev: {subjects: [ann]}}\n");
  EXPECT_THAT(back.text(), HasSubstr("subject mallory  groups: dev -> none\n"));
}

TEST(SetPlan, ShowsAGroupThatCredentialsMayNameNow) {
  const SetPlan plan =
      planOfPeople("groups: {dev: {subjects: [ann]}}\n", "groups: {dev: {claimed: true, subjects: [ann]}}\n");
  EXPECT_TRUE(plan.changesAnything());
  EXPECT_THAT(plan.text(), HasSubstr("members:\n  group dev  claimed: false -> true\n"));
  EXPECT_THAT(plan.text(), ::testing::Not(HasSubstr("Nobody gains")));
}

TEST(SetPlan, ShowsAnotherTenantAndGroupsSaidAtTheSubject) {
  const std::string groups = "groups: {dev: {subjects: [ann]}, ops: {claimed: true}}\n";
  const SetPlan plan = planOfPeople(groups + "subjects: {ann: {tenant: acme}}\n",
                                    groups + "subjects: {ann: {tenant: bolt, groups: [ops]}}\n");
  EXPECT_TRUE(plan.changesAnything());
  EXPECT_THAT(plan.text(),
              HasSubstr("members:\n  subject ann  groups: dev -> dev ops\n  subject ann  tenant: acme -> bolt\n"));
}

TEST(SetPlan, ShowsATenantAloneTwoWhoMoveAlikeAndOneWhomARuleNames) {
  const std::string groups = "groups: {dev: {subjects: [ann]}}\n";
  const SetPlan tenant =
      planOfPeople(groups + "subjects: {ann: {tenant: acme}}\n", groups + "subjects: {ann: {tenant: bolt}}\n");
  EXPECT_THAT(tenant.text(), HasSubstr("members:\n  subject ann  tenant: acme -> bolt\n"));
  const SetPlan two = planOfPeople(groups, "groups: {dev: {subjects: [ann, b, c]}}\n");
  EXPECT_THAT(two.text(), ::testing::ContainsRegex("subjects b, c +trust/sign +no -> yes"));
  const std::string rules =
      "rules: {r: {effect: allow, who: {groups: [dev], subjects: [eve]}, tools: [trust/*]}}\nsubjects: {eve: {}}\n";
  const SetPlan named = planOf(*setOf(rules + groups), *setOf(rules + "groups: {dev: {subjects: [ann, eve]}}\n"));
  EXPECT_THAT(named.text(), HasSubstr("members:\n  subject eve  groups: none -> dev\n"));
}

TEST(SetPlan, PutsTogetherWhatManyGainAlikeAndNamesEachAsAMember) {
  const SetPlan plan = planOfPeople("groups: {dev: {subjects: [ann]}}\n", "groups: {dev: {subjects: [ann, b, c, d, e]}}\n");
  EXPECT_EQ(plan.access.members.size(), 4u);
  EXPECT_THAT(plan.text(), ::testing::ContainsRegex("subjects b, c, d and 1 more +trust/sign +no -> yes"));
  EXPECT_THAT(plan.text(), HasSubstr("  subject e  groups: none -> dev\n"));
}

// The same people in other words, and in another order of the file.
TEST(SetPlan, SaysNothingOfPeopleWhoStayWhereTheyAre) {
  const SetPlan plan = planOfPeople("groups: {dev: {subjects: [ann, bob]}, ops: {subjects: [bob]}}\n",
                                    "groups: {ops: {claimed: false, subjects: [bob]}, dev: {subjects: [bob]}}\n"
                                    "subjects: {ann: {groups: [dev]}}\n");
  EXPECT_FALSE(plan.changesAnything()) << plan.text();
}

TEST(SetPlan, OtherAdviceIsAChange) {
  const std::string rule = "rules: {r: {effect: allow, who: everyone, tools: [trust/*], advice: ";
  EXPECT_TRUE(planOf(*setOf(rule + "ask ann}}"), *setOf(rule + "ask bob}}")).changesAnything());
}

TEST(SetPlan, IsJsonForMachines) {
  const SetPlan plan = planOf(
      *setOf(kRules), *setOf("groups: {dev: {subjects: [ann]}}\nrules: {r: {effect: allow, who: {groups: [dev]}, tools: "
                             "[trust/verify]}}\nlimits: {rules: {a: {rate: 10/s}}}\n"));
  const auto json = nlohmann::json::parse(plan.json());
  EXPECT_EQ(json["changes_anything"], true);
  EXPECT_EQ(json["limits"][0]["what"], "limit a");
  EXPECT_EQ(json["limits"][0]["before"], "-");
  ASSERT_EQ(json["access"].size(), 1u);
  EXPECT_EQ(json["access"][0]["item"], "trust/sign");
  EXPECT_EQ(json["access"][0]["after"], "no");
  EXPECT_TRUE(json["lists"].is_array());
}

}  // namespace
}  // namespace certus::policy
