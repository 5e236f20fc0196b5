// What each method does with a request that has passed the ladder. One source file a topic.
#pragma once

#include "gateway/mcp/request.h"

namespace certus::gateway {

Decision handleInitialize(const Request& request);
Decision handleDiscover(const Request& request);
Decision handleList(const Request& request);  // tools, prompts, resources, templates
Decision handleToolCall(const Request& request);
Decision handlePromptGet(const Request& request);
Decision handleResourceRead(const Request& request);
Decision handleSubscription(const Request& request);  // resources/subscribe and unsubscribe
Decision handleCompletion(const Request& request);
Decision handleSetLevel(const Request& request);
Decision handleListen(const Request& request);

// `inputResponses` and `requestState` of a repeated request, checked and put into `invoke`; a refusal if they are not
// what this gateway gave out for this very request.
std::optional<Refusal> readRound(const Request& request, simdjson::dom::element arguments, Invoke& invoke);

}  // namespace certus::gateway
