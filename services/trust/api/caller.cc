#include "services/trust/api/caller.h"

#include <openssl/crypto.h>

#include "http/message.h"
#include "services/trust/api/fields.h"

namespace certus::trust_service {
namespace {

constexpr std::string_view kScheme = "Bearer ";

}  // namespace

bool carriesCredential(const ApiContext& context, const ApiRequest& request) {
  if (!request.authorization || request.repeatedIdentity) return false;
  std::string_view given = *request.authorization;
  if (given.size() <= kScheme.size() || !http::equalsIgnoreCase(given.substr(0, kScheme.size()), kScheme)) return false;
  given.remove_prefix(kScheme.size());
  const std::string& credential = context.service.installation().credential();
  // The length is no secret: it is the same in every installation.
  return given.size() == credential.size() && CRYPTO_memcmp(given.data(), credential.data(), credential.size()) == 0;
}

std::string callerOf(const ApiContext& context, const ApiRequest& request, Problems& problems) {
  if (!request.userId || !carriesCredential(context, request)) return context.localIdentity;
  const std::string& user = *request.userId;
  if (user.empty() || user.size() > kMaxIdentityBytes || !isCleanText(user)) {
    problems.add("value_error", Json::array({"header", "x-user-id"}),
                 "X-User-ID should be 1 to 512 bytes of UTF-8 without control characters, for example alice@example.com",
                 nullptr);
  }
  return user;
}

bool namesLoopback(std::string_view host) {
  if (host == "::1") return true;
  if (host.starts_with('[')) {
    const auto close = host.find(']');
    return host.substr(0, close) == "[::1" && (close + 1 == host.size() || host[close + 1] == ':');
  }
  host = host.substr(0, host.find(':'));
  return http::equalsIgnoreCase(host, "localhost") ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

}  // namespace certus::trust_service
