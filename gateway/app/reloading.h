// Ties the reloader to this program: what a generation is built from and by whom, what is said of it in log, metrics and
// /readyz. One a process.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/app/runtime.h"
#include "gateway/reload/reloader.h"
#include "gateway/reload/watcher.h"
#include "gateway/transport/operations_handler.h"

namespace certus::app {

// What a generation of this configuration is made from.
reload::WatchList watchListOf(const config::Gateway& config);

class Reloading {
 public:
  // `runtime` outlives this; its metrics are told of reloads from now on, for good.
  // `digest`: of watchListOf(runtime.config()), taken before the runtime was made.
  Reloading(Runtime& runtime, std::string digest);
  ~Reloading() { end(); }

  // Runs with every generation that is put in force, on the reloader's thread; set before start(). For what is no part of a
  // snapshot: certificates. What went wrong comes back and is logged.
  void alsoPublish(std::function<std::vector<std::string>()> run) { alsoPublish_ = std::move(run); }
  void start();  // a change of the files counts from now on: by itself where they are watched, else when it is asked for
  void end();    // before the io threads' end; waits for the attempt under way
  void hangup() { reloader_->request(reload::Trigger::Hangup); }  // from any thread
  void request(gateway::OperationsHandler::ReloadDone done);      // from any thread
  std::string staleJson() const;  // {"since":"2026-11-23T05:00:00Z","problems":["..."]}, or empty; from any thread

 private:
  reload::Candidate build();
  std::vector<std::string> withdraw();
  void tell(const reload::Report& report);
  void addSources();

  Runtime& runtime_;
  std::function<std::vector<std::string>()> alsoPublish_;
  SystemClock clock_;
  std::shared_ptr<reload::Reloader> reloader_;  // shared with the metrics, which read it as long as they live
  std::unique_ptr<reload::Watcher> watcher_;
};

}  // namespace certus::app
