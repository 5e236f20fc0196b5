// Tools that change what this module offers, so that clients are notified.
#include "conformance.h"

namespace conformance {
namespace {

using certus::Call;
using certus::Json;

void toggle(std::atomic<bool>& flag) { flag = !flag.load(); }

constexpr certus::Tool kToolChange{
    .name = "test_trigger_tool_change", .description = "Adds or removes a tool.", .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) {
      auto& module = call.module<Conformance>();
      toggle(module.hasExtraTool);
      module.catalogChanged(CERTUS_TOOLS_CHANGED);
      call.text("The list of tools has changed.");
    }};

constexpr certus::Tool kPromptChange{
    .name = "test_trigger_prompt_change", .description = "Adds or removes a prompt.", .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) {
      auto& module = call.module<Conformance>();
      toggle(module.hasExtraPrompt);
      module.catalogChanged(CERTUS_PROMPTS_CHANGED);
      call.text("The list of prompts has changed.");
    }};

constexpr certus::Tool kResourceChange{
    .name = "test_trigger_resource_update", .description = "Says that the watched resource has changed.", .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) {
      call.module<Conformance>().resourceUpdated("test://watched-resource");
      call.text("The watched resource has changed.");
    }};

constexpr certus::Tool kExtra{
    .name = "test_dynamic_tool", .description = "Is there every other time.", .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) { call.text("Here for now."); }};

}  // namespace

void addChangeTools(std::vector<certus::Tool>& tools, const Conformance& module) {
  tools.insert(tools.end(), {kToolChange, kPromptChange, kResourceChange});
  if (module.hasExtraTool) tools.push_back(kExtra);
}

}  // namespace conformance
