// The JSON Schemas of policy/ are written from the same tables that read the files.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/json_schema.h"
#include "policy/identity/api_keys.h"
#include "policy/identity/revocations.h"
#include "policy/rules/cases.h"
#include "policy/set/policy_set.h"

namespace certus::policy {
namespace {

struct Written {
  const char* file;
  std::string text;
};

std::vector<Written> schemas() {
  return {{"policy/policy.schema.json", policyFileSchema()},
          {"policy/cases.schema.json", rules::caseSchema()},
          {"policy/api-keys.schema.json", identity::apiKeysSchema()},
          {"policy/revocations.schema.json", identity::revocationsSchema()}};
}

// CERTUS_WRITE_SCHEMAS=1 writes them anew.
TEST(Schemas, InTheTreeAreThoseOfTheCode) {
  for (const Written& each : schemas()) {
    if (std::getenv("CERTUS_WRITE_SCHEMAS")) std::ofstream(each.file) << each.text;
    std::ostringstream kept;
    kept << std::ifstream(each.file, std::ios::binary).rdbuf();
    EXPECT_EQ(kept.str(), each.text) << each.file << ": write it anew, CERTUS_WRITE_SCHEMAS=1";
  }
}

TEST(Schemas, OneFileMayHoldRulesAndLimits) {
  const auto schema = nlohmann::json::parse(policyFileSchema());
  for (const char* section : {"tenants", "groups", "subjects", "rules", "limits"})
    EXPECT_TRUE(schema["properties"].contains(section)) << section;
  EXPECT_EQ(schema["additionalProperties"], false);
}

TEST(Schemas, SayWhereNothingWouldMeanAnything) {
  const auto schema = nlohmann::json::parse(policyFileSchema());
  EXPECT_EQ(schema["type"], "object");
  EXPECT_EQ(schema["properties"]["rules"]["type"], "object");
  EXPECT_EQ(schema["properties"]["limits"]["type"], "object");
  const auto& rule = schema["properties"]["rules"]["additionalProperties"]["properties"];
  for (const char* list : {"tools", "resources", "prompts"}) EXPECT_EQ(rule[list]["minItems"], 1) << list;
  EXPECT_EQ(rule["when"]["minProperties"], 1);
  for (const char* list : {"subjects", "groups", "tenants"})
    EXPECT_EQ(rule["who"]["oneOf"][1]["properties"][list]["minItems"], 1) << list;
  for (const std::string& text : {identity::apiKeysSchema(), identity::revocationsSchema()})
    EXPECT_EQ(nlohmann::json::parse(text)["type"], "object");
}

}  // namespace
}  // namespace certus::policy
