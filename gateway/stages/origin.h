// The Origin stage, and the CORS words that a browser client needs once its origin is allowed.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> admitOrigin(HeadCall& call);

bool isAllowedOrigin(std::string_view origin, const HeadPolicy& policy);

// Header lines ("Name: value\r\n") for an answer to an allowed `origin`. Call it after the head stages have passed.
std::string corsHeaders(std::string_view origin);

// The same for the answer (204, no body) to an OPTIONS request with Access-Control-Request-Method.
// `requestedHeaders`: the value of Access-Control-Request-Headers, or empty.
std::string preflightHeaders(std::string_view origin, std::string_view requestedHeaders);

}  // namespace certus::gateway
