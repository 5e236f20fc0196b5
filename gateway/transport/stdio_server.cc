#include "gateway/transport/stdio_server.h"

#include <exception>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "gateway/transport/one_line.h"

namespace certus::gateway {
namespace {

constexpr Milliseconds kFlushPatience{2'000};  // for a client that ended the conversation and reads no more
constexpr int kInvalidRequest = -32600;

}  // namespace

class StdioServer::LineOutlet final : public Outlet {
 public:
  explicit LineOutlet(StdioServer& server) : server_(server) {}
  bool canSend() const override { return server_.writer_ != nullptr; }
  void send(std::string_view json) override {
    if (!server_.writer_) return;
    line_.clear();
    appendOneLine(line_, json);
    line_ += '\n';
    server_.writer_->write(line_);
  }

 private:
  StdioServer& server_;
  std::string line_;
};

// Unsolicited notifications, as the revisions before 2026-07-28 have them.
class StdioServer::LegacyListener final : public ChangeListener {
 public:
  explicit LegacyListener(StdioServer& server)
      : server_(server),
        holder_{server.parts_.principal, server.parts_.routePath},
        token_(server.parts_.broadcaster.listen(0, *this)) {}
  void listsChanged(std::uint8_t lists) override {
    if (server_.session_->settled.revision && mayHear(server_.workers_.at(0), holder_))
      sendListChanges(*server_.outlet_, lists, {});
  }
  void resourceUpdated(std::string_view uri) override {
    if (server_.session_->subscriptions.contains(uri) && mayHearOf(server_.workers_.at(0), holder_, uri))
      server_.outlet_->send(renderResourceUpdated(uri, {}));
  }

 private:
  StdioServer& server_;
  StreamHolder holder_;
  Broadcaster::Token token_;
};

StdioServer::StdioServer(Parts parts)
    : parts_(std::move(parts)),
      workers_(parts_.threads, parts_.makePath, parts_.board, parts_.options),
      session_(std::make_shared<Session>("stdio", Session::Origin{parts_.principal->key, parts_.routePath}, 0)),
      outlet_(std::make_unique<LineOutlet>(*this)) {
  channel_ = std::make_unique<Channel>(Channel::Parts{workers_, workers_.at(0), parts_.principal, &parts_.broadcaster, Transport::Stdio,
                                                      parts_.routePath, session_, *outlet_, Channel::SecondInitialize::Accepted});
  splitter_ = std::make_unique<LineSplitter>(
      parts_.options.maxLineBytes,
      LineSplitter::Sink{[this](std::string line) { channel_->receive(std::move(line)); },
                         [this] {
                           channel_->refuse(kInvalidRequest, "A line is longer than the " + std::to_string(parts_.options.maxLineBytes) +
                                                                 " bytes that this gateway reads at once. It was skipped.");
                         }});
}

StdioServer::~StdioServer() {
  if (writer_) writer_->stop();  // the reader may wait for it
  reader_.reset();
  writer_.reset();
}

void StdioServer::start() {
  writer_ = std::make_unique<PipeWriter>(parts_.output, [this] { stop(); });
  boost::asio::post(workers_.at(0).thread().context(), [this] {
    if (ending_) return;
    listener_ = std::make_unique<LegacyListener>(*this);
  });
  reader_ = std::make_unique<PipeReader>(
      parts_.input, PipeReader::Sink{[this](std::string bytes) {
                                       boost::asio::post(workers_.at(0).thread().context(),
                                                         [this, read = std::move(bytes)] { receive(read); });
                                       writer_->waitBelow(parts_.options.maxQueuedBytes);
                                     },
                                     [this] { stop(); }});
}

void StdioServer::stop() {
  boost::asio::post(workers_.at(0).thread().context(), [this] { end(); });
}

void StdioServer::receive(const std::string& bytes) {
  if (!ending_) splitter_->feed(bytes);
}

void StdioServer::end() {
  if (std::exchange(ending_, true)) return;
  splitter_->end();
  listener_.reset();
  channel_->endFeeds();
  channel_->cancelAll();
  boost::asio::co_spawn(workers_.at(0).thread().context(), finish(), [this](const std::exception_ptr&) {
    if (writer_) writer_->flush(kFlushPatience);
    parts_.ended();
  });
}

boost::asio::awaitable<void> StdioServer::finish() {
  while (channel_->running() > 0) co_await channel_->changed().wait();
}

int takeStandardOutput() {
  const int ours = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (ours >= 0) dup2(STDERR_FILENO, STDOUT_FILENO);
  return ours;
}

}  // namespace certus::gateway
