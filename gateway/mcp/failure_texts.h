// What a model is told when a call did not come to its end: what happened, whether to repeat it, and the request id that
// the operator finds in the log.
#pragma once

#include <string>

#include "gateway/mcp/dispatcher.h"

namespace certus::gateway {

std::string timedOutText(const Invoke& invoke);
std::string cancelledText(const Invoke& invoke);
std::string failedText(const Invoke& invoke);
// The tool answered, but not what its own outputSchema promises; `what` says how.
std::string brokenPromiseText(const Invoke& invoke, std::string_view what);
std::string cannotAskText(const Invoke& invoke);

// "\n\nRequest id: ...", or nothing when `text` names it already or there is none.
std::string requestIdEnding(std::string_view requestId, std::string_view text);

}  // namespace certus::gateway
