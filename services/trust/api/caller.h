// Who stands behind a request: the user that the gateway names with the installation's credential, else the local identity.
#pragma once

#include <string>

#include "services/trust/api/routes.h"

namespace certus::trust_service {

inline constexpr std::size_t kMaxIdentityBytes = 512;

// A name that cannot stand in a certificate is reported in `problems`.
std::string callerOf(const ApiContext& context, const ApiRequest& request, Problems& problems);

bool carriesCredential(const ApiContext& context, const ApiRequest& request);

// Whether an address to listen on, or a Host header with or without a port, is this machine's loopback. A service on
// loopback answers to such hosts alone: a web page whose name resolves to 127.0.0.1 must not sign.
bool namesLoopback(std::string_view host);

}  // namespace certus::trust_service
