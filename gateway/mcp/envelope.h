// The shape of one JSON-RPC 2.0 message: request, notification or answer, with its parts as slices. Knows no MCP method.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/mcp/json_document.h"

namespace certus::gateway {

struct Envelope {
  enum class Kind : std::uint8_t { Request, Notification, Answer };
  Kind kind = Kind::Request;
  std::string_view idJson;          // verbatim; empty for a notification
  std::string_view method;          // unescaped; empty for an answer
  std::optional<JsonValue> params;  // always an object
  std::optional<JsonValue> meta;    // params._meta, if it is an object
  std::optional<JsonValue> result, error;
};

struct BadEnvelope {
  std::string message;
  std::string_view idJson;  // what could be read of it, else empty: an error must not say "id": null
};

tl::expected<Envelope, BadEnvelope> readEnvelope(JsonDocument& document, const JsonValue& message);

bool isInteger(const JsonValue& value);  // a number without fraction or exponent

}  // namespace certus::gateway
