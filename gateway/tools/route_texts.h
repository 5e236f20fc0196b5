// Everything a route can say without asking a module, rendered once per revision: lists, discover, the tail of initialize.
#pragma once

#include <string>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "gateway/call/revision.h"
#include "gateway/tools/list_pages.h"
#include "gateway/tools/route.h"

namespace certus::gateway {

struct RouteItems {  // list entries of one revision, in order
  std::vector<std::string> tools, prompts, resources, templates;
};

RevisionTexts renderRouteTexts(Revision revision, const RouteItems& items, const RouteOffers& offers,
                               const std::string& instructions, const config::Gateway& config);

// Names of `_meta` members that the newest revision reserves.
inline constexpr std::string_view kMetaPrefix = "io.modelcontextprotocol/";

}  // namespace certus::gateway
