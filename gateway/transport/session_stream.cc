#include "gateway/transport/session_stream.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/stages/origin.h"
#include "gateway/transport/change_feed.h"
#include "gateway/transport/request_headers.h"
#include "gateway/transport/settle.h"
#include "gateway/transport/sse_stream.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kJson = "application/json";

// A GET or DELETE as far as it can be read without waiting: its session, or why there is none.
struct SessionRequest {
  SessionRef session;
  RequestHeaders headers;
  std::string extra;
  int status = 200;
  std::string body;

  bool refused() const { return status != 200; }
  void refuse(int code, int rpcCode, std::string_view text) {
    status = code;
    body = renderError({}, rpcCode, text);
  }
};

// 405 is what tells a client that there is no stream; several take a 400 or 404 to a first GET as fatal.
void refuseMethod(SessionRequest& request, std::string_view allowed) {
  request.refuse(405, -32600, "Only POST is served here without a session.");
  request.extra += "Allow: " + std::string(allowed) + "\r\n";
}

bool versionFits(SessionRequest& request) {
  if (!request.headers.protocolVersion) return true;
  const auto revision = parseRevision(*request.headers.protocolVersion);
  if (!revision) {
    request.refuse(400, -32600, "MCP-Protocol-Version names a revision that this gateway does not speak.");
  } else if (isModern(*revision)) {
    refuseMethod(request, "POST");
  }
  return !request.refused();
}

SessionRequest readSession(TransportParts& parts, const http::RequestHead& head, const Admission& who) {
  SessionRequest request;
  request.headers = RequestHeaders::of(head);
  if (request.headers.origin) request.extra = corsHeaders(*request.headers.origin);
  if (!parts.options.sessions) {
    refuseMethod(request, "POST");
    return request;
  }
  if (!versionFits(request)) return request;
  if (!request.headers.sessionId) {
    if (head.method == http::Method::Get) {
      refuseMethod(request, "POST, DELETE");
    } else {
      request.refuse(400, -32600, "Name the session to end in the Mcp-Session-Id header.");
    }
    return request;
  }
  const Session::Origin origin{who.principal->key, std::string(head.path)};
  request.session = parts.sessions.find(*request.headers.sessionId, origin, std::chrono::steady_clock::now());
  if (!request.session) request.refuse(404, -32001, "Session not found: it has ended or expired. Send initialize again.");
  return request;
}

// Frees the session's place for a stream when this one ends.
class StreamSeat {
 public:
  StreamSeat(SessionRef session, std::uint64_t ref)
      : session_(std::move(session)), ref_(ref), taken_(session_->attach(ref)) {}
  ~StreamSeat() {
    if (taken_) session_->detach(ref_);
    session_->touch(std::chrono::steady_clock::now());
  }
  StreamSeat(const StreamSeat&) = delete;
  StreamSeat& operator=(const StreamSeat&) = delete;
  bool taken() const { return taken_; }

 private:
  SessionRef session_;
  std::uint64_t ref_;
  bool taken_;
};

void begin(SseStream& stream, Session& session, http::Exchange& exchange, const OpenStreams& streams, const Admission& who) {
  stream.comment("ready");  // so that the head and a first byte leave at once, through any proxy
  sendListChanges(stream, session.takeMissed(), {});
  stream.onDrain([&stream] { stream.finish(); });
  stream.belongsTo({who.principal, session.origin.path}, [&stream] { stream.finish(); });
  if (streams.draining()) stream.finish();
  exchange.onDisconnect([&stream] { stream.abandon(); });
}

boost::asio::awaitable<void> answer(const SessionRequest& request, http::Exchange& exchange) {
  const std::string_view type = request.body.empty() ? std::string_view{} : kJson;
  return exchange.respond(request.status, type, request.extra, request.body);
}

}  // namespace

boost::asio::awaitable<void> serveSessionStream(TransportParts& parts, Worker& worker, http::Exchange& exchange,
                                                const Admission& who) {
  SessionRequest request = readSession(parts, exchange.head(), who);
  if (!request.refused() && !acceptedTypes(request.headers.accept).eventStream) {
    request.refuse(406, -32600, "A session's stream is text/event-stream: accept that type.");
  }
  if (request.refused()) {
    co_await answer(request, exchange);
    co_return;
  }
  SseStream stream(worker.streams(), exchange, request.extra);
  const StreamSeat seat(request.session, stream.ref());
  if (!seat.taken()) {
    request.refuse(409, -32600, "This session has an open stream already: one at a time.");
    co_await answer(request, exchange);
    co_return;
  }
  begin(stream, *request.session, exchange, *worker.streams(), who);
  co_await stream.pump();
}

boost::asio::awaitable<void> serveSessionEnd(TransportParts& parts, Worker&, http::Exchange& exchange,
                                             const Admission& who) {
  SessionRequest request = readSession(parts, exchange.head(), who);
  if (!request.refused() && !parts.sessions.end(*request.session))
    request.refuse(404, -32001, "Session not found: it has ended.");
  if (!request.refused()) {
    cancelSession(parts.workers, request.session->id);
    closeStream(parts.workers, *request.session);
  }
  co_await answer(request, exchange);
}

}  // namespace certus::gateway
