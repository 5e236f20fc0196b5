// How a RedisStore reaches its server. The caller implements it (gateway/redis does); here is no socket.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "policy/limits/resp.h"

namespace certus::limits {

class RedisLink {
 public:
  virtual ~RedisLink() = default;
  using Answer = std::function<void(Result<RespValue>)>;

  // Sends one command (appendCommand). `answer` is called exactly once, on the calling thread, by `deadline` at the latest,
  // perhaps before ask() returns; an Error means that nobody knows whether the command ran. Commands run in the order asked.
  // Never blocks. An empty `answer`: the reply does not matter.
  virtual void ask(std::string command, SteadyTime deadline, Answer answer) = 0;
};

}  // namespace certus::limits
