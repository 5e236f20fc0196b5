// One pipelined connection to a Redis server, for one io thread.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "policy/limits/redis_link.h"
#include "policy/limits/redis_url.h"

namespace certus::gateway {

// Used on the context's thread only. Connects at the first question, and again after a failure, with growing pauses.
class RedisConnection final : public limits::RedisLink {
 public:
  struct Options {
    limits::RedisUrl url;
    std::string user, password;  // empty: none
    Milliseconds connectTimeout{1'000};
    std::size_t mostOpen = 10'000;  // questions without a reply; one more is refused
  };
  RedisConnection(boost::asio::io_context& context, Options options);
  ~RedisConnection() override;  // closes

  void ask(std::string command, SteadyTime deadline, Answer answer) override;
  void close();  // answers what is open with an error; later questions too
  bool connected() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace certus::gateway
