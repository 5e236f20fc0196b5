// What the exchanges with one origin on one io thread share: idle connections, resolved addresses, the tick.
// Internal to http/.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/client.h"
#include "http/client_connection.h"
#include "http/intrusive_list.h"

namespace certus::http {

struct RunningTag;

// An exchange under way: what ends it early. Lives in the exchange's coroutine.
class RunningExchange : public ListHook<RunningTag> {
 public:
  RunningExchange(Cancel& cancel, SteadyTime deadline);
  ~RunningExchange();
  RunningExchange(const RunningExchange&) = delete;
  RunningExchange& operator=(const RunningExchange&) = delete;

  // What to interrupt; the one set last counts. Null: nothing is being waited for.
  void waitsOn(Descriptor* descriptor) { descriptor_ = descriptor; }
  void waitsOn(boost::asio::steady_timer* gate) { gate_ = gate; }

  void limitStep(SteadyTime until) { stepEnd_ = until < deadline_ ? until : deadline_; }
  void onTick(SteadyTime now);
  bool ended() const { return expired_ || cancel_.requested(); }
  ClientFailure why() const { return cancel_.requested() ? ClientFailure::Cancelled : ClientFailure::Timeout; }
  // The step's own limit has passed, not the exchange's: the next address may be tried.
  void forgiveStep() { expired_ = overall_; }

 private:
  void interrupt();

  Cancel& cancel_;
  SteadyTime deadline_, stepEnd_;
  Descriptor* descriptor_ = nullptr;
  boost::asio::steady_timer* gate_ = nullptr;
  bool expired_ = false, overall_ = false;
};

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

class ClientCore : public std::enable_shared_from_this<ClientCore> {
 public:
  ClientCore(IoThread& thread, Origin origin, TlsContext tls, ClientLimits limits);

  std::unique_ptr<ClientConnection> takeIdle();  // null: none is usable
  void keep(std::unique_ptr<ClientConnection> connection);
  void enter(RunningExchange& running);
  void close();  // the Client is gone: what is idle goes, what runs ends by itself
  std::string_view buildHead(const ClientRequest& request);  // valid until the next on this thread

  // The origin's addresses: at once when they are literal or fresh, otherwise after a lookup on Asio's resolver thread.
  bool addressesKnown() const;
  void lookUp();  // wakes `waiting` gates when done
  const Endpoints& addresses() const { return addresses_; }
  void awaitLookUp(boost::asio::steady_timer& gate) { gates_.push_back(&gate); }
  void forget(boost::asio::steady_timer& gate) { std::erase(gates_, &gate); }

  IoThread& thread;
  const Origin origin;
  const TlsContext tls;
  const ClientLimits limits;

 private:
  void onTick(SteadyTime now);
  void needTick();

  std::string hostLine_;
  std::string scratch_;
  std::vector<std::unique_ptr<ClientConnection>> idle_;  // last in, first out; the oldest stands first
  IntrusiveList<RunningExchange, RunningTag> running_;
  IoThread::TickToken tick_;  // held while something is idle or running
  Endpoints addresses_;
  SteadyTime addressesUntil_{};
  bool literal_ = false, lookingUp_ = false, closed_ = false;
  std::vector<boost::asio::steady_timer*> gates_;
};

}  // namespace certus::http
