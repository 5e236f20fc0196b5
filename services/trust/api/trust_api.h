// The v1 API as one function from request to response: which path leads where, and what every answer carries. No sockets.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "services/trust/api/routes.h"

namespace certus::trust_service {

struct ApiSettings {
  std::string localIdentity;
  bool mock = false;
  bool loopbackOnly = true;                   // refuse a Host that is not a loopback name
  std::function<void(std::string_view)> log;  // one line a failure, from any thread; may be empty
};

inline constexpr std::size_t kMaxRequestBytes = 1024 * 1024;

class TrustApi {
 public:
  TrustApi(TrustService& service, ApiSettings settings);

  // Never throws; blocks for the disk. From any thread.
  http::Response route(const ApiRequest& request) const;

 private:
  Answer dispatch(const ApiRequest& request) const;

  ApiContext context_;
  bool loopbackOnly_;
  std::function<void(std::string_view)> log_;
};

}  // namespace certus::trust_service
