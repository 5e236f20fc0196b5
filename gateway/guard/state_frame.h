// What a call carries between its rounds while policy holds it: a question of ours, or a module's state in our wrapping.
// Under policy every state is one of the two, so neither is ever taken for the other. Sealed by gateway/mcp on the newest
// revision, kept in this process for older ones: the bytes are ours when they come back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace certus::gateway {

using Nonce = std::array<char, 16>;
using ProofDigest = std::array<unsigned char, 32>;

struct StateFrame {
  enum class Kind : std::uint8_t { Question, Module };
  Kind kind = Kind::Module;
  Nonce nonce{};                     // random; redeemed once
  std::int64_t issued = 0;           // milliseconds since 1970
  std::int64_t expires = 0;          // the first one at which it is refused
  std::optional<ProofDigest> proof;  // Question: what it asks about. Module: the same, once a person has said yes
  std::string_view inner;            // Module: its own state
};

std::string writeFrame(const StateFrame& frame);
// `inner` views `state`. nullopt: none of ours.
std::optional<StateFrame> readFrame(std::string_view state);

std::int64_t unixMilliseconds(WallTime time);

}  // namespace certus::gateway
