#include "services/trust/sigstore/signed_note.h"

#include <charconv>
#include <optional>

#include "base/encoding.h"
#include "base/utf8.h"

namespace certus::sigstore {
namespace {

constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // U+2014 and a space

tl::unexpected<Failure> malformed(std::string why) {
  return refuse(FailureClass::CheckpointMalformed, "the checkpoint " + std::move(why));
}

bool isNoteText(std::string_view note) {
  for (std::size_t at = 0; at < note.size();) {
    const std::size_t size = utf8CharacterSize(note, at);
    if (size == 0 || (static_cast<unsigned char>(note[at]) < 0x20 && note[at] != '\n')) return false;
    at += size;
  }
  return true;
}

std::string_view takeLine(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || std::to_string(value) != text)
    return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

std::optional<NoteSignature> signatureIn(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return std::nullopt;
  line.remove_prefix(kSignaturePrefix.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos || space == 0) return std::nullopt;
  const auto packed = fromBase64(line.substr(space + 1));
  if (!packed || packed->size() < 5) return std::nullopt;
  return NoteSignature{std::string(line.substr(0, space)), packed->substr(0, 4), packed->substr(4)};
}

}  // namespace

Outcome<SignedNote> parseSignedNote(std::string_view note) {
  if (note.size() > kMaxNoteBytes) return malformed("is longer than 4 KiB");
  if (!isNoteText(note)) return malformed("is not UTF-8 text without control characters");
  const auto blank = note.find("\n\n");
  if (blank == std::string_view::npos || !note.ends_with('\n'))
    return malformed("is not a signed note: lines, a blank line, signatures");
  SignedNote out;
  out.text = note.substr(0, blank + 1);
  std::string_view body = out.text;
  out.origin = takeLine(body);
  const auto size = decimal(takeLine(body));
  auto root = fromBase64(takeLine(body));
  if (out.origin.empty() || !size || !root || root->size() != 32)
    return malformed("does not start with an origin, a size and a root hash, a line each");
  out.size = *size;
  out.root = std::move(*root);
  std::string_view rest = note.substr(blank + 2);
  while (!rest.empty()) {
    auto signature = signatureIn(takeLine(rest));
    if (!signature) return malformed("has a line after the blank one that is no signature");
    if (out.signatures.size() == kMaxNoteSignatures) return malformed("has more than 32 signatures");
    out.signatures.push_back(std::move(*signature));
  }
  if (out.signatures.empty()) return malformed("is not signed");
  return out;
}

}  // namespace certus::sigstore
