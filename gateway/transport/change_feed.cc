#include "gateway/transport/change_feed.h"

#include "gateway/transport/session.h"

namespace certus::gateway {

ChangeFeed::ChangeFeed(Broadcaster& broadcaster, unsigned thread, const Listen& listen, Outlet& outlet)
    : listen_(listen), outlet_(outlet), uris_(listen.resourceUris.begin(), listen.resourceUris.end()) {
  outlet_.send(listen_.acknowledgement);
  token_ = broadcaster.listen(thread, *this);
}

void ChangeFeed::listsChanged(std::uint8_t lists) {
  std::uint8_t granted = 0;
  if (listen_.tools) granted |= kToolsList;
  if (listen_.prompts) granted |= kPromptsList;
  if (listen_.resources) granted |= kResourcesList;
  sendListChanges(outlet_, lists & granted, listen_.idJson);
}

void ChangeFeed::resourceUpdated(std::string_view uri) {
  if (uris_.contains(uri)) outlet_.send(renderResourceUpdated(uri, listen_.idJson));
}

void sendListChanges(Outlet& outlet, std::uint8_t lists, std::string_view subscriptionIdJson) {
  if ((lists & kToolsList) != 0) outlet.send(renderListChanged("tools", subscriptionIdJson));
  if ((lists & kPromptsList) != 0) outlet.send(renderListChanged("prompts", subscriptionIdJson));
  if ((lists & kResourcesList) != 0) outlet.send(renderListChanged("resources", subscriptionIdJson));
}

}  // namespace certus::gateway
