// One initialised module: its code, its state, its own host table and its counters. Internal to gateway/modules.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "certus/abi.h"
#include "gateway/modules/loader.h"
#include "gateway/modules/module_figures.h"
#include "gateway/modules/module_host.h"

namespace certus::gateway {

class CallRouter;  // finds the runner of a ticket; see host_table.h

struct ModuleInstance {
  std::uint32_t index = 0;
  std::string name;
  const ModuleCode* code = nullptr;
  const ModuleEvents* events = nullptr;
  CallRouter* router = nullptr;
  certus_host table{};
  void* state = nullptr;
  ModuleCounters counters;

  const certus_module& entries() const { return code->entries; }

  // Runs one entry into the module's code and reports it when it blocked. `called`: the tool, for the report.
  // False: it threw, which the ABI forbids; whoever it concerned must be told.
  template <class Entry>
  [[nodiscard]] bool enter(std::string_view entry, std::string_view called, Entry run) {
    const SteadyTime began = coarseNow();
    bool kept = true;
    try {
      run();
    } catch (...) {
      counters.threw.fetch_add(1, std::memory_order_relaxed);
      kept = false;
    }
    const auto took = coarseNow() - began;
    if (took >= kSlowEntry) {
      counters.slowEntries.fetch_add(1, std::memory_order_relaxed);
      if (events->slow) events->slow(name, entry, called, took);
    }
    return kept;
  }
};

}  // namespace certus::gateway
