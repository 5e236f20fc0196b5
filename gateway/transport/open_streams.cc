#include "gateway/transport/open_streams.h"

#include <utility>
#include <vector>

#include "gateway/transport/sse_stream.h"

namespace certus::gateway {
namespace {

constexpr Milliseconds kJudgeEvery{2'000};

}  // namespace

SseStream* OpenStreams::find(std::uint64_t ref) const {
  const auto at = streams_.find(ref);
  return at == streams_.end() ? nullptr : at->second;
}

std::uint64_t OpenStreams::add(SseStream& stream) {
  const std::uint64_t ref = (std::uint64_t{thread_.index()} << 48) | ++last_;
  streams_.emplace(ref, &stream);
  open_.store(streams_.size(), std::memory_order_relaxed);
  if (!ticking_) {
    ticking_ = thread_.onTick([this](SteadyTime now) { tick(now); });
  }
  return ref;
}

void OpenStreams::remove(std::uint64_t ref) {
  streams_.erase(ref);
  open_.store(streams_.size(), std::memory_order_relaxed);
  if (streams_.empty()) ticking_.reset();
}

void OpenStreams::tick(SteadyTime now) {
  for (auto& [ref, stream] : streams_) {
    if (now - stream->lastWrite_ >= limits_.keepAlive) stream->comment("");
  }
  if (judge_.generation() != judgedGeneration_ || now - judgedAt_ >= kJudgeEvery) endInvalid(now);
}

void OpenStreams::endInvalid(SteadyTime now) {
  judgedGeneration_ = judge_.generation();
  judgedAt_ = now;
  std::vector<std::uint64_t> invalid;  // ending one may end others
  for (const auto& [ref, stream] : streams_) {
    const PrincipalRef& holder = stream->holder().principal;
    if (holder && !judge_.stillValid(*holder)) invalid.push_back(ref);
  }
  for (const std::uint64_t ref : invalid) {
    SseStream* stream = find(ref);
    if (stream == nullptr) continue;
    if (const auto run = std::exchange(stream->onInvalid_, nullptr)) run();
  }
}

void OpenStreams::drain() {
  draining_ = true;
  std::vector<std::uint64_t> open;  // ending one may end others
  for (const auto& [ref, stream] : streams_) open.push_back(ref);
  for (const std::uint64_t ref : open) {
    SseStream* stream = find(ref);
    if (stream == nullptr) continue;
    if (const auto run = std::exchange(stream->onDrain_, nullptr)) run();
  }
}

}  // namespace certus::gateway
