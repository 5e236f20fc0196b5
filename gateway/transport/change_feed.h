// The messages that a subscriptions/listen gets: only what was granted and is still permitted, each tagged with the
// subscription's id. Shared by HTTP and stdio; the stream is the owner's.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "gateway/mcp/dispatcher.h"
#include "gateway/transport/broadcaster.h"
#include "gateway/transport/outlet.h"
#include "gateway/transport/stream_holder.h"
#include "gateway/transport/worker.h"

namespace certus::gateway {

class ChangeFeed final : public ChangeListener {
 public:
  // Sends the acknowledgement first. `listen`, `worker` and `outlet` outlive this.
  ChangeFeed(Broadcaster& broadcaster, const Worker& worker, const Listen& listen, StreamHolder holder, Outlet& outlet);

  void listsChanged(std::uint8_t lists) override;
  void resourceUpdated(std::string_view uri) override;

 private:
  const Worker& worker_;
  const Listen& listen_;
  StreamHolder holder_;
  Outlet& outlet_;
  std::set<std::string_view> uris_;  // into listen_
  Broadcaster::Token token_;
};

// The list_changed messages of `lists`, in one fixed order. `subscriptionIdJson` empty: legacy.
void sendListChanges(Outlet& outlet, std::uint8_t lists, std::string_view subscriptionIdJson);

}  // namespace certus::gateway
