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
  SubmissionRules submissions{};
};

inline constexpr std::size_t kMaxRequestBytes = 1024 * 1024;

class TrustApi {
 public:
  TrustApi(TrustService& service, ApiSettings settings);

  // Never throws; blocks for the disk. From any thread.
  http::Response route(const ApiRequest& request) const;

  // The body of a refusal that no route made, in the form that the clients of the path know: Rekor's below /api/, else v1's.
  static Json refusalBody(std::string_view path, int status, std::string_view text);

 private:
  friend class ApiCall;
  Answer dispatch(const ApiRequest& request) const;
  http::Response render(const ApiRequest& request, const std::string& requestId, Answer answer) const;

  mutable SubmissionGate submissions_;  // has a lock of its own
  ApiContext context_;
  bool loopbackOnly_;
  std::function<void(std::string_view)> log_;
};

// One request in the steps before and after its write, for servers that keep no thread waiting while the log commits.
// Borrows API and request. Each step runs on one thread; never throws.
class ApiCall {
 public:
  ApiCall(const TrustApi& api, const ApiRequest& request) : api_(api), request_(request) {}

  void begin();
  // What is to be written before finish(); null when the response is there already. The caller moves it out.
  LogWriter::Write* write() const { return unfinished_ ? &unfinished_->write : nullptr; }
  void finish(Result<Appended> written);
  http::Response& response() { return response_; }

 private:
  void attempt(const std::function<Answer()>& step);

  const TrustApi& api_;
  const ApiRequest& request_;
  std::string requestId_;
  std::shared_ptr<Unfinished> unfinished_;
  http::Response response_;
};

}  // namespace certus::trust_service
