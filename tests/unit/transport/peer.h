// A blocking HTTP/1.1 client on one connection, for tests: whole answers, chunked ones, and event streams read event by event.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace certus::gateway::test {

using Json = nlohmann::json;
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  int status = 0;  // 0: the connection ended first
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  Json json() const { return Json::parse(body, nullptr, false); }
  std::string header(const std::string& name) const { return headers.contains(name) ? headers.at(name) : ""; }
};

struct Event {
  std::string name, data;  // name "" and data "" for a comment
  bool comment = false;
  Json json() const { return Json::parse(data, nullptr, false); }
};

class Peer {
 public:
  explicit Peer(std::uint16_t port);
  ~Peer() { close(); }
  Peer(Peer&& other) noexcept : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}
  Peer& operator=(Peer&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(received_, other.received_);
    return *this;
  }
  Peer(const Peer&) = delete;

  void sendHead(std::string_view method, std::string_view target, const Headers& headers, std::string_view body);
  Answer readHead();                 // a chunked body is left for nextEvent()
  Answer readAnswer();               // head and whole body
  Answer request(std::string_view method, std::string_view target, const Headers& headers, std::string_view body = {});
  Answer post(std::string_view target, const Json& message, Headers headers = {});
  void sendPost(std::string_view target, const Json& message, Headers headers = {});

  // The next event of a stream whose head was read; nullopt: the stream ended, or nothing came in time.
  std::optional<Event> nextEvent(bool comments = false);
  Json nextMessage();  // data of the next "message" event as JSON; null at the end
  bool streamEnded() const { return streamEnded_; }
  void close();
  bool closedByServer();  // waits for it

 private:
  bool fill();
  std::string line();
  bool chunk();

  int socket_ = -1;
  std::string received_, stream_;
  bool streamEnded_ = false;
};

}  // namespace certus::gateway::test
