// A raw TCP service for client tests: each accepted connection is handed to the test's function on a thread of its own.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "raw_peer.h"

namespace certus::test {

// The port of 127.0.0.1 that it now has.
inline std::uint16_t bindAnywhere(int descriptor) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(descriptor, reinterpret_cast<sockaddr*>(&at), sizeof at);
  socklen_t size = sizeof at;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&at), &size);
  return ntohs(at.sin_port);
}

// A port that refuses every connection, and that no other program can take meanwhile.
class DeadPort {
 public:
  DeadPort() : held_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port_(bindAnywhere(held_)) {}
  DeadPort(const DeadPort&) = delete;
  DeadPort& operator=(const DeadPort&) = delete;
  ~DeadPort() { ::close(held_); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int held_;  // bound, never listened on
  std::uint16_t port_;
};

class ScriptedOrigin {
 public:
  // `serve` gets the connection and its number, from 0.
  explicit ScriptedOrigin(std::function<void(RawPeer&, int)> serve) : serve_(std::move(serve)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    port_ = bindAnywhere(listener_);
    ::listen(listener_, 64);
    acceptor_ = std::thread([this] { accept(); });
  }

  ~ScriptedOrigin() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& each : workers_) each.join();
    ::close(listener_);
  }

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

 private:
  void accept() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const int number = connections_++;
      const std::lock_guard lock(mutex_);
      open_.push_back(::dup(fd));
      workers_.emplace_back([this, fd, number, watched = open_.back()] {
        RawPeer peer(fd);
        serve_(peer, number);
        peer.close();
        const std::lock_guard again(mutex_);
        std::erase(open_, watched);
        ::close(watched);
      });
    }
  }

  std::function<void(RawPeer&, int)> serve_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

inline std::string answer(std::string_view body, std::string_view extra = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + std::string(extra) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace certus::test
