// PEM text, strictly: exactly one block in the one form that tools write. Never prompts for a password, which OpenSSL's own
// readers would do for an "ENCRYPTED" header sent by a stranger.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace certus::trust_service {

struct PemBlock {
  std::string label;  // "CERTIFICATE", "PUBLIC KEY", ...
  std::string der;
};

// RFC 7468's strict form: the BEGIN line, lines of 64 columns of base64 of which the last may be shorter, the END line.
// Lines end in LF, or all in CRLF; the last one's end may be missing. At most 64 KiB.
Result<PemBlock> decodePem(std::string_view text);
std::string encodePem(std::string_view label, std::string_view der);  // LF, final newline

}  // namespace certus::trust_service
