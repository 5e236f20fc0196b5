// What all handles of one call share: ticket, host and the texts of the request. For certus/call.h, not for modules.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "certus/abi.h"
#include "certus/http.h"
#include "certus/json.h"

namespace certus {
class Module;
}

namespace certus::detail {

// The request's short texts, copied into one buffer: the ABI lends them only for the entry.
struct RequestTexts {
  explicit RequestTexts(const certus_request& request) {
    owned_.reserve(request.name.size + request.request_id.size + request.subject.size + request.state.size + request.input_responses.size);
    name = keep(request.name);
    requestId = keep(request.request_id);
    subject = keep(request.subject);
    state = keep(request.state);
    inputResponses = keep(request.input_responses);
  }
  RequestTexts(const RequestTexts&) = delete;
  RequestTexts& operator=(const RequestTexts&) = delete;
  std::string_view name, requestId, subject, state, inputResponses;

 private:
  std::string_view keep(certus_str text) {
    const std::size_t at = owned_.size();
    owned_.append(view(text));  // never reallocates: reserved above
    return std::string_view(owned_).substr(at);
  }
  std::string owned_;
};

struct CallState {
  CallState(const certus_host& theHost, Module& theModule, certus_call id, const certus_request& request)
      : host(&theHost),
        module(&theModule),
        ticket(id),
        texts(request),
        clientCapabilities(request.client_caps),
        maxResults(request.max_results),
        deadline(std::chrono::steady_clock::now() + std::chrono::milliseconds(request.deadline_ms)) {}

  const certus_host* host;
  Module* module;
  certus_call ticket;
  RequestTexts texts;
  std::uint32_t clientCapabilities, maxResults;
  std::chrono::steady_clock::time_point deadline;
  std::atomic<std::uint32_t> handles{1};
  std::atomic<bool> ended{false};

  std::chrono::milliseconds timeLeft() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return left < left.zero() ? left.zero() : left;
  }

  std::uint32_t tryComplete(const certus_outcome& outcome) {
    const std::uint32_t status = host->complete(host->context, ticket, &outcome);
    if (status == CERTUS_OK || status == CERTUS_GONE) ended = true;
    return status;
  }
  bool complete(const certus_outcome& outcome) { return tryComplete(outcome) == CERTUS_OK; }

  std::uint32_t tryFinish(certus_outcome_kind kind, std::string_view text, std::string_view structured) {
    certus_content block{};
    block.size = sizeof block;
    block.kind = CERTUS_TEXT;
    block.text = borrow(text);
    certus_outcome outcome{};
    outcome.size = sizeof outcome;
    outcome.kind = kind;
    outcome.content_count = text.empty() ? 0 : 1;
    outcome.content = &block;
    outcome.structured = borrow(structured);
    return tryComplete(outcome);
  }
  bool finish(certus_outcome_kind kind, std::string_view text, std::string_view structured) {
    return tryFinish(kind, text, structured) == CERTUS_OK;
  }

  std::uint32_t http(const HttpRequest& request, certus_done done, void* user) const {
    std::vector<certus_header> headers;
    headers.reserve(request.headers.size());
    for (const auto& [name, value] : request.headers) headers.push_back({borrow(name), borrow(value)});
    certus_http_request out{};
    out.size = sizeof out;
    out.method = static_cast<std::uint32_t>(request.method);
    out.service = borrow(request.service);
    out.path = borrow(request.path);
    out.body = borrow(request.body);
    out.content_type = borrow(request.contentType);
    out.headers = headers.data();
    out.header_count = static_cast<std::uint32_t>(headers.size());
    out.idempotent = request.idempotent ? 1 : 0;
    out.expect_json = request.expectJson ? 1 : 0;
    out.timeout_ms = request.timeoutMs;
    return host->http(host->context, ticket, &out, done, user);
  }

  // Whether the host took it. A call that has ended is no error; the rest is the module's mistake and throws.
  bool accepted(std::uint32_t status, const char* what) {
    if (status == CERTUS_OK) return true;
    if (status == CERTUS_GONE) {
      ended = true;
      return false;
    }
    const char* why = status == CERTUS_WRONG_THREAD ? ": not on the call's thread, use wake()"
                      : status == CERTUS_BUSY       ? ": too many of this call are under way"
                                                    : ": the host refused the arguments";
    throw std::logic_error(std::string(what) + why);
  }

  // Every way into the module's code ends here: nothing is thrown across the boundary.
  template <class Body>
  void enter(certus_call id, Body body) noexcept {
    if (id == 0) {
      ended = true;
      return;
    }
    try {
      body();
    } catch (const std::exception& error) {
      finish(CERTUS_FAILED, error.what(), {});
    } catch (...) {
      finish(CERTUS_FAILED, "an exception that is no std::exception", {});
    }
  }
};

inline void retain(CallState* state) noexcept {
  if (state) state->handles.fetch_add(1, std::memory_order_relaxed);
}

// The ticket whose `cancel` this thread is in: handles let go of there have not been forgotten.
inline thread_local certus_call cancelling = 0;

inline constexpr std::string_view kForgotten = "the module dropped the call without completing it";

// The last handle: what nobody completed fails now, on the call's thread (from another one by way of a wake).
inline void release(CallState* state) noexcept {
  if (!state || state->handles.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (!state->ended && state->ticket != cancelling && state->tryFinish(CERTUS_FAILED, kForgotten, {}) == CERTUS_WRONG_THREAD) {
    const certus_fn finish = [](void* user, certus_call id) {
      auto* late = static_cast<CallState*>(user);
      if (id != 0) late->finish(CERTUS_FAILED, kForgotten, {});
      delete late;
    };
    if (state->host->wake(state->host->context, state->ticket, finish, state) == CERTUS_OK) return;
  }
  delete state;
}

}  // namespace certus::detail
