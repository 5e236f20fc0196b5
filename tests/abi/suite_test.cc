// The suite finds what is wrong: each check of it is failed by a module that breaks that rule.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/abi/module_checks.h"

namespace certus::gateway {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

config::Module module(const std::string& name) {
  config::Module out;
  out.name = name;
  out.path = std::string(CERTUS_ABI_MODULES) + "/" + name + ".so";
  return out;
}

std::vector<CheckResult> failures(const std::string& name, const std::string& tool,
                                  std::chrono::milliseconds patience = std::chrono::milliseconds(30'000)) {
  ModuleChecks checks(module(name), {{tool, "{}"}}, patience);
  checks.run();
  std::vector<CheckResult> out;
  for (const CheckResult& each : checks.results()) {
    if (!each.passed) out.push_back(each);
  }
  return out;
}

auto saying(const std::string& name, const std::string& why) {
  return Contains(AllOf(Field(&CheckResult::name, HasSubstr(name)), Field(&CheckResult::why, HasSubstr(why))));
}

TEST(AbiSuite, PassesAToolThatKeepsTheRules) {
  EXPECT_THAT(failures("behaviours", "ask"), testing::IsEmpty());
  EXPECT_THAT(failures("behaviours", "echo"), testing::IsEmpty());
}

TEST(AbiSuite, NamesEachBrokenRule) {
  EXPECT_THAT(failures("behaviours", "twice"), saying("copes", "completed twice"));
  EXPECT_THAT(failures("behaviours", "throws"), saying("copes", "thrown by a tool"));
  EXPECT_THAT(failures("behaviours", "forgets"), saying("copes", "without completing"));
  EXPECT_THAT(failures("behaviours", "blocks"), saying("holds no io thread", "over 10 ms"));
  EXPECT_THAT(failures("behaviours", "bad_json"), saying("copes", "not JSON"));
  EXPECT_THAT(failures("behaviours", "wrong_thread"), saying("copes", "not the call's"));
  const auto late = failures("behaviours", "late", std::chrono::milliseconds(200));  // never completes by itself
  EXPECT_THAT(late, saying("gives up", "after the cancel"));
  EXPECT_THAT(late, saying("deadline", "after the deadline"));
  EXPECT_THAT(failures("throws_raw", "run"), saying("copes", "across the ABI"));
}

TEST(AbiSuite, NamesAModuleThatTheLoaderRefusesAndStopsThere) {
  const auto found = failures("uses_syscall", "run");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found, saying("loader takes it", "imports 'syscall'"));
}

TEST(AbiSuite, NamesAModuleThatAnswersWhatItDoesNotOffer) {
  EXPECT_THAT(failures("minimal", "run"), saying("refuses a tool that it does not offer", "as if it existed"));
}

}  // namespace
}  // namespace certus::gateway
