// One or more modules in the daemon's own loader and runner, with scripted services behind them: what the ABI suite and
// the tests of bad modules drive. Real io threads, no sockets.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "config/gateway/gateway_config.h"
#include "gateway/modules/module_host.h"
#include "http/io_threads.h"
#include "tests/abi/scripted_services.h"

namespace certus::gateway {

struct CopiedContent {
  ContentView::Kind kind = ContentView::Kind::Text;
  bool assistant = false;
  std::string text, data, mimeType, uri, name;
};

struct CopiedOutcome {
  OutcomeView::Kind kind = OutcomeView::Kind::Failed;
  std::vector<CopiedContent> content;
  std::string structured, state, description;
  bool structuredIsJson = true;  // as the renderer would find
  unsigned completions = 0;  // of the sink: 1, always
  std::vector<double> progress;
  std::vector<std::string> logs;
  std::chrono::milliseconds took{0};

  std::string text() const;  // all text blocks, a newline between two
};
std::string_view toString(OutcomeView::Kind kind);

struct Question {
  Invocation::Kind kind = Invocation::Kind::Tool;
  std::uint32_t module = 0;
  std::string name, arguments = "{}", inputResponses = {}, state = {};
  std::uint32_t clientCapabilities = kCanSample | kCanElicit | kHasRoots;
  std::chrono::milliseconds deadline{60'000};
  unsigned thread = 0;
};

class BenchHost {
 public:
  explicit BenchHost(unsigned threads = 2);
  BenchHost(const BenchHost&) = delete;
  BenchHost& operator=(const BenchHost&) = delete;
  ~BenchHost();

  // Once. Starts the io threads.
  ModuleLoad load(const std::vector<config::Module>& modules, Pins pins = Pins::Optional);

  CopiedOutcome ask(const Question& question);
  // Cancels `after` the module's entry returned; zero: at once.
  CopiedOutcome askAndCancel(const Question& question, std::chrono::milliseconds after);
  std::vector<CopiedOutcome> askAtOnce(const std::vector<Question>& questions);
  // Begins calls and does not wait for their end.
  void abandon(const std::vector<Question>& questions);
  // Runs on an io thread what was posted before: wakes and callbacks that were under way have run when it returns.
  void settle();

  ModuleFigures figures(std::uint32_t module = 0) const { return host_->figures().at(module); }
  ModuleHost& host() { return *host_; }
  ScriptedServices& services() { return *services_; }
  void stop();  // io threads, then modules

  std::vector<std::string> slowEntries() const;
  std::vector<std::string> logLines() const;
  std::uint32_t changes() const { return changes_; }

 private:
  struct Running;
  std::unique_ptr<Running> start(const Question& question, bool cancelAtOnce);

  mutable std::mutex mutex_;
  std::vector<std::string> slow_, logs_;
  std::atomic<std::uint32_t> changes_{0};
  std::vector<std::unique_ptr<Running>> abandoned_;
  http::IoThreads threads_;
  std::unique_ptr<ScriptedServices> services_;
  std::unique_ptr<ModuleHost> host_;
  bool running_ = false;
};

}  // namespace certus::gateway
