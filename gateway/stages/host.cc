#include "gateway/stages/host.h"

#include <algorithm>

#include "gateway/stages/ascii.h"

namespace certus::gateway {
namespace {

struct Authority {
  std::string_view host, port;  // "[::1]" keeps its brackets
  bool valid = false;
};

bool isPort(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Authority split(std::string_view text) {
  Authority authority;
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return authority;
  const std::size_t colon = text.find(':', bracket);
  authority.host = text.substr(0, colon);
  if (colon != std::string_view::npos) authority.port = text.substr(colon + 1);
  authority.valid = !authority.host.empty() && isPort(authority.port);
  return authority;
}

// An address written as such was not looked up in any DNS, so it cannot have been rebound.
bool isAddress(std::string_view host) {
  if (host.starts_with('['))
    return host.ends_with(']') && host.find_first_not_of("[]0123456789abcdefABCDEF:.") == std::string_view::npos;
  return std::count(host.begin(), host.end(), '.') == 3 && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool isListed(const std::vector<std::string>& allowed, std::string_view text, std::string_view host) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& entry) {
    return equalIgnoringCase(entry, text) || equalIgnoringCase(entry, host);
  });
}

// The URL that users are given is a name of ours, on whatever port the listener is reached by.
bool isPublicName(std::string_view publicOrigin, std::string_view text) {
  const std::size_t scheme = publicOrigin.find("://");
  if (scheme == std::string_view::npos) return false;
  const Authority ours = split(publicOrigin.substr(scheme + 3)), theirs = split(text);
  return theirs.valid && equalIgnoringCase(ours.host, theirs.host);
}

}  // namespace

bool isLoopbackAuthority(std::string_view text) {
  const Authority authority = split(text);
  if (!authority.valid) return false;
  return equalIgnoringCase(authority.host, "localhost") || authority.host == "127.0.0.1" || authority.host == "[::1]";
}

bool isAnswered(const HeadPolicy& policy, std::string_view host) {
  const Authority authority = split(host);
  if (!authority.valid) return false;
  return isLoopbackAuthority(host) || isListed(policy.allowedHosts, host, authority.host) ||
         (!policy.loopbackOnly && isAddress(authority.host));
}

std::optional<Refusal> admitHost(HeadCall& call) {
  const std::string_view host = call.host.value_or("");
  if (isAnswered(*call.policy, host) || isPublicName(call.publicOrigin, host)) return std::nullopt;
  return Refusal{Fault::Forbidden,
                 "The Host header names no host that this gateway answers to. Use localhost, 127.0.0.1, [::1] or the "
                 "gateway's public URL, or have the operator add the name to `allowed_hosts` of the MCP listener.",
                 {},
                 CallOutcome::Denied};
}

}  // namespace certus::gateway
