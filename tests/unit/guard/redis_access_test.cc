// What is said to Redis, and from which file the password comes.
#include <filesystem>
#include <fstream>

#include <stdlib.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/guard/redis_limits.h"
#include "tests/unit/guard/guard_testing.h"

namespace certus::gateway::test {
namespace {

using ::testing::HasSubstr;

struct RedisAccessOf : ::testing::Test {
  RedisAccessOf() {
    std::string form = (std::filesystem::temp_directory_path() / "certus-redis-XXXXXX").string();
    folder = ::mkdtemp(form.data());
  }
  ~RedisAccessOf() override { std::filesystem::remove_all(folder); }
  std::shared_ptr<const policy::PolicySet> policyWith(const std::string& password) {
    return policyOf("rules: {all: {effect: allow, who: everyone, tools: ['trust/*']}}\nlimits: {store: redis, redis: {" +
                    password + "}, rules: {r: {rate: 1/s}}}\n");
  }
  void write(const std::string& text) { std::ofstream(folder + "/password") << text; }
  std::string fromFile() const { return "password_file: " + folder + "/password"; }

  std::string folder;
};

TEST_F(RedisAccessOf, NamesItsPasswordFileOnlyWhereThereIsOne) {
  EXPECT_EQ(redisPasswordFile(*policyWith(fromFile())->limits), folder + "/password");
  EXPECT_EQ(redisPasswordFile(*policyOf("limits: {rules: {r: {rate: 1/s}}}\n")->limits), "");
  EXPECT_EQ(redisPasswordFile(*policyWith("password_env: CERTUS_NONE")->limits), "");
  EXPECT_TRUE(redisPasswordFile(*policyWith("password_file: a/../b")->limits).ends_with("b"));
}

TEST_F(RedisAccessOf, IsAnotherOneWhenTheFileHoldsAnotherPassword) {
  const auto policy = policyWith(fromFile());
  write("first\r\n");
  const RedisAccess first = redisAccessOf(*policy->limits);
  EXPECT_EQ(first.password, "first");
  EXPECT_EQ(first, redisAccessOf(*policy->limits));
  write("second\n");
  EXPECT_EQ(redisAccessOf(*policy->limits).password, "second");
  EXPECT_NE(first, redisAccessOf(*policy->limits));
}

TEST_F(RedisAccessOf, SaysWhyThereIsNoPassword) {
  const auto policy = policyWith(fromFile());
  EXPECT_THAT(redisAccessOf(*policy->limits).problem, HasSubstr("cannot be read: No such file"));
  write("\n");
  EXPECT_THAT(redisAccessOf(*policy->limits).problem, HasSubstr("is empty"));
  std::filesystem::remove(folder + "/password");
  std::filesystem::create_directory(folder + "/password");
  EXPECT_THAT(redisAccessOf(*policy->limits).problem, HasSubstr("not a regular file"));
  EXPECT_THAT(redisAccessOf(*policyWith("password_env: CERTUS_NONE")->limits).problem, HasSubstr("CERTUS_NONE"));
}

}  // namespace
}  // namespace certus::gateway::test
