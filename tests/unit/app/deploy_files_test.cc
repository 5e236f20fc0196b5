// What can be tested of deploy/ without the platforms: every YAML parses, and the configurations in it are right.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "config/gateway/reader.h"

namespace certus::app {
namespace {

std::string contentOf(const std::filesystem::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string problemsOf(const std::string& yaml) { return config::readGateway(yaml, "/etc/certus/gateway.yaml", {}).text(); }

TEST(DeployFiles, AreAllYamlThatParses) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("deploy")) {
    if (entry.path().extension() != ".yaml") continue;
    EXPECT_FALSE(YAML::LoadAllFromFile(entry.path()).empty()) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 3);
}

TEST(DeployFiles, MountAConfigurationThatTheGatewayAccepts) { EXPECT_EQ(problemsOf(contentOf("deploy/gateway.yaml")), ""); }

TEST(DeployFiles, CarryTheSameConfigurationInTheConfigMap) {
  const auto manifests = YAML::LoadAllFromFile("deploy/kubernetes/gateway.yaml");
  ASSERT_EQ(manifests.at(0)["kind"].as<std::string>(), "ConfigMap");
  const std::string inner = manifests[0]["data"]["gateway.yaml"].as<std::string>();
  EXPECT_EQ(problemsOf(inner), "");
  const config::Gateway mapped = config::readGateway(inner, "/etc/certus/gateway.yaml", {}).config;
  const config::Gateway mounted =
      config::readGateway(contentOf("deploy/gateway.yaml"), "/etc/certus/gateway.yaml", {}).config;
  EXPECT_EQ(mapped.mcp.port, mounted.mcp.port);
  EXPECT_EQ(mapped.stateDirectory, mounted.stateDirectory);
  EXPECT_EQ(mapped.modules.at(0).path, mounted.modules.at(0).path);
}

TEST(DeployFiles, GiveTheDrainMoreTimeThanItNeeds) {
  const auto drain = config::readGateway(contentOf("deploy/gateway.yaml"), "/etc/certus/gateway.yaml", {}).config.drain;
  EXPECT_LT(drain, Milliseconds{15'000});
  EXPECT_THAT(contentOf("deploy/systemd/certus-gateway.service"), testing::HasSubstr("TimeoutStopSec=15\n"));
  EXPECT_THAT(contentOf("deploy/container/compose.yaml"), testing::HasSubstr("stop_grace_period: 15s\n"));
  EXPECT_THAT(contentOf("deploy/kubernetes/gateway.yaml"), testing::HasSubstr("terminationGracePeriodSeconds: 15\n"));
}

TEST(DeployFiles, InstallThePackagesThatTheBuildNeeds) {
  const std::string container = contentOf("deploy/container/Containerfile");
  std::istringstream listed(contentOf("cmake/packages"));
  int checked = 0;
  for (std::string line; std::getline(listed, line);) {
    std::istringstream words(line);
    std::string group, package;
    words >> group >> package;
    if (group != "build" || !package.ends_with("-dev")) continue;
    EXPECT_THAT(container, testing::HasSubstr(package));
    ++checked;
  }
  EXPECT_GE(checked, 8);
}

}  // namespace
}  // namespace certus::app
