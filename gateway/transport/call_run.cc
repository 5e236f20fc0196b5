#include "gateway/transport/call_run.h"

#include <utility>

#include "gateway/tools/route.h"

namespace certus::gateway {
namespace {

// Synthetic progress has no scale of its own: it creeps behind what the module said last.
constexpr double kCreep = 0.001;

constexpr std::size_t kDetailBytes = 1024;

}  // namespace

CallRun::CallRun(Surroundings around, Message& message)
    : around_(around),
      invoke_(std::get<Invoke>(message.decision)),
      started_(around.worker.thread().now()),
      lastProgressAt_(started_),
      tenant_(invoke_.invocation.tenant),
      patience_(invoke_.tool != nullptr ? invoke_.tool->timeout : around.context.route->defaultTimeout()) {
  invoke_.invocation.tenant = tenant_;
  if (invoke_.grant) invoke_.invocation.grant = &*invoke_.grant;  // here it has come to rest
  if (invoke_.tool != nullptr && invoke_.tool->longRunning && wantsProgress()) {
    ticking_ = around_.worker.thread().onTick([this](SteadyTime now) { synthesise(now); });
  }
}

bool CallRun::wantsProgress() const { return !invoke_.progressTokenJson.empty() && around_.outlet.canSend(); }

bool CallRun::wantsLog(LogLevel level) const {
  if (!around_.outlet.canSend()) return false;
  if (isModern(invoke_.revision)) return invoke_.logLevel.has_value() && level >= *invoke_.logLevel;
  return around_.session != nullptr && around_.session->wantsLog(level);
}

void CallRun::progress(double progress, double total, std::string_view message) {
  if (lastProgress_ && progress <= *lastProgress_) return;  // MUST increase with each notification
  sendProgress(progress, total, message);
}

void CallRun::sendProgress(double progress, double total, std::string_view message) {
  if (ended_ || !wantsProgress()) return;
  lastProgress_ = progress;
  lastTotal_ = total;
  lastProgressAt_ = around_.worker.thread().now();
  around_.outlet.send(renderProgress(invoke_.revision, invoke_.progressTokenJson, progress, total, message));
}

void CallRun::synthesise(SteadyTime now) {
  if (ended_ || now - lastProgressAt_ < around_.worker.options().progressEvery) return;
  const double next = lastProgress_.value_or(0) + kCreep;
  if (lastTotal_ > 0 && next >= lastTotal_) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - started_).count();
  sendProgress(next, lastTotal_, "Still running after " + std::to_string(seconds) + " s");
  lastProgressAt_ = now;
}

void CallRun::log(LogLevel level, std::string_view logger, std::string_view jsonData) {
  if (ended_ || !wantsLog(level)) return;
  around_.outlet.send(renderLog(invoke_.revision, level, logger, jsonData));
}

void CallRun::complete(const OutcomeView& outcome) {
  upstream_ += outcome.upstream;
  if (outcome.kind == OutcomeView::Kind::Cancelled) {
    cancelled();
    return;
  }
  if (outcome.kind == OutcomeView::Kind::InputRequired && !isModern(invoke_.revision)) {
    asking_ = true;
    questions_ = outcome.structured;
    state_ = outcome.state;
    return;
  }
  ended_ = true;
  if (outcome.kind == OutcomeView::Kind::Failed && !outcome.content.empty())
    detail_ = outcome.content.front().text.substr(0, kDetailBytes);
  outcome_ = around_.worker.renderer().render(invoke_, around_.context, outcome, around_.out);
  httpStatus_ = around_.worker.renderer().httpStatus();
}

void CallRun::answer(std::string responses) {
  asking_ = false;
  responses_ = std::move(responses);
  invoke_.invocation.inputResponses = responses_;
  invoke_.invocation.state = state_;
  // As on the newest revision, where the answers come with a new request: each round has the tool's whole time.
  invoke_.invocation.deadline = std::chrono::steady_clock::now() + patience_;
}

void CallRun::failWith(std::string_view text, CallOutcome outcome, std::string_view detail) {
  asking_ = false;
  ContentView content;
  content.text = text;
  OutcomeView view;
  view.kind = invoke_.tool != nullptr ? OutcomeView::Kind::ToolError : OutcomeView::Kind::Invalid;
  view.content = std::span<const ContentView>(&content, 1);
  complete(view);
  outcome_ = outcome;
  detail_ = detail;
}

void CallRun::cancelled() {
  asking_ = false;
  ended_ = true;
  outcome_ = CallOutcome::Cancelled;
}

}  // namespace certus::gateway
