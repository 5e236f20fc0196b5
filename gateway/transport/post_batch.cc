#include "gateway/transport/post_batch.h"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

namespace certus::gateway {

struct PostBatch::Call {
  Call(PostBatch& batch, Message& called)
      : message(called),
        run({batch.worker_, batch.request_.context(), batch.request_.session().get(), batch.answer_, out}, called) {}

  Message& message;
  std::string out;
  CallRun run;
  RunningCalls::Entry entry;
};

PostBatch::PostBatch(Worker& worker, PostRequest& request, PostAnswer& answer)
    : worker_(worker), request_(request), answer_(answer), ended_(worker.thread().context()) {}

PostBatch::~PostBatch() = default;

boost::asio::awaitable<std::string> PostBatch::run() {
  start();
  while (running_ > 0) co_await ended_.wait();
  if (!array_.empty()) array_ += ']';
  co_return std::move(array_);
}

void PostBatch::start() {
  for (Message& message : request_.messages()) {
    if (std::holds_alternative<Invoke>(message.decision)) {
      startCall(message);
    } else {
      settleNow(message);
    }
  }
}

void PostBatch::startCall(Message& message) {
  Call& call = *calls_.emplace_back(std::make_unique<Call>(*this, message));
  if (request_.session()) call.entry = worker_.calls()->add(request_.session()->id, message.idJson, call.run.cancel());
  ++running_;
  boost::asio::co_spawn(worker_.thread().context(), runCall(call.run), [this, &call](const std::exception_ptr&) {
    request_.record(call.message, call.run.answered(request_.started(), 200));
    add(call.out);
    --running_;
    ended_.raise();
  });
}

void PostBatch::settleNow(Message& message) {
  const Reply reply = request_.settleNow(message);
  request_.record(message, {reply.outcome, reply.httpStatus, request_.started(), reply.detail});
  if (request_.messages().size() == 1 && reply.httpStatus >= 400) status_ = reply.httpStatus;
  add(reply.body);
}

void PostBatch::add(std::string_view json) {
  if (json.empty()) return;
  if (status_ == 202) status_ = 200;
  array_ += array_.empty() ? '[' : ',';
  array_ += json;
}

}  // namespace certus::gateway
