#include "gateway/transport/legacy_sse.h"

#include <utility>

#include "gateway/stages/origin.h"
#include "gateway/transport/channel.h"
#include "gateway/transport/endpoint.h"
#include "gateway/transport/sse_stream.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kSessionParameter = "sessionId";
constexpr std::string_view kJson = "application/json";

std::string originLines(const http::RequestHead& head) {
  const auto origin = head.find("Origin");
  return origin ? corsHeaders(*origin) : std::string();
}

// All /sse sessions share /messages, so the origin's path is the same for each.
Session::Origin originOf(const Admission& who) { return {who.principal->key, std::string(kLegacyMessagesPath)}; }

std::string_view queryValue(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') return pair.substr(name.size() + 1);
  }
  return {};
}

// The session of one stream: known to the registry and reachable for posted messages until it dies.
class LegacySession {
 public:
  LegacySession(TransportParts& parts, Worker& worker, SseStream& stream, SessionRef session, std::string_view path, const PrincipalRef& principal)
      : parts_(parts),
        home_(parts.homes[worker.thread().index()]),
        session_(std::move(session)),
        channel_({parts.workers, worker, principal, nullptr, Transport::Sse, endpointOf(path)->routePath, session_, stream,
                  Channel::SecondInitialize::Refused}) {
    session_->attach(stream.ref());
    home_->addChannel(session_->id, channel_);
    home_->watch();
    stream.event("endpoint", std::string(kLegacyMessagesPath) + "?" + std::string(kSessionParameter) + "=" + session_->id);
  }
  LegacySession(const LegacySession&) = delete;
  LegacySession& operator=(const LegacySession&) = delete;

  Channel& channel() { return channel_; }

  void close() {
    home_->removeChannel(session_->id);
    parts_.sessions.end(*session_);
    channel_.cancelAll();
  }

 private:
  TransportParts& parts_;
  std::shared_ptr<SessionHome> home_;
  SessionRef session_;
  Channel channel_;
};

boost::asio::awaitable<void> untilIdle(Channel& channel) {
  while (channel.running() > 0) co_await channel.changed().wait();
}

void setEnds(SseStream& stream, Channel& channel, const Admission& who, std::string_view path) {
  stream.onDrain([&stream, &channel] { channel.whenIdle([&stream] { stream.finish(); }); });
  // What still runs then is cancelled: nobody may read it.
  stream.belongsTo({who.principal, endpointOf(path)->routePath}, [&stream] { stream.finish(); });
}

boost::asio::awaitable<void> refuse(http::Exchange& exchange, int status, std::string_view extra, std::string_view body) {
  return exchange.respond(status, kJson, extra, body);
}

}  // namespace

boost::asio::awaitable<void> serveLegacySse(TransportParts& parts, Worker& worker, http::Exchange& exchange, const Admission& who) {
  const std::string extra = originLines(exchange.head());
  const auto now = std::chrono::steady_clock::now();
  const auto opened = parts.sessions.open(originOf(who), Settlement{}, worker.thread().index(), now);
  if (!opened) {
    const std::string body = renderError({}, -32603, opened.error().message);
    co_await refuse(exchange, 503, extra, body);
    co_return;
  }
  SseStream stream(worker.streams(), exchange, extra);
  LegacySession session(parts, worker, stream, *opened, exchange.head().path, who.principal);
  Channel& channel = session.channel();
  setEnds(stream, channel, who, exchange.head().path);
  if (worker.streams()->draining()) stream.finish();
  exchange.onDisconnect([&stream] { stream.abandon(); });
  co_await stream.pump();
  session.close();
  co_await untilIdle(channel);
}

boost::asio::awaitable<void> serveLegacyMessage(TransportParts& parts, http::Exchange& exchange, const Admission& who) {
  const std::string extra = originLines(exchange.head());
  const std::string_view id = queryValue(exchange.head().query, kSessionParameter);
  const SessionRef session = parts.sessions.find(id, originOf(who), std::chrono::steady_clock::now());
  if (!session) {
    const std::string body = renderError({}, -32001, "Unknown sessionId: its stream has ended. Open GET /sse again.");
    co_await refuse(exchange, 404, extra, body);
    co_return;
  }
  parts.workers.post(session->home, [home = parts.homes[session->home], session, text = std::string(exchange.body()), who](Worker&) {
    home->receive(session->id, text, who);
  });
  co_await exchange.respond(202, "text/plain", extra, "Accepted");
}

}  // namespace certus::gateway
