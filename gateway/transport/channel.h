// A conversation over one two-way pipe, an HTTP+SSE session or stdio: texts in, all answers out on one outlet, requests
// side by side. On one thread; frames no bytes.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/transport/change_feed.h"
#include "gateway/transport/session_registry.h"
#include "gateway/transport/settle.h"
#include "gateway/transport/signal.h"
#include "gateway/transport/worker.h"

namespace certus::gateway {

struct Admission;

class Channel {
 public:
  // initialize on a conversation that has had one.
  enum class SecondInitialize : std::uint8_t { Refused, Accepted };

  struct Parts {  // borrowed, but for the session
    Workers& workers;
    Worker& worker;
    PrincipalRef principal;    // who opened it
    Broadcaster* broadcaster;  // null: subscriptions/listen is not offered here
    Transport transport;
    std::string routePath;     // "/mcp/trust"
    SessionRef session;
    Outlet& outlet;
    SecondInitialize second;
  };
  explicit Channel(Parts parts);
  ~Channel();  // not before running() is 0, unless the io threads have ended
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // One message or batch. `from`: the admission of the request that brought it, where each has one of its own.
  void receive(std::string text, const Admission* from = nullptr);
  void refuse(int code, std::string_view text);  // of a message that could not be read
  void cancelAll();
  void endFeeds();  // each subscriptions/listen gets its result
  std::size_t running() const { return running_; }
  Signal& changed() { return changed_; }  // a call ended
  void whenIdle(std::function<void()> run);  // once: at once, or when the last running call has been answered

 private:
  struct Request;
  struct Call;
  struct Feed;
  void identify(Request& request, const Admission* from);
  void take(Request& request, Message& message);
  void startCall(Request& request, Message& message);
  void startFeed(Request& request, Message& message);
  Reply open(Message& message);
  Reply settleNow(Message& message);
  void say(Request& request, std::string_view json);
  void finishIfDone(Request& request);

  Parts parts_;
  Signal changed_;
  std::function<void()> idle_;
  std::list<std::unique_ptr<Request>> requests_;  // those with calls running
  std::map<std::string, std::unique_ptr<Feed>> feeds_;  // by id
  std::size_t running_ = 0;
};

}  // namespace certus::gateway
