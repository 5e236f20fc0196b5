#include "gateway/transport/sse_stream.h"

#include <utility>

#include "gateway/transport/one_line.h"
#include "gateway/transport/open_streams.h"

namespace certus::gateway {
namespace {

// Proxies must neither buffer nor compress an event stream (nginx reads X-Accel-Buffering).
constexpr std::string_view kStreamHeaders = "Cache-Control: no-cache, no-transform\r\nX-Accel-Buffering: no\r\n";

}  // namespace

SseStream::SseStream(std::shared_ptr<OpenStreams> streams, http::Exchange& exchange, std::string extra)
    : streams_(std::move(streams)),
      exchange_(exchange),
      extra_(std::string(kStreamHeaders) + extra),
      changed_(streams_->thread().context()),
      ref_(streams_->add(*this)),
      lastWrite_(streams_->thread().now()) {}

SseStream::~SseStream() { streams_->remove(ref_); }

void SseStream::send(std::string_view json) { event("message", json); }

void SseStream::event(std::string_view name, std::string_view data) {
  if (!canSend()) return;
  outbox_.append("event: ").append(name).append("\ndata: ");
  appendOneLine(outbox_, data);
  outbox_.append("\n\n");
  queued();
}

void SseStream::comment(std::string_view text) {
  if (!canSend()) return;
  outbox_.append(":");
  if (!text.empty()) outbox_.append(" ").append(text);
  outbox_.append("\n\n");
  queued();
}

void SseStream::queued() {
  lastWrite_ = streams_->thread().now();
  if (outbox_.size() > streams_->limits().maxQueuedBytes) {
    abandon();
  } else {
    changed_.raise();
  }
}

void SseStream::finish() {
  finished_ = true;
  changed_.raise();
}

void SseStream::abandon() {
  gone_ = true;
  changed_.raise();
}

boost::asio::awaitable<void> SseStream::pump() {
  std::string sending;
  const bool begun = co_await exchange_.beginStream(200, "text/event-stream", extra_);
  if (!begun) gone_ = true;
  while (!gone_) {
    if (outbox_.empty()) {
      if (finished_) break;
      co_await changed_.wait();
      continue;
    }
    sending.clear();
    sending.swap(outbox_);
    const bool written = co_await exchange_.write(sending);
    if (!written) gone_ = true;
  }
  exchange_.onDisconnect(nullptr);
  if (!gone_) co_await exchange_.endStream();  // else the server cuts the connection: the reader must not take it for whole
}

}  // namespace certus::gateway
