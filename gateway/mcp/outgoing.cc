// Messages that the gateway sends of its own accord, and the one shape of an error.
#include <charconv>
#include <cmath>

#include "base/json_write.h"
#include "gateway/mcp/dispatcher.h"
#include "gateway/mcp/request_meta.h"
#include "gateway/mcp/structured.h"

namespace certus::gateway {
namespace {

std::string notification(std::string_view method, const std::string& params) {
  std::string text = "{\"jsonrpc\":\"2.0\",\"method\":\"";
  text += method;
  text += '"';
  if (!params.empty() && params != "{}") text += ",\"params\":" + params;
  return text + '}';
}

// Tagged as a message of that listen stream, or nothing on older revisions.
void tag(JsonObject& params, std::string_view subscriptionIdJson) {
  if (subscriptionIdJson.empty()) return;
  JsonObject meta(params.member("_meta"));
  meta.raw(kSubscriptionKey, subscriptionIdJson).end();
}

}  // namespace

std::string renderProgress(Revision revision, std::string_view tokenJson, double progress, double total,
                           std::string_view message) {
  std::string text;
  JsonObject params(text);
  params.raw("progressToken", tokenJson);
  appendJsonNumber(params.member("progress"), std::isfinite(progress) ? progress : 0.0);
  if (total > 0 && std::isfinite(total)) appendJsonNumber(params.member("total"), total);
  if (revision >= Revision::V2025_03_26) params.optional("message", message);
  params.end();
  return notification("notifications/progress", text);
}

std::string renderLog(Revision, LogLevel level, std::string_view logger, std::string_view jsonData) {
  std::string text;
  JsonObject params(text);
  params.string("level", toString(level)).optional("logger", logger);
  StructuredReader reader;
  const auto data = reader.read(jsonData);
  if (data)
    params.raw("data", data->line);
  else
    params.string("data", jsonData);  // a module's slip: not JSON, so it is shown as text
  params.end();
  return notification("notifications/message", text);
}

std::string renderListChanged(std::string_view what, std::string_view subscriptionIdJson) {
  std::string text;
  JsonObject params(text);
  tag(params, subscriptionIdJson);
  params.end();
  return notification("notifications/" + std::string(what) + "/list_changed", text);
}

std::string renderResourceUpdated(std::string_view uri, std::string_view subscriptionIdJson) {
  std::string text;
  JsonObject params(text);
  tag(params, subscriptionIdJson);
  params.string("uri", uri).end();
  return notification("notifications/resources/updated", text);
}

std::string renderServerRequest(std::string_view idJson, std::string_view method, std::string_view paramsJson) {
  std::string text;
  JsonObject request(text);
  request.string("jsonrpc", "2.0").raw("id", idJson).string("method", method);
  if (!paramsJson.empty()) request.raw("params", paramsJson);
  request.end();
  return text;
}

std::string renderError(std::string_view idJson, int code, std::string_view message, std::string_view dataJson) {
  std::string text;
  JsonObject response(text);
  response.string("jsonrpc", "2.0");
  if (!idJson.empty()) response.raw("id", idJson);
  JsonObject error(response.member("error"));
  error.number("code", code).string("message", message);
  if (!dataJson.empty()) error.raw("data", dataJson);
  error.end();
  response.end();
  return text;
}

}  // namespace certus::gateway
