#include "services/trust/crypto/pem.h"

#include <algorithm>

#include "base/encoding.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxPemBytes = 64 * 1024;
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kColumns = 64;

tl::unexpected<Error> notPem(std::string what) {
  return fail(ErrorCode::InvalidArgument, "not a PEM block: " + std::move(what));
}

// Takes the lines of a text one by one. All end as the first does, except that the last may have no end.
class Lines {
 public:
  explicit Lines(std::string_view text)
      : rest_(text), end_(text.substr(0, text.find('\n')).ends_with('\r') ? "\r\n" : "\n") {}
  bool done() const { return rest_.empty(); }
  std::string_view take() {
    const auto size = std::min(rest_.find(end_), rest_.size());
    const auto line = rest_.substr(0, size);
    rest_.remove_prefix(std::min(size + end_.size(), rest_.size()));
    return line;
  }

 private:
  std::string_view rest_, end_;
};

// The label of a BEGIN line; empty when it is none.
std::string_view labelIn(std::string_view line) {
  if (!line.starts_with(kBegin) || !line.ends_with(kDashes) || line.size() < kBegin.size() + kDashes.size()) return {};
  return line.substr(kBegin.size(), line.size() - kBegin.size() - kDashes.size());
}

}  // namespace

Result<PemBlock> decodePem(std::string_view text) {
  if (text.size() > kMaxPemBytes) return notPem("longer than 64 KiB");
  Lines lines(text);
  const std::string label(labelIn(lines.take()));
  if (label.empty()) return notPem("its first line must be \"-----BEGIN ...-----\" and nothing else");
  if (label.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") != std::string::npos)
    return notPem("the label is not plain upper case");
  const std::string closing = std::string(kEnd) + label + std::string(kDashes);
  std::string packed;
  std::string_view line = lines.take();
  for (bool last = false; line != closing; line = lines.take()) {
    if (lines.done()) return notPem("the END line is missing");
    if (last || line.empty() || line.size() > kColumns)
      return notPem("its content must be base64 in lines of 64 columns, of which only the last may be shorter");
    last = line.size() < kColumns;
    packed += line;
  }
  if (!lines.done()) return notPem("there is text after the first block; give exactly one block");
  auto der = fromBase64(packed);
  if (!der || der->empty()) return notPem("its content is not base64");
  return PemBlock{label, std::move(*der)};
}

std::string encodePem(std::string_view label, std::string_view der) {
  const std::string packed = toBase64(der);
  std::string out = std::string(kBegin) + std::string(label) + std::string(kDashes) + '\n';
  for (std::size_t at = 0; at < packed.size(); at += kColumns) out.append(packed, at, kColumns).append("\n");
  return out + std::string(kEnd) + std::string(label) + std::string(kDashes) + '\n';
}

}  // namespace certus::trust_service
