#include "gateway/mcp/methods.h"

namespace certus::gateway {
namespace {

// The commonest first: the table is walked.
constexpr MethodRow kRows[] = {
    {"tools/call", Method::ToolsCall, true, true},
    {"tools/list", Method::ToolsList, true, true},
    {"ping", Method::Ping, true, false},
    {"server/discover", Method::Discover, false, true},
    {"initialize", Method::Initialize, true, false},
    {"notifications/initialized", Method::Initialized, true, false},
    {"notifications/cancelled", Method::Cancelled, true, true},
    {"resources/list", Method::ResourcesList, true, true},
    {"resources/templates/list", Method::TemplatesList, true, true},
    {"resources/read", Method::ResourcesRead, true, true},
    {"resources/subscribe", Method::ResourcesSubscribe, true, false},
    {"resources/unsubscribe", Method::ResourcesUnsubscribe, true, false},
    {"prompts/list", Method::PromptsList, true, true},
    {"prompts/get", Method::PromptsGet, true, true},
    {"completion/complete", Method::Complete, true, true},
    {"logging/setLevel", Method::SetLevel, true, false},
    {"subscriptions/listen", Method::Listen, false, true},
    {"notifications/progress", Method::OtherNotification, true, true},
    {"notifications/roots/list_changed", Method::OtherNotification, true, true},
};
constexpr MethodRow kOther{"_other", Method::Unknown, false, false};

}  // namespace

const MethodRow& methodRow(std::string_view name) {
  for (const MethodRow& row : kRows) {
    if (row.name == name) return row;
  }
  return kOther;
}

bool isOffered(const MethodRow& row, Revision revision, const RouteOffers& offers) {
  if (!(isModern(revision) ? row.modern : row.legacy)) return false;
  switch (row.method) {
    case Method::Complete: return offers.completes;
    case Method::SetLevel: return offers.logs;
    case Method::ResourcesSubscribe:
    case Method::ResourcesUnsubscribe: return offers.subscribable;
    case Method::Initialized:
    case Method::Cancelled:
    case Method::OtherNotification:
    case Method::Unknown: return false;  // no request has such a method
    default: return true;
  }
}

}  // namespace certus::gateway
