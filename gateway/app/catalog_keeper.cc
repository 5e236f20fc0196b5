#include "gateway/app/catalog_keeper.h"

#include <csignal>

#include "gateway/transport/session.h"

namespace certus::app {
namespace {

using observability::Level;
using observability::LogFields;

std::uint8_t listsThatDiffer(const gateway::Catalog& next, const gateway::Catalog& before) {
  unsigned lists = 0;
  if (next.toolsDiffer(before)) lists |= gateway::kToolsList;
  if (next.promptsDiffer(before)) lists |= gateway::kPromptsList;
  if (next.resourcesDiffer(before)) lists |= gateway::kResourcesList;
  return static_cast<std::uint8_t>(lists);
}

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
  const gateway::SnapshotRef before = parts_.board->newest();
  gateway::CatalogBuild built = gateway::Catalog::build(modules_, *before->config, gateway::Catalog::UnknownOptions::AreWarnings);
  for (const auto& problem : built.problems) {
    parts_.log->write(Level::Warning, "catalog",
                      [&](LogFields& line) { line.text("path", problem.path).text("message", problem.message); });
  }
  if (!built.catalog)
    return parts_.log->write(Level::Error, "catalog", "the changed catalogue is not usable; the old one stays in force");
  for (const auto& tool : built.catalog->composed().tools()) parts_.metrics->calls().declare(tool.name);
  auto next = std::make_shared<gateway::Snapshot>(*before);
  next->generation = before->generation + 1;
  next->catalog = built.catalog;
  parts_.board->publish(next);
  const std::uint8_t lists = listsThatDiffer(*built.catalog, *before->catalog);
  parts_.log->write(Level::Info, "catalog", [&](LogFields& line) {
    line.text("message", "a module changed what it offers")
        .number("generation", static_cast<std::int64_t>(next->generation))
        .number("lists", lists);
  });
  if (lists != 0) parts_.broadcaster->listsChanged(lists);
}

}  // namespace certus::app
