// subscriptions/listen: what is granted, and the two messages whose text is known at once.
#include "base/json_write.h"
#include "gateway/mcp/handlers.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kMaxUris = 1024;

bool isTrue(const Request& request, const JsonValue& wanted, std::string_view name) {
  const auto value = request.document.find(wanted, name);
  return value && value->is(JsonKind::True);
}

// URIs that exist here and whose module announces changes. nullopt: the member is no array of strings.
std::optional<std::vector<std::string>> grantedUris(const Request& request, const JsonValue& wanted) {
  std::vector<std::string> granted;
  const auto list = request.document.find(wanted, "resourceSubscriptions");
  if (!list) return granted;
  if (!list->is(JsonKind::Array)) return std::nullopt;
  auto items = request.document.members(*list);
  while (const auto item = items.next()) {
    if (!item->value.is(JsonKind::String) || granted.size() == kMaxUris) return std::nullopt;
    const std::string_view uri = request.document.text(item->value);
    const PermittedResource found = resourceAt(request, uri);
    if (found.known() && found.serves->subscribable) granted.emplace_back(uri);
  }
  return granted;
}

std::string grantedText(const Listen& listen, bool namesUris) {
  std::string text;
  JsonObject object(text);
  if (listen.tools) object.boolean("toolsListChanged", true);
  if (listen.prompts) object.boolean("promptsListChanged", true);
  if (listen.resources) object.boolean("resourcesListChanged", true);
  if (namesUris) {
    std::string& list = object.member("resourceSubscriptions");
    list += '[';
    for (const std::string& uri : listen.resourceUris) {
      if (list.back() != '[') list += ',';
      appendJsonString(list, uri);
    }
    list += ']';
  }
  object.end();
  return text;
}

std::string subscription(const Request& request) {
  return "\"io.modelcontextprotocol/subscriptionId\":" + std::string(request.envelope.idJson);
}

}  // namespace

Decision handleListen(const Request& request) {
  const auto wanted = request.param("notifications");
  if (!wanted || !wanted->is(JsonKind::Object)) {
    return invalidParams(request, "subscriptions/listen needs params.notifications, such as {\"toolsListChanged\": true}.");
  }
  Listen listen;
  listen.idJson = request.envelope.idJson;
  listen.tools = isTrue(request, *wanted, "toolsListChanged");
  listen.prompts = isTrue(request, *wanted, "promptsListChanged");
  listen.resources = isTrue(request, *wanted, "resourcesListChanged");
  auto uris = grantedUris(request, *wanted);
  if (!uris)
    return invalidParams(request,
                         "params.notifications.resourceSubscriptions must be an array of at most 1024 URI strings.");
  const bool namesUris = request.route().offers().subscribable && request.document.find(*wanted, "resourceSubscriptions");
  listen.resourceUris = std::move(*uris);
  listen.acknowledgement =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{\"_meta\":{" +
      subscription(request) + "},\"notifications\":" + grantedText(listen, namesUris) + "}}";
  listen.result = answer(request, "{\"resultType\":\"complete\",\"_meta\":{" + request.texts().metaMembers + ',' +
                                      subscription(request) + "}}")
                      .body;
  return listen;
}

}  // namespace certus::gateway
