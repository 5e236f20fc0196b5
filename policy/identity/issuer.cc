#include "policy/identity/issuer.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/glob.h"
#include "policy/identity/text_rules.h"

namespace certus::identity {
namespace {

using Json = nlohmann::json;
using std::chrono::duration_cast;

constexpr double kLastSecond = 7258118400.0;  // the year 2200: system_clock counts nanoseconds

const Json* findClaim(const Json& claims, const std::string& name) {
  if (name.empty()) return nullptr;
  if (name[0] != '/') {
    const auto found = claims.find(name);
    return found == claims.end() ? nullptr : &*found;
  }
  const Json::json_pointer pointer(name);  // its form was checked when the configuration was read
  return claims.contains(pointer) ? &claims.at(pointer) : nullptr;
}

// RFC 7519 NumericDate: seconds, perhaps with a fraction.
Checked<std::optional<WallTime>> readDate(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::optional<WallTime>();
  if (!found->is_number()) return refuse(Failure::Claims);
  const double seconds = found->get<double>();
  if (!(seconds >= 0) || seconds > kLastSecond) return refuse(Failure::Claims);
  const auto whole = std::chrono::seconds(static_cast<std::int64_t>(seconds));
  const auto rest = Milliseconds(static_cast<std::int64_t>((seconds - std::floor(seconds)) * 1000));
  return std::optional(WallTime(duration_cast<WallTime::duration>(whole + rest)));
}

// A list of texts, or one text with spaces between (as `scope` is written): sorted, without duplicates.
Checked<std::vector<std::string>> readNames(const Json& value) {
  std::vector<std::string> out;
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      if (end > at) out.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  } else if (value.is_array()) {
    for (const Json& item : value) {
      if (!item.is_string()) return refuse(Failure::Claims);
      out.push_back(item.get<std::string>());
    }
  } else {
    return refuse(Failure::Claims);
  }
  if (out.size() > kMaxListedNames || !std::all_of(out.begin(), out.end(), isPrintableName)) return refuse(Failure::Claims);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Checked<std::vector<std::string>> namesAt(const Json& claims, const std::string& name) {
  const Json* found = findClaim(claims, name);
  if (!found) return std::vector<std::string>();
  return readNames(*found);
}

Checked<std::string> readName(const Json& value) {
  if (!value.is_string() || !isPrintableName(value.get_ref<const std::string&>())) return refuse(Failure::Claims);
  return value.get<std::string>();
}

Checked<void> checkAudience(const Json& claims, const Issuer& issuer) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return refuse(Failure::Audience);
  const auto wanted = [&](const Json& audience) {
    return audience.is_string() && std::find(issuer.audiences.begin(), issuer.audiences.end(),
                                             audience.get_ref<const std::string&>()) != issuer.audiences.end();
  };
  if (found->is_array() ? std::any_of(found->begin(), found->end(), wanted) : wanted(*found)) return {};
  return refuse(Failure::Audience);
}

Checked<void> readTimes(const Json& claims, const Issuer& issuer, WallTime now, Principal& out) {
  const auto expires = readDate(claims, "exp");
  const auto notBefore = readDate(claims, "nbf");
  const auto issued = readDate(claims, "iat");
  if (!expires || !notBefore || !issued || !*expires) return refuse(Failure::Claims);
  if (**expires + issuer.skew <= now) return refuse(Failure::Expired);
  if ((*notBefore && **notBefore - issuer.skew > now) || (*issued && **issued - issuer.skew > now))
    return refuse(Failure::NotYetValid);
  // Without `iat` what is left must fit, or a token could be valid for ever.
  if (**expires - issued->value_or(now + issuer.skew) > issuer.maxLifetime) return refuse(Failure::Lifetime);
  out.issued = issued->value_or(WallTime{});
  out.expires = **expires + issuer.skew;
  return {};
}

Checked<void> readWho(const Json& claims, const Issuer& issuer, Principal& out) {
  const Json* subject = findClaim(claims, issuer.claims.subject);
  if (!subject) return refuse(Failure::Claims);
  auto name = readName(*subject);
  if (!name) return refuse(name.error());
  out.subject = issuer.subjectPrefix + *name;
  if (out.subject.size() > kMaxNameBytes) return refuse(Failure::Claims);
  out.tenant = issuer.tenant;
  if (const Json* tenant = findClaim(claims, issuer.claims.tenant)) {
    auto text = readName(*tenant);
    if (!text) return refuse(text.error());
    out.tenant = *std::move(text);
  } else if (!issuer.claims.tenant.empty()) {
    return refuse(Failure::Claims);  // a token without its tenant belongs to none, and rules for all of none would match
  }
  out.key = bindingKey(issuer.issuer, *name, out.tenant);
  if (const Json* id = findClaim(claims, "jti")) {
    auto text = readName(*id);
    if (!text) return refuse(text.error());
    out.tokenId = *std::move(text);
  }
  return {};
}

Checked<void> readGrants(const Json& claims, const Issuer& issuer, Principal& out) {
  auto groups = namesAt(claims, issuer.claims.groups);
  if (!groups) return refuse(groups.error());
  for (std::string& group : *groups) (issuer.mayGive(group) ? out.groups : out.droppedGroups).push_back(std::move(group));
  auto scopes = namesAt(claims, issuer.claims.scopes);
  if (!scopes) return refuse(scopes.error());
  out.scopes = *std::move(scopes);
  if (!findClaim(claims, issuer.claims.allowedTools)) return {};
  auto tools = namesAt(claims, issuer.claims.allowedTools);
  if (!tools) return refuse(tools.error());
  out.allowedTools = *std::move(tools);
  return {};
}

}  // namespace

bool Issuer::allows(Algorithm algorithm) const {
  return std::any_of(algorithms.begin(), algorithms.end(),
                     [&](const std::string& allowed) { return algorithmOf(allowed) == algorithm; });
}

bool Issuer::mayGive(std::string_view group) const {
  return !limitsGroups || std::any_of(groups.begin(), groups.end(),
                                      [&](const std::string& pattern) { return matchesPattern(pattern, group); });
}

bool Issuer::standsBehind(const Principal& principal) const {
  if (!principal.subject.starts_with(subjectPrefix)) return false;
  if (claims.tenant.empty() && principal.tenant != tenant) return false;
  const auto said = std::string_view(principal.subject).substr(subjectPrefix.size());
  return principal.key == bindingKey(issuer, said, principal.tenant) &&
         std::all_of(principal.groups.begin(), principal.groups.end(),
                     [&](const std::string& group) { return mayGive(group); });
}

bool mayShareNames(const Issuer& one, const Issuer& other) {
  return one.subjectPrefix.starts_with(other.subjectPrefix) || other.subjectPrefix.starts_with(one.subjectPrefix);
}

Checked<Principal> readClaims(const Json& claims, const Issuer& issuer, WallTime now) {
  Principal out;
  out.method = Method::Bearer;
  return checkAudience(claims, issuer)
      .and_then([&] { return readTimes(claims, issuer, now, out); })
      .and_then([&] { return readWho(claims, issuer, out); })
      .and_then([&] { return readGrants(claims, issuer, out); })
      .map([&] { return std::move(out); });
}

}  // namespace certus::identity
