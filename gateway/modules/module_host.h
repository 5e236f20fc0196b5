// Every module of the process: loads them, owns their instances and their calls, and is what they call back into.
// Knows no MCP. One per process; see call_runner.h for running a call.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/gateway/gateway_config.h"
#include "gateway/call/invocation.h"
#include "gateway/modules/call_runner.h"
#include "gateway/modules/loader.h"
#include "gateway/modules/module_figures.h"
#include "gateway/tools/descriptor.h"
#include "gateway/upstream/services.h"
#include "http/io_threads.h"

namespace certus::gateway {

// What modules make happen outside of calls. Each may be empty; each may run on any thread, several at once, and must
// neither block nor call back into the module host.
struct ModuleEvents {
  std::function<void(std::string_view module, LogLevel level, std::string_view logger, std::string_view jsonData)> log;
  std::function<void(std::uint32_t module, std::uint32_t what)> catalogChanged;  // certus_change bits: call refreshCatalog soon
  std::function<void(std::uint32_t module, std::string_view uri)> resourceUpdated;
  // An entry of a module held an io thread for longer than kSlowEntry.
  std::function<void(std::string_view module, std::string_view entry, std::string_view name, std::chrono::nanoseconds took)> slow;
};

inline constexpr Milliseconds kSlowEntry{10};

struct ModuleLoad {
  std::vector<ModuleDescriptor> modules;  // those that loaded; the position is Invocation::module
  std::vector<ModuleProblem> problems;    // all of them; a module with problems is not in `modules`
};

struct CatalogRefresh {
  ModuleDescriptor module;
  std::vector<ModuleProblem> problems;  // of entries, which are then left out
};

class ModuleHost {
 public:
  static std::unique_ptr<ModuleHost> create(ModuleEvents events);
  virtual ~ModuleHost() = default;

  // Once, before start(): loads, initialises and describes. Needs no io threads (`check` and `tools` stop here).
  virtual ModuleLoad load(const std::vector<config::Module>& modules, Pins pins) = 0;

  // Before the io threads start; both outlive shutdown().
  virtual void start(http::IoThreads& threads, Services& services) = 0;
  virtual CallRunner& runner(const http::IoThread& thread) = 0;

  // Asks one module again what it offers. Off the io threads; serialised by the host.
  virtual CatalogRefresh refreshCatalog(std::uint32_t module) = 0;

  // After the io threads were joined, or never started: every callback still owed runs with call 0, then the modules
  // shut down. Idempotent; also done by the destructor.
  virtual void shutdown() = 0;

  virtual std::vector<ModuleFigures> figures() const = 0;  // from any thread
};

}  // namespace certus::gateway
