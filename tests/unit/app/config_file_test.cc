#include <array>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/app/config_file.h"

namespace certus::app {
namespace {

class ConfigHome : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "certus-config-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_F(ConfigHome, TakesTheNamedFileFirst) {
  EXPECT_EQ(findConfigFile("named.yaml", {{"CERTUS_GATEWAY_CONFIG", "/other"}}).value_or(""), "named.yaml");
}

TEST_F(ConfigHome, TakesTheEnvironmentsFileNext) {
  EXPECT_EQ(findConfigFile("", {{"CERTUS_GATEWAY_CONFIG", "/other"}, {"XDG_CONFIG_HOME", folder_}}).value_or(""), "/other");
}

TEST_F(ConfigHome, FindsTheUsersOwnFile) {
  std::filesystem::create_directories(folder_ + "/certus");
  std::ofstream(folder_ + "/certus/gateway.yaml") << "threads: 1\n";
  EXPECT_EQ(findConfigFile("", {{"XDG_CONFIG_HOME", folder_}}).value_or(""), folder_ + "/certus/gateway.yaml");
}

TEST_F(ConfigHome, SaysWhereItLookedWhenThereIsNone) {
  const auto found = findConfigFile("", {{"HOME", folder_}});
  if (found) {  // a machine with /etc/certus, or a test program three folders below a config/
    EXPECT_THAT(*found, testing::EndsWith("gateway.yaml"));
    EXPECT_TRUE(std::filesystem::exists(*found));
  } else {
    EXPECT_THAT(found.error().message, testing::HasSubstr(folder_ + "/.config/certus/gateway.yaml"));
    EXPECT_THAT(found.error().message, testing::HasSubstr("/etc/certus/gateway.yaml"));
    EXPECT_THAT(found.error().message, testing::HasSubstr("--config FILE"));
  }
}

TEST(ExecutablePath, IsAbsolute) { EXPECT_THAT(executablePath(), testing::StartsWith("/")); }

}  // namespace
}  // namespace certus::app
