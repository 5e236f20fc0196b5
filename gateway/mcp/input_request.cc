#include "gateway/mcp/input_request.h"

#include "base/json_write.h"

namespace certus::gateway {
namespace {

// The capability that a question needs; nullopt: not a question that may be asked.
std::optional<std::uint32_t> neededCapability(JsonDocument& document, const JsonValue& question) {
  const auto method = document.find(question, "method");
  if (!method || !method->is(JsonKind::String)) return std::nullopt;
  const std::string_view name = document.text(*method);
  if (name == "elicitation/create") return kCanElicit;
  if (name == "sampling/createMessage") return kCanSample;
  if (name == "roots/list") return kHasRoots;
  return std::nullopt;
}

bool isUrlMode(JsonDocument& document, const JsonValue& question) {
  const auto params = document.find(question, "params");
  if (!params || !params->is(JsonKind::Object)) return false;
  const auto mode = document.find(*params, "mode");
  return mode && mode->raw == "\"url\"";
}

bool isPermitted(JsonDocument& document, const JsonValue& question, std::uint32_t needed, const Invoke& invoke) {
  if ((invoke.invocation.clientCapabilities & needed) != needed) return false;
  if (needed != kCanElicit) return true;
  return isUrlMode(document, question) ? invoke.elicitsUrl : invoke.elicitsForm;
}

}  // namespace

InputQuestions permittedQuestions(JsonDocument& document, std::string_view questions, const Invoke& invoke) {
  InputQuestions result;
  if (questions.empty()) return result;
  JsonMemory memory;
  const auto root = document.parse(questions, memory, {});
  if (!root || !root->is(JsonKind::Object)) return {{}, 0, true};
  std::string json = "{";
  auto members = document.members(*root);
  while (const auto member = members.next()) {
    const auto needed = member->value.is(JsonKind::Object) ? neededCapability(document, member->value) : std::nullopt;
    if (!needed) return {{}, 0, true};
    if (!isPermitted(document, member->value, *needed, invoke)) {
      result.missing |= *needed;
      continue;
    }
    if (json.size() > 1) json += ',';
    appendJsonString(json, member->name);
    json += ':';
    for (const char c : member->value.raw) json += c == '\n' || c == '\r' ? ' ' : c;  // one line, for SSE and stdio
  }
  if (json.size() > 1) result.json = json + '}';
  return result;
}

}  // namespace certus::gateway
