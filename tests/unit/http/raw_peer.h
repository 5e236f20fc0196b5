// A blocking TCP peer for tests: sends exact bytes, reads with a time limit. Knows no HTTP but where an answer ends.
#pragma once

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace certus::test {

class RawPeer {
 public:
  explicit RawPeer(int descriptor) : descriptor_(descriptor) {}
  RawPeer(RawPeer&& other) noexcept
      : pending_(std::move(other.pending_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  RawPeer& operator=(RawPeer&&) = delete;
  virtual ~RawPeer() { close(); }

  static RawPeer connect(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
      ::close(fd);
      return RawPeer(-1);
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return RawPeer(fd);
  }

  bool connected() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // One more piece; false at the end, on an error and after a minute of silence.
  virtual bool more() {
    pollfd entry{descriptor_, POLLIN, 0};
    silent_ = !connected() || ::poll(&entry, 1, 60'000) != 1;
    if (silent_) return false;
    char bytes[16 * 1024];
    const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    pending_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  std::string readToEnd() {
    while (more()) {
    }
    return std::exchange(pending_, {});
  }

  std::string readUntil(std::string_view mark) {
    std::size_t at;
    while ((at = pending_.find(mark)) == std::string::npos) {
      if (!more()) return std::exchange(pending_, {});
    }
    return take(at + mark.size());
  }

  // One message: a head and its Content-Length body, or a chunked one up to its last chunk.
  std::string readMessage() {
    std::string head = readUntil("\r\n\r\n");
    if (head.find("Transfer-Encoding: chunked") != std::string::npos) return head + readUntil("0\r\n\r\n");
    const std::size_t at = head.find("Content-Length: ");
    const std::size_t length = at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
    while (pending_.size() < length && more()) {
    }
    return head + take(std::min(length, pending_.size()));
  }

  // Waits until the peer has closed (or reset): true if nothing was left to read. False after a minute of silence.
  bool atEnd() { return pending_.empty() && !more() && !silent_; }

  void finishSending() { ::shutdown(descriptor_, SHUT_WR); }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  // Returns once the other side's kernel has the end: it acknowledges it, whatever its program does.
  void closeHeard() {
    finishSending();
    for (int unheard = 1; unheard > 0 && ::ioctl(descriptor_, SIOCOUTQ, &unheard) == 0;) ::sched_yield();
    close();
  }
  void reset() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

 protected:
  std::string take(std::size_t count) {
    std::string front = pending_.substr(0, count);
    pending_.erase(0, count);
    return front;
  }

  std::string pending_;

 private:
  int descriptor_;
  bool silent_ = false;  // nothing came in time
};

inline std::string bodyOf(const std::string& message) {
  const std::size_t at = message.find("\r\n\r\n");
  return at == std::string::npos ? std::string() : message.substr(at + 4);
}

}  // namespace certus::test
