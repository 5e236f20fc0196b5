// Services that answer by script, for every name: what the ABI suite puts behind a module instead of a network.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/upstream/services.h"

namespace certus::gateway {

enum class Script : std::uint8_t {
  Json,         // 200 and ServiceScript::body
  Status,       // ServiceScript::status and a FastAPI-like error body
  NotJson, TooLarge, Refused, Broken, UnknownService,
  Hang          // no answer until the deadline or a cancel
};
std::string_view toString(Script script);

struct ServiceScript {  // set while nothing runs
  Script script = Script::Json;
  std::string body = "{}";
  std::uint32_t status = 200;
};

class ScriptedServices final : public Services {
 public:
  explicit ScriptedServices(http::IoThreads& threads);
  ~ScriptedServices() override;
  ServiceClients& on(const http::IoThread& thread) override;
  std::vector<ServiceFigures> figures() const override { return {}; }

  ServiceScript script;
  std::atomic<std::uint64_t> asked{0}, hanging{0};
  std::vector<std::string> seen() const;  // "POST trust /v1/verify", in order

 private:
  class Clients;
  std::vector<std::unique_ptr<Clients>> clients_;
  mutable std::mutex mutex_;
  std::vector<std::string> seen_;
};

}  // namespace certus::gateway
