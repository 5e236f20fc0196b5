// The calls of legacy sessions that run on one io thread, so that notifications/cancelled finds them by session and id.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/modules/call_runner.h"

namespace certus::gateway {

class RunningCalls : public std::enable_shared_from_this<RunningCalls> {
  using BySession = std::multimap<std::string, std::pair<std::string, CallCancel*>, std::less<>>;  // -> id, cancel

 public:
  // Registered until it dies; on the thread.
  class Entry {
   public:
    Entry() = default;
    Entry(Entry&& other) noexcept : calls_(std::move(other.calls_)), where_(other.where_) {}
    Entry& operator=(Entry&& other) noexcept {
      std::swap(calls_, other.calls_);
      std::swap(where_, other.where_);
      return *this;
    }
    ~Entry();

   private:
    friend class RunningCalls;
    std::shared_ptr<RunningCalls> calls_;
    BySession::iterator where_{};
  };

  [[nodiscard]] Entry add(std::string_view sessionId, std::string_view idJson, CallCancel& cancel);
  void cancel(std::string_view sessionId, std::string_view idJson);
  void cancelAll(std::string_view sessionId);
  std::size_t size() const { return calls_.size(); }

 private:
  template <class Matches>
  void cancelThose(std::string_view sessionId, Matches matches);

  BySession calls_;
};

}  // namespace certus::gateway
