#include "gateway/mcp/json_document.h"

#include <algorithm>
#include <cstring>

#include "gateway/mcp/json_escape.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kPairwiseKeys = 16;
constexpr std::size_t kKeptCapacity = 512 * 1024;
constexpr std::uint32_t kEscaped = 1u << 31;

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

JsonKind kindOf(char first) {
  switch (first) {
    case '{': return JsonKind::Object;
    case '[': return JsonKind::Array;
    case '"': return JsonKind::String;
    case 't': return JsonKind::True;
    case 'f': return JsonKind::False;
    case 'n': return JsonKind::Null;
    default: return JsonKind::Number;
  }
}

tl::unexpected<Error> refuse(std::string why) { return fail(ErrorCode::InvalidArgument, std::move(why)); }

tl::unexpected<Error> explain(simdjson::error_code error, const JsonLimits& limits) {
  switch (error) {
    case simdjson::EMPTY: return refuse("the message is empty");
    case simdjson::UTF8_ERROR: return refuse("the message is not valid UTF-8");
    case simdjson::DEPTH_ERROR:
      return refuse("the message is nested deeper than " + std::to_string(limits.maxDepth) + " levels");
    case simdjson::NUMBER_ERROR: return refuse("the message has a malformed number or one beyond 64 bits");
    case simdjson::STRING_ERROR: return refuse("the message has a string with a bad escape or a lone surrogate");
    case simdjson::UNCLOSED_STRING: return refuse("the message ends inside a string, or has a raw control character in one");
    case simdjson::UNESCAPED_CHARS:
      return refuse("the message has a raw control character in a string; write \\n, \\t, \\u00XX");
    default: return refuse("the message is not valid JSON");
  }
}

}  // namespace

std::string_view JsonMemory::hold(std::string_view text) {
  text_.reset(new char[text.size() + simdjson::SIMDJSON_PADDING]);
  if (!text.empty()) std::memcpy(text_.get(), text.data(), text.size());
  std::memset(text_.get() + text.size(), 0, simdjson::SIMDJSON_PADDING);
  return {text_.get(), text.size()};
}

Result<JsonValue> JsonDocument::parse(std::string_view text, JsonMemory& memory, const JsonLimits& limits) {
  if (text.size() > limits.maxBytes)
    return refuse("the message is larger than " + std::to_string(limits.maxBytes) + " bytes");
  if (text.starts_with("\xEF\xBB\xBF")) return refuse("the message begins with a byte order mark; send plain UTF-8");
  memory_ = &memory;
  text_ = memory.hold(text);
  if (parser_.capacity() < text_.size() || parser_.max_depth() != limits.maxDepth) {
    if (parser_.allocate(std::max<std::size_t>(text_.size(), 4096), limits.maxDepth)) return refuse("out of memory");
  }
  if (const auto error = parser_.parse(text_.data(), text_.size(), false).get(dom_)) return explain(error, limits);
  if (hasLoneSurrogate(text_))
    return refuse("the message has a string with a lone surrogate (\\uD800 to \\uDFFF come in pairs)");
  at_ = parser_.implementation->structural_indexes.get();
  count_ = parser_.implementation->n_structural_indexes;
  if (auto done = index(text_); !done) return tl::make_unexpected(done.error());
  return valueAt(0);
}

// The parser has proved the text valid, so brackets balance and a string before a colon is a name.
Result<void> JsonDocument::index(std::string_view text) {
  struct Open {
    std::uint32_t index;
    std::size_t firstKey;
  };
  match_.resize(count_);
  keys_.clear();
  firstEscape_ = std::min(text.find('\\'), text.size());
  Open open[1024 + 1];
  std::size_t depth = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    switch (text[at_[i]]) {
      case '{':
      case '[':
        if (depth == std::size(open)) return refuse("the message is nested too deeply");
        open[depth++] = {i, keys_.size()};
        break;
      case '}':
        if (auto unique = closeObject(open[depth - 1].firstKey); !unique) return unique;
        [[fallthrough]];
      case ']': match_[open[--depth].index] = i; break;
      case ':': keys_.push_back(indexKey(i - 1)); break;
      default: break;
    }
  }
  return {};
}

Result<void> JsonDocument::closeObject(std::size_t firstKey) {
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(firstKey);
  bool repeated = false;
  if (keys_.size() - firstKey <= kPairwiseKeys) {
    for (auto one = begin; one != keys_.end() && !repeated; ++one)
      repeated = std::find(one + 1, keys_.end(), *one) != keys_.end();
  } else {
    std::sort(begin, keys_.end());
    repeated = std::adjacent_find(begin, keys_.end()) != keys_.end();
  }
  keys_.resize(firstKey);
  if (repeated)
    return refuse("the message has an object with the same member name twice; parsers disagree which one counts");
  return {};
}

JsonValue JsonDocument::valueAt(std::uint32_t index) const {
  const std::size_t begin = at_[index];
  JsonValue value{kindOf(text_[begin]), {}, index};
  std::size_t end = 0;
  if (value.is(JsonKind::Object) || value.is(JsonKind::Array)) {
    end = at_[match_[index]] + 1u;
  } else {
    end = index + 1 < count_ ? at_[index + 1] : text_.size();
    while (isBlank(text_[end - 1])) --end;
  }
  value.raw = text_.substr(begin, end - begin);
  return value;
}

std::uint32_t JsonDocument::after(std::uint32_t index) const {
  const char c = text_[at_[index]];
  return (c == '{' || c == '[' ? match_[index] : index) + 1;
}

std::string_view JsonDocument::indexKey(std::uint32_t index) {
  std::size_t end = at_[index + 1];
  while (text_[end - 1] != '"') --end;
  const std::size_t begin = at_[index] + 1u;
  const std::string_view inner = text_.substr(begin, end - 1 - begin);
  const bool escaped = end > firstEscape_ && inner.find('\\') != std::string_view::npos;
  match_[index] = static_cast<std::uint32_t>(inner.size()) | (escaped ? kEscaped : 0);
  return escaped ? unescaped(inner) : inner;
}

std::string_view JsonDocument::keyAt(std::uint32_t index) {
  const std::uint32_t size = match_[index];
  const std::string_view inner = text_.substr(at_[index] + 1u, size & ~kEscaped);
  return (size & kEscaped) != 0 ? unescaped(inner) : inner;
}

std::string_view JsonDocument::unescaped(std::string_view inner) {
  const auto end = static_cast<std::size_t>(inner.data() + inner.size() - text_.data());
  if (end <= firstEscape_ || inner.find('\\') == std::string_view::npos) return inner;
  std::string& copy = memory_->scratch();
  unescapeJson(inner, copy);
  return copy;
}

std::string_view JsonDocument::text(const JsonValue& string) {
  return unescaped(string.raw.substr(1, string.raw.size() - 2));
}

std::optional<JsonDocument::Member> JsonDocument::Cursor::next() {
  JsonDocument& document = document_;
  const char c = document.text_[document.at_[at_]];
  if (c == '}' || c == ']') return std::nullopt;
  if (c == ',') ++at_;
  Member member;
  if (object_) {
    member.name = document.keyAt(at_);
    at_ += 2;
  }
  member.value = document.valueAt(at_);
  at_ = document.after(at_);
  return member;
}

std::optional<JsonValue> JsonDocument::find(const JsonValue& object, std::string_view name) {
  const std::uint32_t end = match_[object.index];
  std::uint32_t at = object.index + 1;
  while (at < end) {
    if (keyAt(at) == name) return valueAt(at + 2);
    at = after(at + 2) + 1;  // past the comma; past the bracket when there is none
  }
  return std::nullopt;
}

void JsonDocument::shrink() {
  if (parser_.capacity() <= kKeptCapacity) return;
  parser_ = simdjson::dom::parser();
  match_ = {};
  keys_ = {};
}

}  // namespace certus::gateway
