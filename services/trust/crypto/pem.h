// PEM text, strictly: exactly one block, standard base64, nothing but whitespace around it. Never prompts for a password,
// which OpenSSL's own readers would do for an "ENCRYPTED" header sent by a stranger.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace certus::trust_service {

struct PemBlock {
  std::string label;  // "CERTIFICATE", "PUBLIC KEY", ...
  std::string der;
};

Result<PemBlock> decodePem(std::string_view text);                    // LF or CRLF, any column width, at most 64 KiB
std::string encodePem(std::string_view label, std::string_view der);  // 64 columns, LF, final newline

}  // namespace certus::trust_service
