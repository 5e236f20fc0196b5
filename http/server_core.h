// What the connections of one server share: per io thread (Share) and overall (ServerCore). Internal to http/.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/deadline_list.h"
#include "http/request_parser.h"
#include "http/server.h"
#include "http/server_tls_context.h"

namespace certus::http {

class Connection;
struct LeavingTag;

// The state that a connection holds only while a request is open.
struct OpenRequest {
  BufferLease buffer;
  std::vector<Field> fields;
  std::optional<RequestParser> parser;
  std::optional<Response> refusal;
  std::function<void()> gone;
  std::uint64_t watchedSince = 0;  // tick number
  std::string unsent;              // the rest of a head that the kernel did not take at once
};

// One server on one io thread. Used on that thread only, but for the atomics.
class Share {
 public:
  Share(IoThread& owner, const ServerLimits& limits);

  std::unique_ptr<OpenRequest> takeOpenRequest();
  void giveBack(std::unique_ptr<OpenRequest> request);
  void connectionOpened();
  void connectionClosed();
  void count(std::atomic<std::uint64_t>& counter) {  // single writer
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  IoThread& thread;
  DeadlineList handshake, idle, head, body, write, linger;
  IntrusiveList<Connection, LeavingTag> leaving;  // their peers have closed, and their handlers want to know
  std::uint64_t tick = 0;
  std::string date;     // "Date: ...\r\n"
  std::string scratch;  // heads are built here
  std::string record;   // TLS records are gathered here
  std::size_t handshaking = 0;
  bool draining = false;
  std::atomic<std::uint64_t> dealt{0};  // connections given to this thread and not yet closed
  std::atomic<std::uint64_t> requests{0}, badRequests{0};
  std::array<std::atomic<std::uint64_t>, kHandshakeResults> handshakes{};

 private:
  void onTick(SteadyTime now);
  void tellWhoLeft();
  void refreshDate();

  std::vector<std::unique_ptr<OpenRequest>> spare_;
  IoThread::TickToken tickToken_;  // held while a connection is open
  std::size_t open_ = 0;
  std::int64_t dateSecond_ = 0;
};

class ServerCore {
 public:
  ServerCore(IoThreads& threads, const ServerLimits& limits, std::shared_ptr<Handler> handler,
             std::unique_ptr<ServerTlsContext> tls);

  Share& leastLoaded();
  void arrive() { outstanding_.fetch_add(1, std::memory_order_relaxed); }
  void leave();  // the last one after drain() runs its `done`
  void whenEmpty(std::function<void()> done);
  std::uint64_t connectionsOpen() const;

  const ServerLimits limits;
  const ParserLimits parserLimits;
  const std::shared_ptr<Handler> handler;
  const std::unique_ptr<ServerTlsContext> tls;  // null: plain HTTP
  std::vector<std::unique_ptr<Share>> shares;
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> accepted{0}, refused{0};

 private:
  std::atomic<std::int64_t> outstanding_{1};  // connections, and one for the server until it drains
  std::mutex mutex_;
  std::vector<std::function<void()>> whenEmpty_;
  std::size_t nextShare_ = 0;
};

}  // namespace certus::http
