// The Redis protocol (RESP2) as bytes: commands out, replies in. No socket. Replies are outside bytes: every size is capped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace certus::limits {

struct RespValue {
  enum class Kind : std::uint8_t { Status, Error, Integer, Text, Null, List };
  Kind kind = Kind::Null;
  std::int64_t integer = 0;
  std::string text;  // Status, Error, Text
  std::vector<RespValue> items;
};

constexpr std::size_t kMostReplyLine = 1'024, kMostReplyText = 64 * 1'024, kMostReplyItems = 256;
constexpr int kMostReplyDepth = 4;

void appendCommand(std::string& out, std::span<const std::string_view> words);
inline void appendCommand(std::string& out, std::initializer_list<std::string_view> words) {
  appendCommand(out, std::span(words.begin(), words.size()));
}

struct RespParse {
  enum class State : std::uint8_t { Whole, NeedsMore, Malformed };
  State state = State::NeedsMore;
  std::size_t used = 0;  // Whole: bytes of the front that the value took
  RespValue value;
};

RespParse parseReply(std::string_view bytes);

}  // namespace certus::limits
