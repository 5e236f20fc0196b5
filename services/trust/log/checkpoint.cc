#include "services/trust/log/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "base/encoding.h"
#include "services/trust/sign/private_keys.h"

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

LogIdentity::LogIdentity(KeyPtr key, std::string host, std::int64_t treeId, std::vector<RetiredLogKey> retired)
    : key_(std::move(key)),
      host_(std::move(host)),
      treeId_(treeId),
      keyId_(sha256(publicKeyDer(*key_))),
      retired_(std::move(retired)) {}

const RetiredLogKey* LogIdentity::retiredOf(std::uint64_t index) const {
  const auto found = std::ranges::find_if(retired_, [index](const RetiredLogKey& each) { return index < each.untilSize; });
  return found == retired_.end() ? nullptr : &*found;
}

EVP_PKEY& LogIdentity::keyOf(std::uint64_t index) const {
  const auto* retired = retiredOf(index);
  return retired ? *retired->key : *key_;
}

std::string LogIdentity::keyIdOf(std::uint64_t index) const {
  return isOfRetiredKey(index) ? sha256(publicKeyDer(keyOf(index))) : keyId_;
}

Result<EVP_PKEY*> LogIdentity::signerOf(std::string_view hint, std::uint64_t size) const {
  if (hint == std::string_view(keyId_).substr(0, 4)) return key_.get();
  for (const RetiredLogKey& retired : retired_) {
    if (sha256(publicKeyDer(*retired.key)).substr(0, 4) != hint) continue;
    if (size <= retired.untilSize) return retired.key.get();
    return broken(
        fmt::format("the checkpoint of {} entries is signed by a key that was retired at {}", size, retired.untilSize));
  }
  return broken(
      "the checkpoint is signed by a key that this service does not hold; if the log's key was rotated while it ran, "
      "restart it");
}

bool LogIdentity::signsNow(const Checkpoint& head) const {
  const auto line = head.note.find(std::string(kSignaturePrefix) + host_ + " ");
  if (line == std::string::npos) return false;
  const std::string_view packed = std::string_view(head.note).substr(line + kSignaturePrefix.size() + host_.size() + 1);
  // 8 characters of base64 hold the 4 bytes of the hint and 2 of the signature.
  const auto hint = fromBase64(packed.substr(0, 8));
  return hint && hint->substr(0, 4) == keyId_.substr(0, 4);
}

std::string LogIdentity::treeIdHex() const { return fmt::format("{:016x}", treeId_); }

std::string LogIdentity::origin() const { return fmt::format("{} - {}", host_, treeId_); }

Result<Checkpoint> LogIdentity::sign(std::uint64_t size, const Hash& root) const {
  const std::string text = fmt::format("{}\n{}\n{}\n", origin(), size, toBase64(bytesOf(root)));
  auto signature = signMessage(*key_, text);
  if (!signature) return tl::make_unexpected(signature.error());
  const std::string line = toBase64(keyId_.substr(0, 4) + *signature);
  Checkpoint made{size, root, fmt::format("{}\n{}{} {}\n", text, kSignaturePrefix, host_, line)};
  rememberAsGood(made.note);
  return made;
}

bool LogIdentity::knowsAsGood(std::string_view note) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(goodNotes_, note) != goodNotes_.end();
}

void LogIdentity::rememberAsGood(std::string_view note) const {
  const std::lock_guard lock(mutex_);
  goodNotes_[nextGood_++ % goodNotes_.size()] = note;
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
  if (!packed) return broken("the checkpoint is not signed under this log's name and key");
  const auto signer = signerOf(std::string_view(*packed).substr(0, 4), *size);
  if (!signer) return tl::make_unexpected(signer.error());
  if (!knowsAsGood(note)) {
    if (!verifiesMessage(**signer, text, packed->substr(std::min<std::size_t>(4, packed->size()))))
      return broken("the checkpoint's signature is not by this log's key");
    rememberAsGood(note);
  }
  return Checkpoint{*size, *root, std::string(note)};
}

}  // namespace certus::trust_service
