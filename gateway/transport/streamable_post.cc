#include "gateway/transport/streamable_post.h"

#include <string>
#include <utility>

#include "gateway/transport/call_run.h"
#include "gateway/transport/listen_stream.h"
#include "gateway/transport/post_answer.h"
#include "gateway/transport/post_batch.h"
#include "gateway/transport/post_request.h"

namespace certus::gateway {
namespace {

// While a call of a session runs, the session is not idle and the call can be cancelled by its id.
class Enrolment {
 public:
  Enrolment(Worker& worker, const SessionRef& session, const Message& message, CallRun& run) : session_(session) {
    if (!session_) return;
    session_->enter();
    entry_ = worker.calls()->add(session_->id, message.idJson, run.cancel());
  }
  ~Enrolment() {
    if (session_) session_->leave();
  }
  Enrolment(const Enrolment&) = delete;
  Enrolment& operator=(const Enrolment&) = delete;

 private:
  SessionRef session_;
  RunningCalls::Entry entry_;
};

// Closing the answer is how the newest revision cancels; for the older ones it means nothing.
void cancelOnDisconnect(const PostRequest& request, http::Exchange& exchange, CallRun& run) {
  if (!request.modern()) return;
  exchange.onDisconnect([cancel = &run.cancel()] { cancel->request(); });
}

boost::asio::awaitable<void> serveCall(Worker& worker, PostRequest& request, http::Exchange& exchange) {
  PostAnswer answer(worker, exchange, request.accepted(), request.extra());
  std::string out = worker.takeBuffer();
  Message& message = request.message();
  CallRun run({worker, request.context(), request.session().get(), answer, out}, message);
  {
    const Enrolment enrolment(worker, request.session(), message, run);
    cancelOnDisconnect(request, exchange, run);
    co_await worker.runner().run(run.invocation(), run, run, run.cancel());
    if (run.asks()) co_await playInput(run);
    exchange.onDisconnect(nullptr);
  }
  request.record(message, run.answered(request.started(), run.httpStatus()));
  co_await answer.finish(run.httpStatus(), out);
  worker.giveBuffer(std::move(out));
}

boost::asio::awaitable<void> serveBatch(Worker& worker, PostRequest& request, http::Exchange& exchange) {
  PostAnswer answer(worker, exchange, request.accepted(), request.extra());
  PostBatch batch(worker, request, answer);
  const std::string array = co_await batch.run();
  co_await answer.finish(batch.status(), array);
}

boost::asio::awaitable<void> serveReply(PostRequest& request, const Reply& reply, http::Exchange& exchange) {
  if (!request.messages().empty()) request.record(request.message(), {reply.outcome, reply.httpStatus, request.started(), reply.detail});
  const std::string_view type = reply.body.empty() ? std::string_view{} : std::string_view("application/json");
  const std::string extra = reply.extra.empty() ? request.extra() : request.extra() + reply.extra;
  co_await exchange.respond(reply.httpStatus, type, extra, reply.body);
}

}  // namespace

boost::asio::awaitable<void> servePost(TransportParts& parts, Worker& worker, http::Exchange& exchange, const Admission& who) {
  PostRequest request(parts, worker, exchange, who);
  if (request.refusal()) {
    const Reply& refusal = *request.refusal();
    co_await serveReply(request, refusal, exchange);
  } else if (request.batch()) {
    co_await serveBatch(worker, request, exchange);
  } else if (std::holds_alternative<Invoke>(request.message().decision)) {
    co_await serveCall(worker, request, exchange);
  } else if (const auto* listen = std::get_if<Listen>(&request.message().decision)) {
    const Listen& wish = *listen;
    co_await serveListen(parts, worker, request, wish, exchange);
  } else {
    const Reply reply = request.settleNow(request.message());
    co_await serveReply(request, reply, exchange);
  }
}

}  // namespace certus::gateway
