// initialize, server/discover, the lists, logging/setLevel: answers that stand ready in the catalogue.
#include <algorithm>

#include "base/json_write.h"
#include "gateway/mcp/handlers.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kMaxClientName = 80;

void appendPrintable(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (out.size() == kMaxClientName) return;
    out += c >= 0x20 && c < 0x7f ? c : '?';
  }
}

std::string clientName(const Request& request) {
  const auto info = request.param("clientInfo");
  std::string name;
  if (!info || !info->is(JsonKind::Object)) return name;
  for (const std::string_view key : {"name", "version"}) {
    const auto part = request.document.find(*info, key);
    if (!part || !part->is(JsonKind::String)) continue;
    if (!name.empty()) appendPrintable(name, "/");
    appendPrintable(name, request.document.text(*part));
  }
  return name;
}

// Whether news can reach this client later: it keeps a stream (stdio, SSE) or will have a session.
bool isLive(const Request& request) {
  return request.context.transport != Transport::Http || request.route().offers().sessions;
}

// Modules' instructions name their tools, so only who may know all of them is given any.
bool knowsAllTools(const Request& request) {
  const auto& tools = request.route().listed().tools;
  return std::all_of(tools.begin(), tools.end(), [&](std::uint32_t item) { return mayKnow(request, item); });
}

}  // namespace

Decision handleInitialize(const Request& request) {
  const auto wanted = request.text("protocolVersion");
  if (!wanted) return invalidParams(request, "initialize needs params.protocolVersion, a string such as \"2025-11-25\".");
  Opened opened;
  const auto known = parseRevision(*wanted);
  const bool servable = known && !isModern(*known);
  opened.revision = servable ? *known : kNewestLegacy;
  const RevisionTexts& texts = request.route().texts(opened.revision);
  std::string result = "{\"protocolVersion\":";
  appendJsonString(result, servable ? *wanted : toString(kNewestLegacy));
  const bool whole = knowsAllTools(request);
  result += isLive(request) ? (whole ? texts.initializeLive : texts.initializeLiveBare)
                            : (whole ? texts.initializeDetached : texts.initializeDetachedBare);
  opened.reply = answer(request, result);
  if (const auto given = request.param("capabilities"); given && given->is(JsonKind::Object)) {
    const ClientCapabilities capabilities = readCapabilities(request.document, *given);
    opened.clientCapabilities = capabilities.bits;
    opened.hasElicitationUrl = capabilities.elicitsUrl;
  }
  opened.clientName = clientName(request);
  return opened;
}

Decision handleDiscover(const Request& request) {
  const RevisionTexts& texts = request.texts();
  return answer(request, knowsAllTools(request) ? texts.discover : texts.discoverBare);
}

Decision handleList(const Request& request) {
  const RevisionTexts& texts = request.texts();
  const ListPages& pages = request.method->method == Method::ToolsList       ? texts.tools
                           : request.method->method == Method::PromptsList   ? texts.prompts
                           : request.method->method == Method::ResourcesList ? texts.resources
                                                                             : texts.templates;
  if (request.context.access) return listPermitted(request);
  const auto cursor = request.param("cursor");
  if (!cursor || cursor->is(JsonKind::Null)) return answer(request, pages.first());
  const auto page = cursor->is(JsonKind::String) ? pages.at(request.document.text(*cursor)) : std::nullopt;
  if (!page)
    return invalidParams(
        request, "params.cursor is not one of this list, or the list has changed since. Start again without a cursor.");
  return answer(request, *page);
}

Decision handleSetLevel(const Request& request) {
  const auto text = request.text("level");
  const auto level = text ? parseLogLevel(*text) : std::nullopt;
  if (!level)
    return invalidParams(request,
                         "params.level must be one of debug, info, notice, warning, error, critical, alert, emergency.");
  return SetLevel{*level, answerEmpty(request)};
}

}  // namespace certus::gateway
