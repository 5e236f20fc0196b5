// Asks a module anew for what it offers when it says that this changed, and has the next generation made: on a thread of its
// own, beside the running one. Started by the first change; most processes never see one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gateway/app/generations.h"
#include "gateway/modules/module_host.h"
#include "observability/log.h"

namespace certus::app {

class CatalogKeeper {
 public:
  struct Parts {  // all outlive the keeper
    gateway::ModuleHost* host = nullptr;
    Generations* generations = nullptr;
    observability::Log* log = nullptr;
  };
  CatalogKeeper() = default;
  ~CatalogKeeper() { end(); }
  CatalogKeeper(const CatalogKeeper&) = delete;
  CatalogKeeper& operator=(const CatalogKeeper&) = delete;

  // From any thread; returns at once. Before begin() it is remembered: a module may change while others still load.
  void changed(std::uint32_t module);
  void begin(const Parts& parts,
             std::vector<gateway::ModuleDescriptor> modules);  // `modules`: what the first generation was built from
  void end();  // waits for the snapshot being built; changes are ignored from now on

 private:
  void startIfNeeded();  // with the mutex held
  void run();
  void rebuild(const std::set<std::uint32_t>& changed);

  Parts parts_;
  std::vector<gateway::ModuleDescriptor> modules_;  // the thread's, once it runs
  std::mutex mutex_;
  std::condition_variable wakeUp_;
  std::set<std::uint32_t> pending_;
  bool begun_ = false, stop_ = false;
  std::thread thread_;
};

}  // namespace certus::app
