// What each method does with a request that has passed the ladder. One source file a topic.
#pragma once

#include "gateway/access/permitted_resource.h"
#include "gateway/mcp/request.h"

namespace certus::gateway {

Decision handleInitialize(const Request& request);
Decision handleDiscover(const Request& request);
Decision handleList(const Request& request);  // tools, prompts, resources, templates
Decision listPermitted(const Request& request);  // the same under a policy
Decision handleToolCall(const Request& request);
Decision handlePromptGet(const Request& request);
Decision handleResourceRead(const Request& request);
Decision handleSubscription(const Request& request);  // resources/subscribe and unsubscribe
Decision handleCompletion(const Request& request);
Decision handleSetLevel(const Request& request);
Decision handleListen(const Request& request);

// Whether the caller may know that this item exists. Without policy: always.
bool mayKnow(const Request& request, std::uint32_t item);
PermittedResource resourceAt(const Request& request, std::string_view uri);
Route::Shown shownTo(const Request& request);  // for suggestions; null without policy

// Decides about a prompt or a resource; `invoke` gets its grant.
std::optional<Refusal> decide(const Request& request, std::uint32_t item, simdjson::dom::element arguments, Invoke& invoke);
// What was granted, for the runner. `confirm`: the rule by which the person must be asked first, or null.
void grant(const Request& request, const limits::ItemLimits* limits, const rules::Rule* confirm, simdjson::dom::element arguments,
           Invoke& invoke);
// Why an item looks unknown, for the operator's log.
std::string whyHidden(const Request& request, std::uint32_t item);

// `inputResponses` and `requestState` of a repeated request, checked and put into `invoke`; a refusal if they are not
// what this gateway gave out for this very request.
std::optional<Refusal> readRound(const Request& request, simdjson::dom::element arguments, Invoke& invoke);

}  // namespace certus::gateway
