// The methods and notifications that this gateway knows, and in which revisions. The names here are the only ones that
// metrics and logs ever show.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/call/revision.h"
#include "gateway/tools/route.h"

namespace certus::gateway {

enum class Method : std::uint8_t {
  Initialize,
  Ping,
  Discover,
  ToolsList,
  ToolsCall,
  PromptsList,
  PromptsGet,
  ResourcesList,
  TemplatesList,
  ResourcesRead,
  ResourcesSubscribe,
  ResourcesUnsubscribe,
  Complete,
  SetLevel,
  Listen,
  Initialized,
  Cancelled,
  OtherNotification,
  Unknown,
};

struct MethodRow {
  std::string_view name;
  Method method;
  bool legacy, modern;
};

// The row of `name`, or one called "_other" that no revision has.
const MethodRow& methodRow(std::string_view name);

// In this revision, and something on the route answers it.
bool isOffered(const MethodRow& row, Revision revision, const RouteOffers& offers);

}  // namespace certus::gateway
