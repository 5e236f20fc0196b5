#include "gateway/transport/worker.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "gateway/access/access.h"
#include "gateway/tools/snapshot.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kKeptBuffers = 64;
constexpr std::size_t kKeptCapacity = 64 * 1024;

// By the generation that this thread has.
OpenStreams::Judge judgeBy(const SnapshotBoard& board, unsigned thread) {
  OpenStreams::Judge judge;
  judge.generation = [&board, thread] { return board.of(thread)->generation; };
  judge.stillValid = [&board, thread](const Principal& principal) {
    const Access* access = board.of(thread)->access.get();
    return access == nullptr || access->authenticator().stillValid(principal, std::chrono::system_clock::now()).has_value();
  };
  return judge;
}

}  // namespace

Worker::Worker(http::IoThread& thread, CallPath path, const SnapshotBoard& board, const TransportOptions& options)
    : thread_(thread),
      path_(std::move(path)),
      board_(board),
      options_(options),
      streams_(std::make_shared<OpenStreams>(thread, OpenStreams::Limits{options.keepAlive, options.maxQueuedBytes},
                                             judgeBy(board, thread.index()))),
      calls_(std::make_shared<RunningCalls>()),
      answers_(std::make_shared<PendingAnswers>(thread.index())) {}

AccessRecord& Worker::blankRecord() {
  std::string requestId = std::move(record_.requestId), subject = std::move(record_.subject),
              detail = std::move(record_.detail);
  record_ = AccessRecord{};
  requestId.clear();
  subject.clear();
  detail.clear();
  record_.requestId = std::move(requestId);
  record_.subject = std::move(subject);
  record_.detail = std::move(detail);
  record_.generation = snapshot()->generation;
  return record_;
}

std::string Worker::takeBuffer() {
  if (buffers_.empty()) return {};
  std::string buffer = std::move(buffers_.back());
  buffers_.pop_back();
  buffer.clear();
  return buffer;
}

void Worker::giveBuffer(std::string buffer) {
  if (buffers_.size() < kKeptBuffers && buffer.capacity() <= kKeptCapacity) buffers_.push_back(std::move(buffer));
}

Workers::Workers(http::IoThreads& threads, const CallPathFactory& makePath, const SnapshotBoard& board,
                 const TransportOptions& options) {
  for (std::size_t i = 0; i < threads.size(); ++i) {
    http::IoThread& thread = threads.at(i);
    workers_.push_back(std::make_shared<Worker>(thread, makePath(thread), board, options));
  }
}

void Workers::post(std::size_t index, std::function<void(Worker&)> run) {
  const auto& worker = workers_[index];
  if (http::IoThread::current() == &worker->thread()) {
    run(*worker);
    return;
  }
  boost::asio::post(worker->thread().context(), [worker, run = std::move(run)] { run(*worker); });
}

void Workers::postToAll(const std::function<void(Worker&)>& run) {
  for (std::size_t i = 0; i < workers_.size(); ++i) post(i, run);
}

}  // namespace certus::gateway
