// One request being served, as a handle: copy it into callbacks, complete it once. Not a thread: everything but wake()
// and copying happens on the call's own thread. A call whose last handle dies uncompleted fails by itself, loudly.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "certus/abi.h"
#include "certus/call_state.h"
#include "certus/http.h"
#include "certus/json.h"
#include "certus/outcome.h"

namespace certus {

class Module;

class Call {
 public:
  explicit Call(detail::CallState* adopted) : state_(adopted) {}
  Call(const Call& other) noexcept : state_(other.state_) { detail::retain(state_); }
  Call(Call&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Call& operator=(Call other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Call() { detail::release(state_); }

  // ---- what was asked; the views live as long as any handle of this call
  std::string_view name() const { return state_->texts.name; }
  std::string_view requestId() const { return state_->texts.requestId; }
  std::string_view subject() const { return state_->texts.subject; }  // for texts, never for decisions
  std::string_view state() const { return state_->texts.state; }      // as given to inputRequired, proven to be ours
  Json inputResponses() const {  // key -> the client's result; null in the first round
    return state_->texts.inputResponses.empty() ? Json() : Json::parse(state_->texts.inputResponses);
  }
  bool clientCan(certus_capability capability) const { return (state_->clientCapabilities & capability) != 0; }
  std::uint32_t maxResults() const { return state_->maxResults; }  // the operator's cap on list lengths; 0: none
  std::chrono::milliseconds timeLeft() const { return state_->timeLeft(); }
  certus_call ticket() const { return state_->ticket; }
  template <class M = Module>
  M& module() const {
    return static_cast<M&>(*state_->module);
  }

  // ---- ends; the first counts, later ones are refused and return false
  bool complete(const Outcome& outcome) {
    return outcome.lend([this](const certus_outcome& raw) { return state_->complete(raw); });
  }
  bool result(const Json& structured) { return state_->finish(CERTUS_RESULT, {}, structured.dump()); }  // and the same as text
  bool result(const Json& structured, std::string_view text) { return state_->finish(CERTUS_RESULT, text, structured.dump()); }
  bool resultJson(std::string_view structuredJson) { return state_->finish(CERTUS_RESULT, {}, structuredJson); }
  bool text(std::string_view text) { return state_->finish(CERTUS_RESULT, text, {}); }
  bool error(std::string_view whatToDo) { return state_->finish(CERTUS_TOOL_ERROR, whatToDo, {}); }  // isError
  bool invalid(std::string_view why) { return state_->finish(CERTUS_INVALID, why, {}); }             // JSON-RPC -32602
  bool notFound(std::string_view why = {}) { return state_->finish(CERTUS_NOT_FOUND, why, {}); }
  bool fail(std::string_view forTheLog) { return state_->finish(CERTUS_FAILED, forTheLog, {}); }
  bool inputRequired(const Questions& questions, std::string state = {}) {
    return complete(Outcome::inputRequired().structured(questions.json()).state(std::move(state)));
  }

  // ---- meanwhile
  void progress(double done, double total = 0, std::string_view message = {}) {
    state_->host->progress(state_->host->context, ticket(), done, total, borrow(message));
  }
  void log(certus_log_level level, std::string_view logger, const Json& data) {
    const std::string text = data.dump();
    state_->host->log(state_->host->context, ticket(), level, borrow(logger), borrow(text));
  }

  // Asks a service. `then(Reply)` runs once, on this thread, unless the call ends first: then it is only destroyed.
  // What `then` throws fails the call. Several requests may be under way at once.
  template <class Then>
  void http(const HttpRequest& request, Then then) {
    static_assert(std::is_invocable_v<Then&, const Reply&>, "the callback takes a certus::Reply");
    struct Operation {
      Call call;
      Then then;
    };
    auto operation = std::make_unique<Operation>(Operation{*this, std::move(then)});
    const certus_done done = [](void* user, certus_call id, const certus_http_response* response) {
      std::unique_ptr<Operation> owned(static_cast<Operation*>(user));
      owned->call.state_->enter(id, [&] { owned->then(Reply(*response)); });
    };
    if (state_->accepted(state_->http(request, done, operation.get()), "http")) (void)operation.release();
  }

  // Runs `then()` after a delay on this thread, unless the call ends first.
  template <class Then>
  void after(std::chrono::milliseconds delay, Then then) {
    const auto wait = static_cast<std::uint32_t>(std::max<std::int64_t>(delay.count(), 0));
    defer(std::move(then), [this, wait](certus_fn fn, void* user) {
      return state_->host->after(state_->host->context, ticket(), wait, fn, user);
    });
  }

  // From any thread: runs `then()` on the call's thread, unless the call has ended.
  template <class Then>
  void wake(Then then) {
    defer(std::move(then), [this](certus_fn fn, void* user) { return state_->host->wake(state_->host->context, ticket(), fn, user); });
  }

 private:
  template <class Then, class Start>
  void defer(Then then, Start start) {
    static_assert(std::is_invocable_v<Then&>, "the callback takes nothing: capture the Call");
    struct Operation {
      Call call;
      Then then;
    };
    auto operation = std::make_unique<Operation>(Operation{*this, std::move(then)});
    const certus_fn run = [](void* user, certus_call id) {
      std::unique_ptr<Operation> owned(static_cast<Operation*>(user));
      owned->call.state_->enter(id, [&] { owned->then(); });
    };
    // Released before the start: a wake may run, and free, on the call's thread before this one gets on.
    Operation* raw = operation.release();
    const std::uint32_t status = start(run, raw);
    if (status != CERTUS_OK) operation.reset(raw);
    state_->accepted(status, "after or wake");
  }

  detail::CallState* state_;
};

}  // namespace certus
