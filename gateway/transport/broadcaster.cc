#include "gateway/transport/broadcaster.h"

#include <algorithm>

#include <boost/asio/post.hpp>

namespace certus::gateway {

Broadcaster::Broadcaster(http::IoThreads& threads) : threads_(threads) {
  for (std::size_t i = 0; i < threads.size(); ++i) desks_.push_back(std::make_shared<Desk>());
}

template <class Tell>
void Broadcaster::tellAll(Tell tell) {
  for (std::size_t i = 0; i < desks_.size(); ++i) {
    boost::asio::post(threads_.at(i).context(), [desk = desks_[i], tell] {
      const auto now = desk->listeners;  // telling one may end another, or begin one
      for (const auto& entry : now) {
        if (const auto listener = entry.lock()) tell(**listener);
      }
    });
  }
}

void Broadcaster::listsChanged(std::uint8_t lists) {
  if (lists == 0) return;
  tellAll([lists](ChangeListener& listener) { listener.listsChanged(lists); });
}

void Broadcaster::resourceUpdated(std::string_view uri) {
  tellAll([copy = std::make_shared<const std::string>(uri)](ChangeListener& listener) { listener.resourceUpdated(*copy); });
}

Broadcaster::Token Broadcaster::listen(unsigned thread, ChangeListener& listener) {
  auto& listeners = desks_[thread]->listeners;
  std::erase_if(listeners, [](const auto& entry) { return entry.expired(); });
  auto entry = std::make_shared<ChangeListener*>(&listener);
  listeners.push_back(entry);
  return entry;
}

}  // namespace certus::gateway
