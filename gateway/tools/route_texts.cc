#include "gateway/tools/route_texts.h"

#include "base/json_write.h"

namespace certus::gateway {
namespace {

std::string serverInfo(Revision revision) {
  std::string text;
  JsonObject object(text);
  object.string("name", "certus-gateway");
  if (revision >= Revision::V2025_06_18) object.string("title", "Certus Gateway");
  object.string("version", CERTUS_VERSION).end();
  return text;
}

// `live`: the client keeps a stream on which it can be told of changes later.
std::string capabilities(Revision revision, const RouteOffers& offers, bool live) {
  std::string text;
  JsonObject object(text);
  const std::string change = live ? "{\"listChanged\":true}" : "{}";
  object.raw("tools", change).raw("prompts", change);
  object.raw("resources", live && offers.subscribable ? "{\"subscribe\":true,\"listChanged\":true}" : change);
  if (offers.completes && revision >= Revision::V2025_03_26) object.raw("completions", "{}");
  if (offers.logs && live) object.raw("logging", "{}");
  object.end();
  return text;
}

std::string initializeTail(Revision revision, const RouteOffers& offers, const std::string& instructions, bool live) {
  std::string text = ",\"capabilities\":" + capabilities(revision, offers, live) + ",\"serverInfo\":" + serverInfo(revision);
  if (!instructions.empty()) {
    text += ",\"instructions\":";
    appendJsonString(text, instructions);
  }
  return text + '}';
}

// Without policy the lists depend on nothing about the caller, so anyone may keep them.
std::string cacheHints(const config::Gateway& config, bool forAnyone) {
  return ",\"ttlMs\":" + std::to_string(config.cacheTtl.count()) + ",\"cacheScope\":" + (forAnyone ? "\"public\"" : "\"private\"");
}

std::string discover(const RouteOffers& offers, const std::string& instructions, const std::string& tail) {
  std::string text = "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":" + capabilities(kModern, offers, true);
  if (!instructions.empty()) {
    text += ",\"instructions\":";
    appendJsonString(text, instructions);
  }
  return text + tail + '}';
}

}  // namespace

RevisionTexts renderRouteTexts(Revision revision, const RouteItems& items, const RouteOffers& offers,
                               const std::string& instructions, const config::Gateway& config) {
  RevisionTexts texts;
  std::string listTail;
  if (isModern(revision)) {
    texts.metaMembers = "\"io.modelcontextprotocol/serverInfo\":" + serverInfo(revision);
    texts.resultTail = ",\"resultType\":\"complete\",\"_meta\":{" + texts.metaMembers + '}';
    texts.privateListTail = cacheHints(config, false) + texts.resultTail;
    listTail = config.policy ? texts.privateListTail : cacheHints(config, true) + texts.resultTail;
    texts.discover = discover(offers, instructions, listTail);
    texts.discoverBare = discover(offers, config.instructions, listTail);
  } else {
    texts.initializeLive = initializeTail(revision, offers, instructions, true);
    texts.initializeDetached = initializeTail(revision, offers, instructions, false);
    texts.initializeLiveBare = initializeTail(revision, offers, config.instructions, true);
    texts.initializeDetachedBare = initializeTail(revision, offers, config.instructions, false);
  }
  texts.tools = ListPages("tools", items.tools, config.pageSize, listTail);
  texts.prompts = ListPages("prompts", items.prompts, config.pageSize, listTail);
  texts.resources = ListPages("resources", items.resources, config.pageSize, listTail);
  texts.templates = ListPages("resourceTemplates", items.templates, config.pageSize, listTail);
  return texts;
}

}  // namespace certus::gateway
