// `params._meta` of a request: what the newest revision puts there in every request, and the progress token of all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/call/invocation.h"
#include "gateway/mcp/json_document.h"

namespace certus::gateway {

inline constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view kLogLevelKey = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view kSubscriptionKey = "io.modelcontextprotocol/subscriptionId";

struct ClientCapabilities {
  std::uint32_t bits = 0;  // ClientCapability
  bool elicitsForm = false, elicitsUrl = false;
};

ClientCapabilities readCapabilities(JsonDocument& document, const JsonValue& object);

struct RequestMeta {
  bool hasVersionKey = false;  // of any type: this alone makes a request one of the newest era
  std::optional<std::string_view> version;
  bool hasCapabilities = false;  // an object, as it must be
  ClientCapabilities capabilities;
  std::optional<LogLevel> logLevel;
  std::string_view progressTokenJson;  // verbatim
  std::string_view traceparent;        // well-formed, or empty
  bool badLogLevel = false, badProgressToken = false;

  bool isWhole() const { return version && hasCapabilities && !badLogLevel && !badProgressToken; }
  std::string problems() const;  // every field that is missing or malformed; empty when whole
};

RequestMeta readMeta(JsonDocument& document, const std::optional<JsonValue>& meta);

std::optional<LogLevel> parseLogLevel(std::string_view text);
std::string_view toString(LogLevel level);
bool isTraceparent(std::string_view text);  // W3C Trace Context, version 00

}  // namespace certus::gateway
