// A compact JWS (RFC 7515 section 3.1) taken apart: its header is checked, nothing is verified yet.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/identity/algorithm.h"
#include "policy/identity/failure.h"

namespace certus::identity {

inline constexpr std::size_t kMaxTokenBytes = 8 << 10;
inline constexpr std::size_t kMaxKeyIdBytes = 128;

struct CompactToken {
  Algorithm algorithm = Algorithm::RS256;
  std::optional<std::string> keyId;  // compared with known keys only, never looked up anywhere else
  bool accessTokenType = false;      // `typ` says at+jwt (RFC 9068)
  std::string_view signedBytes;      // borrowed from the token
  std::string payload;               // decoded; not parsed
  std::string signature;             // decoded
};

// `token` must outlive the result.
Checked<CompactToken> parseCompactToken(std::string_view token);

}  // namespace certus::identity
