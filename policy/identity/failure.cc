#include "policy/identity/failure.h"

namespace certus::identity {
namespace {

constexpr std::array<std::string_view, kFailures> kLabels = {"no_credential",
                                                             "several_credentials",
                                                             "token_in_query",
                                                             "unknown_scheme",
                                                             "too_long",
                                                             "malformed",
                                                             "header",
                                                             "critical_header",
                                                             "embedded_key",
                                                             "token_type",
                                                             "algorithm",
                                                             "unknown_issuer",
                                                             "unknown_key",
                                                             "key_mismatch",
                                                             "signature",
                                                             "claims",
                                                             "audience",
                                                             "expired",
                                                             "not_yet_valid",
                                                             "lifetime",
                                                             "revoked",
                                                             "api_key_form",
                                                             "unknown_api_key",
                                                             "api_key_expired",
                                                             "unknown_certificate",
                                                             "limited",
                                                             "keys_unavailable"};

}  // namespace

std::string_view labelOf(Failure failure) { return kLabels[static_cast<std::size_t>(failure)]; }

std::string_view publicText() {
  return "this request needs a valid credential; sign in again, or give the request id to whoever runs the gateway";
}

bool countsAgainstAddress(Failure failure) {
  return failure != Failure::NoCredential && failure != Failure::Limited && failure != Failure::KeysUnavailable;
}

}  // namespace certus::identity
