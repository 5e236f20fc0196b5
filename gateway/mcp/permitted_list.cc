// The lists under a policy: what the caller may know, in pages whose cursors are sealed for that caller, route and list.
#include <charconv>

#include "base/json_write.h"
#include "gateway/mcp/handlers.h"
#include "gateway/mcp/sealer.h"

namespace certus::gateway {
namespace {

ListName listOf(Method method) {
  switch (method) {
    case Method::PromptsList: return ListName::Prompts;
    case Method::ResourcesList: return ListName::Resources;
    case Method::TemplatesList: return ListName::Templates;
    default: return ListName::Tools;
  }
}

// As for a state, so that a cursor of another caller, route or list, or of a list that has changed since, is none.
SealBinding bindingOf(const Request& request, const PermittedList& list) {
  return {request.context.principal->key, request.context.route->path(), request.method->name, "cursor", list.digest};
}

std::optional<std::size_t> pageOf(const Request& request, const PermittedList& list, std::string_view cursor) {
  if (request.sealer == nullptr) return std::nullopt;
  const auto opened = request.sealer->open(cursor, bindingOf(request, list), request.clock.wall());
  std::size_t page = 0;
  if (!opened || std::from_chars(opened->data(), opened->data() + opened->size(), page).ec != std::errc()) return std::nullopt;
  return page < list.pages.size() ? std::optional(page) : std::nullopt;
}

std::string resultOf(const Request& request, const PermittedList& list, std::size_t page) {
  std::string result = list.pages[page];
  if (page + 1 < list.pages.size() && request.sealer != nullptr) {
    result += ",\"nextCursor\":";
    appendJsonString(result, request.sealer->seal(std::to_string(page + 1), bindingOf(request, list), request.clock.wall()));
  }
  return result + request.texts().privateListTail + '}';
}

}  // namespace

Decision listPermitted(const Request& request) {
  const MessageContext& context = request.context;
  const auto list = context.access->lists(context.thread).of(request.route(), request.revision, listOf(request.method->method),
                                                             context.caller->standing, context.access->pageSize());
  const auto cursor = request.param("cursor");
  if (!cursor || cursor->is(JsonKind::Null)) return answer(request, resultOf(request, *list, 0));
  const auto page = cursor->is(JsonKind::String) ? pageOf(request, *list, request.document.text(*cursor)) : std::nullopt;
  if (!page)
    return invalidParams(request,
                         "params.cursor is not one of this list, is older than ten minutes, or the list has changed since. Start "
                         "again without a cursor.");
  return answer(request, resultOf(request, *list, *page));
}

}  // namespace certus::gateway
