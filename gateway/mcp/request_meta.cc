#include "gateway/mcp/request_meta.h"

#include <algorithm>
#include <array>

#include "gateway/mcp/envelope.h"

namespace certus::gateway {
namespace {

constexpr std::array<std::string_view, 8> kLevels = {"debug", "info",     "notice", "warning",
                                                     "error", "critical", "alert",  "emergency"};

void readMember(JsonDocument& document, const JsonDocument::Member& member, RequestMeta& meta) {
  const JsonValue& value = member.value;
  const bool isText = value.is(JsonKind::String);
  if (member.name == kVersionKey) {
    meta.hasVersionKey = true;
    if (isText) meta.version = document.text(value);
  } else if (member.name == kCapabilitiesKey) {
    meta.hasCapabilities = value.is(JsonKind::Object);
    if (meta.hasCapabilities) meta.capabilities = readCapabilities(document, value);
  } else if (member.name == kLogLevelKey) {
    if (isText) meta.logLevel = parseLogLevel(document.text(value));
    meta.badLogLevel = !meta.logLevel;
  } else if (member.name == "progressToken") {
    meta.badProgressToken = !isText && !isInteger(value);
    if (!meta.badProgressToken) meta.progressTokenJson = value.raw;
  } else if (member.name == "traceparent") {
    if (isText && isTraceparent(document.text(value))) meta.traceparent = document.text(value);
  }
}

}  // namespace

ClientCapabilities readCapabilities(JsonDocument& document, const JsonValue& object) {
  ClientCapabilities capabilities;
  auto members = document.members(object);
  while (const auto member = members.next()) {
    if (!member->value.is(JsonKind::Object)) continue;
    if (member->name == "sampling") capabilities.bits |= kCanSample;
    if (member->name == "roots") capabilities.bits |= kHasRoots;
    if (member->name != "elicitation") continue;
    capabilities.bits |= kCanElicit;
    capabilities.elicitsUrl = document.find(member->value, "url").has_value();
    // {} is how every client before URL mode said that it shows forms.
    capabilities.elicitsForm = !capabilities.elicitsUrl || document.find(member->value, "form").has_value();
  }
  return capabilities;
}

std::string RequestMeta::problems() const {
  std::string text;
  const auto add = [&](std::string_view key, std::string_view rule) {
    text += text.empty() ? "" : "; ";
    text += "params._meta[\"";
    text += key;
    text += "\"] ";
    text += rule;
  };
  if (!hasVersionKey)
    add(kVersionKey, "is missing");
  else if (!version)
    add(kVersionKey, "must be a string");
  if (!hasCapabilities) add(kCapabilitiesKey, "is missing or no object ({} when the client has none)");
  if (badLogLevel) add(kLogLevelKey, "must be one of debug, info, notice, warning, error, critical, alert, emergency");
  if (badProgressToken) add("progressToken", "must be a string or an integer");
  return text;
}

RequestMeta readMeta(JsonDocument& document, const std::optional<JsonValue>& object) {
  RequestMeta meta;
  if (!object) return meta;
  auto members = document.members(*object);
  while (const auto member = members.next()) readMember(document, *member, meta);
  return meta;
}

std::optional<LogLevel> parseLogLevel(std::string_view text) {
  const auto found = std::find(kLevels.begin(), kLevels.end(), text);
  if (found == kLevels.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kLevels.begin());
}

std::string_view toString(LogLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

bool isTraceparent(std::string_view text) {
  // 00-<32 hex>-<16 hex>-<2 hex>, lower case, neither id all zero.
  if (text.size() != 55 || !text.starts_with("00-") || text[35] != '-' || text[52] != '-') return false;
  for (std::size_t i = 3; i < text.size(); ++i) {
    const char c = text[i];
    if (i != 35 && i != 52 && !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return text.substr(3, 32).find_first_not_of('0') != std::string_view::npos &&
         text.substr(36, 16).find_first_not_of('0') != std::string_view::npos;
}

}  // namespace certus::gateway
