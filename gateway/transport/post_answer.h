// The answer to one POST: JSON, until something must be said before the result; then it becomes an event stream, if the
// client takes one. On the request's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "gateway/transport/outlet.h"
#include "gateway/transport/request_headers.h"
#include "gateway/transport/signal.h"
#include "gateway/transport/sse_stream.h"
#include "gateway/transport/worker.h"

namespace certus::gateway {

class PostAnswer final : public Outlet {
 public:
  // `extra`: header lines, borrowed. Not destroyed between the first send() and the end of finish().
  PostAnswer(Worker& worker, http::Exchange& exchange, AcceptedTypes accepted, const std::string& extra);

  bool canSend() const override { return accepted_.eventStream && (!stream_ || stream_->canSend()); }
  void send(std::string_view json) override;

  // The last message. Empty with 202: nothing is to be answered; with another status: the call was cancelled.
  boost::asio::awaitable<void> finish(int status, std::string_view json);

 private:
  void begin();
  boost::asio::awaitable<void> finishStream(std::string_view json);

  Worker& worker_;
  http::Exchange& exchange_;
  AcceptedTypes accepted_;
  const std::string& extra_;
  std::unique_ptr<SseStream> stream_;
  std::optional<Signal> written_;
  bool writing_ = false;
};

}  // namespace certus::gateway
