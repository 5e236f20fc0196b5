#include "gateway/transport/stdio_pipes.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace certus::gateway {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kWriteBytes = 4096;  // PIPE_BUF: a pipe that polls writable takes it without blocking

// A thread that no signal runs on: handlers belong to the main thread, and a closed pipe is EPIPE, not SIGPIPE.
template <class Run>
std::thread quietThread(Run run) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(run));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

bool isSocket(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

// False: stopped.
bool waitFor(int descriptor, short events, const StopEvent& stop) {
  pollfd both[2] = {{descriptor, events, 0}, {stop.descriptor(), POLLIN, 0}};
  while (poll(both, 2, -1) < 0) {
    if (errno != EINTR) return false;
  }
  return both[1].revents == 0;
}

}  // namespace

StopEvent::StopEvent() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StopEvent::~StopEvent() { close(descriptor_); }

void StopEvent::raise() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

PipeWriter::PipeWriter(int descriptor, std::function<void()> broken)
    : descriptor_(descriptor), broken_(std::move(broken)), socket_(isSocket(descriptor)), thread_(quietThread([this] { run(); })) {}

PipeWriter::~PipeWriter() {
  stop();
  thread_.join();
}

void PipeWriter::write(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (isBroken_ || stopping_) return;
  queue_.append(bytes);
  changed_.notify_all();
}

void PipeWriter::waitBelow(std::size_t queuedBytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this, queuedBytes] { return queue_.size() < queuedBytes || isBroken_ || stopping_; });
}

bool PipeWriter::flush(Milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return (queue_.empty() && !writing_) || isBroken_ || stopping_; }) && !isBroken_;
}

void PipeWriter::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  stopEvent_.raise();
  changed_.notify_all();
}

void PipeWriter::run() {
  std::string sending;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    sending.clear();
    sending.swap(queue_);
    writing_ = true;
    lock.unlock();
    const bool written = writeAll(sending);
    lock.lock();
    writing_ = false;
    if (!written && !stopping_) isBroken_ = true;
    changed_.notify_all();
    if (!isBroken_) continue;
    lock.unlock();
    broken_();
    return;
  }
}

bool PipeWriter::writeAll(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!waitFor(descriptor_, POLLOUT, stopEvent_)) return false;
    const std::size_t some = std::min(bytes.size(), kWriteBytes);
    const ssize_t count =
        socket_ ? send(descriptor_, bytes.data(), some, MSG_DONTWAIT | MSG_NOSIGNAL) : ::write(descriptor_, bytes.data(), some);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR && errno != EAGAIN) {
      return false;
    }
  }
  return true;
}

PipeReader::PipeReader(int descriptor, Sink sink)
    : descriptor_(descriptor), sink_(std::move(sink)), thread_(quietThread([this] { run(); })) {}

PipeReader::~PipeReader() {
  stop();
  thread_.join();
}

void PipeReader::run() {
  std::string buffer;
  while (waitFor(descriptor_, POLLIN, stopEvent_)) {
    buffer.resize(kReadBytes);
    const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) break;
    buffer.resize(static_cast<std::size_t>(count));
    sink_.bytes(std::exchange(buffer, {}));
  }
  sink_.ended();
}

}  // namespace certus::gateway
