// A scripted host: runs a module in a unit test without the gateway. The test plays the services, the clock and the
// client; the host notes every breach of the ABI's rules in violations(). Tests only; one thread but for wake().
//
//   certus::FakeHost host(certus::moduleTable<Greeter>());
//   auto& call = host.tool("greet", {{"name", "Ada"}});
//   EXPECT_EQ(call.pending().path, "/v1/greeting?name=Ada");
//   call.answer(200, R"({"text":"Hello Ada"})");
//   EXPECT_EQ(call.outcome().json()["text"], "Hello Ada");
//   EXPECT_TRUE(host.violations().empty());
#pragma once

#include <algorithm>
#include <chrono>
#include <cctype>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "certus/abi.h"
#include "certus/fake_call.h"
#include "certus/json.h"

namespace certus {

struct FakeOptions {
  std::string inputResponses = {}, state = {};  // of a second round
  std::string subject = "tester@host";
  std::uint32_t clientCapabilities = CERTUS_CAP_SAMPLING | CERTUS_CAP_ELICITATION | CERTUS_CAP_ROOTS;
  std::uint32_t maxResults = 0;
  std::chrono::milliseconds deadline{30'000};
};

class FakeHost {
 public:
  // Initialises the module; throws std::runtime_error with the module's own words when it refuses.
  explicit FakeHost(const certus_module* module, const Json& settings = Json::object()) : module_(module) {
    fillTable();
    const std::string text = settings.dump();
    certus_str message{};
    if (module_->init(&table_, borrow(text), &state_, &message) != 0) throw std::runtime_error(std::string(view(message)));
    catalog_ = module_->catalog(state_);
    if (!catalog_) throw std::runtime_error("the module offers no catalogue");
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;
  ~FakeHost() {
    for (FakeCall& each : calls_) {
      if (!each.ended_) cancel(each);
    }
    settleEnded();
    while (runWakes() > 0) {
    }
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    if (module_->shutdown) module_->shutdown(state_);
  }

  const certus_catalog& catalog() const { return *catalog_; }
  const certus_catalog& refreshCatalog() { return *(catalog_ = module_->catalog(state_)); }

  FakeCall& tool(std::string_view name, const Json& arguments = Json::object(), const FakeOptions& options = {}) {
    return call(CERTUS_TOOL, name, arguments.dump(), options);
  }
  FakeCall& resource(std::string_view uri, const FakeOptions& options = {}) { return call(CERTUS_RESOURCE, uri, "{}", options); }
  FakeCall& prompt(std::string_view name, const Json& arguments = Json::object(), const FakeOptions& options = {}) {
    return call(CERTUS_PROMPT, name, arguments.dump(), options);
  }
  FakeCall& completion(std::string_view promptOrTemplate, const Json& params) {
    return call(CERTUS_COMPLETE, promptOrTemplate, params.dump(), {});
  }
  FakeCall& call(certus_kind kind, std::string_view name, std::string_view arguments, const FakeOptions& options) {
    FakeCall& started = calls_.emplace_back(next_++);
    certus_request request{};
    request.size = sizeof request;
    request.kind = kind;
    request.name = borrow(name);
    request.arguments = borrow(arguments);
    request.input_responses = borrow(options.inputResponses);
    request.state = borrow(options.state);
    request.request_id = borrow("req-fake-1");
    request.subject = borrow(options.subject);
    request.client_caps = options.clientCapabilities;
    request.max_results = options.maxResults;
    request.deadline_ms = options.deadline.count();
    module_->call(state_, started.ticket, &request);
    return started;
  }

  // As when the client gives up or the deadline passes.
  void cancel(FakeCall& call) {
    if (call.ended_) return;
    call.ended_ = true;
    if (module_->cancel) module_->cancel(state_, call.ticket);
    settleEnded();
  }

  // Lets virtual time pass: timers that fall due run in order. A timer of an ended call runs (with call 0) at once.
  void advance(std::chrono::milliseconds by) {
    settleEnded();
    const auto until = now_ + by;
    for (;;) {
      auto due = std::min_element(timers_.begin(), timers_.end(), [](const Timer& a, const Timer& b) { return a.at < b.at; });
      if (due == timers_.end() || due->at > until) break;
      const Timer timer = *due;
      timers_.erase(due);
      now_ = timer.at;
      timer.fn(timer.user, timer.call->ended_ ? 0 : timer.call->ticket);
      settleEnded();
    }
    now_ = until;
  }

  // Runs what wake() has queued so far; returns how many.
  std::size_t runWakes() {
    std::deque<Wake> ready;
    {
      const std::lock_guard lock(mutex_);
      ready.swap(wakes_);
    }
    for (const Wake& wake : ready) {
      const FakeCall* call = find(wake.ticket);
      wake.fn(wake.user, call && !call->ended_ ? wake.ticket : 0);
    }
    return ready.size();
  }
  // Waits until another thread has called wake(), then runs it. False when none came in time.
  bool awaitWake(std::chrono::milliseconds patience = std::chrono::milliseconds(5'000)) {
    {
      std::unique_lock lock(mutex_);
      if (!woken_.wait_for(lock, patience, [this] { return !wakes_.empty(); })) return false;
    }
    return runWakes() > 0;
  }

  // Breaches of the ABI's rules, in the order they happened.
  std::vector<std::string> violations() const {
    const std::lock_guard lock(mutex_);
    return violations_;
  }
  const std::vector<FakeLog>& logs() const { return logs_; }  // with call 0: the gateway's own log
  std::uint32_t changes() const { return changes_; }          // certus_change bits since the start
  const std::vector<std::string>& updatedResources() const { return updated_; }

 private:
  struct Timer {
    std::chrono::milliseconds at;
    FakeCall* call;
    certus_fn fn;
    void* user;
  };
  struct Wake {
    certus_call ticket;
    certus_fn fn;
    void* user;
  };

  static FakeHost& self(void* context) { return *static_cast<FakeHost*>(context); }

  void violate(std::string what) {
    const std::lock_guard lock(mutex_);
    violations_.push_back(std::move(what));
  }
  FakeCall* find(certus_call id) {
    auto found = std::find_if(calls_.begin(), calls_.end(), [id](const FakeCall& each) { return each.ticket == id; });
    return found == calls_.end() ? nullptr : &*found;
  }
  // The call, if this thread may use it now; otherwise the status to answer.
  FakeCall* open(certus_call id, const char* what, std::uint32_t& status) {
    status = CERTUS_OK;
    if (std::this_thread::get_id() != thread_) {
      violate(std::string(what) + " on a thread that is not the call's: use wake");
      status = CERTUS_WRONG_THREAD;
      return nullptr;
    }
    FakeCall* call = find(id);
    if (!call) {
      violate(std::string(what) + " with a ticket that never was");
      status = CERTUS_GONE;
    } else if (call->ended_) {
      status = CERTUS_GONE;
    }
    return status == CERTUS_OK ? call : nullptr;
  }
  // Timers of calls that have ended, and their requests: the callbacks run with call 0.
  void settleEnded() {
    for (FakeCall& each : calls_) {
      if (each.ended_) each.dropRequests();
    }
    for (std::size_t i = 0; i < timers_.size();) {
      if (!timers_[i].call->ended_) {
        ++i;
        continue;
      }
      const Timer timer = timers_[i];
      timers_.erase(timers_.begin() + static_cast<std::ptrdiff_t>(i));
      timer.fn(timer.user, 0);
      i = 0;
    }
  }

  void checkOutcome(const certus_outcome& raw) {
    if (raw.size < offsetof(certus_outcome, structured)) violate("complete: outcome.size is not set");
    if (raw.kind < CERTUS_RESULT || raw.kind > CERTUS_FAILED) violate("complete: unknown outcome kind " + std::to_string(raw.kind));
    const FakeOutcome outcome(raw);
    if (!outcome.structured.empty() && !Json::accept(outcome.structured)) violate("complete: structured is not JSON");
    for (const FakeContent& block : outcome.content) {
      if (block.kind < CERTUS_TEXT || block.kind > CERTUS_EMBEDDED) violate("complete: unknown content kind");
      if (!isUtf8(block.text)) violate("complete: a text block is not UTF-8");
    }
  }
  static bool isUtf8(const std::string& text) {
    try {
      (void)Json(text).dump();
      return true;
    } catch (const Json::exception&) {
      return false;
    }
  }

  static std::uint32_t onComplete(void* context, certus_call id, const certus_outcome* outcome) {
    FakeHost& host = self(context);
    std::uint32_t status = CERTUS_OK;
    FakeCall* call = host.open(id, "complete", status);
    if (!call) {
      const FakeCall* ended = status == CERTUS_GONE ? host.find(id) : nullptr;
      if (ended) host.violate(ended->completed_ ? "complete: a second time" : "complete: after the call was cancelled");
      return status;
    }
    if (!outcome) return CERTUS_BAD_ARGUMENT;
    host.checkOutcome(*outcome);
    call->outcome_ = FakeOutcome(*outcome);
    call->completed_ = call->ended_ = true;
    return CERTUS_OK;
  }

  static std::uint32_t onHttp(void* context, certus_call id, const certus_http_request* request, certus_done done, void* user) {
    static const std::set<std::string> kHosts = {"authorization", "host", "content-length", "connection", "transfer-encoding",
                                                 "x-user-id", "x-request-id", "x-triggered-by", "traceparent", "content-type"};
    FakeHost& host = self(context);
    std::uint32_t status = CERTUS_OK;
    FakeCall* call = host.open(id, "http", status);
    if (!call) return status;
    if (!request || !done) return CERTUS_BAD_ARGUMENT;
    FakeRequest& made = call->requests.emplace_back(*request, done, user);
    if (!made.path.starts_with('/')) host.violate("http: the path must start with '/': " + made.path);
    for (auto [name, value] : made.headers) {
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char each) { return static_cast<char>(std::tolower(each)); });
      if (kHosts.contains(name)) host.violate("http: the header " + name + " is the host's own");
    }
    return CERTUS_OK;
  }

  static std::uint32_t onProgress(void* context, certus_call id, double progress, double total, certus_str message) {
    FakeHost& host = self(context);
    std::uint32_t status = CERTUS_OK;
    FakeCall* call = host.open(id, "progress", status);
    if (!call) return status;
    if (!call->progress.empty() && progress <= call->progress.back().progress) host.violate("progress: does not grow");
    call->progress.push_back({progress, total, std::string(view(message))});
    return CERTUS_OK;
  }

  static std::uint32_t onLog(void* context, certus_call id, std::uint32_t level, certus_str logger, certus_str json) {
    FakeHost& host = self(context);
    FakeLog entry{level, std::string(view(logger)), std::string(view(json))};
    if (!Json::accept(entry.json)) host.violate("log: the data is not JSON");
    if (id == 0) {
      const std::lock_guard lock(host.mutex_);
      host.logs_.push_back(std::move(entry));
      return CERTUS_OK;
    }
    std::uint32_t status = CERTUS_OK;
    FakeCall* call = host.open(id, "log", status);
    if (call) call->logs.push_back(std::move(entry));
    return status;
  }

  static std::uint32_t onAfter(void* context, certus_call id, std::uint32_t delay, certus_fn fn, void* user) {
    FakeHost& host = self(context);
    std::uint32_t status = CERTUS_OK;
    FakeCall* call = host.open(id, "after", status);
    if (call) host.timers_.push_back({host.now_ + std::chrono::milliseconds(delay), call, fn, user});
    return status;
  }

  static std::uint32_t onWake(void* context, certus_call id, certus_fn fn, void* user) {
    FakeHost& host = self(context);
    const std::lock_guard lock(host.mutex_);
    if (host.closed_) return CERTUS_GONE;
    host.wakes_.push_back({id, fn, user});
    host.woken_.notify_all();
    return CERTUS_OK;
  }

  void fillTable() {
    table_.size = sizeof table_;
    table_.abi_major = CERTUS_ABI_MAJOR;
    table_.abi_minor = CERTUS_ABI_MINOR;
    table_.context = this;
    table_.complete = &onComplete;
    table_.http = &onHttp;
    table_.progress = &onProgress;
    table_.log = &onLog;
    table_.after = &onAfter;
    table_.wake = &onWake;
    table_.catalog_changed = [](void* context, std::uint32_t what) {
      const std::lock_guard lock(self(context).mutex_);
      self(context).changes_ |= what;
    };
    table_.resource_updated = [](void* context, certus_str uri) {
      const std::lock_guard lock(self(context).mutex_);
      self(context).updated_.emplace_back(view(uri));
    };
  }

  const certus_module* module_;
  certus_host table_{};
  void* state_ = nullptr;
  const certus_catalog* catalog_ = nullptr;
  const std::thread::id thread_ = std::this_thread::get_id();
  std::deque<FakeCall> calls_;  // stable addresses
  certus_call next_ = 1;
  std::chrono::milliseconds now_{0};
  std::vector<Timer> timers_;
  mutable std::mutex mutex_;  // guards what other threads may touch: the rest belongs to thread_
  std::condition_variable woken_;
  std::deque<Wake> wakes_;
  std::vector<std::string> violations_;
  std::vector<FakeLog> logs_;
  std::uint32_t changes_ = 0;
  std::vector<std::string> updated_;
  bool closed_ = false;
};

}  // namespace certus
