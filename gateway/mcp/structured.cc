#include "gateway/mcp/structured.h"

#include <cstring>

#include "base/json_write.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kKeptCapacity = 512 * 1024;
constexpr std::size_t kMaxViolations = 5;
constexpr std::size_t kMaxCompletions = 100;

}  // namespace

std::optional<StructuredReader::Json> StructuredReader::read(std::string_view text) {
  if (capacity_ < text.size() || capacity_ > kKeptCapacity) {
    capacity_ = std::max<std::size_t>(text.size(), 4096);
    padded_.reset(new char[capacity_ + simdjson::SIMDJSON_PADDING]);
    if (parser_.capacity() > kKeptCapacity) parser_ = simdjson::dom::parser();
  }
  if (!text.empty()) std::memcpy(padded_.get(), text.data(), text.size());
  simdjson::dom::element dom;
  if (parser_.parse(padded_.get(), text.size(), false).get(dom)) return std::nullopt;
  return read(text, dom);
}

std::optional<StructuredReader::Json> StructuredReader::read(std::string_view text, simdjson::dom::element dom) {
  Json json{text, dom};
  // A valid JSON text has raw line breaks between its tokens only.
  if (std::memchr(text.data(), '\n', text.size()) || std::memchr(text.data(), '\r', text.size())) {
    minified_.resize(text.size());
    std::size_t size = 0;
    if (simdjson::minify(text.data(), text.size(), minified_.data(), size)) return std::nullopt;
    json.line = std::string_view(minified_).substr(0, size);
  }
  const std::size_t begin = json.line.find_first_not_of(" \t");
  json.line.remove_prefix(begin == std::string_view::npos ? 0 : begin);
  return json;
}

std::string StructuredReader::violations(const CompiledSchema& schema, simdjson::dom::element value) {
  std::vector<Violation> found;
  if (schema.validate(value, &found)) return {};
  std::string text = "structuredContent does not match.";
  for (std::size_t i = 0; i < found.size() && i < kMaxViolations; ++i) text += "\n- " + found[i].message;
  return text;
}

std::optional<std::string> StructuredReader::completion(std::string_view text) {
  const auto json = read(text);
  simdjson::dom::array values;
  if (!json || json->dom.at_key("values").get(values)) return std::nullopt;
  std::string out = "{\"values\":[";
  std::size_t count = 0;
  for (const auto value : values) {
    std::string_view item;
    if (value.get(item)) return std::nullopt;
    if (count++ >= kMaxCompletions) continue;
    if (count > 1) out += ',';
    appendJsonString(out, item);
  }
  out += ']';
  std::int64_t total = 0;
  if (!json->dom.at_key("total").get(total))
    out += ",\"total\":" + std::to_string(total);
  else if (count > kMaxCompletions)
    out += ",\"total\":" + std::to_string(count);
  bool more = false;
  const bool said = !json->dom.at_key("hasMore").get(more);
  if (count > kMaxCompletions)
    out += ",\"hasMore\":true";
  else if (said)
    out += more ? ",\"hasMore\":true" : ",\"hasMore\":false";
  return out + '}';
}

}  // namespace certus::gateway
