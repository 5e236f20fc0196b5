// What the policy says, for the methods that name a tool, a prompt or a resource.
#include "gateway/mcp/handlers.h"
#include "gateway/mcp/state_binding.h"
#include "gateway/stages/policy.h"

namespace certus::gateway {

bool mayKnow(const Request& request, std::uint32_t item) {
  return request.context.access == nullptr || request.context.caller->sees(item);
}

PermittedResource resourceAt(const Request& request, std::string_view uri) {
  const bool open = request.context.access == nullptr;
  return findPermitted(request.route(), open ? nullptr : &request.context.caller->standing, uri);
}

Route::Shown shownTo(const Request& request) {
  if (request.context.access == nullptr) return nullptr;
  return [caller = request.context.caller](std::uint32_t item) { return caller->sees(item); };
}

std::string whyHidden(const Request& request, std::uint32_t item) {
  const rules::Policy& policy = request.context.access->rules();
  const rules::Row& row = *request.context.caller->standing.row;
  std::string why = "policy: " + policy.catalogue()[item].fullName() + " is hidden from this caller, ";
  if (row.shows(item)) return why + "allowed_tools of its credential do not name it";
  return why + (row.denies(item) ? "denied by rule " + policy.rules()[row.cell(item).rule].name : "no rule allows it");
}

void grant(const Request& request, const limits::ItemLimits* limits, const rules::Rule* confirm, simdjson::dom::element arguments,
           Invoke& invoke) {
  const MessageContext& context = request.context;
  if (context.access == nullptr) return;
  Grant& grant = invoke.grant.emplace();
  grant.principal = context.caller->principal;
  grant.policy = context.access->policy();
  grant.limits = limits;
  grant.confirm = confirm;
  grant.clientAddress = context.clientAddress;
  grant.tool = invoke.name;
  if (confirm != nullptr) grant.argumentsDigest = argumentsDigest(arguments);
}

std::optional<Refusal> decide(const Request& request, std::uint32_t item, simdjson::dom::element arguments, Invoke& invoke) {
  const MessageContext& context = request.context;
  if (context.access == nullptr) return std::nullopt;
  const rules::Rule* confirm = nullptr;
  const bool canAsk = request.capabilities().elicitsForm;
  if (auto why = decideByPolicy({*context.access, *context.caller, item, invoke.name, arguments, canAsk}, confirm)) return why;
  const limits::ItemLimits* limits = context.access->limitsOf(item);
  if (limits != nullptr && invoke.invocation.kind == Invocation::Kind::Completion) limits = limits->completion;
  grant(request, limits, confirm, arguments, invoke);
  invoke.grant->item = item;
  return std::nullopt;
}

}  // namespace certus::gateway
