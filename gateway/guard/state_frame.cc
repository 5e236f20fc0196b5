#include "gateway/guard/state_frame.h"

#include <algorithm>

namespace certus::gateway {
namespace {

// magic, kind, nonce, issued, expires (big endian), 0 or 1 and the proof, the module's state
constexpr std::string_view kMagic = "certus-guard\1";
constexpr std::size_t kNumber = 8, kHead = kMagic.size() + 1 + sizeof(Nonce) + 2 * kNumber + 1;

void appendNumber(std::string& out, std::int64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xff);
}

std::int64_t takeNumber(std::string_view& from) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kNumber; ++i) value = value << 8 | static_cast<unsigned char>(from[i]);
  from.remove_prefix(kNumber);
  return static_cast<std::int64_t>(value);
}

char takeByte(std::string_view& from) {
  const char out = from.front();
  from.remove_prefix(1);
  return out;
}

}  // namespace

std::int64_t unixMilliseconds(WallTime time) {
  return std::chrono::duration_cast<Milliseconds>(time.time_since_epoch()).count();
}

std::string writeFrame(const StateFrame& frame) {
  std::string out;
  out.reserve(kHead + sizeof(ProofDigest) + frame.inner.size());
  out += kMagic;
  out += frame.kind == StateFrame::Kind::Question ? 'q' : 'm';
  out.append(frame.nonce.data(), frame.nonce.size());
  appendNumber(out, frame.issued);
  appendNumber(out, frame.expires);
  out += frame.proof ? '\1' : '\0';
  if (frame.proof) out.append(reinterpret_cast<const char*>(frame.proof->data()), frame.proof->size());
  return out.append(frame.inner);
}

std::optional<StateFrame> readFrame(std::string_view state) {
  if (state.size() < kHead || !state.starts_with(kMagic)) return std::nullopt;
  state.remove_prefix(kMagic.size());
  StateFrame out;
  const char kind = takeByte(state);
  if (kind != 'q' && kind != 'm') return std::nullopt;
  out.kind = kind == 'q' ? StateFrame::Kind::Question : StateFrame::Kind::Module;
  std::copy_n(state.begin(), out.nonce.size(), out.nonce.begin());
  state.remove_prefix(out.nonce.size());
  out.issued = takeNumber(state);
  out.expires = takeNumber(state);
  if (takeByte(state) == '\1') {
    if (state.size() < sizeof(ProofDigest)) return std::nullopt;
    ProofDigest& proof = out.proof.emplace();
    std::copy_n(state.begin(), proof.size(), proof.begin());
    state.remove_prefix(proof.size());
  }
  out.inner = state;
  const bool question = out.kind == StateFrame::Kind::Question;
  if (question && (!out.proof || !out.inner.empty())) return std::nullopt;
  return out;
}

}  // namespace certus::gateway
