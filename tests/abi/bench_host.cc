#include "tests/abi/bench_host.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <simdjson.h>

namespace certus::gateway {
namespace {

namespace asio = boost::asio;

class Recorder final : public OutcomeSink, public NotificationSink {
 public:
  void complete(const OutcomeView& outcome) override {
    ++copy.completions;
    copy.kind = outcome.kind;
    for (const ContentView& block : outcome.content) {
      copy.content.push_back({block.kind, block.assistant, std::string(block.text), std::string(block.data), std::string(block.mimeType),
                              std::string(block.uri), std::string(block.name)});
    }
    copy.structured = outcome.structured;
    simdjson::dom::parser parser;
    copy.structuredIsJson = copy.structured.empty() || parser.parse(copy.structured).error() == simdjson::SUCCESS;
    copy.state = outcome.state;
    copy.description = outcome.description;
  }
  bool wantsProgress() const override { return true; }
  bool wantsLog(LogLevel) const override { return true; }
  void progress(double value, double, std::string_view) override { copy.progress.push_back(value); }
  void log(LogLevel, std::string_view logger, std::string_view json) override { copy.logs.push_back(std::string(logger) + ": " + std::string(json)); }

  CopiedOutcome copy;
};

}  // namespace

struct BenchHost::Running {
  Question question;
  Invocation invocation;
  Recorder recorder;
  CallCancel cancel;
  std::promise<void> entered, done;
  bool cancelAtOnce = false;
};

namespace {

asio::awaitable<void> drive(CallRunner& runner, const Invocation& invocation, Recorder& recorder, CallCancel& cancel, std::promise<void>& done) {
  co_await runner.run(invocation, recorder, recorder, cancel);
  done.set_value();
}

}  // namespace

std::string CopiedOutcome::text() const {
  std::string all;
  for (const CopiedContent& block : content) {
    if (block.kind != ContentView::Kind::Text) continue;
    if (!all.empty()) all += '\n';
    all += block.text;
  }
  return all;
}

std::string_view toString(OutcomeView::Kind kind) {
  switch (kind) {
    case OutcomeView::Kind::Result: return "result";
    case OutcomeView::Kind::ToolError: return "tool error";
    case OutcomeView::Kind::InputRequired: return "input required";
    case OutcomeView::Kind::NotFound: return "not found";
    case OutcomeView::Kind::Invalid: return "invalid";
    case OutcomeView::Kind::Completion: return "completion";
    case OutcomeView::Kind::Failed: return "failed";
    case OutcomeView::Kind::TimedOut: return "timed out";
    case OutcomeView::Kind::Cancelled: return "cancelled";
  }
  return "?";
}

BenchHost::BenchHost(unsigned threads) : threads_(threads), services_(std::make_unique<ScriptedServices>(threads_)) {
  ModuleEvents events;
  events.log = [this](std::string_view module, LogLevel, std::string_view, std::string_view json) {
    const std::lock_guard lock(mutex_);
    logs_.push_back(std::string(module) + ": " + std::string(json));
  };
  events.slow = [this](std::string_view, std::string_view entry, std::string_view name, std::chrono::nanoseconds) {
    const std::lock_guard lock(mutex_);
    slow_.push_back(std::string(entry) + ' ' + std::string(name));
  };
  events.catalogChanged = [this](std::uint32_t, std::uint32_t what) { changes_ |= what; };
  host_ = ModuleHost::create(std::move(events));
}

BenchHost::~BenchHost() { stop(); }

ModuleLoad BenchHost::load(const std::vector<config::Module>& modules, Pins pins) {
  ModuleLoad load = host_->load(modules, pins);
  host_->start(threads_, *services_);
  threads_.start();
  running_ = true;
  return load;
}

std::unique_ptr<BenchHost::Running> BenchHost::start(const Question& question, bool cancelAtOnce) {
  auto running = std::make_unique<Running>();
  running->question = question;
  running->cancelAtOnce = cancelAtOnce;
  const Question& kept = running->question;
  Invocation& invocation = running->invocation;
  invocation.kind = kept.kind;
  invocation.module = kept.module;
  invocation.name = kept.name;
  invocation.arguments = kept.arguments;
  invocation.inputResponses = kept.inputResponses;
  invocation.state = kept.state;
  invocation.requestId = "req-abi-suite";
  invocation.subject = "tester@host";
  invocation.clientCapabilities = kept.clientCapabilities;
  invocation.deadline = std::chrono::steady_clock::now() + kept.deadline;
  http::IoThread& thread = threads_.at(kept.thread % threads_.size());
  asio::post(thread.context(), [this, &thread, at = running.get()] {
    asio::co_spawn(thread.context(), drive(host_->runner(thread), at->invocation, at->recorder, at->cancel, at->done), asio::detached);
    asio::post(thread.context(), [at] {
      if (at->cancelAtOnce) at->cancel.request();
      at->entered.set_value();
    });
  });
  return running;
}

CopiedOutcome BenchHost::ask(const Question& question) { return std::move(askAtOnce({question}).front()); }

std::vector<CopiedOutcome> BenchHost::askAtOnce(const std::vector<Question>& questions) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<Running>> running;
  for (const Question& question : questions) running.push_back(start(question, false));
  std::vector<CopiedOutcome> outcomes;
  for (const auto& each : running) {
    each->done.get_future().wait();
    each->recorder.copy.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    outcomes.push_back(std::move(each->recorder.copy));
  }
  settle();  // the coroutines are through: `running` may go
  return outcomes;
}

CopiedOutcome BenchHost::askAndCancel(const Question& question, std::chrono::milliseconds after) {
  const auto began = std::chrono::steady_clock::now();
  const auto running = start(question, after.count() == 0);
  auto done = running->done.get_future();
  running->entered.get_future().wait();
  if (after.count() > 0 && done.wait_for(after) != std::future_status::ready) {
    asio::post(threads_.at(question.thread % threads_.size()).context(), [at = running.get()] { at->cancel.request(); });
  }
  done.wait();
  running->recorder.copy.took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  settle();
  return std::move(running->recorder.copy);
}

void BenchHost::abandon(const std::vector<Question>& questions) {
  for (const Question& question : questions) abandoned_.push_back(start(question, false));
  settle();
}

void BenchHost::settle() {
  for (int round = 0; round < 3; ++round) {  // a callback may post another
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      std::promise<void> reached;
      asio::post(threads_.at(i).context(), [&reached] { reached.set_value(); });
      reached.get_future().wait();
    }
  }
}

void BenchHost::stop() {
  if (running_) {
    threads_.stop();
    threads_.join();
    running_ = false;
  }
  host_->shutdown();
}

std::vector<std::string> BenchHost::slowEntries() const {
  const std::lock_guard lock(mutex_);
  return slow_;
}

std::vector<std::string> BenchHost::logLines() const {
  const std::lock_guard lock(mutex_);
  return logs_;
}

}  // namespace certus::gateway
