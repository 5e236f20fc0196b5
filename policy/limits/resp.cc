#include "policy/limits/resp.h"

#include <charconv>

namespace certus::limits {
namespace {

using State = RespParse::State;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  std::size_t used() const { return at_; }

  State read(RespValue& out, int depth) {
    if (depth > kMostReplyDepth) return State::Malformed;
    std::string_view line;
    if (const State state = readLine(line); state != State::Whole) return state;
    if (line.empty()) return State::Malformed;
    const char type = line[0];
    line.remove_prefix(1);
    switch (type) {
      case '+': return text(out, RespValue::Kind::Status, line);
      case '-': return text(out, RespValue::Kind::Error, line);
      case ':': out.kind = RespValue::Kind::Integer; return number(line, out.integer) ? State::Whole : State::Malformed;
      case '$': return readText(out, line);
      case '*': return readList(out, line, depth);
      default: return State::Malformed;
    }
  }

 private:
  static State text(RespValue& out, RespValue::Kind kind, std::string_view line) {
    out.kind = kind;
    out.text = line;
    return State::Whole;
  }

  static bool number(std::string_view text, std::int64_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
  }

  State readLine(std::string_view& line) {
    const std::size_t end = bytes_.find("\r\n", at_);
    const std::size_t size = (end == std::string_view::npos ? bytes_.size() : end) - at_;
    if (size > kMostReplyLine) return State::Malformed;
    if (end == std::string_view::npos) return State::NeedsMore;
    line = bytes_.substr(at_, size);
    at_ = end + 2;
    return State::Whole;
  }

  State readText(RespValue& out, std::string_view line) {
    std::int64_t size = 0;
    if (!number(line, size) || size < -1 || size > static_cast<std::int64_t>(kMostReplyText)) return State::Malformed;
    if (size == -1) return State::Whole;  // Null
    const auto length = static_cast<std::size_t>(size);
    if (bytes_.size() - at_ < length + 2) return State::NeedsMore;
    if (bytes_.substr(at_ + length, 2) != "\r\n") return State::Malformed;
    text(out, RespValue::Kind::Text, bytes_.substr(at_, length));
    at_ += length + 2;
    return State::Whole;
  }

  State readList(RespValue& out, std::string_view line, int depth) {
    std::int64_t size = 0;
    if (!number(line, size) || size < -1 || size > static_cast<std::int64_t>(kMostReplyItems)) return State::Malformed;
    if (size == -1) return State::Whole;
    out.kind = RespValue::Kind::List;
    for (std::int64_t i = 0; i < size; ++i) {
      if (++values_ > kMostReplyItems) return State::Malformed;
      if (const State state = read(out.items.emplace_back(), depth + 1); state != State::Whole) return state;
    }
    return State::Whole;
  }

  std::string_view bytes_;
  std::size_t at_ = 0, values_ = 0;
};

void appendHead(std::string& out, char type, std::size_t count) {
  out += type;
  out += std::to_string(count);
  out += "\r\n";
}

}  // namespace

void appendCommand(std::string& out, std::span<const std::string_view> words) {
  appendHead(out, '*', words.size());
  for (const std::string_view word : words) {
    appendHead(out, '$', word.size());
    out += word;
    out += "\r\n";
  }
}

RespParse parseReply(std::string_view bytes) {
  RespParse out;
  Reader reader(bytes);
  out.state = reader.read(out.value, 1);
  out.used = reader.used();
  return out;
}

}  // namespace certus::limits
