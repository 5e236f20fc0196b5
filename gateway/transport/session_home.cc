#include "gateway/transport/session_home.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/transport/change_feed.h"
#include "gateway/transport/channel.h"
#include "gateway/transport/settle.h"
#include "gateway/transport/sse_stream.h"

namespace certus::gateway {
namespace {

// One post to each thread that has streams, with all of them.
class StreamsByThread {
 public:
  explicit StreamsByThread(Workers& workers) : workers_(workers), streams_(workers.size()) {}

  void add(std::uint64_t ref) { streams_[threadOfStream(ref)].push_back(ref); }

  template <class Tell>
  void tell(Tell tell) {
    for (std::size_t thread = 0; thread < streams_.size(); ++thread) {
      if (streams_[thread].empty()) continue;
      workers_.post(thread, [refs = std::move(streams_[thread]), tell](Worker& worker) {
        for (const std::uint64_t ref : refs) {
          if (SseStream* stream = worker.streams()->find(ref)) tell(worker, *stream);
        }
      });
    }
  }

 private:
  Workers& workers_;
  std::vector<std::vector<std::uint64_t>> streams_;
};

}  // namespace

SessionHome::SessionHome(Workers& workers, SessionRegistry& sessions, Broadcaster& broadcaster, unsigned thread)
    : workers_(workers), sessions_(sessions), broadcaster_(broadcaster), thread_(thread) {}

void SessionHome::watch() {
  if (listening_) return;
  listening_ = broadcaster_.listen(thread_, *this);
  ticking_ = workers_.at(thread_).thread().onTick([this](SteadyTime now) { sweep(now); });
}

void SessionHome::receive(std::string_view sessionId, std::string text, const Admission& from) {
  const auto at = channels_.find(sessionId);
  if (at != channels_.end()) at->second->receive(std::move(text), &from);
}

void SessionHome::listsChanged(std::uint8_t lists) {
  StreamsByThread streams(workers_);
  for (const SessionRef& session : sessions_.at(thread_)) {
    if (!session->settled.revision) continue;
    if (session->stream() == 0) {
      session->miss(lists);
      // A stream that attached between the two lines has looked for missed changes already, or will find none.
      if (session->stream() == 0 || session->takeMissed() == 0) continue;
    }
    streams.add(session->stream());
  }
  streams.tell([lists](const Worker& worker, SseStream& stream) {
    if (mayHear(worker, stream.holder())) sendListChanges(stream, lists, {});
  });
}

void SessionHome::resourceUpdated(std::string_view uri) {
  StreamsByThread streams(workers_);
  for (const SessionRef& session : sessions_.at(thread_)) {
    if (session->stream() != 0 && session->subscriptions.contains(uri)) streams.add(session->stream());
  }
  streams.tell([of = std::string(uri)](const Worker& worker, SseStream& stream) {
    if (mayHearOf(worker, stream.holder(), of)) stream.send(renderResourceUpdated(of, {}));
  });
}

void SessionHome::sweep(SteadyTime now) {
  const auto every = std::clamp(sessions_.limits().idle / 4, Milliseconds(100), Milliseconds(10'000));
  if (now - lastSweep_ < every) return;
  lastSweep_ = now;
  for (const SessionRef& session : sessions_.expire(thread_, now)) {
    cancelSession(workers_, session->id);
    closeStream(workers_, *session);
  }
  if (!sessions_.at(thread_).empty()) return;
  listening_.reset();
  ticking_.reset();
}

void closeStream(Workers& workers, const Session& session) {
  const std::uint64_t ref = session.stream();
  if (ref == 0) return;
  workers.post(threadOfStream(ref), [ref](Worker& worker) {
    if (SseStream* stream = worker.streams()->find(ref)) stream->finish();
  });
}

}  // namespace certus::gateway
