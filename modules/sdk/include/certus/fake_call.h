// What a unit test sees of one call under certus::FakeHost: the requests it made, what it ended with, what it said
// meanwhile. Tests only; made by FakeHost.
#pragma once

#include <cstdint>
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certus/abi.h"
#include "certus/http.h"
#include "certus/json.h"

namespace certus {

// One request to a service, copied as the real host copies it.
struct FakeRequest {
  std::string service, path, body, contentType;
  Method method = Method::Get;
  std::vector<std::pair<std::string, std::string>> headers;
  bool idempotent = false, expectJson = false;
  std::uint32_t timeoutMs = 0;
  bool answered = false;
  certus_done done = nullptr;
  void* user = nullptr;

  FakeRequest(const certus_http_request& raw, certus_done then, void* theirs)
      : service(view(raw.service)),
        path(view(raw.path)),
        body(view(raw.body)),
        contentType(view(raw.content_type)),
        method(static_cast<Method>(raw.method)),
        idempotent(raw.idempotent != 0),
        expectJson(raw.expect_json != 0),
        timeoutMs(raw.timeout_ms),
        done(then),
        user(theirs) {
    for (std::uint32_t i = 0; i < raw.header_count; ++i) headers.emplace_back(view(raw.headers[i].name), view(raw.headers[i].value));
  }
  Json json() const { return Json::parse(body); }
};

struct FakeContent {
  std::uint32_t kind = 0, role = 0;
  bool hasData = false;
  std::string text, data, mimeType, uri, name, annotations;
};

// An outcome, copied: the ABI lends it only during complete().
struct FakeOutcome {
  certus_outcome_kind kind = CERTUS_FAILED;
  std::vector<FakeContent> content;
  std::string structured, state, description;

  FakeOutcome() = default;
  explicit FakeOutcome(const certus_outcome& raw)
      : kind(static_cast<certus_outcome_kind>(raw.kind)),
        structured(view(raw.structured)),
        state(view(raw.state)),
        description(view(raw.description)) {
    for (std::uint32_t i = 0; i < raw.content_count; ++i) {
      const certus_content& block = raw.content[i];
      content.push_back({block.kind, block.role, block.data.data != nullptr, std::string(view(block.text)), std::string(view(block.data)),
                         std::string(view(block.mime_type)), std::string(view(block.uri)), std::string(view(block.name)),
                         std::string(view(block.annotations))});
    }
  }
  bool isError() const { return kind == CERTUS_TOOL_ERROR; }
  Json json() const { return Json::parse(structured); }
  // All text blocks, a newline between two.
  std::string text() const {
    std::string all;
    for (const FakeContent& block : content) {
      if (block.kind != CERTUS_TEXT) continue;
      if (!all.empty()) all += '\n';
      all += block.text;
    }
    return all;
  }
};

struct FakeProgress {
  double progress = 0, total = 0;
  std::string message;
};

struct FakeLog {
  std::uint32_t level = 0;
  std::string logger, json;
};

class FakeCall {
 public:
  explicit FakeCall(certus_call id) : ticket(id) {}
  FakeCall(const FakeCall&) = delete;
  FakeCall& operator=(const FakeCall&) = delete;

  const certus_call ticket;
  std::deque<FakeRequest> requests;  // every one so far, answered or not
  std::vector<FakeProgress> progress;
  std::vector<FakeLog> logs;

  bool completed() const { return completed_; }
  bool ended() const { return ended_; }  // completed or cancelled
  const FakeOutcome& outcome() const {
    if (!completed_) throw std::logic_error("the call has not been completed; is a request waiting for an answer?");
    return outcome_;
  }
  // The oldest request that has no answer yet.
  FakeRequest& pending() {
    for (FakeRequest& request : requests) {
      if (!request.answered) return request;
    }
    throw std::logic_error("the module waits for no answer of a service");
  }
  bool hasPending() const {
    for (const FakeRequest& request : requests) {
      if (!request.answered) return true;
    }
    return false;
  }

  // Answers pending(), as the real host would: a body that is no JSON though JSON was expected becomes a failure.
  void answer(std::uint32_t status, std::string_view body, std::string_view contentType = "application/json") {
    certus_http_response response = empty();
    const bool bad = pending().expectJson && !Json::accept(body);
    response.failure = bad ? CERTUS_HTTP_NOT_JSON : CERTUS_HTTP_OK;
    if (bad) response.explanation = borrow("the service answered something that is not JSON");
    response.status = status;
    response.body = borrow(body);
    response.content_type = borrow(contentType);
    deliver(response);
  }
  void answerJson(std::uint32_t status, const Json& body) { answer(status, std::string_view(body.dump())); }
  void answerFailure(certus_http_failure failure, std::string_view explanation = "the service did not answer",
                     std::uint32_t retryAfterSeconds = 0) {
    certus_http_response response = empty();
    response.failure = failure;
    response.explanation = borrow(explanation);
    response.retry_after_s = retryAfterSeconds;
    deliver(response);
  }

 private:
  friend class FakeHost;
  static certus_http_response empty() {
    certus_http_response response{};
    response.size = sizeof response;
    return response;
  }
  void deliver(const certus_http_response& response) {
    FakeRequest& request = pending();
    request.answered = true;
    request.done(request.user, ended_ ? 0 : ticket, &response);
  }
  void dropRequests() {
    while (hasPending()) answerFailure(CERTUS_HTTP_CANCELLED, "the call has ended");
  }

  bool completed_ = false, ended_ = false;
  FakeOutcome outcome_;
};

}  // namespace certus
