#include "gateway/stages/capability.h"

#include "gateway/call/invocation.h"

namespace certus::gateway {
namespace {

struct Named {
  std::uint32_t bit;
  const char* name;
};
constexpr Named kNames[] = {{kCanElicit, "elicitation"}, {kCanSample, "sampling"}, {kHasRoots, "roots"}};

}  // namespace

std::string capabilitiesObject(std::uint32_t bits) {
  std::string text = "{";
  for (const Named& capability : kNames) {
    if ((bits & capability.bit) == 0) continue;
    if (text.size() > 1) text += ',';
    text += '"';
    text += capability.name;
    text += "\":{}";
  }
  return text + '}';
}

Refusal missingCapability(std::uint32_t missing, Revision revision, std::string_view what) {
  std::string names;
  for (const Named& capability : kNames) {
    if ((missing & capability.bit) == 0) continue;
    if (!names.empty()) names += " and ";
    names += capability.name;
  }
  std::string message(what);
  message += " needs a client that supports " + names + ", and this client did not declare it";
  if (isModern(revision)) {
    message += " in _meta[\"io.modelcontextprotocol/clientCapabilities\"].";
    return {Fault::MissingCapability, std::move(message), "{\"requiredCapabilities\":" + capabilitiesObject(missing) + '}',
            CallOutcome::ProtocolError};
  }
  message += " in `initialize`. Calling again will not help; use another client or another tool.";
  return {Fault::MissingCapability, std::move(message), {}, CallOutcome::ToolError, true};
}

std::optional<Refusal> admitCapability(const MessageCall& call) {
  const std::uint32_t missing = call.tool->requiredCapabilities & ~call.clientCapabilities;
  if (missing == 0) return std::nullopt;
  return missingCapability(missing, call.revision, "Tool \"" + call.tool->name + '"');
}

}  // namespace certus::gateway
