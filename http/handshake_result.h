// How TLS handshakes of a listener end, as they are counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace certus::http {

enum class HandshakeResult : std::uint8_t {
  Ok,
  Timeout,      // its deadline, or pushed out by newer ones
  Gone,         // the client left, or never said anything
  PlainHttp,    // whatever came was no TLS
  Certificate,  // the client's certificate was not accepted
  Alert,        // the client broke it off: above all it does not believe our certificate
  Protocol,     // no common version, cipher or ALPN, or noise
  Draining,     // the listener is ending
};
inline constexpr std::size_t kHandshakeResults = static_cast<std::size_t>(HandshakeResult::Draining) + 1;

std::string_view labelOf(HandshakeResult result);  // "plain_http": of the metric

}  // namespace certus::http
