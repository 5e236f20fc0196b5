#include "gateway/transport/running_calls.h"


namespace certus::gateway {

RunningCalls::Entry::~Entry() {
  if (calls_) calls_->calls_.erase(where_);
}

RunningCalls::Entry RunningCalls::add(std::string_view sessionId, std::string_view idJson, CallCancel& cancel) {
  Entry entry;
  entry.calls_ = shared_from_this();
  entry.where_ = calls_.emplace(std::string(sessionId), std::make_pair(std::string(idJson), &cancel));
  return entry;
}

template <class Matches>
void RunningCalls::cancelThose(std::string_view sessionId, Matches matches) {
  // Cancelling may complete a call and so remove entries: one at a time, looked up anew.
  for (bool found = true; found;) {
    found = false;
    const auto [from, to] = calls_.equal_range(sessionId);
    for (auto at = from; at != to; ++at) {
      CallCancel* cancel = at->second.second;
      if (cancel->requested() || !matches(at->second.first)) continue;
      found = true;
      cancel->request();
      break;
    }
  }
}

void RunningCalls::cancel(std::string_view sessionId, std::string_view idJson) {
  cancelThose(sessionId, [idJson](const std::string& id) { return id == idJson; });
}

void RunningCalls::cancelAll(std::string_view sessionId) {
  cancelThose(sessionId, [](const std::string&) { return true; });
}

}  // namespace certus::gateway
