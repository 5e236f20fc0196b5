// What OAuth clients meet over HTTP: the metadata document (RFC 9728) and the refusals of authentication, as whole answers.
// Made of the configuration, never of what a request claims. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "policy/identity/failure.h"
#include "policy/identity/resource_metadata.h"

namespace certus::gateway {

// Of the configuration where this listener has `oauth: true` and identity.resource.public_url is set; null everywhere else.
using OAuthResource = const identity::ResourceServer*;

// The answer to a request for anything under a /.well-known/, on whatever level of the path; nullopt for every other path.
// The document at its two paths, 404 as JSON elsewhere: clients probe for an authorization server there, and take a page or
// a 200 for one. To be asked first: it needs no authentication, and any origin may read it (RFC 9728 section 3).
std::optional<http::Response> metadataFor(const http::RequestHead& head, OAuthResource resource);

// Refusals of authentication. `head` is that of the request, after the head stages have passed it: a browser client of an
// allowed origin may read the challenge.

// 401, 429 or 503, as policy/identity/README.md has it. `wait` (Authenticator::wait) matters with Failure::Limited only.
http::Response authenticationRefused(const http::RequestHead& head, OAuthResource resource, identity::Failure failure,
                                     Milliseconds wait);

}  // namespace certus::gateway
