#include "gateway/transport/listen_stream.h"

#include <optional>
#include <string>

#include "gateway/transport/change_feed.h"
#include "gateway/transport/sse_stream.h"

namespace certus::gateway {
namespace {

class ListenSeat {
 public:
  explicit ListenSeat(const std::shared_ptr<OpenStreams>& streams) : streams_(streams) { ++streams_->listens; }
  ~ListenSeat() { --streams_->listens; }
  ListenSeat(const ListenSeat&) = delete;
  ListenSeat& operator=(const ListenSeat&) = delete;

 private:
  std::shared_ptr<OpenStreams> streams_;
};

std::optional<Reply> refusalOf(Worker& worker, PostRequest& request, const Listen& listen) {
  if (!request.accepted().eventStream) {
    return Reply{
        406, renderError(listen.idJson, -32600, "subscriptions/listen is answered as text/event-stream: accept that type."),
        CallOutcome::ProtocolError};
  }
  if (worker.streams()->listens >= worker.options().maxListens) {
    return Reply{200, renderError(listen.idJson, -32603, "Too many subscriptions are open. Close one, or try again later."),
                 CallOutcome::Denied};
  }
  return std::nullopt;
}

void endGracefully(SseStream& stream, const Listen& listen) {
  stream.send(listen.result);
  stream.finish();
}

void setEnds(SseStream& events, const Listen& listen, const StreamHolder& holder) {
  const auto end = [&events, &listen] { endGracefully(events, listen); };
  events.onDrain(end);
  events.belongsTo(holder, end);
}

boost::asio::awaitable<void> stream(TransportParts& parts, Worker& worker, PostRequest& request, const Listen& listen,
                                    http::Exchange& exchange) {
  const ListenSeat seat(worker.streams());
  SseStream events(worker.streams(), exchange, request.extra());
  const StreamHolder holder = request.holder();
  request.releaseSnapshot();
  const ChangeFeed feed(parts.broadcaster, worker, listen, holder, events);
  setEnds(events, listen, holder);
  if (worker.streams()->draining()) endGracefully(events, listen);
  exchange.onDisconnect([&events] { events.abandon(); });
  co_await events.pump();
}

}  // namespace

boost::asio::awaitable<void> serveListen(TransportParts& parts, Worker& worker, PostRequest& request, const Listen& listen,
                                         http::Exchange& exchange) {
  const std::optional<Reply> refusal = refusalOf(worker, request, listen);
  if (!refusal) {
    request.record(request.message(),
                   {CallOutcome::Ok, 200, request.started()});  // at its beginning: its length says nothing
    co_await stream(parts, worker, request, listen, exchange);
    co_return;
  }
  request.record(request.message(), {refusal->outcome, refusal->httpStatus, request.started()});
  const std::string_view body = refusal->body;
  co_await exchange.respond(refusal->httpStatus, "application/json", request.extra(), body);
}

}  // namespace certus::gateway
