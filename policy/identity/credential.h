// The one credential of a request, out of its head. Pure.
#pragma once

#include <span>
#include <string_view>

#include "policy/identity/failure.h"

namespace certus::identity {

// `authorization`: each Authorization header's value; `target`: the request target with its query. Borrowed from them: the
// text after "Bearer ". NoCredential, SeveralCredentials, TokenInQuery, UnknownScheme, TooLong or Malformed.
Checked<std::string_view> bearerCredential(std::span<const std::string_view> authorization, std::string_view target);

}  // namespace certus::identity
