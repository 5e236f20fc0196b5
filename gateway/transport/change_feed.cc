#include "gateway/transport/change_feed.h"

#include <utility>

#include "gateway/transport/session.h"

namespace certus::gateway {

ChangeFeed::ChangeFeed(Broadcaster& broadcaster, const Worker& worker, const Listen& listen, StreamHolder holder,
                       Outlet& outlet)
    : worker_(worker),
      listen_(listen),
      holder_(std::move(holder)),
      outlet_(outlet),
      uris_(listen.resourceUris.begin(), listen.resourceUris.end()) {
  outlet_.send(listen_.acknowledgement);
  token_ = broadcaster.listen(worker.index(), *this);
}

void ChangeFeed::listsChanged(std::uint8_t lists) {
  std::uint8_t granted = 0;
  if (!mayHear(worker_, holder_)) return;
  if (listen_.tools) granted |= kToolsList;
  if (listen_.prompts) granted |= kPromptsList;
  if (listen_.resources) granted |= kResourcesList;
  sendListChanges(outlet_, lists & granted, listen_.idJson);
}

void ChangeFeed::resourceUpdated(std::string_view uri) {
  if (uris_.contains(uri) && mayHearOf(worker_, holder_, uri)) outlet_.send(renderResourceUpdated(uri, listen_.idJson));
}

void sendListChanges(Outlet& outlet, std::uint8_t lists, std::string_view subscriptionIdJson) {
  if ((lists & kToolsList) != 0) outlet.send(renderListChanged("tools", subscriptionIdJson));
  if ((lists & kPromptsList) != 0) outlet.send(renderListChanged("prompts", subscriptionIdJson));
  if ((lists & kResourcesList) != 0) outlet.send(renderListChanged("resources", subscriptionIdJson));
}

}  // namespace certus::gateway
