#include "gateway/app/local_request.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "gateway/app/banner.h"

namespace certus::app {
namespace {

constexpr std::size_t kMostBytes = 16u << 20;
constexpr std::chrono::seconds kPatience{120};

class Socket {
 public:
  explicit Socket(int number) : number_(number) {}
  ~Socket() {
    if (number_ >= 0) close(number_);
  }
  Socket(Socket&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> unavailable(std::string message) { return fail(ErrorCode::Unavailable, std::move(message)); }

Result<Socket> connectTo(const std::string& address, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &found); failed != 0)
    return unavailable(std::string("the address cannot be used: ") + gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, &freeaddrinfo);
  int error = 0;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Socket socket(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol));
    const timeval patience{kPatience.count(), 0};
    setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(socket.number(), at->ai_addr, at->ai_addrlen) == 0) return socket;
    error = errno;
  }
  return unavailable(std::string("nobody answers: ") + std::strerror(error));
}

Result<std::string> readToEnd(const Socket& socket) {
  const SteadyTime until = std::chrono::steady_clock::now() + kPatience;
  std::string out;
  std::array<char, 16384> chunk;
  while (true) {
    const ssize_t got = recv(socket.number(), chunk.data(), chunk.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) return out;
    if (got < 0 || std::chrono::steady_clock::now() > until) return unavailable("the answer did not come in time");
    out.append(chunk.data(), static_cast<std::size_t>(got));
    if (out.size() > kMostBytes) return unavailable("the answer is too long for a gateway's");
  }
}

Result<LocalAnswer> parse(const std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  LocalAnswer out;
  if (!text.starts_with("HTTP/1.1 ") || text.size() < 12 || end == std::string::npos)
    return unavailable("what listens there does not speak HTTP");
  std::from_chars(text.data() + 9, text.data() + 12, out.status);
  out.body = text.substr(end + 4);
  return out;
}

}  // namespace

Result<LocalAnswer> postLocally(const std::string& address, std::uint16_t port, const std::string& path) {
  const auto socket = connectTo(address, port);
  if (!socket) return tl::make_unexpected(socket.error());
  const std::string request = "POST " + path + " HTTP/1.1\r\nHost: " + authority(address, port) +
                              "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  if (send(socket->number(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return unavailable(std::string("the request could not be sent: ") + std::strerror(errno));
  const auto text = readToEnd(*socket);
  if (!text) return tl::make_unexpected(text.error());
  return parse(*text);
}

}  // namespace certus::app
