#include "policy/identity/credential.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "policy/identity/compact_token.h"

namespace certus::identity {
namespace {

constexpr std::string_view kParameter = "access_token";  // RFC 6750 section 2.3, refused

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = std::tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// True where the parameter's name, percent-decoded, is access_token.
bool isTokenParameter(std::string_view name) {
  std::string decoded;
  for (std::size_t i = 0; i < name.size() && decoded.size() <= kParameter.size(); ++i) {
    if (name[i] == '%' && i + 2 < name.size() && hexValue(name[i + 1]) >= 0 && hexValue(name[i + 2]) >= 0) {
      decoded += static_cast<char>(hexValue(name[i + 1]) * 16 + hexValue(name[i + 2]));
      i += 2;
    } else {
      decoded += name[i];
    }
  }
  return decoded == kParameter;
}

bool hasTokenInQuery(std::string_view target) {
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return false;
  std::string_view query = target.substr(mark + 1);
  while (true) {
    const std::size_t end = query.find_first_of("&;");
    const std::string_view pair = query.substr(0, end);
    if (isTokenParameter(pair.substr(0, pair.find('=')))) return true;
    if (end == std::string_view::npos) return false;
    query.remove_prefix(end + 1);
  }
}

bool isBearer(std::string_view scheme) {
  constexpr std::string_view kBearer = "bearer";
  return std::equal(scheme.begin(), scheme.end(), kBearer.begin(), kBearer.end(),
                    [](unsigned char a, char b) { return std::tolower(a) == b; });
}

// One look-up a byte: tokens are long.
constexpr std::array<bool, 256> kToken68 = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/="))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool isToken68(char c) { return kToken68[static_cast<unsigned char>(c)]; }

}  // namespace

Checked<std::string_view> bearerCredential(std::span<const std::string_view> authorization, std::string_view target) {
  if (hasTokenInQuery(target)) return refuse(Failure::TokenInQuery);
  if (authorization.empty()) return refuse(Failure::NoCredential);
  if (authorization.size() > 1) return refuse(Failure::SeveralCredentials);
  const std::string_view value = authorization.front();
  const std::size_t space = value.find(' ');
  if (!isBearer(value.substr(0, space))) return refuse(Failure::UnknownScheme);
  if (space == std::string_view::npos) return refuse(Failure::Malformed);
  std::string_view token = value.substr(space);
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  if (token.empty()) return refuse(Failure::Malformed);
  if (token.size() > kMaxTokenBytes) return refuse(Failure::TooLong);
  if (token.find(',') != std::string_view::npos)
    return refuse(Failure::SeveralCredentials);  // two headers, joined by a proxy
  if (!std::all_of(token.begin(), token.end(), isToken68)) return refuse(Failure::Malformed);
  return token;
}

}  // namespace certus::identity
