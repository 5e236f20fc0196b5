// One open text/event-stream answer: a queue of frames and the coroutine that writes them. On its connection's thread.
// Knows no JSON-RPC; what ends it is its owner's decision, the peer's, or a reader too slow for its queue.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "base/clock.h"
#include "gateway/transport/outlet.h"
#include "gateway/transport/signal.h"
#include "gateway/transport/stream_holder.h"
#include "http/server.h"

namespace certus::gateway {

class OpenStreams;

class SseStream final : public Outlet {
 public:
  // `extra`: header lines beside those of every event stream. The exchange outlives the stream.
  SseStream(std::shared_ptr<OpenStreams> streams, http::Exchange& exchange, std::string extra);
  ~SseStream() override;
  SseStream(const SseStream&) = delete;
  SseStream& operator=(const SseStream&) = delete;

  std::uint64_t ref() const { return ref_; }  // unguessable it is not; unique in the process
  bool canSend() const override { return !finished_ && !gone_; }
  void send(std::string_view json) override;  // "event: message"
  void event(std::string_view name, std::string_view data);
  void comment(std::string_view text);
  void finish();   // what is queued still goes out, then the terminator
  void abandon();  // the peer is gone, or must be: nothing more is written
  bool gone() const { return gone_; }

  // Run once, when the gateway drains. Unset, as for the answer of a call, draining leaves the stream alone.
  void onDrain(std::function<void()> run) { onDrain_ = std::move(run); }

  // `run` once, when the credential that opened the stream expires or is revoked. Unset, as for the answer of a call, the
  // stream ends with its call.
  void belongsTo(StreamHolder holder, std::function<void()> run) {
    holder_ = std::move(holder);
    onInvalid_ = std::move(run);
  }
  const StreamHolder& holder() const { return holder_; }

  // Sends the head, then what is queued, until the stream is finished or gone. Once.
  boost::asio::awaitable<void> pump();

 private:
  friend class OpenStreams;
  void queued();

  std::shared_ptr<OpenStreams> streams_;
  http::Exchange& exchange_;
  std::string extra_;
  std::string outbox_;
  Signal changed_;
  std::function<void()> onDrain_, onInvalid_;
  StreamHolder holder_;
  std::uint64_t ref_;
  SteadyTime lastWrite_;
  bool finished_ = false, gone_ = false;
};

}  // namespace certus::gateway
