// A policy from YAML against a small catalogue, and what it decides.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/rules/compiler.h"
#include "policy/rules/reader.h"

namespace certus::rules {

inline Catalogue catalogueOf() {
  auto out = readCatalogue(R"({
    "tools": [
      {"name": "trust_verify", "inputSchema": {"type": "object", "properties": {"artifact": {"type": "string"}},
        "required": ["artifact"], "additionalProperties": false}},
      {"name": "trust_sign", "inputSchema": {"type": "object", "properties": {
          "artifact": {"type": "string", "minLength": 3, "maxLength": 80},
          "type": {"type": "string", "enum": ["image", "sbom", "report"]},
          "count": {"type": "integer", "minimum": 1, "maximum": 100},
          "ratio": {"type": "number"}, "force": {"type": "boolean"},
          "labels": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}},
            "additionalProperties": false}},
          "metadata": {"type": "object", "properties": {}, "additionalProperties": true}},
        "required": ["artifact", "type"], "additionalProperties": false}},
      {"name": "pay_refund", "inputSchema": {"type": "object", "properties": {"amount": {"type": "number"}}}},
      {"name": "pay_close", "enabled": false, "inputSchema": {"type": "object", "properties": {}}}],
    "resources": [{"service": "trust", "uri": "log://entries/recent"}, {"service": "trust", "uriTemplate": "log://entry/{id}"}],
    "prompts": [{"service": "trust", "name": "trust_audit"}]})");
  EXPECT_TRUE(out) << out.error().message;
  return out.value_or(Catalogue{});
}

inline Compilation compileAll(const std::vector<std::pair<std::string, std::string>>& files) {
  std::vector<Finding> findings;
  std::vector<Source> sources;
  for (const auto& [name, text] : files) sources.push_back(readSource(text, name, findings));
  Compilation out = findings.empty() ? compile(sources, catalogueOf()) : Compilation{};
  if (!findings.empty()) out.errors = findings;
  return out;
}

inline Compilation compileText(const std::string& yaml) { return compileAll({{"p.yaml", yaml}}); }

inline std::shared_ptr<const Policy> policyOf(const std::string& yaml) {
  const Compilation out = compileText(yaml);
  EXPECT_EQ(textOf(out.errors), "");  // that one grants nothing is a warning
  return out.policy;
}

struct Asker {
  std::string subject = "somebody@example.com", tenant;
  std::vector<std::string> groups;
  std::optional<std::vector<std::string>> allowedTools;

  Caller caller() const { return {subject, tenant, groups, allowedTools ? &*allowedTools : nullptr}; }
};

// "allow by a", "refuse argument by b", "hidden".
inline std::string decided(const Policy& policy, const Asker& asker, const std::string& tool,
                           const std::string& arguments = "{}", ItemKind kind = ItemKind::Tool) {
  simdjson::dom::parser parser;
  const auto item = policy.item(kind, tool);
  if (!item) return "no such item";
  const Decision decision = policy.decide(policy.standing(asker.caller()), *item, parser.parse(arguments).value());
  std::string out = toString(decision.verdict);
  if (decision.remedy != Remedy::None) out += std::string(" ") + toString(decision.remedy);
  return decision.rule ? out + " by " + decision.rule->name : out;
}

}  // namespace certus::rules
