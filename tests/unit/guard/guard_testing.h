// A guarded runner on an io_context that the test turns, before a module whose tools behave by their names.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/guard/guarded_runner.h"
#include "policy/set/policy_set.h"

namespace certus::gateway::test {

struct TestClock final : Clock {
  SteadyTime steady() const override { return stopped.value_or(std::chrono::steady_clock::now()); }
  WallTime wall() const override { return std::chrono::system_clock::now() + ahead; }
  Milliseconds ahead{0};
  std::optional<SteadyTime> stopped = {};
};

// What a call was answered, as owned values.
struct Answer {
  OutcomeView::Kind kind = OutcomeView::Kind::Failed;
  std::string text, structured, state;
  std::optional<CallOutcome> recordAs;
  int times = 0;
};

// Tools: sign, verify (give back what they got), hold (until cancelled or its deadline), fall (throws), ask (asks once, then
// gives back its state and the answers). A prompt: audit, which is like sign.
class FakeModule final : public CallRunner {
 public:
  explicit FakeModule(http::IoThread& thread) : thread_(thread) {}
  boost::asio::awaitable<void> run(const Invocation& invocation, NotificationSink& notifications, OutcomeSink& outcome,
                                   CallCancel& cancel) override;
  int ran = 0, running = 0;

 private:
  http::IoThread& thread_;
};

std::shared_ptr<const policy::PolicySet> policyOf(const std::string& yaml);
extern const char* const kEverybodyMay;  // a rule that allows all; for tests of limits

// One gateway: its process-wide stores and one io thread.
class Gateway {
 public:
  Gateway();
  ~Gateway();

  // One round. Values are copied; the grant's policy is kept alive by it.
  struct Ask {
    std::string tool = "sign", arguments = "{}", responses = "", state = "", subject = "rita@example.com";
    std::shared_ptr<const policy::PolicySet> policy = {};
    bool confirm = false;  // by the first rule of that kind
    bool open = false;     // no grant at all
    std::uint32_t capabilities = kCanElicit, module = 0;
    Milliseconds time{60'000};
    std::vector<std::string> groups = {}, droppedGroups = {};
    std::string key = "", tenant = "", address = "10.0.0.1";
    Invocation::Kind kind = Invocation::Kind::Tool;  // others: the prompt of that name, or the completion of its arguments
  };
  class Call;
  std::unique_ptr<Call> start(const Ask& ask);
  Answer ask(const Ask& ask);  // started and run to its end

  void runUntil(const std::function<bool()>& done);

  http::IoThread thread{0};
  std::vector<std::string> told;
  LimitStores stores;
  TestClock clock;
  FakeModule module{thread};
  GuardedRunner runner;
};

class Gateway::Call {
 public:
  Call(Gateway& gateway, Ask ask);
  bool done() const { return done_; }
  bool threw() const { return threw_; }
  const Answer& answer() const { return answer_; }
  CallCancel& cancel() { return cancel_; }

 private:
  struct Sink final : OutcomeSink {
    explicit Sink(Answer& to) : answer(to) {}
    void complete(const OutcomeView& outcome) override;
    Answer& answer;
  };
  struct Silence final : NotificationSink {
    bool wantsProgress() const override { return false; }
    bool wantsLog(LogLevel) const override { return false; }
    void progress(double, double, std::string_view) override {}
    void log(LogLevel, std::string_view, std::string_view) override {}
  };

  Ask ask_;
  Grant grant_;
  Invocation invocation_;
  Answer answer_;
  Sink sink_{answer_};
  Silence silence_;
  CallCancel cancel_;
  bool done_ = false, threw_ = false;
};

extern const std::string kYes, kNo;  // inputResponses to the confirmation

}  // namespace certus::gateway::test
