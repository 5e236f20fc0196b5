// One caller of the Redis store on its own io_context: asks and waits, as a test does.
#pragma once

#include <stdexcept>
#include <string>

#include <boost/asio/io_context.hpp>

#include "gateway/redis/redis_connection.h"
#include "policy/limits/redis_store.h"
#include "tests/unit/policy_limits/limits_testing.h"

namespace certus::limits {

class RedisClient {
 public:
  explicit RedisClient(gateway::RedisConnection::Options options, std::string owner = "test",
                       Milliseconds timeout = Milliseconds(20'000))
      : connection_(context_, std::move(options)), store_(connection_, fallback_, {"certus", std::move(owner), timeout}) {}
  ~RedisClient() { connection_.close(); }

  Decision take(const Demand& demand) {
    std::optional<Decision> out;
    store_.take(demand, std::chrono::steady_clock::now(), [&out](Decision&& decision) { out = std::move(decision); });
    runUntil([&out] { return out.has_value(); });
    return std::move(*out);
  }

  std::vector<TakeState> look(const Demand& demand) {
    std::optional<Result<std::vector<TakeState>>> out;
    store_.look(demand, std::chrono::steady_clock::now(), [&out](auto states) { out = std::move(states); });
    runUntil([&out] { return out.has_value(); });
    return out->value();
  }

  RespValue command(std::initializer_list<std::string_view> words) {
    std::string text;
    appendCommand(text, words);
    std::optional<Result<RespValue>> out;
    connection_.ask(text, std::chrono::steady_clock::now() + std::chrono::seconds(20),
                    [&out](auto reply) { out = std::move(reply); });
    runUntil([&out] { return out.has_value(); });
    return out->value();
  }

  RedisStore& store() { return store_; }
  gateway::RedisConnection& connection() { return connection_; }

  template <class Condition>
  void runUntil(Condition done) {
    const SteadyTime until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!done()) {
      context_.restart();
      context_.run_one_for(std::chrono::milliseconds(100));
      if (std::chrono::steady_clock::now() > until) throw std::runtime_error("no answer within a minute");
    }
  }

 private:
  boost::asio::io_context context_{1};
  LocalStore fallback_{1'024};
  gateway::RedisConnection connection_;
  RedisStore store_;
};

inline gateway::RedisConnection::Options onPort(std::uint16_t port) {
  gateway::RedisConnection::Options out;
  out.connectTimeout = Milliseconds(20'000);
  out.url = parseRedisUrl("redis://127.0.0.1:" + std::to_string(port)).value();
  return out;
}

}  // namespace certus::limits
