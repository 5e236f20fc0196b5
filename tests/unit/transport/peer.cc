#include "tests/unit/transport/peer.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace certus::gateway::test {
namespace {

constexpr int kPatienceSeconds = 60;

}  // namespace

Peer::Peer(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{kPatienceSeconds, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("connect");
}

void Peer::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void Peer::sendHead(std::string_view method, std::string_view target, const Headers& headers, std::string_view body) {
  std::string text = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n";
  const bool named = std::any_of(headers.begin(), headers.end(), [](const auto& header) { return header.first == "Host"; });
  if (!named) text += "Host: 127.0.0.1\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (!body.empty() || method == "POST") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  text += "\r\n";
  text += body;
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t sent = send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool Peer::fill() {
  char bytes[16 * 1024];
  ssize_t count = 0;
  do {
    count = recv(socket_, bytes, sizeof bytes, 0);
  } while (count < 0 && errno == EINTR);  // with a timeout set, a process that was stopped does not resume it
  if (count <= 0) return false;
  received_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string Peer::line() {
  std::size_t end = received_.find("\r\n");
  while (end == std::string::npos) {
    if (!fill()) return {};
    end = received_.find("\r\n");
  }
  std::string text = received_.substr(0, end);
  received_.erase(0, end + 2);
  return text;
}

Answer Peer::readHead() {
  Answer answer;
  stream_.clear();
  streamEnded_ = false;
  const std::string first = line();
  if (first.size() < 12) return answer;
  answer.status = std::stoi(first.substr(9, 3));
  for (std::string field = line(); !field.empty(); field = line()) {
    const std::size_t colon = field.find(':');
    std::string name = field.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers[name] = field.substr(field.find_first_not_of(' ', colon + 1));
  }
  return answer;
}

Answer Peer::readAnswer() {
  Answer answer = readHead();
  if (answer.header("transfer-encoding") == "chunked") {
    while (chunk()) {
    }
    answer.body = std::exchange(stream_, {});
    return answer;
  }
  const std::string length = answer.header("content-length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  while (received_.size() < size && fill()) {
  }
  answer.body = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

bool Peer::chunk() {
  if (streamEnded_) return false;
  const std::string size = line();
  if (size.empty()) return false;
  const std::size_t bytes = std::stoul(size, nullptr, 16);
  while (received_.size() < bytes + 2 && fill()) {
  }
  stream_ += received_.substr(0, bytes);
  received_.erase(0, bytes + 2);
  streamEnded_ = bytes == 0;
  return !streamEnded_;
}

std::optional<Event> Peer::nextEvent(bool comments) {
  for (;;) {
    const std::size_t end = stream_.find("\n\n");
    if (end == std::string::npos) {
      if (!chunk()) return std::nullopt;
      continue;
    }
    const std::string block = stream_.substr(0, end);
    stream_.erase(0, end + 2);
    Event event;
    if (block.starts_with(":")) {
      if (!comments) continue;
      event.comment = true;
      return event;
    }
    const std::size_t data = block.find("\ndata: ");
    event.name = block.substr(7, data - 7);
    event.data = block.substr(data + 7);
    return event;
  }
}

Json Peer::nextMessage() {
  const auto event = nextEvent();
  return event ? event->json() : Json();
}

Answer Peer::request(std::string_view method, std::string_view target, const Headers& headers, std::string_view body) {
  sendHead(method, target, headers, body);
  return readAnswer();
}

void Peer::sendPost(std::string_view target, const Json& message, Headers headers) {
  headers.emplace_back("Content-Type", "application/json");
  const bool accepts = std::any_of(headers.begin(), headers.end(), [](const auto& header) { return header.first == "Accept"; });
  if (!accepts) headers.emplace_back("Accept", "application/json, text/event-stream");
  sendHead("POST", target, headers, message.dump());
}

Answer Peer::post(std::string_view target, const Json& message, Headers headers) {
  sendPost(target, message, std::move(headers));
  return readAnswer();
}

bool Peer::closedByServer() {
  while (fill()) {
  }
  char byte = 0;
  return recv(socket_, &byte, 1, MSG_DONTWAIT) == 0;
}

}  // namespace certus::gateway::test
