// The files that are written from the table of keys are the ones in the tree, and what they claim is true.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/gateway/gateway_shape.h"
#include "config/json_schema.h"
#include "tests/unit/config/reading.h"

namespace certus::config {
namespace {

using nlohmann::json;

std::string contentOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(GeneratedFiles, TheSchemaInTheTreeIsTheOneOfTheCode) {
  EXPECT_EQ(contentOf("config/gateway.schema.json"), jsonSchema(gatewayShape()))
      << "write it anew: certus-gateway schema > config/gateway.schema.json";
}

TEST(GeneratedFiles, TheSampleInTheTreeIsTheOneOfTheCode) {
  EXPECT_EQ(contentOf("config/gateway.yaml"), sampleYaml(gatewayShape()))
      << "write it anew: certus-gateway schema --sample > config/gateway.yaml";
}

TEST(GeneratedFiles, TheSampleIsWhatRunServes) {
  const Reading reading = readGateway(sampleYaml(gatewayShape()), "/tree/config/gateway.yaml", {{"HOME", "/h"}});
  ASSERT_EQ(reading.text(), "");
  EXPECT_EQ(reading.config.mcp.address, "127.0.0.1");
  EXPECT_EQ(reading.config.mcp.port, 8097);
  EXPECT_EQ(reading.config.operations.port, 8098);
  ASSERT_EQ(reading.config.modules.size(), 1u);
  EXPECT_EQ(reading.config.modules[0].path, "/tree/build/release/modules/trust.so");
  ASSERT_EQ(reading.config.services.size(), 1u);
  EXPECT_TRUE(reading.config.services[0].embedded);
  EXPECT_FALSE(reading.config.policy);
  EXPECT_FALSE(reading.config.identity.acceptsAnything());
  EXPECT_TRUE(reading.config.more.empty());
  EXPECT_EQ(reading.config.mcp.tls.certificateFile, "");
}

// Takes the # away from every `#key:` line.
std::string allInForce(const std::string& sample) {
  std::istringstream in(sample);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    const std::size_t mark = line.find('#');
    const bool disabled =
        mark != std::string::npos && mark + 1 < line.size() && line[mark + 1] != ' ' && line.find_first_not_of(' ') == mark;
    if (disabled) line.erase(mark, 1);
    if (line.find("trust: embedded") == std::string::npos) out += line + "\n";
  }
  return out;
}

TEST(GeneratedFiles, EveryCommentedLineOfTheSampleIsRightWhenPutInForce) {
  const std::string yaml = allInForce(sampleYaml(gatewayShape()));
  EXPECT_THAT(yaml, testing::HasSubstr("\nthreads: 0\n"));
  const Reading reading = readText(yaml);
  // the places where the sample shows alternatives
  for (const Problem& problem : reading.problems) {
    EXPECT_THAT(problem.message, testing::AnyOf(testing::HasSubstr("exactly one source"),
                                                testing::HasSubstr("are for https"), testing::HasSubstr("exactly one way")))
        << problem.path;
  }
  EXPECT_EQ(reading.problems.size(), 4u);
}

TEST(GeneratedFiles, TheCommentedDefaultsAreTheDefaults) {
  const Gateway stated = readText(allInForce(sampleYaml(gatewayShape()))).config;
  const Gateway silent = readText("").config;
  EXPECT_EQ(stated.mcp.port, silent.mcp.port);
  EXPECT_EQ(stated.operations.port, silent.operations.port);
  EXPECT_EQ(stated.mcp.maxBodyBytes, silent.mcp.maxBodyBytes);
  EXPECT_EQ(stated.mcp.sessionIdle, silent.mcp.sessionIdle);
  EXPECT_EQ(stated.drain, silent.drain);
  EXPECT_EQ(stated.toolTimeout, silent.toolTimeout);
  EXPECT_EQ(stated.cacheTtl, silent.cacheTtl);
  EXPECT_EQ(stated.logLevel, silent.logLevel);
  EXPECT_EQ(stated.services.at(0).timeout, Service{}.timeout);
  EXPECT_EQ(stated.services.at(0).connectTimeout, Service{}.connectTimeout);
}

void countFields(const Shape& shape, const json& object, int& count) {
  const json& keys = object.contains("oneOf") ? object["oneOf"][1] : object;
  for (const Field& field : shape.fields) {
    const json& member = keys["properties"].at(field.key);
    EXPECT_FALSE(member.at("description").get<std::string>().empty()) << field.key;
    ++count;
    if (field.kind == Kind::Section) countFields(*field.shape, member, count);
    if (field.kind == Kind::Named) countFields(*field.shape, member["additionalProperties"], count);
  }
  EXPECT_EQ(keys["properties"].size(), shape.fields.size());
  EXPECT_EQ(keys["additionalProperties"], false);
}

TEST(GeneratedFiles, TheSchemaKnowsEveryKeyAndNoOther) {
  int count = 0;
  countFields(gatewayShape(), json::parse(jsonSchema(gatewayShape())), count);
  EXPECT_GT(count, 45);
}

TEST(GeneratedFiles, EveryIdeExampleIsJsonAndPointsAtThisGateway) {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator("config/ide")) {
    const std::string text = contentOf(entry.path());
    if (entry.path().extension() == ".json") {
      EXPECT_TRUE(json::accept(text)) << entry.path();
    }
    if (entry.path().extension() == ".md") continue;
    EXPECT_THAT(text, testing::HasSubstr("http://127.0.0.1:8097/mcp")) << entry.path();
    EXPECT_THAT(text, testing::HasSubstr("stdio")) << entry.path();
    ++seen;
  }
  EXPECT_GE(seen, 8);
}

}  // namespace
}  // namespace certus::config
