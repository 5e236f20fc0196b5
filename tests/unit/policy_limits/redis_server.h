// A redis-server of this test's own: a free loopback port, a private folder, ended with the object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace certus::limits {

class RedisServer {
 public:
  static bool installed();
  explicit RedisServer(std::vector<std::string> options = {},
                       std::uint16_t port = 0);  // answers when this returns; throws otherwise
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string socket() const { return folder_ + "/redis.sock"; }
  void kill();    // as a crash does
  void freeze();  // alive, and silent
  void thaw();

 private:
  std::string folder_;
  std::uint16_t port_;
  pid_t process_ = -1;
};

}  // namespace certus::limits
