// Short ways to compile a schema and look at a value through it. For tests only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/schema/schema.h"

namespace certus::test {

using gateway::CompiledSchema;
using gateway::SchemaLimits;
using gateway::Violation;
using Documents = std::map<std::string, std::string>;

inline std::shared_ptr<const CompiledSchema> compiled(std::string_view schema, const Documents& documents = {},
                                                      SchemaLimits limits = {}) {
  auto result = CompiledSchema::compile(schema, documents, limits);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? *result : nullptr;
}

// The refusal's message; a schema that compiles fails the test.
inline std::string compileError(std::string_view schema, const Documents& documents = {}, SchemaLimits limits = {}) {
  auto result = CompiledSchema::compile(schema, documents, limits);
  EXPECT_FALSE(result) << "compiles: " << schema.substr(0, 200);
  return result ? "" : result.error().message;
}

// Both passes must agree; a refusal must say why.
inline std::vector<Violation> violations(const CompiledSchema& schema, std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  EXPECT_EQ(parser.parse(json.data(), json.size()).get(value), simdjson::SUCCESS) << json.substr(0, 200);
  std::vector<Violation> found;
  const bool valid = schema.validate(value, &found);
  EXPECT_EQ(valid, schema.validate(value, nullptr));
  EXPECT_EQ(valid, found.empty());
  return found;
}

inline std::vector<Violation> violations(std::string_view schema, std::string_view json) {
  const auto program = compiled(schema);
  return program ? violations(*program, json) : std::vector<Violation>{};
}

inline bool accepts(std::string_view schema, std::string_view json) {
  const auto program = compiled(schema);
  return program && violations(*program, json).empty();
}

// The one violation that is expected.
inline Violation only(const std::vector<Violation>& found) {
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? Violation{} : found.front();
}

}  // namespace certus::test
