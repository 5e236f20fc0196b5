// What dashboards and alert rules ask for exists in the code.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>
#include <nlohmann/json.hpp>

#include "observability/metric_names.h"

namespace certus::observability {
namespace {

std::string contentOf(const std::filesystem::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool exists(std::string name) {
  for (const char* suffix : {"_bucket", "_sum", "_count"}) {
    if (name.ends_with(suffix)) name.resize(name.size() - std::string_view(suffix).size());
  }
  return std::find(names::kAll.begin(), names::kAll.end(), name) != names::kAll.end();
}

std::set<std::string> metricsNamedIn(const std::string& text) {
  static const std::regex name("certus_gateway_[a-z_]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), name), std::sregex_token_iterator()};
}

TEST(Dashboards, AskOnlyForMetricsThatExist) {
  int files = 0;
  for (const char* folder : {"observability/dashboards", "observability/alerts"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const auto named = metricsNamedIn(contentOf(entry.path()));
      EXPECT_GE(named.size(), 4u) << entry.path();
      for (const std::string& name : named) EXPECT_TRUE(exists(name)) << name << " in " << entry.path();
      ++files;
    }
  }
  EXPECT_EQ(files, 2);
}

TEST(Dashboards, AreJsonWithAQueryInEveryPanel) {
  const auto dashboard = nlohmann::json::parse(contentOf("observability/dashboards/gateway.json"));
  ASSERT_GE(dashboard.at("panels").size(), 8u);
  for (const auto& panel : dashboard["panels"]) {
    EXPECT_FALSE(panel.at("title").get<std::string>().empty());
    for (const auto& target : panel.at("targets")) EXPECT_FALSE(target.at("expr").get<std::string>().empty());
  }
}

TEST(Alerts, SayWhatToDo) {
  int rules = 0;
  for (const YAML::Node& group : YAML::LoadFile("observability/alerts/gateway.yaml")["groups"]) {
    for (const YAML::Node& rule : group["rules"]) {
      EXPECT_TRUE(rule["alert"] && rule["expr"] && rule["for"]) << rule;
      EXPECT_FALSE(rule["annotations"]["summary"].as<std::string>("").empty()) << rule;
      EXPECT_FALSE(rule["annotations"]["action"].as<std::string>("").empty()) << rule;
      ++rules;
    }
  }
  EXPECT_GE(rules, 6);
}

}  // namespace
}  // namespace certus::observability
