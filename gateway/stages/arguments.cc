#include "gateway/stages/arguments.h"

namespace certus::gateway {

std::optional<Refusal> admitArguments(const MessageCall& call) {
  const ToolEntry& tool = *call.tool;
  if (!tool.input) return std::nullopt;
  std::vector<Violation> violations;
  if (tool.input->validate(call.arguments, &violations)) return std::nullopt;
  // A result rather than a JSON-RPC error, so that the model sees it and can correct itself (SEP-1303).
  std::string text = "The arguments of \"" + tool.name + "\" were not accepted; nothing was done.";
  for (const Violation& violation : violations) text += "\n- " + violation.message;
  text +=
      "\nCorrect " + std::string(violations.size() > 1 ? "all of these" : "this") + " and call \"" + tool.name + "\" again.";
  return Refusal{Fault::InvalidParams, std::move(text), {}, CallOutcome::InvalidArguments, true};
}

}  // namespace certus::gateway
