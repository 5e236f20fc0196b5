// The connection to Redis against peers that are none, and its ends: every question is answered once, whatever happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/policy_limits/redis_client.h"

namespace certus::limits {
namespace {

using ::testing::HasSubstr;

// Greets each connection with what it is given, once something was asked, and then reads on without a word.
class Peer {
 public:
  explicit Peer(std::string says) : says_(std::move(says)) {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listening_, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    ::listen(listening_, 4);
    thread_ = std::thread([this] { serve(); });
  }
  ~Peer() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  std::uint16_t port() const { return port_; }

 private:
  void serve() {
    char bytes[4096];
    for (int fd; (fd = ::accept(listening_, nullptr, nullptr)) >= 0; ::close(fd)) {
      if (::recv(fd, bytes, sizeof bytes, 0) > 0) ::send(fd, says_.data(), says_.size(), MSG_NOSIGNAL);
      while (::recv(fd, bytes, sizeof bytes, 0) > 0) {
      }
    }
  }
  std::string says_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

std::string errorOf(RedisClient& client) {
  std::optional<Result<RespValue>> out;
  std::string text;
  appendCommand(text, {"PING"});
  client.connection().ask(text, std::chrono::steady_clock::now() + std::chrono::seconds(20),
                          [&out](auto reply) { out = std::move(reply); });
  client.runUntil([&out] { return out.has_value(); });
  return *out ? "answered" : out->error().message;
}

TEST(RedisConnection, APeerThatIsNoRedisIsRecognised) {
  for (const char* says : {"HTTP/1.1 400 Bad Request\r\n\r\n", "\r\n", "$99999999\r\n"}) {
    Peer peer(says);
    RedisClient client(onPort(peer.port()));
    EXPECT_EQ(errorOf(client), "Redis sends what is no reply");
  }
}

TEST(RedisConnection, ARefusedGreetingIsTold) {
  std::string again;
  for (bool at_once = false; !at_once;) {
    Peer peer("-DENIED Redis is running in protected mode\r\n");
    RedisClient client(onPort(peer.port()));
    EXPECT_THAT(errorOf(client), HasSubstr("refuses the greeting: DENIED"));
    const SteadyTime refused = std::chrono::steady_clock::now();
    again = errorOf(client);
    at_once = std::chrono::steady_clock::now() - refused < std::chrono::milliseconds(50);  // else the next attempt was due
  }
  EXPECT_EQ(again, "Redis could not be reached just now");
}

TEST(RedisConnection, AReplyThatNobodyAskedForEndsTheConnection) {
  Peer peer("+PONG\r\n+PONG\r\n+PONG\r\n");
  RedisClient client(onPort(peer.port()));
  EXPECT_EQ(errorOf(client), "answered");
  client.runUntil([&] { return !client.connection().connected(); });
}

TEST(RedisConnection, NobodyListens) {
  std::uint16_t port = 0;
  {
    Peer peer("");
    port = peer.port();
  }
  RedisClient client(onPort(port));
  EXPECT_EQ(errorOf(client), "Redis refuses connections");
}

TEST(RedisConnection, APeerThatNeverGreetsIsGivenUp) {
  Peer peer("");
  auto options = onPort(peer.port());
  options.connectTimeout = Milliseconds(50);
  RedisClient client(options);
  EXPECT_EQ(errorOf(client), "Redis does not answer");
}

TEST(RedisConnection, MoreOpenQuestionsThanAllowedAreRefusedAtOnce) {
  Peer peer("");
  auto options = onPort(peer.port());
  options.mostOpen = 1;
  RedisClient client(options);
  int answers = 0;
  client.connection().ask("x", SteadyTime::max(), [&](auto) { ++answers; });
  EXPECT_EQ(errorOf(client), "too many questions to Redis are open");
  EXPECT_EQ(answers, 0);
  client.connection().close();
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(errorOf(client), "the connection to Redis is closed");
}

TEST(RedisConnection, AnAnswerMayAskAgainAndMayCloseTheConnection) {
  Peer peer("+PONG\r\n+a\r\n+b\r\n");
  RedisClient client(onPort(peer.port()));
  int answers = 0;
  std::string ping;
  appendCommand(ping, {"PING"});
  const SteadyTime deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  client.connection().ask(ping, deadline, [&](auto first) {
    EXPECT_EQ(first.value().text, "a");
    client.connection().ask(ping, deadline, [&](auto second) {
      EXPECT_FALSE(second);
      ++answers;
    });
    client.connection().close();
    ++answers;
  });
  client.runUntil([&] { return answers == 2; });
}

}  // namespace
}  // namespace certus::limits
