#include "gateway/transport/channel.h"

#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>

#include "gateway/tools/snapshot.h"
#include "gateway/transport/admission.h"
#include "gateway/transport/call_run.h"

namespace certus::gateway {
namespace {

constexpr int kInvalidRequest = -32600;
constexpr int kInternal = -32603;
constexpr std::string_view kNoLongerValid =
    "The credential of this connection has expired or was revoked. Start it again with a new one; ask the operator if you have none.";

}  // namespace

struct Channel::Call {
  Call(Request& request, Message& message, const CallRun::Surroundings& around)
      : of(request), called(message), run(around, message) {}

  Request& of;
  Message& called;
  CallRun run;
  RunningCalls::Entry entry;
};

// One text and everything that its messages' views point into.
struct Channel::Request {
  std::string text;
  RequestId requestId;
  SteadyTime started;
  SnapshotRef snapshot;
  PrincipalRef principal;
  std::string clientAddress;
  CallerRef caller;
  MessageContext context;
  Dispatcher::Parsed parsed;
  std::list<std::string> outs;
  std::list<Call> calls;
  std::size_t running = 0;
  std::string array;  // of a batch
};

struct Channel::Feed {
  Feed(Listen wish, Broadcaster& broadcaster, const Worker& worker, StreamHolder holder, Outlet& out)
      : listen(std::move(wish)), outlet(out), feed(broadcaster, worker, listen, std::move(holder), out) {}

  Listen listen;
  Outlet& outlet;
  ChangeFeed feed;
};

Channel::Channel(Parts parts) : parts_(std::move(parts)), changed_(parts_.worker.thread().context()) {}

Channel::~Channel() = default;

void Channel::receive(std::string text, const Admission* from) {
  auto owned = std::make_unique<Request>();
  Request& request = *owned;
  request.text = std::move(text);
  request.requestId = parts_.worker.requestIds().next();
  request.started = std::chrono::steady_clock::now();
  request.snapshot = parts_.worker.snapshot();
  request.context.transport = parts_.transport;
  request.context.route = request.snapshot->catalog->route(parts_.routePath);
  identify(request, from);
  request.context.requestId = request.requestId.view();
  describeSession(request.context, parts_.session.get());
  parts_.session->touch(request.started);
  if (request.context.route == nullptr) {
    refuse(kInternal, "The module that this connection was opened for is not configured any more.");
    return;
  }
  request.parsed = parts_.worker.dispatcher().dispatch(request.text, request.context);
  requests_.push_back(std::move(owned));
  ++request.running;  // so that a call that ends at once does not end the request
  for (Message& message : request.parsed.messages) take(request, message);
  --request.running;
  finishIfDone(request);
}

void Channel::identify(Request& request, const Admission* from) {
  request.principal = from ? from->principal : parts_.principal;
  if (from) request.clientAddress = from->clientAddress;
  MessageContext& context = request.context;
  context.principal = request.principal.get();
  const Access* access = request.snapshot->access.get();
  if (access == nullptr) return;
  context.thread = parts_.worker.thread().index();
  request.caller = access->caller(context.thread, request.principal);
  context.access = access;
  context.caller = request.caller.get();
  context.clientAddress = request.clientAddress;
  const auto valid = access->authenticator().stillValid(*request.principal, std::chrono::system_clock::now());
  if (!valid) context.refused = kNoLongerValid;
}

void Channel::refuse(int code, std::string_view text) { parts_.outlet.send(renderError({}, code, text)); }

void Channel::take(Request& request, Message& message) {
  if (std::holds_alternative<Invoke>(message.decision)) {
    startCall(request, message);
  } else if (std::holds_alternative<Listen>(message.decision)) {
    startFeed(request, message);
  } else {
    const Reply reply = settleNow(message);
    recordMessage(parts_.worker, request.context, message, {reply.outcome, reply.httpStatus, request.started, reply.detail});
    say(request, reply.body);
  }
}

void Channel::startCall(Request& request, Message& message) {
  if (running_ >= parts_.worker.options().maxRunningPerChannel) {
    recordMessage(parts_.worker, request.context, message, {CallOutcome::Denied, 200, request.started});
    say(request, renderError(message.idJson, kInternal,
                             "Too many calls run on this connection at once (" + std::to_string(running_) +
                                 "). Wait for an answer, then call again."));
    return;
  }
  const Session* session = isModern(message.revision) ? nullptr : parts_.session.get();
  std::string& out = request.outs.emplace_back(parts_.worker.takeBuffer());
  Call& call = request.calls.emplace_back(
      request, message, CallRun::Surroundings{parts_.worker, request.context, session, parts_.outlet, out});
  call.entry = parts_.worker.calls()->add(parts_.session->id, message.idJson, call.run.cancel());
  ++running_;
  ++request.running;
  parts_.session->enter();
  boost::asio::co_spawn(parts_.worker.thread().context(), runCall(call.run), [this, &call, &out](const std::exception_ptr&) {
    Request& of = call.of;
    recordMessage(parts_.worker, of.context, call.called,
                  call.run.answered(of.started, call.run.httpStatus()));
    say(of, out);
    parts_.worker.giveBuffer(std::move(out));
    parts_.session->leave();
    --running_;
    --of.running;
    finishIfDone(of);
    changed_.raise();
    if (running_ == 0 && idle_) std::exchange(idle_, nullptr)();
  });
}

void Channel::startFeed(Request& request, Message& message) {
  auto& listen = std::get<Listen>(message.decision);
  std::string refusal;
  if (parts_.broadcaster == nullptr) {
    refusal = renderError(message.idJson, -32601, "subscriptions/listen is not offered on this transport.");
  } else if (feeds_.contains(listen.idJson)) {
    refusal = renderError(message.idJson, kInvalidRequest, "A subscription with this id is open already: use a new id.");
  } else if (feeds_.size() >= parts_.worker.options().maxListens) {
    refusal =
        renderError(message.idJson, kInternal, "Too many subscriptions are open on this connection. Cancel one first.");
  }
  const auto outcome = refusal.empty() ? CallOutcome::Ok : CallOutcome::Denied;
  recordMessage(parts_.worker, request.context, message, {outcome, 200, request.started});
  if (!refusal.empty()) {
    say(request, refusal);
    return;
  }
  std::string id = listen.idJson;
  StreamHolder holder{request.principal, parts_.routePath};
  feeds_.emplace(std::move(id), std::make_unique<Feed>(std::move(listen), *parts_.broadcaster, parts_.worker,
                                                       std::move(holder), parts_.outlet));
}

Reply Channel::settleNow(Message& message) {
  if (std::holds_alternative<Opened>(message.decision)) return open(message);
  if (const auto* cancelled = std::get_if<Cancelled>(&message.decision)) feeds_.erase(cancelled->idJson);
  return settle(parts_.workers, parts_.worker, parts_.session, message);
}

Reply Channel::open(Message& message) {
  auto& opened = std::get<Opened>(message.decision);
  if (parts_.session->settled.revision && parts_.second == SecondInitialize::Refused) {
    return {200,
            renderError(message.idJson, kInvalidRequest,
                        "This session is initialized already. Open a new connection to begin anew."),
            CallOutcome::ProtocolError};
  }
  parts_.session->settled = {opened.revision, opened.clientCapabilities, opened.hasElicitationUrl,
                             std::move(opened.clientName)};
  return std::move(opened.reply);
}

void Channel::say(Request& request, std::string_view json) {
  if (json.empty()) return;
  if (!request.parsed.batch) {
    parts_.outlet.send(json);
    return;
  }
  request.array += request.array.empty() ? '[' : ',';
  request.array += json;
}

void Channel::finishIfDone(Request& request) {
  if (request.running > 0) return;
  if (!request.array.empty()) parts_.outlet.send(request.array + "]");
  std::erase_if(requests_, [&request](const auto& owned) { return owned.get() == &request; });
}

void Channel::whenIdle(std::function<void()> run) {
  idle_ = std::move(run);
  if (running_ == 0) std::exchange(idle_, nullptr)();
}

void Channel::cancelAll() { parts_.worker.calls()->cancelAll(parts_.session->id); }

void Channel::endFeeds() {
  for (const auto& [id, feed] : feeds_) feed->outlet.send(feed->listen.result);
  feeds_.clear();
}

}  // namespace certus::gateway
