#include "gateway/app/catalog_keeper.h"

#include <csignal>


namespace certus::app {
namespace {

using observability::Level;
using observability::LogFields;

}  // namespace

void CatalogKeeper::end() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wakeUp_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void CatalogKeeper::changed(std::uint32_t module) {
  const std::lock_guard lock(mutex_);
  pending_.insert(module);
  startIfNeeded();
}

void CatalogKeeper::begin(const Parts& parts, std::vector<gateway::ModuleDescriptor> modules) {
  const std::lock_guard lock(mutex_);
  parts_ = parts;
  modules_ = std::move(modules);
  begun_ = true;
  startIfNeeded();
}

void CatalogKeeper::startIfNeeded() {
  if (!begun_ || stop_ || pending_.empty()) return;
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  wakeUp_.notify_all();
}

void CatalogKeeper::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  std::unique_lock lock(mutex_);
  while (true) {
    wakeUp_.wait(lock, [&] { return stop_ || !pending_.empty(); });
    if (stop_) return;
    const std::set<std::uint32_t> changed = std::exchange(pending_, {});
    lock.unlock();
    rebuild(changed);
    lock.lock();
  }
}

void CatalogKeeper::rebuild(const std::set<std::uint32_t>& changed) {
  for (const std::uint32_t index : changed) {
    if (index >= modules_.size()) continue;
    gateway::CatalogRefresh refreshed = parts_.host->refreshCatalog(index);
    for (const auto& problem : refreshed.problems) {
      parts_.log->write(Level::Warning, "catalog",
                        [&](LogFields& line) { line.text("path", problem.path).text("message", problem.message); });
    }
    modules_[index] = std::move(refreshed.module);
  }
  parts_.generations->modulesChanged(modules_);
}

}  // namespace certus::app
