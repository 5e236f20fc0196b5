// What the module host counts about one module: plain atomics, written on every thread, read by metrics.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace certus::gateway {

struct ModuleCounters {
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> failed{0};            // completed with CERTUS_FAILED, or with something unreadable
  std::atomic<std::uint64_t> timedOut{0};          // not completed by the deadline
  std::atomic<std::uint64_t> cancelled{0};
  std::atomic<std::uint64_t> lateCompletions{0};   // after cancel or deadline
  std::atomic<std::uint64_t> doubleCompletions{0};
  std::atomic<std::uint64_t> wrongThread{0};       // a host function called off the call's thread
  std::atomic<std::uint64_t> threw{0};             // an exception crossed the ABI
  std::atomic<std::uint64_t> slowEntries{0};       // held an io thread for more than 10 ms
};

struct ModuleFigures {  // a reading
  std::string module;
  std::uint64_t calls = 0, failed = 0, timedOut = 0, cancelled = 0, lateCompletions = 0, doubleCompletions = 0, wrongThread = 0,
                threw = 0, slowEntries = 0;
};

}  // namespace certus::gateway
