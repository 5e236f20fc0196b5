// Hex, base64, percent-encoding and random bytes. Strict decoders: one encoding has one text, anything else is nullopt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certus {

std::string toHex(std::string_view bytes);
std::optional<std::string> fromHex(std::string_view text);          // either case, even length
std::string percentDecoded(std::string_view text);                  // of a URI; a malformed escape stays as it is
std::string toBase64(std::string_view bytes);                       // RFC 4648 section 4, padded
std::optional<std::string> fromBase64(std::string_view text);       // padded, no whitespace, zero trailing bits
std::string toBase64Url(std::string_view bytes);                    // section 5, unpadded
std::optional<std::string> fromBase64Url(std::string_view text);
std::string sha256(std::string_view bytes);                         // 32 raw bytes; aborts without memory
void sha256(std::string_view bytes, unsigned char* out);            // into 32 bytes of the caller's
std::string randomBytes(std::size_t count);                         // from OpenSSL; aborts the process if it has none

}  // namespace certus
