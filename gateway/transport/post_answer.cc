#include "gateway/transport/post_answer.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>

namespace certus::gateway {

PostAnswer::PostAnswer(Worker& worker, http::Exchange& exchange, AcceptedTypes accepted, const std::string& extra)
    : worker_(worker), exchange_(exchange), accepted_(accepted), extra_(extra) {}

void PostAnswer::begin() {
  auto& context = worker_.thread().context();
  stream_ = std::make_unique<SseStream>(worker_.streams(), exchange_, extra_);
  written_.emplace(context);
  writing_ = true;
  boost::asio::co_spawn(context, stream_->pump(), [this](const std::exception_ptr&) {
    writing_ = false;
    written_->raise();
  });
}

void PostAnswer::send(std::string_view json) {
  if (!accepted_.eventStream) return;
  if (!stream_) begin();
  stream_->send(json);
}

boost::asio::awaitable<void> PostAnswer::finish(int status, std::string_view json) {
  // A cancelled call has no result to say in JSON: the stream that it would have used ends empty.
  const bool accepted = status == 202;
  if (!stream_ && !accepted && accepted_.eventStream && (!accepted_.json || json.empty())) begin();
  if (stream_) return finishStream(json);
  if (json.empty()) return exchange_.respond(202, {}, extra_, {});
  return exchange_.respond(status, "application/json", extra_, json);
}

boost::asio::awaitable<void> PostAnswer::finishStream(std::string_view json) {
  if (!json.empty()) stream_->send(json);
  stream_->finish();
  while (writing_) co_await written_->wait();
}

}  // namespace certus::gateway
