// One issuer of tokens, as the configuration describes it, and the check of a token's claims against it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/clock.h"
#include "policy/identity/algorithm.h"
#include "policy/identity/failure.h"
#include "policy/identity/principal.h"

namespace certus::identity {

// Where in the claims something stands: the claim's name as it is, or a JSON Pointer (RFC 6901) where it begins with "/".
// An empty one: nowhere.
struct ClaimNames {
  std::string subject = "sub";
  std::string tenant;
  std::string groups = "groups";
  std::string allowedTools = "allowed_tools";
  std::string scopes = "scope";
};

struct Issuer {
  std::string name;                    // in the configuration, for messages and metrics
  std::string issuer;                  // `iss`, compared exactly
  std::vector<std::string> audiences;  // a token must name one of them
  std::vector<std::string> algorithms = {"RS256", "PS256", "ES256", "ES384", "EdDSA"};
  std::string jwksFile, jwksUrl;  // exactly one
  std::string jwksCaFile;         // of an https jwksUrl: PEM; empty: the system's roots
  Milliseconds maxLifetime{3'600'000};
  Milliseconds skew{60'000};
  Milliseconds refresh{600'000};         // of jwksUrl
  Milliseconds keepOnError{86'400'000};  // of jwksUrl
  bool accessTokensOnly = false;         // only `typ: at+jwt` (RFC 9068), so that ID tokens are no credentials
  std::string tenant;                    // of everybody from this issuer, where claims.tenant is empty
  std::string subjectPrefix;             // before the subject of everybody from this issuer: keeps its names its own
  bool limitsGroups = false;
  std::vector<std::string> groups;  // with limitsGroups: the only ones it may put people into; a * stands for any text
  ClaimNames claims;

  bool allows(Algorithm algorithm) const;
  bool mayGive(std::string_view group) const;
  // Whether these settings still make this principal what it is: its name, its tenant, its groups.
  bool standsBehind(const Principal& principal) const;
};

// Whether one of them could give a caller a name that the other gives: a prefix begins with the other's, or there is none.
bool mayShareNames(const Issuer& one, const Issuer& other);

inline constexpr std::size_t kMaxListedNames = 256;  // groups, tools, scopes

// Does not look at `iss`: by it the issuer was found. `now` is the caller's.
Checked<Principal> readClaims(const nlohmann::json& claims, const Issuer& issuer, WallTime now);

}  // namespace certus::identity
