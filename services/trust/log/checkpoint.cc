#include "services/trust/log/checkpoint.h"

#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "base/encoding.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxNoteBytes = 4096;
constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // U+2014 and a space

tl::unexpected<Error> broken(std::string why) { return fail(ErrorCode::DataCorrupt, std::move(why)); }

// The next line without its newline; nullopt at a text that does not end in one.
std::optional<std::string_view> takeLine(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || std::to_string(value) != text || value >> 63)
    return std::nullopt;
  return value;
}

}  // namespace

LogIdentity::LogIdentity(KeyPtr key, std::string host, std::int64_t treeId)
    : key_(std::move(key)), host_(std::move(host)), treeId_(treeId), keyId_(sha256(publicKeyDer(*key_))) {}

std::string LogIdentity::treeIdHex() const { return fmt::format("{:016x}", treeId_); }

std::string LogIdentity::origin() const { return fmt::format("{} - {}", host_, treeId_); }

Result<Checkpoint> LogIdentity::sign(std::uint64_t size, const Hash& root) const {
  const std::string text = fmt::format("{}\n{}\n{}\n", origin(), size, toBase64(bytesOf(root)));
  auto signature = signMessage(*key_, text);
  if (!signature) return tl::make_unexpected(signature.error());
  const std::string line = toBase64(keyId_.substr(0, 4) + *signature);
  return Checkpoint{size, root, fmt::format("{}\n{}{} {}\n", text, kSignaturePrefix, host_, line)};
}

Result<Checkpoint> LogIdentity::open(std::string_view note) const {
  if (note.size() > kMaxNoteBytes) return broken("the checkpoint is longer than 4 KiB");
  std::string_view rest = note;
  const auto firstLine = takeLine(rest), sizeLine = takeLine(rest), rootLine = takeLine(rest);
  const std::string_view text = note.substr(0, note.size() - rest.size());
  const auto blank = takeLine(rest), signatureLine = takeLine(rest);
  if (!signatureLine || !blank->empty() || !rest.empty())
    return broken("the checkpoint is not a signed note of three lines");
  if (*firstLine != origin()) return broken("the checkpoint is of another log: its first line is not \"" + origin() + "\"");
  const auto size = decimal(*sizeLine);
  const auto rootBytes = fromBase64(*rootLine);
  const auto root = rootBytes ? hashFrom(*rootBytes) : std::nullopt;
  if (!size || !root) return broken("the checkpoint's size or root is malformed");
  const std::string start = std::string(kSignaturePrefix) + host_ + " ";
  const auto packed = signatureLine->starts_with(start) ? fromBase64(signatureLine->substr(start.size())) : std::nullopt;
  if (!packed || packed->substr(0, 4) != keyId_.substr(0, 4))
    return broken("the checkpoint is not signed under this log's name and key");
  {
    const std::lock_guard lock(mutex_);
    if (lastVerified_ == note) return Checkpoint{*size, *root, std::string(note)};
  }
  if (!verifiesMessage(*key_, text, packed->substr(4))) return broken("the checkpoint's signature is not by this log's key");
  const std::lock_guard lock(mutex_);
  lastVerified_ = note;
  return Checkpoint{*size, *root, std::string(note)};
}

}  // namespace certus::trust_service
