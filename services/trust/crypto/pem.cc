#include "services/trust/crypto/pem.h"

#include "base/encoding.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxPemBytes = 64 * 1024;
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kBlank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

tl::unexpected<Error> notPem(std::string what) {
  return fail(ErrorCode::InvalidArgument, "not a PEM block: " + std::move(what));
}

}  // namespace

Result<PemBlock> decodePem(std::string_view text) {
  if (text.size() > kMaxPemBytes) return notPem("longer than 64 KiB");
  text = trimmed(text);
  if (!text.starts_with(kBegin)) return notPem("it does not start with \"-----BEGIN ...-----\"");
  const auto headEnd = text.find(kDashes, kBegin.size());
  if (headEnd == std::string_view::npos) return notPem("the BEGIN line is not closed");
  const std::string label(text.substr(kBegin.size(), headEnd - kBegin.size()));
  if (label.empty() || label.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") != std::string::npos) {
    return notPem("the label is not plain upper case");
  }
  const std::string closing = std::string(kEnd) + label + std::string(kDashes);
  const auto bodyStart = headEnd + kDashes.size();
  const auto bodyEnd = text.find(closing, bodyStart);
  if (bodyEnd == std::string_view::npos) return notPem("the END line is missing");
  if (bodyEnd + closing.size() != text.size()) return notPem("there is text after the first block; give exactly one block");
  std::string packed;
  for (const char c : text.substr(bodyStart, bodyEnd - bodyStart)) {
    if (c != '\n' && c != '\r') packed += c;
  }
  auto der = fromBase64(packed);
  if (!der || der->empty()) return notPem("its content is not base64");
  return PemBlock{label, std::move(*der)};
}

std::string encodePem(std::string_view label, std::string_view der) {
  const std::string packed = toBase64(der);
  std::string out = std::string(kBegin) + std::string(label) + std::string(kDashes) + '\n';
  for (std::size_t at = 0; at < packed.size(); at += 64) out.append(packed, at, 64).append("\n");
  return out + std::string(kEnd) + std::string(label) + std::string(kDashes) + '\n';
}

}  // namespace certus::trust_service
