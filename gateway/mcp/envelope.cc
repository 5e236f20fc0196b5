#include "gateway/mcp/envelope.h"

namespace certus::gateway {
namespace {

struct Parts {
  std::optional<JsonValue> version, id, method, params, result, error;
};

Parts collect(JsonDocument& document, const JsonValue& message) {
  Parts parts;
  auto members = document.members(message);
  while (const auto member = members.next()) {
    if (member->name == "jsonrpc")
      parts.version = member->value;
    else if (member->name == "id")
      parts.id = member->value;
    else if (member->name == "method")
      parts.method = member->value;
    else if (member->name == "params")
      parts.params = member->value;
    else if (member->name == "result")
      parts.result = member->value;
    else if (member->name == "error")
      parts.error = member->value;
  }
  return parts;
}

// What is wrong with the parts, or empty.
std::string fault(const Parts& parts, bool idIsGood) {
  if (!parts.version || parts.version->raw != "\"2.0\"") return "a message must say \"jsonrpc\": \"2.0\"";
  if (parts.id && !idIsGood) return "`id` must be a string or an integer";
  if (parts.method && !parts.method->is(JsonKind::String)) return "`method` must be a string";
  if (parts.method && (parts.result || parts.error))
    return "a message has `method`, or `result`, or `error`, never two of them";
  if (!parts.method && parts.result.has_value() == parts.error.has_value())
    return "a message needs `method`, or else exactly one of `result` and `error`";
  if (!parts.method && !parts.id) return "an answer needs the `id` of its request";
  if (parts.error && !parts.error->is(JsonKind::Object)) return "`error` must be an object";
  if (parts.params && !parts.params->is(JsonKind::Object)) return "`params` must be an object";
  return {};
}

}  // namespace

bool isInteger(const JsonValue& value) {
  return value.is(JsonKind::Number) && value.raw.find_first_of(".eE") == std::string_view::npos;
}

tl::expected<Envelope, BadEnvelope> readEnvelope(JsonDocument& document, const JsonValue& message) {
  if (!message.is(JsonKind::Object)) return tl::make_unexpected(BadEnvelope{"a message must be one JSON object", {}});
  const Parts parts = collect(document, message);
  const bool idIsGood = parts.id && (parts.id->is(JsonKind::String) || isInteger(*parts.id));
  if (std::string wrong = fault(parts, idIsGood); !wrong.empty()) {
    return tl::make_unexpected(BadEnvelope{std::move(wrong), idIsGood ? parts.id->raw : std::string_view()});
  }
  Envelope envelope;
  envelope.kind = !parts.method ? Envelope::Kind::Answer : parts.id ? Envelope::Kind::Request : Envelope::Kind::Notification;
  if (parts.id) envelope.idJson = parts.id->raw;
  if (parts.method) envelope.method = document.text(*parts.method);
  envelope.params = parts.params;
  envelope.result = parts.result;
  envelope.error = parts.error;
  if (parts.params) envelope.meta = document.find(*parts.params, "_meta");
  if (envelope.meta && !envelope.meta->is(JsonKind::Object)) envelope.meta.reset();
  return envelope;
}

}  // namespace certus::gateway
