// The service's failures in words that a model can act on: what failed, whether to try again and when. No URL, no secret.
#pragma once

#include <optional>

#include "conversation.h"

namespace certus::trust {

// nullopt: the reply is a 2xx with a body.
std::optional<Failure> explainFailure(const Reply& reply, const Errand& errand);

// The answer is JSON, yet not what the Trust API promises; `what` names the member.
Failure unexpectedAnswer(const Errand& errand, std::string_view what);

}  // namespace certus::trust
