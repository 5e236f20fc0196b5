// A module that carries the fixtures of the official MCP conformance suite, through the public SDK alone: whatever the
// suite demands of a server reaches a module through the ABI. Served without a prefix by ../gateway.yaml.
#pragma once

#include <atomic>
#include <string_view>
#include <vector>

#include "certus/module.h"

namespace conformance {

class Conformance final : public certus::Module {
 public:
  static constexpr std::string_view kName = "conformance";
  static constexpr std::string_view kVersion = "1.0.0";

  explicit Conformance(const certus::Json&) {}
  void describe(certus::Catalog& catalog) override;
  void completion(certus::Call call, const certus::Json& params) override;

  // Each change adds or takes away one entry.
  std::atomic<bool> hasExtraTool{false}, hasExtraPrompt{false};
};

inline constexpr std::string_view kNoArguments = R"({"type":"object","properties":{},"additionalProperties":false})";

// 1x1 red pixel, as raw bytes.
std::string_view pixelPng();

void addContentTools(std::vector<certus::Tool>& tools);
void addLiveTools(std::vector<certus::Tool>& tools);
void addRoundTools(std::vector<certus::Tool>& tools);
void addChangeTools(std::vector<certus::Tool>& tools, const Conformance& module);
void addResources(std::vector<certus::Resource>& resources);
void addPrompts(std::vector<certus::Prompt>& prompts, const Conformance& module);

}  // namespace conformance
