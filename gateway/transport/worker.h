// What the transport has on one io thread: the protocol core, the module runner, and the tables of what is open there.
// Everything in it is touched on that thread only; another thread posts through Workers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/call/access_record.h"
#include "gateway/mcp/dispatcher.h"
#include "gateway/modules/call_runner.h"
#include "gateway/transport/open_streams.h"
#include "gateway/transport/pending_answers.h"
#include "gateway/transport/request_id.h"
#include "gateway/transport/running_calls.h"
#include "gateway/transport/snapshot_board.h"
#include "gateway/transport/transport_options.h"
#include "http/io_threads.h"

namespace certus::gateway {

// The way of a call on one io thread. The runner is borrowed: the module host owns it and outlives the io threads.
struct CallPath {
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<ResultRenderer> renderer;
  CallRunner* runner = nullptr;
  std::function<void(const AccessRecord&)> record;  // told of every message, on this thread; not empty
};
using CallPathFactory = std::function<CallPath(http::IoThread&)>;

class Worker {
 public:
  Worker(http::IoThread& thread, CallPath path, const SnapshotBoard& board, const TransportOptions& options);

  http::IoThread& thread() { return thread_; }
  unsigned index() const { return thread_.index(); }
  Dispatcher& dispatcher() { return *path_.dispatcher; }
  ResultRenderer& renderer() { return *path_.renderer; }
  CallRunner& runner() { return *path_.runner; }
  const SnapshotRef& snapshot() const { return board_.of(thread_.index()); }
  const TransportOptions& options() const { return options_; }
  RequestIds& requestIds() { return requestIds_; }
  const std::shared_ptr<OpenStreams>& streams() { return streams_; }
  const std::shared_ptr<RunningCalls>& calls() { return calls_; }
  const std::shared_ptr<PendingAnswers>& answers() { return answers_; }

  // Fill the blank record, then hand it in: its strings keep their memory from one message to the next.
  AccessRecord& blankRecord();
  void record(const AccessRecord& record) const { path_.record(record); }

  // A cleared string with the capacity of an earlier answer, and the way back.
  std::string takeBuffer();
  void giveBuffer(std::string buffer);

 private:
  http::IoThread& thread_;
  CallPath path_;
  const SnapshotBoard& board_;
  TransportOptions options_;
  RequestIds requestIds_;
  std::shared_ptr<OpenStreams> streams_;
  std::shared_ptr<RunningCalls> calls_;
  std::shared_ptr<PendingAnswers> answers_;
  std::vector<std::string> buffers_;
  AccessRecord record_;
};

class Workers {
 public:
  Workers(http::IoThreads& threads, const CallPathFactory& makePath, const SnapshotBoard& board,
          const TransportOptions& options);

  std::size_t size() const { return workers_.size(); }
  Worker& at(std::size_t index) const { return *workers_[index]; }

  // Runs `run` on that worker's thread: at once if we are on it, else posted. The worker outlives it.
  void post(std::size_t index, std::function<void(Worker&)> run);
  void postToAll(const std::function<void(Worker&)>& run);

 private:
  std::vector<std::shared_ptr<Worker>> workers_;
};

}  // namespace certus::gateway
