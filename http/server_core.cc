#include "http/server_core.h"

#include <ctime>

#include "http/answer_head.h"
#include "http/connection.h"

namespace certus::http {
namespace {

constexpr Milliseconds kLinger{1'000};
constexpr std::size_t kSpareRequests = 128;

}  // namespace

Share::Share(IoThread& owner, const ServerLimits& limits)
    : thread(owner),
      handshake(limits.headTimeout),
      idle(limits.idleTimeout),
      head(limits.headTimeout),
      body(limits.bodyTimeout),
      write(limits.writeTimeout),
      linger(kLinger) {
  scratch.reserve(1024);
}

std::unique_ptr<OpenRequest> Share::takeOpenRequest() {
  std::unique_ptr<OpenRequest> request;
  if (spare_.empty()) {
    request = std::make_unique<OpenRequest>();
    request->fields.reserve(24);
  } else {
    request = std::move(spare_.back());
    spare_.pop_back();
  }
  request->buffer = thread.buffers().lease();
  return request;
}

void Share::giveBack(std::unique_ptr<OpenRequest> request) {
  request->parser.reset();
  request->buffer.reset();
  request->refusal.reset();
  request->gone = nullptr;
  request->unsent.clear();
  if (spare_.size() < kSpareRequests) spare_.push_back(std::move(request));
}

void Share::connectionOpened() {
  if (open_++ != 0) return;
  tickToken_ = thread.onTick([this](SteadyTime now) { onTick(now); });
  refreshDate();
}

void Share::connectionClosed() {
  dealt.fetch_sub(1, std::memory_order_relaxed);
  if (--open_ == 0) tickToken_.reset();
}

void Share::onTick(SteadyTime now) {
  ++tick;
  refreshDate();
  for (DeadlineList* list : {&handshake, &idle, &head, &body, &write, &linger}) list->expire(now);
  if (!leaving.empty()) tellWhoLeft();
}

void Share::refreshDate() {
  const std::int64_t second = std::time(nullptr);
  if (second == dateSecond_) return;
  dateSecond_ = second;
  date = dateLine(second);
}

// A peer that closes its side while a quick answer is on its way may still be reading, so only exchanges older than a tick.
void Share::tellWhoLeft() {
  IntrusiveList<Connection, LeavingTag> now;  // a callback may end any connection, which then leaves its list by itself
  leaving.forEach([&](Connection& connection) {
    if (connection.watchedSince() != tick) now.pushBack(connection);
  });
  while (!now.empty()) now.front().peerGone();
}

ServerCore::ServerCore(IoThreads& threads, const ServerLimits& given, std::shared_ptr<Handler> served,
                       std::unique_ptr<ServerTlsContext> secured)
    : limits(given),
      parserLimits{given.maxHeadBytes, given.maxFields, given.maxBodyBytes},
      handler(std::move(served)),
      tls(std::move(secured)) {
  for (std::size_t i = 0; i < threads.size(); ++i) shares.push_back(std::make_unique<Share>(threads.at(i), limits));
}

Share& ServerCore::leastLoaded() {
  const std::size_t first = nextShare_++;
  Share* best = nullptr;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    Share& share = *shares[(first + i) % shares.size()];
    if (best == nullptr || share.dealt.load(std::memory_order_relaxed) < best->dealt.load(std::memory_order_relaxed))
      best = &share;
  }
  return *best;
}

std::uint64_t ServerCore::connectionsOpen() const {
  std::uint64_t sum = 0;
  for (const auto& share : shares) sum += share->dealt.load(std::memory_order_relaxed);
  return sum;
}

void ServerCore::leave() {
  if (outstanding_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  std::vector<std::function<void()>> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(whenEmpty_);
  }
  for (const auto& done : waiting) done();
}

void ServerCore::whenEmpty(std::function<void()> done) {
  const std::lock_guard lock(mutex_);
  whenEmpty_.push_back(std::move(done));
}

}  // namespace certus::http
