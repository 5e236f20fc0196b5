// One request on its way through a module: takes what the module says meanwhile to the client's stream, and the outcome
// to the renderer. On the call's thread; knows no sockets. Questions to a legacy client are left for play_input.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/mcp/dispatcher.h"
#include "gateway/transport/outlet.h"
#include "gateway/transport/session.h"
#include "gateway/transport/settle.h"
#include "gateway/transport/worker.h"

namespace certus::gateway {

class CallRun final : public NotificationSink, public OutcomeSink {
 public:
  // All are borrowed and outlive this; `session` may be null. The response is appended to `out`.
  struct Surroundings {
    Worker& worker;
    const MessageContext& context;
    const Session* session;
    Outlet& outlet;
    std::string& out;
  };
  CallRun(Surroundings around, Message& message);

  const Invocation& invocation() const { return invoke_.invocation; }
  const Invoke& invoke() const { return invoke_; }
  const Surroundings& around() const { return around_; }
  CallCancel& cancel() { return cancel_; }
  CallOutcome outcome() const { return outcome_; }
  int httpStatus() const { return httpStatus_; }
  const std::string& detail() const { return detail_; }  // for the log: why the module failed
  // For the access record.
  Answered answered(SteadyTime started, int httpStatus) const { return {outcome_, httpStatus, started, detail_, upstream_}; }

  // The module completed with questions that this gateway must ask live (legacy revisions).
  bool asks() const { return asking_; }
  const std::string& questions() const { return questions_; }
  bool again() const { return !ended_; }
  void answer(std::string responses);  // the next round: same request, with the client's answers
  void failWith(std::string_view text, CallOutcome outcome,
                std::string_view detail = {});  // ends the call with a tool error (or a JSON-RPC one)
  void cancelled();

  // NotificationSink, OutcomeSink
  bool wantsProgress() const override;
  bool wantsLog(LogLevel level) const override;
  void progress(double progress, double total, std::string_view message) override;
  void log(LogLevel level, std::string_view logger, std::string_view jsonData) override;
  void complete(const OutcomeView& outcome) override;

 private:
  void synthesise(SteadyTime now);
  void sendProgress(double progress, double total, std::string_view message);

  Surroundings around_;
  Invoke& invoke_;
  CallCancel cancel_;
  SteadyTime started_;
  CallOutcome outcome_ = CallOutcome::Internal;
  int httpStatus_ = 200;
  std::chrono::nanoseconds upstream_{0};
  bool asking_ = false, ended_ = false;
  std::string questions_, state_, responses_, detail_;
  std::optional<double> lastProgress_;
  double lastTotal_ = 0;
  SteadyTime lastProgressAt_;
  const std::string tenant_;  // the policy that it came from may go while the call runs
  Milliseconds patience_{0};
  http::IoThread::TickToken ticking_;  // only for a long-running tool whose client asked for progress
};

// The module, and as often as it asks, the client. Completes when `run` has its outcome.
boost::asio::awaitable<void> runCall(CallRun& run);
// The part after the first round, for who runs that round itself.
boost::asio::awaitable<void> playInput(CallRun& run);

}  // namespace certus::gateway
