#include "gateway/modules/module_host.h"

#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "gateway/modules/abi_view.h"
#include "gateway/modules/catalog_copy.h"
#include "gateway/modules/host_table.h"
#include "gateway/modules/module_instance.h"
#include "gateway/modules/thread_runner.h"
#include "gateway/modules/ticket.h"

namespace certus::gateway {
namespace {

class LoadedModules final : public ModuleHost {
 public:
  explicit LoadedModules(ModuleEvents events) : events_(std::move(events)) {}
  ~LoadedModules() override { LoadedModules::shutdown(); }

  ModuleLoad load(const std::vector<config::Module>& modules, Pins pins) override {
    ModuleLoad load;
    for (const config::Module& module : modules) {
      const std::size_t before = load.problems.size();
      const ModuleCode* code = loader_.load(module, pins, load.problems);
      if (code == nullptr || !initialise(module, *code, load.problems)) continue;
      ModuleDescriptor described = describe(*instances_.back(), load.problems);
      if (load.problems.size() == before) {
        load.modules.push_back(std::move(described));
      } else {
        retire();
      }
    }
    return load;
  }

  void start(http::IoThreads& threads, Services& services) override {
    for (std::size_t i = 0; i < threads.size() && i < Ticket::kMaxThreads; ++i) {
      http::IoThread& thread = threads.at(i);
      router_.runners.push_back(std::make_unique<ThreadRunner>(thread, services.on(thread), instances_));
    }
  }

  CallRunner& runner(const http::IoThread& thread) override { return *router_.runners[thread.index()]; }

  CatalogRefresh refreshCatalog(std::uint32_t module) override {
    CatalogRefresh refresh;
    refresh.module = describe(*instances_[module], refresh.problems);
    return refresh;
  }

  void shutdown() override {
    const std::lock_guard lock(describing_);
    if (down_) return;
    down_ = true;
    // The closed runners stay: a thread of a module's own that still calls wake() learns that the host is gone.
    for (const auto& runner : router_.runners) runner->close();
    for (const auto& instance : instances_) {
      if (instance->entries().shutdown) instance->entries().shutdown(instance->state);
    }
  }

  std::vector<ModuleFigures> figures() const override {
    const auto get = [](const std::atomic<std::uint64_t>& counter) { return counter.load(std::memory_order_relaxed); };
    std::vector<ModuleFigures> all;
    for (const auto& instance : instances_) {
      const ModuleCounters& c = instance->counters;
      all.push_back({instance->name, get(c.calls), get(c.failed), get(c.timedOut), get(c.cancelled), get(c.lateCompletions),
                     get(c.doubleCompletions), get(c.wrongThread), get(c.threw), get(c.slowEntries)});
    }
    return all;
  }

 private:
  bool initialise(const config::Module& module, const ModuleCode& code, std::vector<ModuleProblem>& problems) {
    auto instance = std::make_unique<ModuleInstance>();
    instance->index = static_cast<std::uint32_t>(instances_.size());
    instance->name = module.name;
    instance->code = &code;
    instance->events = &events_;
    instance->router = &router_;
    instance->table = makeHostTable(*instance);
    certus_str message{};
    const std::uint32_t refused = code.entries.init(&instance->table, lend(module.settingsJson), &instance->state, &message);
    if (refused != 0) {
      const std::string_view why = view(message);
      const bool readable = !why.empty() && simdjson::validate_utf8(why.data(), why.size());
      problems.push_back({fmt::format("modules.{}.settings", module.name),
                          fmt::format("the module refuses to start: {}", readable ? why : "it gave no reason")});
      return false;
    }
    instances_.push_back(std::move(instance));
    return true;
  }

  ModuleDescriptor describe(ModuleInstance& instance, std::vector<ModuleProblem>& problems) {
    const std::lock_guard lock(describing_);
    ModuleDescriptor module;
    module.name = instance.name;
    module.version = instance.code->version;
    module.sha256 = instance.code->sha256;
    if (down_) return module;
    std::vector<std::string> found;
    copyCatalog(instance.entries().catalog(instance.state), module, found);
    for (std::string& each : found) problems.push_back({"modules." + instance.name, std::move(each)});
    return module;
  }

  // Takes back the last instance, which was initialised but may not serve.
  void retire() {
    ModuleInstance& last = *instances_.back();
    if (last.entries().shutdown) last.entries().shutdown(last.state);
    last.state = nullptr;
    retired_.push_back(std::move(instances_.back()));  // its table stays: a thread of the module's own may still hold it
    instances_.pop_back();
  }

  const ModuleEvents events_;
  Loader loader_;
  std::mutex describing_;  // `catalog` is never concurrent with itself
  std::vector<std::unique_ptr<ModuleInstance>> instances_, retired_;
  CallRouter router_;
  bool down_ = false;
};

}  // namespace

std::unique_ptr<ModuleHost> ModuleHost::create(ModuleEvents events) { return std::make_unique<LoadedModules>(std::move(events)); }

}  // namespace certus::gateway
